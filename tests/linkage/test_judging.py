"""A home's linkage is held against the truth: that of truth columns, or that which lies beside deliveries."""

import json
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskscreen.declare import Code, Column, Day, DayOf, HouseholdKey, Id, Linkage, RecordKind, Who
from riskscreen.errors import CallerError
from riskscreen.eventstore.store import Version
from riskscreen.eventstore.writing import write
from riskscreen.linkage.judging import judge
from riskscreen.linkage.truth import read_truth
from riskscreen.monitor import linkage_page
from tests.ingest.factories import Desk, T, feed

LAST = "2024-12-31"


def column(name, kind, **said):
    return Column(name=name, type=kind, label=T, **said)


def register(name):
    """A feed of people with ids, whose truth may stand beside them."""
    person = column("person", Id("citizen", r"[0-9]{6}"), required=True)
    truth = [column(name, Id(name), truth=True) for name in ("really", "house")]
    kind = RecordKind(name=f"{name}_told", label=T, person="person", key=("person", "day", "note"),
                      happened=DayOf("day"), household=HouseholdKey("note", ("note",)))  # fmt: skip
    columns = (person, column("day", Day(), required=True), column("note", Code()), *truth)
    return feed(name=name, files=(f"{name}*",), columns=columns, records=(kind,), who=(Who(id="person", wave="day"),))


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path, register("census"), register("tax"))
    linkage = Linkage(true_person="really", true_household="house")
    desk.town = replace(desk.town, place=replace(desk.town.place, linkage=linkage))
    return desk


HEADER = "person,day,note,really,house\n"
CENSUS = HEADER + "110001,2014-12-31,,ann,elm\n110001,2024-12-31,,ann,elm\n110002,2024-12-31,,bob,elm\n"
TAX = HEADER + "110003,2024-06-30,a,ann,elm\n110003,2024-06-30,b,ann,elm\n110004,2024-06-30,,cyd,oak\n"


def told_at(number, home, day, void=None):
    """A record of the event store that tells where somebody lives."""
    return {"person": number, "household": home, "void_on": void, "record_id": f"{number} {day}".encode(),
            "happened_on": day, "known_on": day, "withdrawn": False, "load": 1, "row": 0}  # fmt: skip


EVENTS = pa.schema([("person", pa.int64()), ("household", pa.int64()), ("void_on", pa.date32()),
                    ("record_id", pa.binary()), ("happened_on", pa.date32()), ("known_on", pa.date32()), ("ends_on", pa.date32()),
                    ("withdrawn", pa.bool_()), ("load", pa.int32()), ("row", pa.int64())])  # fmt: skip


def link(desk, people, *, lives=(), doubtful=(), weights=None):
    """What a link would leave, with the person of each landed claim given; ids in the order of landing are claims."""
    numbers = sorted(people)
    tables = {
        "numbers": pa.table({"number": pa.array(numbers, pa.int64()), "person": [people[n] for n in numbers],
                             "weight": pa.array([(weights or {}).get(n) for n in numbers], pa.float64())}),
        "doubtful": pa.Table.from_pylist(list(doubtful), schema=pa.schema(
            [("claim", pa.int64()), ("other", pa.int64()), ("weight", pa.float64())])),
        "linkage": pa.table({"figures": [json.dumps({"candidate_pairs": 7, "seconds": {"words": 1.5, "ids": 0.25}})],
                             "parameters": ["null"]}),
    }  # fmt: skip
    version = Version(number=1, landing="", buckets=1, people=len(people), first_known="2014-12-31", last_known=LAST,
                      crosswalk={}, files=())  # fmt: skip
    write(desk.home, version, {("census_told", 0): pa.Table.from_pylist(list(lives), schema=EVENTS)}, tables)


def numbers_of(desk):
    """The claims' numbers by whom they truly are of, as the truth has them."""
    told = read_truth(desk.home, desk.town, date.fromisoformat(LAST)).told.to_pylist()
    return {(row["feed"], row["number"]): row["n"] for row in told}, sorted({row["number"] for row in told})


@pytest.fixture
def landed(desk):
    desk.ingest(desk.file("census.csv", CENSUS), desk.file("tax.csv", TAX))
    return desk


def test_records_are_counted_by_claim_and_wave_and_truth(landed):
    counts, numbers = numbers_of(landed)
    assert len(numbers) == 4  # ann in the census, bob, ann in the tax, cyd
    assert sorted(counts.values()) == [1, 1, 1, 2]


def test_figures_are_of_all_pairs_and_kept_figures_stand_beside_them(landed):
    ann, bob, taxed, cyd = numbers_of(landed)[1]
    link(landed, {ann: 0, bob: 1, taxed: 1, cyd: 2})  # bob and ann's tax are taken for one
    figures = judge(landed.home, landed.town).figures
    said, true, both = 1 + 3, 6, 1 + 1  # ann's two, and bob with two tax rows; ann has four rows
    assert figures["pairwise"]["precision"] == both / said
    assert figures["pairwise"]["recall"] == both / true
    assert figures["by_feeds"]["tax~census"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0}
    assert figures["by_feeds"]["census~census"]["recall"] == 1.0
    assert (figures["candidate_pairs"], figures["seconds"]) == (7, 1.75)


