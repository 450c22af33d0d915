"""Made-up people of the reference work: their records in pieces, as the agencies know them, by seed.

A piece is a bucket of the event store: whole households, of one number of people. ``happened_on`` differs among a
person's records of one kind, so that the latest is one; a correction keeps its record's ``happened_on``.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[Any]
Columns = dict[str, Any]

FIRST_MONTH, LAST_DAY = np.datetime64("2022-07", "M"), date(2024, 12, 31)
MONTHS = FIRST_MONTH + np.arange(30)
MONTH_ENDS = (MONTHS + 1).astype("datetime64[D]").astype(np.int64) - 1
BEGINS, ENDS = int(MONTH_ENDS[0]) - 30, int(MONTH_ENDS[-1])
SUMMER = np.isin(MONTHS.astype(np.int64) % 12, (6, 7))

CORRECTED, WITHDRAWN = 0.01, 0.1  # of the records; of the corrections
HOUSEHOLD_SIZES, HOW_MANY = (1, 2, 3, 4, 5, 6), (0.2, 0.25, 0.25, 0.15, 0.1, 0.05)
AT_HOME, MOVED, LEFT = 0.97, 0.08, 0.01
INSURED, ILL_EVERY, EMPLOYED, DISABLED, PUPILS, HELPED = 0.5, 5.2, 0.5, 0.06, 0.12, 0.05
WARDS, HOW_OFTEN = ("outpatient", "inpatient", "emergency", "dental", "special"), (0.68, 0.12, 0.1, 0.06, 0.04)

DAY, MONEY = pa.date32(), pa.int64()
KNOWN = {"record": pa.int64(), "version": pa.int8(), "person": pa.int64(), "happened_on": DAY, "known_on": DAY}
TYPES: Mapping[str, pa.DataType] = {**KNOWN, "ends_on": DAY, "withdrawn": pa.bool_(), "household": pa.int64()}


@dataclass(frozen=True)
class Piece:
    """People ``bucket``, ``bucket + buckets``, … of a seed; households are numbered so too."""

    seed: int
    bucket: int
    buckets: int
    people: int

    def tables(self) -> dict[str, pa.Table]:
        """The versions of the records of each kind, ordered by the day on which they became known."""
        return {kind: self._table(at, MAKERS[kind]) for at, kind in enumerate(MAKERS)}

    def _table(self, at: int, maker: "Maker") -> pa.Table:
        dice = np.random.default_rng((self.seed, self.bucket, at))
        columns = _versions(dice, _once(maker.rows(dice, self.people)), maker)
        columns["record"] = columns["record"] * self.buckets + self.bucket
        for number in {"person", "household"} & columns.keys():
            columns[number] = columns[number].astype(np.int64) * self.buckets + self.bucket
        order = np.argsort(columns["known_on"], kind="stable")
        return pa.table({name: _arrow(name, columns[name], order) for name in _in_order(columns)})


@dataclass(frozen=True)
class Maker:
    """How the rows of a kind are made, in what time they become known, and what a correction changes."""

    rows: Callable[[Any, int], Columns]
    lag: tuple[int, int]
    mended: str | None


@dataclass(frozen=True)
class Words:
    """A column of words: the place of each row's in ``words``; a place below zero is not known."""

    places: Numbers
    words: tuple[str, ...]

    def __getitem__(self, rows: Numbers) -> "Words":
        return Words(self.places[rows], self.words)


def _in_order(columns: Columns) -> list[str]:
    fixed = [name for name in TYPES if name in columns]
    return fixed + [name for name in columns if name not in TYPES]


def _arrow(name: str, column: Any, order: Numbers) -> pa.Array:
    if isinstance(column, Words):
        return pa.DictionaryArray.from_arrays(pa.array(column.places[order].astype(np.int32)), column.words)
    if name == "ends_on":
        return pa.array(column[order].astype(np.int32), mask=column[order] < 0).cast(DAY)
    of = TYPES.get(name, MONEY)
    return pa.array(column[order].astype(np.int32) if of == DAY else column[order]).cast(of)


