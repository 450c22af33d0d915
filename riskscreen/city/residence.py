"""What the register of residents is told of people: where they live, since when, and whether that ended."""

import numpy as np

from riskscreen.city.settle import CHILD, HEAD
from riskscreen.city.state import NEVER, Column, Events, State

STAYS, DIED, LEFT, MOVED = 0, 1, 2, 3
STRANGER, GRANDCHILD = 4, 5  # relations to the head of a book, behind those to the head of a home


def residences(state: State, who: Column, until: int, why: int, stated: Column) -> Events:
    """A row for each of ``who``; what is told of a person later holds."""
    people, homes, book = state.people, state.homes, state.people["book"][who]
    stated = np.maximum(stated, people["told_on"][who] + 1)
    people["told_on"][who] = stated
    home = people["home"][who]
    event = {
        "person": who,
        "home": home,
        "book": book,
        "book_kind": (homes["kind"][book] != 0).astype(np.int8),
        "book_grid": homes["grid"][book],
        "book_dwelling": homes["dwelling"][book],
        "area": homes["area"][home],
        "grid": homes["grid"][home],
        "dwelling": homes["dwelling"][home],
        "kin": (2 * _kin(state, who) + people["male"][who]).astype(np.int8),
        "local": people["local"][who],
        "male": people["male"][who],
        "group": people["group"][who],
        "since": people["moved_in"][who],
        "until": np.full(len(who), until, np.int32),
        "why": np.full(len(who), why, np.int8),
        "stated": stated.astype(np.int32),
    }
    return {"residence": event}


def _kin(state: State, who: Column) -> Column:
    """What somebody is to the head of the book; in that of one's parents a child, and one's children grandchildren."""
    people, home = state.people, state.people["home"][who]
    relation, book = people["relation"][who], people["book"][who]
    in_roots = np.select([relation == HEAD, relation == CHILD], [CHILD, GRANDCHILD], STRANGER)
    elsewhere = np.where(book == state.homes["roots"][home], in_roots, STRANGER)
    return np.where(book == home, relation, elsewhere)


def rehouse(state: State, who: Column, home: Column, book: Column, stated: Column) -> list[Events]:
    """People move from the home that they live in to another, and into a home's household book."""
    left = farewell(state, who, MOVED, stated)
    state.people["home"][who], state.people["book"][who] = home, book
    state.people["moved_in"][who] = state.today
    state.people["until"][who] = NEVER
    return [left, arrival(state, who, stated)]


def farewell(state: State, who: Column, why: int, stated: Column) -> Events:
    """People live here no longer."""
    event = residences(state, who, state.today, why, stated)
    state.people["until"][who] = state.today
    return event


def arrival(state: State, who: Column, stated: Column) -> Events:
    """People live where they do from the day that they are entered with."""
    return residences(state, who, NEVER, STAYS, stated)
