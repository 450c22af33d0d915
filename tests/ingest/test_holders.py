"""Two people under one id, and one person under two, are told of at the door and kept for linkage, without a name."""

import pyarrow.parquet as pq
import pytest

from riskscreen.declare import Code, Column, Day, DayOf, Id, PersonName, RecordKind, Says, Who
from riskscreen.errors import DeclarationError
from riskscreen.eventstore import Landing
from riskscreen.ingest import holders
from tests.ingest.factories import KEY, Desk, T, feed, person
from tests.ingest.test_pieces import limits

HEADER = "person,name,born,sex,phone,before,said"
SAYS = Says(born=0, sex=8, sexes=(("m", "13579"), ("f", "02468")))
ANN, BEN = "199001010", "198505051"  # a woman born on 1990-01-01, a man born on 1985-05-05


def residents(**changes):
    columns = (
        Column(name="person", type=Id("citizen", "[0-9]{9}", says=SAYS), label=T, required=True),
        Column(name="name", type=PersonName(), label=T),
        Column(name="born", type=Day(), label=T),
        Column(name="sex", type=Code(("m", "f")), label=T),
        Column(name="phone", type=Code(), label=T),
        Column(name="before", type=Id("citizen", "[0-9]{9}"), label=T),
        Column(name="said", type=Day(), label=T, required=True),
    )
    kind = RecordKind(name="resident", label=T, person="person", key=("person", "said"), happened=DayOf("said"))
    who = Who(id="person", name="name", born="born", sex="sex", contact="phone", formerly="before")
    return feed(**({"columns": columns, "records": (kind,), "who": who} | changes))


@pytest.fixture
def office(tmp_path):
    return Desk(tmp_path, residents())


def deliver(office, *rows, number=1):
    lines = [f"{row},2024-01-0{at + 1}" for at, row in enumerate(rows)]
    (result,) = office.ingest(office.file(f"bills.{number}.csv", "\n".join([HEADER, *lines, ""])))
    assert (result.accepted, result.quarantined) == (len(rows), 0)
    return tuple(warning for warning in result.warnings if "in 'person'" in warning)


def contested(office):
    return [
        (row["person"], row["load"])
        for row in holders.contested(office.home, office.town.feeds["bills_feed"]).to_pylist()
    ]


def pairs(office):
    return [tuple(row.values()) for row in holders.one_person(office.home, office.town.feeds["bills_feed"]).to_pylist()]


def test_an_id_that_comes_with_two_names_is_contested_from_the_second_on(office):
    assert deliver(office, f"{ANN},Ann,1990-01-01,f,1,", f"{BEN},Ben,1985-05-05,m,2,") == ()
    (warning,) = deliver(office, f"{ANN},Zoe,1990-01-01,f,3,", f"{BEN},Ben,1985-05-05,m,4,", number=2)
    assert warning.startswith("1 id in 'person' contested: two names came with it")
    assert contested(office) == [(person(ANN), 2)]
    assert pairs(office) == []


@pytest.mark.parametrize("name", ["ann", " ANN ", "Ａｎｎ", "A nn", ""])
def test_a_name_that_is_written_otherwise_is_no_other_name(office, name):
    assert deliver(office, f"{ANN},Ann,1990-01-01,f,1,", f"{ANN},{name},1990-01-01,f,2,")[1:] == ()
    assert contested(office) == []


@pytest.mark.parametrize(
    ("born", "sex", "is_contested"),
    [
        ("1990-01-01", "f", False),
        ("1990-01-02", "f", True),
        ("1990-01-01", "m", True),
        ("", "", False),
        ("", "m", True),
    ],
)
def test_an_id_whose_holder_is_other_than_it_says_is_contested(office, born, sex, is_contested):
    deliver(office, f"{ANN},Ann,{born},{sex},1,")
    assert contested(office) == [(person(ANN), 1)] * is_contested


def test_one_who_comes_under_two_ids_is_a_pair_for_linkage_from_the_second_on(office):
    deliver(office, f"{ANN},Ann,1990-01-01,f,1,")
    other = "199001012"
    (warning,) = deliver(office, f"{other},Ann,1990-01-01,f,1,", f"{BEN},Ann,1990-01-01,f,2,", number=2)[-1:]
    assert warning.startswith("1 id in 'person' may be of people with another id too")
    assert pairs(office) == [(person(ANN), person(other), 2, False)]


