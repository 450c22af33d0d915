"""The point-in-time engine: signals of people as of a day, from the event store's buckets.

:mod:`reference <riskscreen.features.reference>` is the obvious engine, to believe;
:mod:`kernel <riskscreen.features.kernel>` is the fast one, held to it; :func:`compute` runs one over the buckets of a
home, :func:`compute_each` does something with each bucket's features where they are made, and :func:`evidence` tells
what the signals of a few people rest on.
"""

from riskscreen.features.bucket import Bucket
from riskscreen.features.evidence import Evidence, evidence
from riskscreen.features.local import (
    ENGINES,
    Engine,
    compute,
    compute_each,
    compute_labels,
    read_around,
)
from riskscreen.features.sets import FeatureSet, arrow_type

__all__ = [
    "ENGINES",
    "Bucket",
    "Engine",
    "Evidence",
    "FeatureSet",
    "arrow_type",
    "compute",
    "compute_each",
    "compute_labels",
    "evidence",
    "read_around",
]
