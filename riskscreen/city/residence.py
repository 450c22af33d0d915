"""What the register of residents is told of people: where they live, since when, and whether that ended."""

import numpy as np

from riskscreen.city.state import NEVER, Column, Events, State

STAYS, DIED, LEFT, MOVED = 0, 1, 2, 3


def residences(state: State, who: Column, until: int, why: int, stated: Column) -> Events:
    """A row for each of ``who``; what is told of a person later holds."""
    people, homes = state.people, state.homes
    stated = np.maximum(stated, people["told_on"][who] + 1)
    people["told_on"][who] = stated
    home = people["home"][who]
    event = {
        "person": who,
        "home": home,
        "book": _book(state, who),
        "book_grid": homes["grid"][_book(state, who)],
        "book_dwelling": homes["dwelling"][_book(state, who)],
        "area": homes["area"][home],
        "grid": homes["grid"][home],
        "dwelling": homes["dwelling"][home],
        "kin": (2 * people["relation"][who] + people["male"][who]).astype(np.int8),
        "local": people["local"][who],
        "male": people["male"][who],
        "group": people["group"][who],
        "since": people["moved_in"][who],
        "until": np.full(len(who), until, np.int32),
        "why": np.full(len(who), why, np.int8),
        "stated": stated.astype(np.int32),
    }
    return {"residence": event}


def _book(state: State, who: Column) -> Column:
    """In which home's household book somebody stands: for some of the young it is still the grandparents'."""
    home = state.people["home"][who]
    roots = state.homes["roots"][home]
    young = (state.age_of(who) < 18) & (who % 6 == 0) & (roots >= 0)
    return np.where(young, roots, home)


def farewell(state: State, who: Column, why: int, stated: Column) -> Events:
    """People live here no longer."""
    event = residences(state, who, state.today, why, stated)
    state.people["until"][who] = state.today
    return event


def arrival(state: State, who: Column, stated: Column) -> Events:
    """People live where they do from the day that they are entered with."""
    return residences(state, who, NEVER, STAYS, stated)
