"""The state of a made-up city at the beginning of a week: tables of people and of homes.

A person's or a home's number is its row in the table, for good. Days are counted from 1 January 1970; ``NEVER`` stands
for a day that has not come.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Table = dict[str, Column]
Events = dict[str, Table]

NEVER = 1_000_000
EPOCH = date(1970, 1, 1)
YEAR = 365.25
WEEKS = YEAR / 7
MONTH = WEEKS / 12  # weeks in a month

NO_WORK, FORMAL, INFORMAL, SELF = 0, 1, 2, 3
UNSEEN, EMPLOYEE, RESIDENT = 0, 1, 2
MANY = 0.01  # odds from which it is faster to ask everybody
PRESENT, IN_PRISON, IN_TREATMENT, WORKS_AWAY, MISSING = 0, 1, 2, 3, 4


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day of a number."""
    return EPOCH + timedelta(days=int(number))


class Rows:
    """Columns of one length that can grow at the end; ``rows[name]`` is a view of the column."""

    def __init__(self, columns: Table) -> None:
        self._columns = dict(columns)
        self._count = len(next(iter(columns.values())))

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __getitem__(self, name: str) -> Column:
        return self._columns[name][: self._count]

    def __setitem__(self, name: str, values: Column) -> None:
        self._columns[name][: self._count] = values

    def add(self, more: Table) -> NDArray[np.int64]:
        """Append rows; returns their numbers. The columns keep their types."""
        count = len(next(iter(more.values())))
        first, self._count = self._count, self._count + count
        for name, column in self._columns.items():
            if self._count > len(column):
                self._columns[name] = np.resize(column, (self._count * 5 // 4, *column.shape[1:]))
            self._columns[name][first : self._count] = more[name]
        return np.arange(first, self._count)

    def copy(self) -> "Rows":
        """The same rows, apart from these."""
        return Rows({name: self[name].copy() for name in self})


@dataclass
class State:
    """A city, or one piece of it, at the beginning of ``week`` (0, 1, 2 … from ``started_on``).

    :func:`riskscreen.city.step` advances it. What is to come depends on ``seed``, ``piece`` and ``future`` alone.
    """

    seed: int
    piece: int
    future: int
    started_on: date
    checks_from: date
    week: int
    people: Rows
    homes: Rows
    counts: dict[str, int]

    @property
    def today(self) -> int:
        """The number of the week's first day."""
        return day_number(self.started_on) + 7 * self.week

    @property
    def checks_begun(self) -> bool:
        """Whether homes are visited by lot already."""
        return self.today >= day_number(self.checks_from)

    @property
    def month_begins(self) -> bool:
        """Whether a month's first day lies in this week."""
        return any(day_of(self.today + after).day == 1 for after in range(7))

    @property
    def here(self) -> Flags:
        """Who lives in the city today."""
        return np.asarray(self.people["until"] > self.today)

    @property
    def age(self) -> Floats:
        """Everybody's years since birth."""
        return np.asarray((self.today - self.people["born"]) / YEAR)

    def age_of(self, who: Column) -> Floats:
        """Years since birth of some people."""
        return np.asarray((self.today - self.people["born"][who]) / YEAR)

    def draw(self, process: int) -> np.random.Generator:
        """The random numbers of this week for one process: nothing that was drawn before decides them."""
        return np.random.default_rng([self.seed, self.piece, self.future, self.week, process])

    def number(self, kind: str, how_many: int) -> NDArray[np.int64]:
        """The next numbers of a kind of paper."""
        first = self.counts.get(kind, 0)
        self.counts[kind] = first + how_many
        return np.arange(first, first + how_many)

    def of_home(self, value: Column) -> Floats:
        """The sum of a person's value over each home's members who live here."""
        counted = np.where(self.here, value, 0)
        return np.asarray(np.bincount(self.people["home"], counted, minlength=len(self.homes)), np.float64)

    def members(self) -> Column:
        """How many live in each home, as :meth:`count_members` last found."""
        return self.homes["members"]

    def count_members(self) -> None:
        """Count who lives in each home; needed whenever somebody was born, died or moved."""
        lives = self.people["home"][self.here]
        self.homes["members"] = np.bincount(lives, minlength=len(self.homes))

    def some_people(self, draw: np.random.Generator, odds: float) -> Column:
        """The numbers of people who live here, each taken with the same odds, in order."""
        who = sample(draw, len(self.people), odds)
        return np.asarray(who[self.people["until"][who] > self.today])

    def future_of(self, future: int) -> "State":
        """The same state with another future, apart from this one."""
        people, homes, counts = self.people.copy(), self.homes.copy(), dict(self.counts)
        return State(self.seed, self.piece, future, self.started_on, self.checks_from, self.week, people, homes, counts)

    def save(self, path: Path) -> None:
        """Write the state to a file."""
        head = {
            "seed": self.seed,
            "piece": self.piece,
            "future": self.future,
            "started_on": str(self.started_on),
            "checks_from": str(self.checks_from),
            "week": self.week,
            "counts": self.counts,
        }
        tables = {f"people.{name}": self.people[name] for name in self.people}
        tables |= {f"homes.{name}": self.homes[name] for name in self.homes}
        with path.open("wb") as file:
            np.savez_compressed(file, allow_pickle=False, head=np.array(json.dumps(head)), **tables)

    @classmethod
    def load(cls, path: Path) -> "State":
        """The state that :meth:`save` wrote."""
        with np.load(path, allow_pickle=False) as file:
            head = json.loads(str(file["head"]))
            tables: dict[str, Table] = {"people": {}, "homes": {}}
            for name in file.files:
                table, _, column = name.partition(".")
                if column:
                    tables[table][column] = file[name]
        for name in ("started_on", "checks_from"):
            head[name] = date.fromisoformat(head[name])
        return cls(**head, people=Rows(tables["people"]), homes=Rows(tables["homes"]))


def sample(draw: np.random.Generator, count: int, odds: float) -> NDArray[np.int64]:
    """Of the numbers below ``count`` some, each with the same odds, in order."""
    if odds > MANY:
        return np.flatnonzero(draw.random(count, np.float32) < odds)
    taken = draw.binomial(count, odds) if count else 0
    return np.sort(draw.choice(count, taken, replace=False, shuffle=False)) if taken else np.zeros(0, np.int64)


def thinned(draw: np.random.Generator, who: Column, odds: Column | float) -> Column:
    """Of some numbers those that are kept, each with its odds."""
    return np.asarray(who[draw.random(len(who)) < odds])


def joined(tables: list[Table]) -> Table:
    """Tables with the same columns, one after the other."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
