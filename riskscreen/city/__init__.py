"""A made-up city that lives week by week: what agencies would have told of it, and the truth beside it."""

from riskscreen.city.pieces import Made, make, pieces_of
from riskscreen.city.state import State
from riskscreen.city.step import FIRST, LAST, History, found, go_on, run, step
from riskscreen.city.truth import hardship_spells
from riskscreen.city.write import check_empty, write

__all__ = [
    "FIRST",
    "LAST",
    "History",
    "Made",
    "State",
    "check_empty",
    "found",
    "go_on",
    "hardship_spells",
    "make",
    "pieces_of",
    "run",
    "step",
    "write",
]
