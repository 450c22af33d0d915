"""The point-in-time engine: signals of people as of a day, from the event store's buckets.

:mod:`reference <riskscreen.features.reference>` is the obvious engine, to believe;
:mod:`kernel <riskscreen.features.kernel>` is the fast one, held to it; :func:`compute` runs one over the buckets of a
home.
"""

from riskscreen.features.bucket import Bucket
from riskscreen.features.local import ENGINES, Engine, Evidence, compute, compute_labels, evidence
from riskscreen.features.sets import FeatureSet, arrow_type

__all__ = [
    "ENGINES",
    "Bucket",
    "Engine",
    "Evidence",
    "FeatureSet",
    "arrow_type",
    "compute",
    "compute_labels",
    "evidence",
]
