"""A made-up city that lives week by week: what agencies would have told of it, and the truth beside it."""

from riskscreen.city.state import State
from riskscreen.city.step import FIRST, LAST, History, found, go_on, run, step
from riskscreen.city.write import check_empty, write

__all__ = ["FIRST", "LAST", "History", "State", "check_empty", "found", "go_on", "run", "step", "write"]
