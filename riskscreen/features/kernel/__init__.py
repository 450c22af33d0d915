"""The kernel: the same answers as the reference engine, computed column by column.

:mod:`values` are columns with what is not known, :mod:`groups` reduce them, :mod:`history` sorts a kind's records
once for all days, :mod:`strategies` has one function a signal kind, :mod:`households` says who lives with whom on a
day, and :mod:`night` puts a day together. No step loops over people or records.
"""

from riskscreen.features.kernel.night import features
from riskscreen.features.kernel.strategies import STRATEGIES

__all__ = ["STRATEGIES", "features"]
