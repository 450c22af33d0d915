"""The city week by week: founding it, stepping it, and running it over a span of days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from riskscreen.city.cases import open_and_close
from riskscreen.city.children import leave_and_return
from riskscreen.city.collective import enter_office_books, move_into_care, open_houses
from riskscreen.city.deaths import die
from riskscreen.city.disability import disable
from riskscreen.city.families import change_families, succeed
from riskscreen.city.help import help_out
from riskscreen.city.illness import fall_ill
from riskscreen.city.means import spend
from riskscreen.city.moves import move, move_into_dormitories
from riskscreen.city.reports import report
from riskscreen.city.residence import arrival
from riskscreen.city.school import go_to_school
from riskscreen.city.settle import HEAD, NOBODY, Founders, Newcomers, new_homes, new_people, settle
from riskscreen.city.state import Column, Events, Rows, State, Table, day_number, joined, thinned
from riskscreen.city.wealth import keep_papers
from riskscreen.city.work import work
from riskscreen.declare import WayOfLife
from riskscreen.errors import CallerError

FIRST, LAST = date(2020, 1, 1), date(2023, 12, 31)
WARM_UP = 260  # weeks before the first day: the stock on aid settles, and agencies have a past
CHECKS_AFTER = 2  # years after the first day, homes are drawn by lot to be visited
FOUNDING = 0
FEWEST = 20
YOUNG = 36  # years: below it many stand in their parents' book
EARLIEST = {
    "bill": 730,
    "contribution": 365,
    "deposit": 365,
    "tax": 365,
    "attendance": 365,
    "cover": 400,
    "slack": 0,
}  # days before the first that are kept


@dataclass
class History:
    """A city's state, and what happened in it up to then. ``first`` is the day of the first delivery."""

    state: State
    first: date
    events: list[Events] = field(default_factory=list)

    def of(self, kind: str) -> Table:
        """All events of a kind, as one table."""
        return joined([events[kind] for events in self.events if kind in events])

    def keep(self, said: list[Events]) -> None:
        """Take what happened in a week to the history, without what is older than anybody delivers."""
        before = day_number(self.first) - self.state.today
        self.events += [each for each in said if all(before <= EARLIEST.get(kind, before) for kind in each)]


def found(way: WayOfLife, persons: int, seed: int, first: date, piece: int = 0) -> History:
    """A city, or a piece of one, of about so many people, some years before ``first``.

    Raises ``CallerError`` where they are too few, or the seed is below zero.
    """
    if persons < FEWEST:
        raise CallerError(f"a city of {persons} people has no life to follow: give at least {FEWEST}")
    if seed < 0:
        raise CallerError(f"the seed is {seed}: give zero or more")
    draw = np.random.default_rng([seed, piece, FOUNDING])
    state = _nobody(way, seed, piece, first, draw)
    open_houses(state, way, persons, draw)
    families = way.families
    count = max(1, round(persons * (1 - way.collective.dormitories) / families.founding_members))
    local = draw.random(count) < families.local_share
    age = np.where(local, draw.triangular(*families.heads_local, count), draw.triangular(*families.heads_other, count))
    who = settle(state, way, Founders(local, age, np.full(count, NOBODY)), draw)
    _stay_in_books(state, way, who, draw)
    enter_office_books(state, way, who, draw)
    workers = move_into_dormitories(state, way, round(persons * way.collective.dormitories), draw)
    who = np.concatenate([who, workers])
    since = state.today - draw.integers(30, 5000, len(who))
    state.people["moved_in"] = np.maximum(state.people["born"], since)
    state.count_members()
    return History(state, first, [arrival(state, who, np.full(len(who), state.today))])


def _stay_in_books(state: State, way: WayOfLife, who: Column, draw: np.random.Generator) -> None:
    """Many of the young heads are found in the book of a home in which they might have grown up."""
    people, age = state.people, state.age_of(who)
    heads = (people["relation"][who] == HEAD) & people["local"][who]
    young = thinned(draw, who[heads & (age < YOUNG)], way.families.keeps_book)
    old = who[heads & (age > YOUNG + 12) & (age < YOUNG + 32)]
    if not len(old):
        return
    home = people["home"][young]
    state.homes["roots"][home] = people["home"][draw.choice(old, len(young))]
    roots = state.homes["roots"][people["home"][who]]
    people["book"][who] = np.where(roots != NOBODY, roots, people["book"][who])


def _nobody(way: WayOfLife, seed: int, piece: int, first: date, draw: np.random.Generator) -> State:
    """A city without homes."""
    empty: Rows = Rows({"none": np.zeros(0)})
    checks = first.replace(year=first.year + CHECKS_AFTER, day=1)
    state = State(seed, piece, 0, first - timedelta(weeks=WARM_UP), checks, 0, empty, empty, {})
    none, no = np.zeros(0), np.zeros(0, bool)
    state.homes = Rows(new_homes(state, way, no, draw))
    newcomers = Newcomers(none, none, no, none, none, no, none, none)
    state.people = Rows(new_people(state, way, newcomers, draw))
    return state


def step(state: State, way: WayOfLife, visits: Sequence[int] = (), aid: Sequence[int] = ()) -> list[Events]:
    """Advance ``state`` by a week, in place; returns what happened in it.

    ``visits`` are the numbers of homes that workers see this week, ``aid`` of those to which they give aid. Raises
    ``CallerError`` where such a home is not there.
    """
    strangers = [home for home in (*visits, *aid) if not 0 <= home < len(state.homes)]
    if strangers:
        raise CallerError(f"the city has no home {strangers[0]}: give numbers below {len(state.homes)}")
    said = [*die(state, way), *change_families(state, way)]
    state.count_members()
    said += [*move(state, way), *move_into_care(state, way)]
    state.count_members()
    if state.week % 4 == 0:
        succeed(state)
    ill, paid = fall_ill(state, way)
    said += [*ill, *disable(state, way), *work(state, way), *leave_and_return(state, way)]
    said += [*spend(state, way, paid), *help_out(state, way, visits, aid)]
    said += [*go_to_school(state, way), *keep_papers(state, way), *report(state, way), *open_and_close(state, way)]
    state.week += 1
    return said


def run(
    way: WayOfLife,
    persons: int,
    seed: int,
    span: tuple[date, date],
    progress: Callable[[int, int], None] | None = None,
    piece: int = 0,
) -> History:
    """A city from its founding to the last day of ``span``."""
    first, last = span
    if last < first:
        raise CallerError(f"the city would end on {last}, before it begins on {first}: give --to a later day")
    history = found(way, persons, seed, first, piece)
    weeks = -(-((last - history.state.started_on).days + 1) // 7)
    for week in range(weeks):
        go_on(history, way)
        if progress:
            progress(week + 1, weeks)
    return history


def go_on(history: History, way: WayOfLife) -> None:
    """One week without visits or aid of ours."""
    history.keep(step(history.state, way))
