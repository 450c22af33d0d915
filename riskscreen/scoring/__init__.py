"""The night's scores: who ranks tonight, the ranked cohort, and the reasons of those who are listed."""

from riskscreen.scoring.ranker import Ranker, ranker_on
from riskscreen.scoring.reasons import Reason
from riskscreen.scoring.score import score

__all__ = ["Ranker", "Reason", "ranker_on", "score"]