def _once(rows: Columns) -> Columns:
    """One record a person and day."""
    keys = rows["person"].astype(np.int64) * 100_000 + rows["happened_on"] + 50_000
    kept = np.unique(keys, return_index=True)[1]
    return {name: column[kept] for name, column in rows.items()}


def _versions(dice: Any, rows: Columns, maker: Maker) -> Columns:
    """The rows and, behind them, a later version of one in a hundred."""
    count = len(rows["person"])
    again = np.flatnonzero(dice.random(count) < CORRECTED)
    of = np.concatenate([np.arange(count), again])
    whole = {name: column[of] for name, column in rows.items()}
    whole["record"] = of
    whole["version"] = np.concatenate([np.ones(count), np.full(len(again), 2)]).astype(np.int8)
    lag = dice.integers(*maker.lag, count)
    later = lag[again] + dice.integers(0, 200, len(again))
    whole["known_on"] = whole["happened_on"] + np.concatenate([lag, later])
    whole["withdrawn"] = np.concatenate([np.zeros(count), dice.random(len(again)) < WITHDRAWN]).astype(bool)
    if maker.mended:
        whole[maker.mended][count:] = whole[maker.mended][count:] * dice.integers(1, 4, len(again))
    return whole


def _money(dice: Any, count: int, middle: float, spread: float, step: int) -> Numbers:
    """Amounts in the smallest unit, in whole steps."""
    return np.asarray((np.exp(dice.normal(np.log(middle), spread, count)) / step).astype(np.int64) * step)


def _words(dice: Any, count: int, prefix: str, number: int) -> Words:
    """One of so many codes for each row, the first ones more often."""
    places = (dice.random(count) ** 2 * number).astype(np.int64)
    return Words(places, tuple(f"{prefix}{at:05d}" for at in range(number)))


def _people(dice: Any, people: int, share: float) -> Numbers:
    return np.flatnonzero(dice.random(people) < share)


def _by_month(dice: Any, who: Numbers, share: float, leave: Numbers | None = None) -> tuple[Numbers, Numbers]:
    """Places in ``who`` and months, in a run of months for each, some of them missing."""
    begins, ends = dice.integers(-12, 12, len(who)), dice.integers(20, 60, len(who))
    month = np.arange(len(MONTHS))
    held = (month >= begins[:, None]) & (month < ends[:, None]) & (dice.random((len(who), len(month))) < share)
    place, month = np.nonzero(held if leave is None else held & ~leave)
    return place, month