def test_households_are_those_of_the_last_day(landed):
    ann, bob, taxed, cyd = numbers_of(landed)[1]
    people, then, now = {ann: 0, bob: 1, taxed: 0, cyd: 2}, date(2020, 1, 1), date(2024, 1, 1)
    lives = [told_at(0, 5, then), told_at(1, 5, then), told_at(2, 5, then), told_at(2, 6, now)]
    link(landed, people, lives=lives)
    assert judge(landed.home, landed.town).figures["households"]["f1"] == 1.0  # cyd has moved out
    link(landed, people, lives=lives[:1])
    assert judge(landed.home, landed.town).figures["households"]["recall"] == pytest.approx((0.5 + 0.5 + 1) / 3)
    link(landed, people, lives=[told_at(n, 5, then, void=now) for n in range(3)])  # a dormitory
    assert judge(landed.home, landed.town).figures["households"]["precision"] == 1.0


def test_an_institution_is_nobodys_household(landed):
    ann, bob, taxed, cyd = numbers_of(landed)[1]
    linkage = replace(landed.town.place.linkage, largest_household=2)
    town = replace(landed.town, place=replace(landed.town.place, linkage=linkage))
    landed.ingest(landed.file("census.2.csv", HEADER + "110005,2024-12-31,,dot,elm\n"))
    *_, dot = numbers_of(landed)[1]
    link(landed, {ann: 0, bob: 1, taxed: 0, cyd: 2, dot: 3})
    assert judge(landed.home, town).figures["households"]["recall"] == 1.0  # elm holds three; cyd alone is judged
    assert judge(landed.home, landed.town).figures["households"]["recall"] == pytest.approx((3 / 3 + 1) / 4)


def test_the_worst_errors_are_told_by_numbers(landed):
    ann, bob, taxed, cyd = numbers_of(landed)[1]
    pair = {"claim": ann, "other": taxed, "weight": 1.5}
    link(landed, {ann: 0, bob: 1, taxed: 1, cyd: 2}, doubtful=[pair], weights={taxed: 6.2, bob: 8.0})
    judged = judge(landed.home, landed.town)
    (merged,), (parted,) = judged.merged, judged.parted
    assert (merged.persons, merged.people, merged.pairs, merged.records) == ((1,), 2, 2, (("census", 1), ("tax", 2)))
    assert (set(parted.persons), parted.pairs) == ({0, 1}, 4)
    assert [(bar.low, bar.one, bar.two) for bar in judged.linked] == [(6, 1, 0), (7, 0, 0), (8, 0, 1)]
    assert [(bar.low, bar.one, bar.two) for bar in judged.doubtful] == [(1, 1, 0)]


def test_the_page_has_figures_and_bars_and_no_word_of_anybody(landed):
    ann, bob, taxed, cyd = numbers_of(landed)[1]
    link(landed, {ann: 0, bob: 1, taxed: 1, cyd: 2}, weights={taxed: 6.2})
    judged = judge(landed.home, landed.town)
    for language, title in (("en", "Wrongly apart"), ("zh", "误分开")):
        page = linkage_page(landed.town, judged, language)
        assert title in page
        assert "census ~ tax" in page
        assert "<rect" in page
        assert "<script" not in page
        assert not any(word in page for word in ("ann", "bob", "110001", "elm"))


def test_truth_may_lie_beside_the_deliveries(desk, tmp_path):
    city = tmp_path / "city"
    (city / "truth" / "rows").mkdir(parents=True)
    for name, text in (("census", CENSUS), ("tax", TAX)):
        rows = [line.rsplit(",", 2)[0] for line in text.splitlines()]
        (city / f"{name}.csv").write_text("\n".join(rows) + "\n")
    people = {"census": [1, 1, 2], "tax": [1, 1, 3]}
    for name, whom in people.items():
        table = pa.table({"file": [f"{name}.csv"] * 3, "row": pa.array(range(3), pa.int32()), "person": whom})
        pq.write_table(table, city / "truth" / "rows" / f"{name}.parquet")
    (city / "truth" / "residence.csv").write_text(
        "person,home,since,until\n1,8,2000-01-01,2020-01-01\n1,9,2020-01-01,\n2,9,2000-01-01,\n3,7,2000-01-01,\n"
    )
    desk.ingest(city)
    beside = read_truth(desk.home, desk.town, date.fromisoformat(LAST), city / "truth")
    assert sorted((row["feed"], row["truth"], row["n"]) for row in beside.told.to_pylist()) == [
        ("census", "1", 1), ("census", "1", 1), ("census", "2", 1), ("tax", "1", 2), ("tax", "3", 1),
    ]  # fmt: skip
    assert {row["truth"]: row["home"] for row in beside.homes.to_pylist()} == {"1": "9", "2": "9", "3": "7"}


def test_a_home_without_truth_says_so(desk):
    rows = "\n".join(line.rsplit(",", 2)[0] for line in CENSUS.splitlines())
    desk.ingest(desk.file("census.csv", rows + "\n"))
    link(desk, {0: 0})
    with pytest.raises(CallerError, match="no truth of landed rows"):
        judge(desk.home, desk.town)


def test_what_came_after_the_last_link_is_not_passed_over(landed):
    ann, bob, *_ = numbers_of(landed)[1]
    link(landed, {ann: 0, bob: 1})
    with pytest.raises(CallerError, match="2 people were told of since the last link"):
        judge(landed.home, landed.town)


def test_nothing_linked_yet_says_so(landed):
    with pytest.raises(CallerError, match="link"):
        judge(landed.home, landed.town)
