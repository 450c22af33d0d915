"""What a city's agencies deliver: the same bytes for a seed, month by month, and the truth beside it."""

import csv
from collections import Counter
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from riskscreen.city import go_on, make, pieces_of, run, write
from riskscreen.city.ids import ids
from riskscreen.city.places import address_parts, grid_code, spelled
from riskscreen.city.state import State
from riskscreen.city.step import History
from riskscreen.city.write import delivery_days
from riskscreen.errors import CallerError
from tests.city.conftest import YEAR


@pytest.fixture(scope="module")
def folder(small, way, tmp_path_factory):
    out = tmp_path_factory.mktemp("city") / "out"
    write(small, way, YEAR[1], out)
    return out


def content(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.*")}


def rows(path):
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    for encoding in ("utf-8", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                return list(csv.DictReader(file))
        except UnicodeDecodeError:
            continue
    raise AssertionError(path)


def delivered(folder, feed):
    return [row for path in sorted(folder.glob(f"{feed}_[0-9]*")) for row in rows(path)]


def test_the_same_seed_gives_the_same_bytes(folder, way, brief_past, tmp_path):
    write(run(way, 600, 1, YEAR), way, YEAR[1], tmp_path / "again")
    assert content(tmp_path / "again") == content(folder)


def test_another_seed_gives_another_city(way, brief_past, tmp_path):
    span = (YEAR[0], date(2022, 2, 28))
    for seed in (1, 2):
        write(run(way, 600, seed, span), way, span[1], tmp_path / f"{seed}")
    there, here = content(tmp_path / "2"), content(tmp_path / "1")
    both = [name for name in there.keys() & here.keys() if "police" in name]
    assert both
    assert all(there[name] != here[name] for name in both)


def test_a_city_resumed_from_its_saved_state_goes_on_as_if_it_had_not_stopped(folder, small, way, brief_past, tmp_path):
    before = run(way, 600, 1, (YEAR[0], date(2022, 5, 31)))
    before.state.save(tmp_path / "state.npz")
    after = History(State.load(tmp_path / "state.npz"), before.first, before.events)
    while after.state.week < small.state.week:
        go_on(after, way)
    write(after, way, YEAR[1], tmp_path / "resumed")
    assert content(tmp_path / "resumed") == content(folder)


def test_every_feed_that_the_city_fills_is_delivered(folder, way):
    there = {path.name.rpartition("_")[0] for path in folder.glob("*_*")}
    rare = {"child_welfare", "court", "rural_monitoring"}  # too few people
    assert {file.feed for file in way.files} - rare <= there


def test_a_delivery_holds_what_was_stated_by_its_day_and_after_the_one_before(folder):
    days = delivery_days(*YEAR)
    for path in folder.glob("police_population_*.csv"):
        day = date.fromisoformat(path.stem[-10:])
        stated = [date.fromisoformat(row["stated_on"]) for row in rows(path)]
        before = days[days.index(day) - 1] if day != days[0] else date.min
        assert before < min(stated)
        assert max(stated) <= day


def test_some_bills_come_late_some_are_refunded_and_some_come_twice(folder):
    bills = delivered(folder, "medical_settlement")
    late = [(date.fromisoformat(b["updt_time"]) - date.fromisoformat(b["enddate"])).days for b in bills]
    assert min(late) >= 0
    assert 0.02 < np.mean(np.array(late) > 10) < 0.15
    assert {"0", "1"} == {bill["refd_setl_flag"] for bill in bills}
    assert len({tuple(bill.values()) for bill in bills}) < len(bills)


def test_the_parts_of_a_written_bill_add_up(folder):
    for row in delivered(folder, "medical_settlement"):
        if row["psn_part_amt"] != "-/-":
            parts = float(row["fund_pay_sumamt"]) + float(row["psn_part_amt"]) + float(row["hosp_part_amt"])
            assert float(row["medfee_sumamt"]) == pytest.approx(parts, abs=0.001)


def test_the_truth_says_who_is_who_who_lives_where_and_who_was_in_hardship(folder):
    tables = ("people", "ids", "residence", "guardians", "houses", "hardship", "visits")
    assert {path.name for path in (folder / "truth").iterdir()} == {
        *(f"{t}.csv" for t in tables),
        "slack.parquet",
        "rows",
    }
    truth = rows(folder / "truth" / "people.csv")
    assert len({row["citizen_id"] for row in truth}) == len(truth)
    said = {row["citizen_id"] for row in delivered(folder, "police_population") if row["citizen_id"][-4:].isalnum()}
    known = {row["citizen_id"] for row in rows(folder / "truth" / "ids.csv")}
    assert {one for one in said if one.isdigit()} <= known


def test_the_truth_says_whom_each_row_is_about(folder, way):
    who = {row["person"]: row for row in rows(folder / "truth" / "people.csv")}
    for feed in {file.feed for file in way.files if file.events != "address"} & {
        path.name.rpartition("_")[0] for path in folder.glob("*_*")
    }:
        files = {path.name: rows(path) for path in folder.glob(f"{feed}_[0-9]*")}
        truth = rows(folder / "truth" / "rows" / f"{feed}.parquet")
        assert [(row["file"], row["row"]) for row in truth] == [
            (name, number) for name in sorted(files) for number in range(len(files[name]))
        ]
        ids = [files[row["file"]][row["row"]].get("citizen_id") for row in truth]
        right = [said == who[str(row["person"])]["citizen_id"] for said, row in zip(ids, truth, strict=True) if said]
        assert not right or np.mean(right) > 0.9, feed


def test_collective_books_are_those_of_houses_and_many_stand_in_one(folder):
    told = delivered(folder, "police_population")
    kinds = {row["hukou_no"]: row["hukou_type"] for row in told}
    houses = {row["house"] for row in rows(folder / "truth" / "houses.csv")}
    assert {str(int(book[4:])) for book, kind in kinds.items() if kind == "collective"} <= houses
    sizes = Counter(row["hukou_no"] for row in told if row["hukou_type"] == "collective" and not row["cancelled_on"])
    assert max(sizes.values()) > 20


def test_of_those_who_live_in_one_house_each_has_a_home_alone(folder):
    lives = [row for row in rows(folder / "truth" / "residence.csv") if row["house"]]
    assert len({row["person"] for row in lives}) > 20
    assert len({row["home"] for row in lives}) == len({row["person"] for row in lives})


def test_the_library_knows_addresses_as_they_were_before_the_districts_merged(folder):
    library = delivered(folder, "address_library")
    old = [row for row in library if row["valid_to"]]
    assert 0.3 < len(old) / len(library) < 0.6
    assert {(row["valid_from"], row["valid_to"]) for row in old} == {("1990-01-01", "2012-09-01")}
    assert {row["grid_code"][:6] for row in old} == {"990502", "990503", "990504"}
    assert {row["district"] for row in old} == {"沧浪区", "平江区", "金阊区"}
    now = {row["address_id"]: row for row in library if not row["valid_to"]}
    assert all(now[row["address_id"]]["grid_code"][6:] == row["grid_code"][6:] for row in old)


def test_an_agency_still_delivers_codes_of_subdistricts_of_districts_that_ended(folder):
    codes = Counter(row["area_code"][:6] for row in delivered(folder, "disability"))
    former = sum(codes[code] for code in ("990502", "990503", "990504"))
    assert 0 < former < 0.4 * sum(codes.values())


def test_a_child_on_the_roll_names_its_parents(folder):
    parents = {(row["guardian1_id"], row["guardian2_id"]) for row in delivered(folder, "school_roll")}
    known = {row["citizen_id"] for row in rows(folder / "truth" / "ids.csv")}
    said = {one for pair in parents for one in pair} - {""}
    assert len(said & known) > 0.95 * len(said)


# Places


def test_a_grid_has_the_code_of_its_area_three_digits_of_the_community_and_two_of_the_grid(way):
    first = [grid_code(way.places, 0, grid) for grid in range(17)]
    assert first[:5] == ["990508001" + end for end in ("00101", "00102", "00103", "00104", "00201")]
    assert first[16] == "990508002" + "00101"
    districts = len(way.places.districts)
    assert (
        grid_code(way.places, districts, 0) == "990508001" + "00501"
    )  # the second piece there: communities of its own


def test_every_dwelling_has_an_address_of_its_own(way):
    dwelling = np.arange(5000)
    parts = address_parts(way.places, 0, np.zeros(5000, int), dwelling)
    addresses = zip(*(parts[name].to_pylist() for name in ("gate", "building", "unit", "room")), strict=True)
    assert len(set(addresses)) == 5000


def test_addresses_are_spelled_in_several_ways(way):
    said = spelled(way.places, 0, np.zeros(1000, int), np.arange(1000)).to_pylist()
    full = sum(one.startswith("苏州市姑苏区双塔街道") for one in said)
    assert 500 < full < 700
    assert any("沧浪区" in one for one in said)  # what the district was called until 2012
    assert any("幢" in one and not any(c in one for c in "0123456789") for one in said)  # digits in full width


def test_a_road_lies_in_one_grid_alone(way):
    pieces = range(20)
    grids = len(way.places.district(0).areas) * 16
    roads = []
    for piece in pieces:
        count = len(way.places.district(piece).areas) * 16
        roads += address_parts(way.places, piece, np.arange(count), np.zeros(count, int))["road"].to_pylist()
    assert len(set(roads)) == len(roads) >= grids


# Pieces


@pytest.mark.long
def test_pieces_share_no_id_no_number_and_no_grid(way, tmp_path):
    spans = (date(2022, 1, 1), date(2022, 2, 28))
    seen: dict[str, set[str]] = {}
    for piece in (0, 9, 10):  # 0 and 9 lie in one district; 0 and 10 use the same regions elsewhere
        history = run(way, 300, 1, spans, piece=piece)
        write(history, way, spans[1], tmp_path / str(piece))
        people = {row["citizen_id"] for row in rows(next((tmp_path / str(piece) / "truth").glob("people*.csv")))}
        cases = {row["case_no"] for row in delivered(tmp_path / str(piece), "assistance_register")}
        homes = {row["hukou_no"] for row in delivered(tmp_path / str(piece), "police_population")}
        grids = {row["grid_code"] for row in delivered(tmp_path / str(piece), "address_library")}
        for kind, found in (("people", people), ("cases", cases), ("homes", homes), ("grids", grids)):
            assert found
            assert not found & seen.get(kind, set()), (piece, kind)
            seen[kind] = seen.get(kind, set()) | found


def test_a_large_city_is_cut_into_pieces_that_add_up():
    assert pieces_of(100_000) == [100_000]
    assert (len(pieces_of(5_000_000)), sum(pieces_of(5_000_000)), max(pieces_of(5_000_000))) == (50, 5_000_000, 100_000)


def test_a_city_of_two_pieces_is_written_into_one_folder(way, brief_past, tmp_path, monkeypatch):
    monkeypatch.setattr("riskscreen.city.pieces.A_PIECE", 300)
    made = make(way, 600, 1, (date(2022, 1, 1), date(2022, 1, 31)), tmp_path / "city")
    assert made.pieces == 2
    names = {path.name for path in tmp_path.rglob("*police*")}
    assert {"police_population_2022-01-01.csv", "police_population_2022-01-01-01.csv"} <= names
    ids_of = [{row["citizen_id"] for row in rows(path)} for path in sorted(tmp_path.rglob("people*.csv"))]
    assert len(ids_of) == 2
    assert not ids_of[0] & ids_of[1]


def test_too_many_people_of_one_day_are_refused_with_a_sentence(small, way):
    state = small.state.future_of(0)
    state.people["born"] = 0
    with pytest.raises(CallerError, match="born on one day"):
        ids(state, way)


def test_ids_made_at_once_are_those_that_the_declaration_makes_one_by_one(small, way):
    said = ids(small.state, way).own.to_pylist()
    assert pa.array(said).null_count == 0
    for one in said[:200]:
        born, sequence = date.fromisoformat(f"{one[6:10]}-{one[10:12]}-{one[12:14]}"), int(one[14:17])
        assert way.person_id.of(one[:6], born, sequence % 2 == 1, (sequence - 1) // 2) == one


def test_a_folder_that_is_not_empty_is_refused(way, tmp_path):
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(CallerError, match="holds something already"):
        make(way, 600, 1, YEAR, tmp_path)
