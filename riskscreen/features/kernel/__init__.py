"""The kernel: the same answers as the reference engine, from few compiled passes over a bucket's records.

:mod:`strategies` says for each kind of signal what is to be measured and what it is then; a :mod:`plan` gathers that,
so that what many windows or signals share is measured once. :mod:`passes` are the loops over records, compiled;
:mod:`records` what they read, found once for all days; a :mod:`view` a kind's records as of a day.
:mod:`households` says who lives with whom, :mod:`combine` rolls up, and :mod:`night` puts a day together. Columns are
numpy arrays beside what is known of them (:mod:`values`).
"""

from riskscreen.features.kernel.night import features, features_by_day
from riskscreen.features.kernel.strategies import STRATEGIES

__all__ = ["STRATEGIES", "features", "features_by_day"]
