"""A store that was added to day by day holds what one that is written whole each day holds."""

import random
import sys
from datetime import date, timedelta

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from riskscreen.declare import SAME, Average, Count, Latest, OverHousehold, Total
from riskscreen.eventstore.store import EventStore
from riskscreen.features import FeatureSet
from riskscreen.features.local import compute
from riskscreen.linkage import link
from tests.factories import bills, check_same, deployment, feed, homes, place, signal
from tests.linkage.test_link import KEY, land, number, row

TOWN = deployment(
    signal(Total, name="yuan", records="bills", column="yuan"),
    signal(Average, name="mean", records="bills", column="yuan"),
    signal(Count, name="count", records="bills"),
    signal(Latest, name="ward", records="bills", column="ward"),
    signal(OverHousehold, name="now", of="yuan", how="sum"),
    signal(OverHousehold, name="then", of="yuan", how="sum", members="then"),
    feeds={"town_feed": feed(records=(bills(same=("yuan",)), homes(), bills(name="visits")))},
    place=place(buckets=3),
)
linking = sys.modules[link.__module__]  # the package has a function of that name
FIRST = date(2024, 1, 1)
WHO = [f"p{n}" for n in range(12)]


class Days:
    """What comes day by day: new records, corrections, withdrawals, records that go to somebody else, moves, decisions."""

    def __init__(self, seed):
        self.dice = random.Random(seed)
        self.told: dict[str, list[dict]] = {"bills": [], "homes": [], "visits": []}
        self.merged: dict[int, tuple[int, date]] = {}
        self.count = 0

    def records(self, kind, day):
        dice, told = self.dice, self.told[kind]
        rows = [self.new(kind, day) for _ in range(dice.randint(0, 4))]
        for old in dice.sample(told, min(len(told), dice.randint(0, 2))):
            change = {"known_on": day + timedelta(dice.randint(-3, 1))} | dice.choice(
                [{"yuan": dice.randint(1, 9)}, {"withdrawn": True}, {"person": number(dice.choice(WHO))}, {}]
            )
            rows.append(old | change)
        told += rows
        return rows

    def new(self, kind, day):
        self.count += 1
        happened = day - timedelta(self.dice.choice([0, 0, 1, 9, 40]))
        home = self.dice.choice(["h1", "h2", "h3", "h4"]) if kind == "homes" else None
        made = row(self.dice.choice(WHO), home, str(happened), known=str(day), id=f"{kind} {self.count}")
        made |= {"yuan": self.dice.randint(1, 9), "ward": self.dice.choice("ab"), SAME: None}
        if kind == "bills" and self.dice.random() < 0.3:
            made[SAME] = self.dice.choice([b"one event".ljust(16), b"another".ljust(16)])
        made["collective"] = kind == "homes" and self.dice.random() < 0.1
        return made

    def decide(self, day):
        """Two numbers are found to be one person's, or not to be after all."""
        if self.merged and self.dice.random() < 0.4:
            self.merged.pop(self.dice.choice(sorted(self.merged)))
        if self.dice.random() < 0.4:
            low, high = sorted(map(number, self.dice.sample(WHO, 2)))
            if low not in self.merged and high not in {label for label, _ in self.merged.values()}:
                self.merged[high] = (low, day)


SOME = pa.array([0, 3, 4, 99], pa.int64())  # people, one of them nobody


def contents(store, people=None):
    """All that a reader is given, who asks for everybody or for some people."""
    kinds = [(kind, bucket) for kind in store.kinds() for bucket in store.buckets()]
    read = {of: store.read(*of, people=people) for of in kinds}
    return read | {(*of, "guests"): store.guests(*of, people=people) for of in kinds}


def some_of(read):
    """Of all that a reader is given what is told of some people."""
    kept = {of: table and table.filter(pc.is_in(table["person"], value_set=SOME)) for of, table in read.items()}
    return {of: None if of[-1] == "guests" and not (table and table.num_rows) else table for of, table in kept.items()}


def check_equal(found, expected):
    assert found.keys() == expected.keys()
    for of, table in expected.items():
        same = found[of] is table is None or found[of].to_pylist() == table.to_pylist()
        assert same, of


@pytest.mark.parametrize("seed", [0, *[pytest.param(n, marks=pytest.mark.long) for n in range(1, 8)]])
def test_a_store_added_to_day_by_day_is_the_one_written_whole_each_day(tmp_path, monkeypatch, decided, seed):
    days, added, anew = Days(seed), tmp_path / "added", tmp_path / "anew"
    earlier, most_files, said = None, 0, 0
    for nth in range(7):
        day = FIRST + timedelta(nth)
        days.decide(day)
        decided.clear()
        decided.update(days.merged)
        rows = {kind: days.records(kind, day) for kind in days.told}
        for home in (added, anew):
            land(home, TOWN, **{kind: some for kind, some in rows.items() if some})
            with monkeypatch.context() as patch:
                if home == anew:
                    patch.setattr(linking, "_base", lambda *_: None)
                link(home, TOWN, KEY)
        if earlier is not None:
            check_equal(contents(earlier[0]), earlier[1])
        check_equal(contents(EventStore.open(added)), contents(EventStore.open(anew)))
        one, other = EventStore.open(added).version, EventStore.open(anew).version
        for name in ("people", "first_known", "last_known", "records", "landing"):
            assert getattr(one, name) == getattr(other, name), name
        most_files = max(most_files, *(len(part.files) for part in one.parts.values()))
        said += sum(sidecar.rows for sidecar in one.sidecars)
        earlier = EventStore.open(added), contents(EventStore.open(added))
    assert (most_files > 2, said > 10) == (True, True)
    check_equal(contents(EventStore.open(added), SOME), some_of(contents(EventStore.open(added))))
    asked = [FIRST + timedelta(n) for n in (0, 3, 9)], FeatureSet(TOWN, tuple(TOWN.signals))
    check_same(compute(EventStore.open(added), *asked), compute(EventStore.open(anew), *asked, engine="reference"))
