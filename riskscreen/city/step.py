"""The city week by week: founding it, stepping it, and running it over a span of days."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from riskscreen.city.help import help_out
from riskscreen.city.illness import fall_ill
from riskscreen.city.life import STAYS, live, residences
from riskscreen.city.means import spend
from riskscreen.city.settle import new_homes, new_people, settle
from riskscreen.city.state import NEVER, Events, State, day_number, day_of, joined
from riskscreen.city.work import work
from riskscreen.declare import WayOfLife
from riskscreen.errors import CallerError

FIRST, LAST = date(2021, 1, 1), date(2023, 12, 31)
WARM_UP = 260  # weeks before the first day: the stock on aid settles, and agencies have a past
MEMBERS = 2.2  # of a home, about
FOUNDING = 0
FEWEST = 20


@dataclass
class History:
    """A city's state, and what happened in it up to then. ``first`` is the day of the first delivery."""

    state: State
    first: date
    events: list[Events] = field(default_factory=list)

    def of(self, kind: str) -> dict[str, np.ndarray]:
        """All events of a kind, as one table."""
        return joined([events[kind] for events in self.events if kind in events])


def found(way: WayOfLife, persons: int, seed: int, first: date) -> History:
    """A city of about so many people, some years before ``first``; raises ``CallerError`` where they are too few."""
    if persons < FEWEST:
        raise CallerError(f"a city of {persons} people has no life to follow: give at least {FEWEST}")
    if seed < 0:
        raise CallerError(f"the seed is {seed}: give zero or more")
    draw = np.random.default_rng([seed, FOUNDING])
    nobody = np.zeros(0)
    homes = new_homes(way, nobody.astype(bool), draw)
    people = new_people(way, 0, nobody.astype(int), nobody.astype(bool), nobody, draw)
    state = State(seed, first - timedelta(weeks=WARM_UP), 0, people, homes, {})
    count = max(1, round(persons / MEMBERS))
    local = draw.random(count) < way.families.local_share
    age = np.where(local, draw.uniform(22, 88, count), draw.uniform(20, 58, count))
    who = settle(state, way, local, draw, age)
    state.people["moved_in"] = np.maximum(state.people["born"], state.today - draw.integers(30, 5000, len(who)))
    return History(state, first, [residences(state, who, NEVER, STAYS, np.full(len(who), state.today))])


def step(state: State, way: WayOfLife, week: date, visits: Sequence[int] = (), aid: Sequence[int] = ()) -> list[Events]:
    """Advance ``state`` by the week that begins on ``week``, in place; returns what happened in it.

    ``visits`` are the numbers of homes that workers see this week, ``aid`` of those to which they give aid. Raises
    ``CallerError`` where the state stands at another week or a home is not there.
    """
    if day_number(week) != state.today:
        raise CallerError(f"the city stands at {day_of(state.today)}: it cannot step through the week of {week}")
    strangers = [home for home in (*visits, *aid) if not 0 <= home < len(state.homes["area"])]
    if strangers:
        raise CallerError(f"the city has no home {strangers[0]}: give numbers below {len(state.homes['area'])}")
    said = [*live(state, way), *fall_ill(state, way), *work(state, way), *spend(state, way)]
    said += help_out(state, way, visits, aid)
    state.week += 1
    return said


def run(
    way: WayOfLife, persons: int, seed: int, span: tuple[date, date], progress: Callable[[int, int], None] | None = None
) -> History:
    """A city from its founding to the last day of ``span``."""
    first, last = span
    if last < first:
        raise CallerError(f"the city would end on {last}, before it begins on {first}: give --to a later day")
    history = found(way, persons, seed, first)
    weeks = -(-((last - history.state.started_on).days + 1) // 7)
    for week in range(weeks):
        go_on(history, way)
        if progress:
            progress(week + 1, weeks)
    return history


def go_on(history: History, way: WayOfLife) -> None:
    """One week without visits or aid of ours."""
    history.events += step(history.state, way, day_of(history.state.today))
