"""The point-in-time engine: signals of people as of a day, from the event store's buckets.

:mod:`reference <riskscreen.features.reference>` is the obvious engine that others are held against;
:func:`compute` runs it over the buckets of a home.
"""

from riskscreen.features.bucket import Bucket
from riskscreen.features.local import Evidence, compute, compute_labels, evidence
from riskscreen.features.sets import FeatureSet, arrow_type

__all__ = ["Bucket", "Evidence", "FeatureSet", "arrow_type", "compute", "compute_labels", "evidence"]