def _contributions(dice: Any, people: int) -> Columns:
    who = _people(dice, people, INSURED)
    place, month = _by_month(dice, who, 0.98)
    rise = 1 + 0.05 * ((month + 6) // 12)
    base = (_money(dice, len(who), 6_000_00, 0.5, 100_00)[place] * rise / 10_00).astype(np.int64) * 10_00
    employer = _words(dice, len(who), "E", 20_000)
    changed = dice.random(len(place)) < 0.01
    places = np.where(changed, dice.integers(0, 20_000, len(place)), employer.places[place])
    percent = {"pension": 8, "medical": 2, "housing": dice.integers(5, 13, len(who))[place], "unemployment": 1}
    return {
        "person": who[place],
        "happened_on": MONTH_ENDS[month] - 16,
        "base": base,
        **{name: base * share // 100 for name, share in percent.items()},
        "injury": base * dice.integers(2, 20, len(who))[place] // 1000,
        "arrears": (dice.random(len(place)) < 0.04) * dice.integers(1, 4, len(place)),
        "employer": Words(places, employer.words),
        "insured_as": Words(who[place] % 3, ("employee", "flexible", "resident")),
    }


def _bills(dice: Any, people: int) -> Columns:
    person = np.repeat(np.arange(people), dice.poisson(dice.gamma(0.6, ILL_EVERY / 0.6, people)))
    count = len(person)
    total = _money(dice, count, 400_00, 1.3, 1)
    ward = dice.choice(len(WARDS), count, p=HOW_OFTEN)
    return {
        "person": person,
        "happened_on": dice.integers(BEGINS, ENDS + 1, count),
        "total": total,
        "own": (total * dice.beta(2, 4, count)).astype(np.int64),
        "days": np.where(ward == 1, dice.integers(1, 25, count), 0),
        "ward": Words(ward, WARDS),
        "diagnosis": _words(dice, count, "D", 300),
    }


def _employment(dice: Any, people: int) -> Columns:
    person = np.repeat(np.arange(people), dice.poisson(EMPLOYED * 1.5, people))
    begins = ENDS - (dice.random(len(person)) * 9 * 365).astype(np.int64)
    ends = begins + dice.integers(60, 8 * 365, len(person))
    return {
        "person": person,
        "happened_on": begins,
        "ends_on": np.where(ends > ENDS, -1, ends),
        "wage": _money(dice, len(person), 5_500_00, 0.5, 100_00),
        "industry": _words(dice, len(person), "I", 90),
    }


def _disability(dice: Any, people: int) -> Columns:
    person = _people(dice, people, DISABLED)
    begins = ENDS - dice.integers(0, 20 * 365, len(person))
    return {
        "person": person,
        "happened_on": begins,
        "ends_on": np.where(dice.random(len(person)) < 0.3, begins + 5 * 365, -1),
        "grade": dice.integers(1, 5, len(person)),
        "impairment": _words(dice, len(person), "T", 7),
    }


def _attendance(dice: Any, people: int) -> Columns:
    who = _people(dice, people, PUPILS)
    place, month = _by_month(dice, who, 0.97, leave=SUMMER)
    return {
        "person": who[place],
        "happened_on": MONTH_ENDS[month] - 6,
        "absent": dice.poisson(dice.gamma(0.5, 1.5, len(who))[place]),
        "late": dice.poisson(0.4, len(place)),
        "school": _words(dice, len(who), "S", 2_000)[place],
    }


def _benefits(dice: Any, people: int) -> Columns:
    who = _people(dice, people, HELPED)
    place, month = _by_month(dice, who, 0.97)
    return {
        "person": who[place],
        "happened_on": MONTH_ENDS[month] - 14,
        "amount": _money(dice, len(who), 700_00, 0.4, 10_00)[place],
        "programme": _words(dice, len(who), "P", 6)[place],
    }


def _residence(dice: Any, people: int) -> Columns:
    """Where people live: nobody is at home in several places, some move next door, and some leave for good."""
    sizes = dice.choice(HOUSEHOLD_SIZES, people, p=HOW_MANY)
    home = np.repeat(np.arange(people), sizes)[:people]
    person, moved = _people(dice, people, AT_HOME), _people(dice, people, MOVED)
    begins = [BEGINS - dice.integers(1, 12 * 365, len(person)), dice.integers(BEGINS, ENDS + 1, len(moved))]
    whole = {
        "person": np.concatenate([person, moved]),
        "happened_on": np.concatenate(begins),
        "household": np.concatenate([home[person], home[moved] + 1]),
    }
    left = dice.random(len(whole["person"])) < LEFT
    return whole | {"ends_on": np.where(left, whole["happened_on"] + dice.integers(0, 900, len(left)), -1)}


MAKERS: Mapping[str, Maker] = {
    "contributions": Maker(_contributions, (5, 45), "base"),
    "bills": Maker(_bills, (1, 60), "own"),
    "employment": Maker(_employment, (0, 40), "wage"),
    "disability": Maker(_disability, (10, 90), None),
    "attendance": Maker(_attendance, (2, 20), "absent"),
    "benefits": Maker(_benefits, (5, 30), "amount"),
    "residence": Maker(_residence, (0, 30), None),
}
