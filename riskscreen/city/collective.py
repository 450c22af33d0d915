"""Homes of strangers: dormitories, care homes, and offices whose household book many stand in.

Each stands in the table of homes as a home of a kind in which nobody lives. Who lives in its rooms has a home alone,
which names it as ``host``: sharing a roof or a book with strangers makes no household.
"""

import numpy as np

from riskscreen.city.residence import rehouse
from riskscreen.city.settle import HEAD, NOBODY, new_homes
from riskscreen.city.state import WEEKS, Column, Events, State, thinned
from riskscreen.declare import WayOfLife

COLLECTIVE = 14
FAMILY, DORMITORY, CARE_HOME, OFFICE = 0, 1, 2, 3  # kinds of homes
ROOMS = 24  # of a dormitory or care home


def open_houses(state: State, way: WayOfLife, persons: int, draw: np.random.Generator) -> None:
    """Add the houses of a city, or of a piece of one, of about so many people; at least one of each kind."""
    rates = way.collective
    dormitories = max(1, round(persons * rates.dormitories * 2 / rates.dormitory_of))
    care = max(1, round(persons / 100 / rates.care_of))
    offices = max(1, persons // 20_000)
    kind = np.repeat([DORMITORY, CARE_HOME, OFFICE], [dormitories, care, offices])
    table = new_homes(state, way, np.ones(len(kind), bool), draw)
    table["dwelling"] = state.number("dwelling", ROOMS * len(kind))[::ROOMS].astype(np.int32)
    state.homes.add(table | {"kind": kind.astype(np.int8)})


def some_houses(state: State, kind: int, count: int, draw: np.random.Generator) -> Column:
    """The numbers of ``count`` houses of a kind, drawn with the same odds."""
    return np.asarray(draw.choice(np.flatnonzero(state.homes["kind"] == kind), count))


def take_in(state: State, way: WayOfLife, homes: Column, hosts: Column, draw: np.random.Generator) -> None:
    """Homes of one person each get a room in a house, and what is paid for it."""
    table, care = state.homes, state.homes["kind"][hosts] == CARE_HOME
    table["host"][homes] = hosts
    table["grid"][homes], table["area"][homes] = table["grid"][hosts], table["area"][hosts]
    table["dwelling"][homes] = table["dwelling"][hosts] + draw.integers(0, ROOMS, len(homes))
    table["rented"][homes], table["vehicle"][homes] = True, False
    table["housing"][homes] = way.collective.dormitory_rent
    table["relatives"][homes] += np.where(care, np.float32(way.collective.care_adds), 0)


def move_into_care(state: State, way: WayOfLife) -> list[Events]:
    """A week in which old people without a partner move into care homes; some stay in their family's book."""
    draw, people, rates = state.draw(COLLECTIVE), state.people, way.collective
    who = state.some_people(draw, rates.care_enters / WEEKS)
    alone = (people["partner"][who] == NOBODY) & (state.age_of(who) > rates.care_from_age)
    who = who[alone & (state.homes["host"][people["home"][who]] == NOBODY)]
    home = state.homes.add(new_homes(state, way, people["local"][who], draw))
    hosts = some_houses(state, CARE_HOME, len(who), draw)
    take_in(state, way, home, hosts, draw)
    people["relation"][who] = HEAD
    keeps = draw.random(len(who)) < rates.care_keeps_book
    book = np.where(keeps, people["book"][who], hosts)
    return rehouse(state, who, home, book, state.today + draw.integers(10, 90, len(who)))


def is_house(state: State) -> Column:
    """Which homes are houses of strangers, or a room in one."""
    return np.asarray((state.homes["kind"] != FAMILY) | (state.homes["host"] != NOBODY))


def enter_office_books(state: State, way: WayOfLife, who: Column, draw: np.random.Generator) -> None:
    """Young locals without a partner who have just come: some stand in the book of an office."""
    people, rates = state.people, way.collective
    single = people["local"][who] & (people["relation"][who] == HEAD) & (people["partner"][who] == NOBODY)
    who = who[single & (state.age_of(who) < rates.office_below_age) & (people["book"][who] == people["home"][who])]
    who = thinned(draw, who, rates.office_books)
    people["book"][who] = some_houses(state, OFFICE, len(who), draw)
