"""Scores: everybody in the cohort, with rank and calibrated probability."""

import numpy as np
import pandas as pd

from riskscreen.declare import ModelSpec
from riskscreen.learning.artefact import Artefact
from riskscreen.learning.examples import Examples
from riskscreen.learning.ties import tie_hash
from riskscreen.scoring.ranker import Ranker


def score(examples: Examples, ranker: Ranker, spec: ModelSpec) -> pd.DataFrame:
    """One row a member of the cohort: ``person, entity_id, area, score, rank, abstained``, in the examples' order.

    ``score`` is the calibrated probability, not known under a baseline. ``rank`` 1 is the first; it orders by the raw
    margin, ties by a seeded hash of the person. ``abstained``: too little is known to name odds.
    """
    if isinstance(ranker.by, Artefact):
        signals = examples.matrix(ranker.by.signals)
        raw = ranker.by.raw(signals)
        probability, abstained = ranker.by.probability(raw), ranker.by.abstains(signals)
    else:
        raw = ranker.by.score(examples)
        probability, abstained = np.full(len(raw), np.nan), np.ones(len(raw), dtype=bool)
    order = np.lexsort((tie_hash(spec.seed, examples.person), -raw))
    rank = np.empty(len(raw), dtype=np.int64)
    rank[order] = np.arange(1, len(raw) + 1)
    return pd.DataFrame(
        {
            "person": examples.person,
            "entity_id": examples.entity_id,
            "area": examples.area,
            "score": probability,
            "rank": rank,
            "abstained": abstained,
        }
    )
