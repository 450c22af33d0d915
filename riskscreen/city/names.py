"""Names and phones of made-up people: few surnames of many, families' names, and one name that many have."""

from dataclasses import dataclass

import numpy as np

from riskscreen.city.lots import lots, one_of
from riskscreen.city.people import heads
from riskscreen.city.settle import NOBODY
from riskscreen.city.state import Column, Flags, Floats, State
from riskscreen.declare import Names, WayOfLife

GENERATIONS = 4  # through which a surname is handed down
GROWN = 14  # years: from then on somebody has a phone


@dataclass(frozen=True)
class Called:
    """What people are called: surname and given characters of each, as text; ``second`` is never empty."""

    surname: Column
    first: Column
    second: Column

    def whole(self) -> Column:
        """The names, as text."""
        return np.char.add(np.char.add(self.surname, self.first), self.second)


def called(state: State, way: WayOfLife) -> Called:
    """The name of each person: a child has its father's surname, mostly, and often a character of its siblings."""
    names, people, seed = way.names, state.people, (state.seed, state.piece)
    number = np.arange(len(people))
    own = np.where(people["mother"] == NOBODY, number, people["mother"])
    shares = (people["mother"] != NOBODY) & (lots(seed, "family name", own) < names.family)
    first = _given(names, people["male"], lots(seed, "first", np.where(shares, own, number)))
    second = np.where(
        shares,
        _given(names, people["male"], (lots(seed, "second", own) + number * 0.137) % 1.0),
        _given(names, people["male"], lots(seed, "second", number)),
    )
    single = lots(seed, "single", number) < names.single
    surname = np.array(list(names.surnames))[_surnames(state, way)]
    return Called(surname, np.where(single & ~shares, "", first), second)


def _surnames(state: State, way: WayOfLife) -> Column:
    """The number of each person's surname in the table of surnames."""
    people, number, seed = state.people, np.arange(len(state.people)), (state.seed, state.piece)
    shares = np.cumsum(np.array(list(way.names.surnames.values())))
    own = np.searchsorted(shares / shares[-1], lots(seed, "surname", number), side="right")
    of_father = lots(seed, "father's", number) < way.names.fathers
    parent = np.where(of_father, people["father"], people["mother"])
    out = own
    for _ in range(GENERATIONS):
        out = np.where(parent == NOBODY, own, out[parent])
    return np.asarray(out)


def _given(names: Names, male: Flags, lot: Floats) -> Column:
    """A given character of each person: those that stand first in the list come oftenest."""
    chosen = [np.array(list(kind))[_by_rank(len(kind), names.spread, lot)] for kind in (names.male, names.female)]
    return np.where(male, *chosen)


def _by_rank(count: int, spread: float, lot: Floats) -> Column:
    odds = np.cumsum(1 / (np.arange(count) + spread))
    return np.searchsorted(odds / odds[-1], lot, side="right")


def new_family_names(state: State, known: Called) -> tuple[Flags, Column]:
    """Whose mother no longer lives with the father, and the surname of the family that the child lives in now."""
    people = state.people
    mother, father = people["mother"], people["father"]
    partner = np.where(mother == NOBODY, NOBODY, people["partner"][mother])
    parted = (mother != NOBODY) & (father != NOBODY) & (partner != father) & ~people["died"][mother]
    now = np.where(partner == NOBODY, mother, partner)
    surname = known.surname[now]
    return parted & (surname != known.surname), surname


def phones(state: State, way: WayOfLife, whose: Column, before: Flags) -> Column:
    """The phone of each of ``whose``, or the one that they had ``before``."""
    number, seed = np.maximum(whose, 0), (state.seed, state.piece)
    lot = np.where(before, lots(seed, "phone before", number), lots(seed, "phone", number))
    digits = way.names.phone_digits - len(way.names.phone)
    text = np.char.zfill(one_of(lot, 10**digits).astype(str), digits)
    return np.where(whose == NOBODY, "", np.char.add(way.names.phone, text))


def phone_owners(state: State, way: WayOfLife, more: Floats) -> Column:
    """Whose phone each person gives: a child its mother's or father's, some of the grown that of the home's head."""
    people, number = state.people, np.arange(len(state.people))
    parent = np.where(people["mother"] == NOBODY, people["father"], people["mother"])
    owner = np.where(state.age < GROWN, parent, number)
    head = np.where(state.here, heads(state)[people["home"]], NOBODY)
    shared = (lots((state.seed, state.piece), "phone shared", number) < way.mess.phone_shared * more) & (head != NOBODY)
    return np.where(shared & (state.age >= GROWN), head, owner)
