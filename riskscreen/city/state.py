"""The state of a made-up city at the beginning of a week: tables of people and of homes.

A table is columns of one length; a person's or a home's number is its row, for good. Days are counted from
1 January 1970; ``NEVER`` stands for a day that has not come.
"""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]
Table = dict[str, Column]
Events = dict[str, Table]

NEVER = 1_000_000
EPOCH = date(1970, 1, 1)
YEAR = 365.25
WEEKS = YEAR / 7
MONTH = WEEKS / 12  # weeks in a month

NO_WORK, FORMAL, INFORMAL = 0, 1, 2
UNSEEN, EMPLOYEE, RESIDENT = 0, 1, 2


def day_number(day: date) -> int:
    """Days since 1 January 1970."""
    return (day - EPOCH).days


def day_of(number: int) -> date:
    """The day of a number."""
    return EPOCH + timedelta(days=int(number))


@dataclass
class State:
    """A city at the beginning of ``week`` (0, 1, 2 … from ``started_on``). :func:`riskscreen.city.step` advances it."""

    seed: int
    started_on: date
    week: int
    people: Table
    homes: Table
    counts: dict[str, int]

    @property
    def today(self) -> int:
        """The number of the week's first day."""
        return day_number(self.started_on) + 7 * self.week

    @property
    def here(self) -> NDArray[np.bool_]:
        """Who lives in the city today."""
        return self.people["until"] > self.today

    @property
    def age(self) -> NDArray[np.float64]:
        """Years since birth."""
        return (self.today - self.people["born"]) / YEAR

    def draw(self, stream: int) -> np.random.Generator:
        """The random numbers of this week for one part of life: seed and week decide them, nothing before does."""
        return np.random.default_rng([self.seed, self.week, stream])

    def number(self, kind: str, how_many: int) -> NDArray[np.int64]:
        """The next numbers of a kind of paper."""
        first = self.counts.get(kind, 0)
        self.counts[kind] = first + how_many
        return np.arange(first, first + how_many)

    def of_home(self, value: Column, who: Column | None = None) -> NDArray[np.float64]:
        """The sum of a person's value over each home's members who live here (and are among ``who``)."""
        counted = self.here if who is None else self.here & who
        homes = len(self.homes["area"])
        total = np.bincount(self.people["home"][counted], np.asarray(value, float)[counted], minlength=homes)
        return np.asarray(total, np.float64)

    def save(self, path: Path) -> None:
        """Write the state to a file."""
        head = {"seed": self.seed, "started_on": str(self.started_on), "week": self.week, "counts": self.counts}
        tables = {f"people.{name}": column for name, column in self.people.items()}
        tables |= {f"homes.{name}": column for name, column in self.homes.items()}
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
        started_on = date.fromisoformat(head["started_on"])
        return cls(head["seed"], started_on, head["week"], tables["people"], tables["homes"], head["counts"])


def joined(tables: list[Table]) -> Table:
    """Tables with the same columns, one after the other."""
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}
