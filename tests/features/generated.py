"""Generated records: late, corrected, withdrawn, on one day, before and after everything."""

from datetime import date, timedelta

from hypothesis import strategies as st

from riskscreen.clock import Window
from riskscreen.declare import (
    AtLeast,
    Average,
    Count,
    CountMembers,
    DaysSinceFirst,
    DaysSinceLast,
    Derived,
    Distinct,
    Is,
    Largest,
    Latest,
    OverHousehold,
    Share,
    Smallest,
    SpellLength,
    StateAt,
    Total,
    Trend,
)
from tests.factories import deployment, signal

AS_OF = date(2024, 3, 1)
days = st.integers(-400, 60).map(lambda n: AS_OF + timedelta(days=n))
yuan = st.none() | st.integers(-500, 5000)


def over(kind, name, **said):
    return signal(kind, name=name, **({"records": "bills", "window": Window(90)} | said))


EVERY_KIND = [
    over(Count, "count", where=(Is("ward", "a"),)),
    over(Total, "total", column="yuan"),
    over(Largest, "largest", column="yuan"),
    over(Smallest, "smallest", column="yuan"),
    over(Average, "average", column="yuan"),
    over(Latest, "latest", column="yuan", window=None),
    over(Distinct, "distinct", column="ward"),
    over(DaysSinceLast, "last"),
    over(DaysSinceFirst, "first", window=None),
    over(Share, "share", column="own", whole="yuan"),
    over(Trend, "trend", column="yuan"),
    signal(StateAt, name="state", records="spells"),
    signal(SpellLength, name="spell", records="spells"),
    signal(OverHousehold, name="home_now", of="total", how="sum"),
    signal(OverHousehold, name="home_then", of="total", how="sum", members="then"),
    signal(OverHousehold, name="home_mean", of="largest", how="mean"),
    signal(OverHousehold, name="home_any", of="state", how="any", members="then"),
    signal(CountMembers, name="members"),
    signal(CountMembers, name="ill", where=AtLeast("count", 1), members="then"),
    signal(Derived, name="per_head", how="ratio", of=("home_now", "members")),
]
TOWN = deployment(*EVERY_KIND)


@st.composite
def versions(draw, kind):
    """One to three versions of one record of a kind."""
    person, identity = draw(st.integers(1, 4)), draw(st.integers(0, 10**6))
    happened = draw(days)
    rows = []
    for load in range(draw(st.integers(1, 3))):
        moved = happened + timedelta(days=draw(st.sampled_from([0, 0, 0, 1, -30])))
        rows.append(
            {
                "person": person,
                "household": draw(st.none() | st.integers(1, 2)) if kind == "homes" else None,
                "void_on": None,
                "record_id": f"{kind} {person} {identity}".encode(),
                "happened_on": moved,
                "known_on": happened + timedelta(days=draw(st.sampled_from([0, 0, 1, 30, 200]))),
                "ends_on": moved + timedelta(days=draw(st.integers(0, 90))) if draw(st.booleans()) else None,
                "withdrawn": draw(st.sampled_from([False, False, False, True])),
                "load": load,
                "row": 0,
                "yuan": draw(yuan),
                "own": draw(yuan),
                "ward": draw(st.sampled_from([None, "a", "b"])),
            }
        )
    return rows


def numbered(many):
    """The rows of many records, each with its own row number, as in a landed file."""
    return [{**row, "row": at} for at, row in enumerate(row for rows in many for row in rows)]


def histories():
    """Rows by record kind, as ``tests.factories.bucket`` takes them."""
    kinds = ("bills", "spells", "homes")
    return st.fixed_dictionaries({kind: st.lists(versions(kind), max_size=6).map(numbered) for kind in kinds})
