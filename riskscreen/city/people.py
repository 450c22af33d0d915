"""Who stands for a home."""

import numpy as np

from riskscreen.city.settle import HEAD, NOBODY
from riskscreen.city.state import Column, State


def heads(state: State) -> Column:
    """The head of each home, or another member where the head has just gone, or -1 where nobody lives."""
    people = state.people
    head = np.full(len(state.homes), NOBODY)
    anybody = np.flatnonzero(state.here)
    head[people["home"][anybody]] = anybody
    who = np.flatnonzero(state.here & (people["relation"] == HEAD))
    head[people["home"][who]] = who
    return head