@pytest.mark.parametrize(
    "row", ["Ann,1990-01-01,f,2,", "Eve,1990-01-01,f,1,", "Ann,1990-01-01,f,,", ",1990-01-01,f,1,"]
)
def test_who_shares_not_all_or_of_whom_not_all_is_known_is_no_pair(office, row):
    deliver(office, f"{ANN},Ann,1990-01-01,f,1,", f"199001012,{row}")
    assert pairs(office) == []


def test_an_id_that_is_said_to_have_been_another_is_a_pair(office):
    (warning,) = deliver(office, f"{ANN},Ann,1990-01-01,f,1,199001019")
    assert "may be of people with another id too" in warning
    assert pairs(office) == [(person(ANN), person("199001019"), 1, True)]


def test_what_was_told_before_is_kept_once_and_told_of_again(office):
    rows = (f"{ANN},Ann,1990-01-01,f,1,", f"{ANN},Zoe,1990-01-01,f,1,")
    assert len(deliver(office, *rows)) == 1
    assert len(deliver(office, *reversed(rows), f"{BEN},Ben,1985-05-05,m,2,", number=2)) == 1
    stored = [pq.read_metadata(path).num_rows for path in holders.paths(office.home, "bills_feed")]
    assert stored == [2, 1]
    assert contested(office) == [(person(ANN), 1)]


def test_neither_pieces_nor_how_many_are_compared_at_once_make_a_difference(tmp_path, monkeypatch):
    said = []
    for at, (rows, at_once) in enumerate([(1, 1), (2, 2), (1 << 17, 1 << 20)]):
        office = Desk(tmp_path / f"{at}", residents())
        monkeypatch.setattr(holders, "AT_ONCE", at_once)
        with limits(rows=rows):
            deliver(office, f"{ANN},Ann,1990-01-01,f,1,", f"{BEN},Ann,1990-01-01,f,1,", f"{ANN},Zoe,1990-01-01,f,1,")
        said.append((contested(office), pairs(office)))
    assert said[0] == said[1] == said[2]
    assert [row[:2] for row in said[0][1]] == [tuple(sorted([person(ANN), person(BEN)]))]


def test_a_refused_file_leaves_nothing_behind(office, monkeypatch):
    deliver(office, f"{ANN},Ann,1990-01-01,f,1,")
    before = office.state()

    def stop(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(Landing, "commit", stop)
    with pytest.raises(KeyboardInterrupt):
        deliver(office, f"{ANN},Zoe,1990-01-01,f,1,", number=2)
    monkeypatch.undo()
    assert contested(office) == []
    assert len(deliver(office, f"{ANN},Zoe,1990-01-01,f,1,", number=2)) == 1
    assert set(before) <= set(office.state())


def test_no_name_and_no_phone_stands_in_the_home(office):
    deliver(office, f"{ANN},PlantedName,1990-01-01,f,PlantedPhone,")
    office.ingest(
        office.file(
            "bills.2.csv", f"{HEADER}\n{BEN},PlantedName,1985-05-05,x,PlantedPhone,,2024-01-01\n{BEN},,,,,,2024-01-02\n"
        )
    )
    said = b"".join(path.read_bytes() for path in office.home.rglob("*") if path.is_file())
    assert KEY.id.encode() in said
    assert [
        planted for planted in (b"PlantedName", b"PlantedPhone", ANN.encode(), BEN.encode()) if planted in said
    ] == []


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: residents(who=None),
        lambda: residents(who=Who(id="name", name="name", born="born", sex="sex", contact="phone")),
        lambda: residents(who=Who(id="person", name="nobody", born="born", sex="sex", contact="phone")),
        lambda: residents(who=Who(id="person", name="name", born="sex", sex="sex", contact="phone")),
    ],
)
def test_who_is_who_is_told_by_columns_that_fit(wrong):
    with pytest.raises(DeclarationError, match="feed 'bills_feed'"):
        wrong()
