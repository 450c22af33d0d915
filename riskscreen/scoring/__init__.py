"""The night's scores: who ranks tonight, the ranked cohorts, and the reasons of those who are listed."""

from riskscreen.scoring.cohorts import Ranking
from riskscreen.scoring.explain import explain_all
from riskscreen.scoring.ranker import Ranker, ranker_on
from riskscreen.scoring.reasons import Reason
from riskscreen.scoring.score import Scores, score_all, write_scores

__all__ = ["Ranker", "Ranking", "Reason", "Scores", "explain_all", "ranker_on", "score_all", "write_scores"]
