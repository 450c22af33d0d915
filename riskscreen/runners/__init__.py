"""Where work is done: processes of this machine, or tasks of a Spark cluster that is there.

What a task does, and the bytes that it writes, do not depend on it. :mod:`spark <riskscreen.runners.spark>` is imported
only where it is asked for.
"""

from riskscreen.runners.local import LOCAL, Local, Progress, Runner
from riskscreen.runners.processes import Lost

__all__ = ["LOCAL", "Local", "Lost", "Progress", "Runner"]
