"""Addresses as people write them, placed against the library of the made-up city, valid in time."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from unittest import mock

import pyarrow.parquet as pq
import pytest

from riskscreen.declare import (
    Address,
    Area,
    AreaTree,
    Column,
    Day,
    DayOf,
    Deployment,
    Feed,
    Id,
    Placed,
    RecordKind,
    Sensitivity,
    Text,
)
from riskscreen.declare import load as load_deployment
from riskscreen.eventstore import Landing
from riskscreen.identity import Key
from riskscreen.ingest import ingest, loading, piece

SUZHOU = load_deployment(Path(__file__).parents[2] / "models" / "suzhou")
LIBRARY = SUZHOU.feeds["address_library"]
assert LIBRARY.reference is not None
assert LIBRARY.reference.spelling is not None
assert SUZHOU.way_of_life is not None
SPELLING, WAY = LIBRARY.reference.spelling, SUZHOU.way_of_life
ROADS = WAY.places.roads
T = Text("words", "文字")
KEY = Key.of(b"a secret that is of the right length")

# address_id, district, town, village, grid_code, road, gate, building, unit, room, valid_from, valid_to
ENTRIES = """
A00001 姑苏区 双塔街道 锦竹社区 99050800100101 锦竹巷 12号 3幢 2单元 402室 2012-09-01 -
A00002 姑苏区 双塔街道 锦竹社区 99050800100101 锦竹巷 12号 3幢 2单元 403室 2012-09-01 -
A00003 姑苏区 双塔街道 锦竹社区 99050800100102 锦竹巷 14号 - - - 2012-09-01 -
A00004 姑苏区 双塔街道 锦竹社区 99050800100101 锦竹巷 12号 4幢 1单元 402室 2012-09-01 -
A00005 沧浪区 双塔街道 锦竹社区 99050200100101 锦竹巷 12号 3幢 2单元 402室 2000-01-01 2012-09-01
A00006 虎丘区 枫桥街道 云栖社区 99050500200101 锦竹巷 14号 - - - 2012-09-01 -
A00007 姑苏区 双塔街道 云栖社区 99050800100201 云栖弄 5号 1幢 - 101室 2012-09-01 -
A00008 姑苏区 双塔街道 云栖社区 99050800100202 云栖弄 5号 1幢 - 102室 2012-09-01 -
A00009 昆山市 玉山镇 七里村 99058300100101 十里桥路 120号 - - 1203室 2012-09-01 -
A00010 吴中区 木渎镇 金山(东)社区 99050600100101 [北]路'{x} 7号 A幢 - 101室 2012-09-01 -
A00011 吴江区 七都镇 双塔桥村 99050900100101 双塔桥村 - - - - 2012-09-01 -
A00012 吴中区 木渎镇 金山社区 99050600100102 金山新村二区 12-1号 - - - 2012-09-01 -
"""
HEADER = "address_id,district,town,village,grid_code,road,gate,building,unit,room,lon,lat,valid_from,valid_to"
TEN = (
    "姑苏区双塔街道锦竹巷12号3幢2单元402室",
    "江苏省苏州市姑苏区双塔街道锦竹社区锦竹巷12号3栋2单元402室",
    "锦竹巷１２号３幢２单元４０２室",
    "锦竹巷十二号三幢二单元四百零二室",
    "锦竹巷12-3-2-402",
    "苏州市沧浪区锦竹巷12号3号楼2单元402",
    "苏州 姑苏 双塔 锦竹巷 12号 3幢 2单元 402室",
    "锦竹巷12号3幢402室",
    "蘇州市姑蘇區錦竹巷12號3棟2單元402室",
    "锦竹社区，锦竹巷012号3座2梯四〇二房",
)


def asking() -> Feed:
    said = SUZHOU.feeds["residence_permit"]
    columns = (
        Column(name="person", type=Id("person"), label=T, required=True),
        Column(name="on", type=Day(), label=T, required=True),
        Column(name="address", type=Address(LIBRARY.name), label=T, sensitivity=Sensitivity.SENSITIVE),
        Column(name="address_id", type=Placed("address", "address_id", "on"), label=T),
        Column(name="grid", type=Placed("address", "grid_code", "on"), label=T),
    )
    kind = RecordKind(
        name="lives", label=T, person="person", key=("person",), happened=DayOf("on"), values=("address_id", "grid")
    )
    return replace(said, name="asking", files=("asking*",), columns=columns, records=(kind,), checks=(), who=())


class Office:
    """Lands the library and addresses that are asked for, and tells where they lie."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"
        feeds = {feed.name: feed for feed in (LIBRARY, asking())}
        self.place = Deployment(
            place=replace(SUZHOU.place, area_of=None), feeds=feeds, signals={}, models={}, alert_rules={},
            audit_groups={}, areas=AreaTree([Area(code="all", label=T)]), folder=folder,
        )  # fmt: skip

    def deliver(self, name: str, lines: list[str]):
        path = self.folder / name
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return ingest([path], self.place, self.home, KEY, loaded_on=date(2024, 1, 1))[0]

    def library(self, entries: str = ENTRIES, name: str = "address_library_2020-01-01.csv"):
        rows = [line.replace("-\n", "").split() for line in entries.strip().splitlines()]
        rows = [["" if cell == "-" else cell for cell in row] for row in rows]
        return self.deliver(name, [HEADER, *(",".join([*row[:10], "", "", *row[10:]]) for row in rows)])

    def ask(self, *addresses: str, on: str = "2020-06-01"):
        rows = [f'p{number},{on},"{address}"' for number, address in enumerate(addresses)]
        return self.deliver(f"asking_{on}.csv", ["person,on,address", *rows])

    def found(self, column: str) -> list[str | None]:
        rows = Landing(self.home).read("lives").sort_by("row").to_pylist()
        return [row[column] for row in rows]

    def unplaced(self, load: int = 2):
        path = self.home / f"unplaced/asking/{load:08d}.parquet"
        rows = pq.read_table(path).to_pylist() if path.exists() else []
        return [(row["row"], row["reason"]) for row in rows if row["column"] == "grid"]


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A home, to be copied, in which the library was landed."""
    office = Office(tmp_path_factory.mktemp("library"))
    office.library()
    return office.folder


@pytest.fixture
def office(tmp_path, template):
    shutil.copytree(template, tmp_path, dirs_exist_ok=True)
    return Office(tmp_path)


def test_ten_spellings_of_one_address_are_one_address(office):
    result = office.ask(*TEN)
    assert len(set(TEN)) == 10
    assert office.unplaced() == []
    assert result.warnings == ()
    assert set(office.found("grid")) == {"99050800100101"}
    assert len(set(office.found("address_id"))) == 1
    assert None not in office.found("address_id")


def test_neighbours_are_told_apart(office):
    office.ask("锦竹巷12号3幢2单元402室", "锦竹巷12号3幢2单元403室", "锦竹巷12号4幢402室")
    assert len(set(office.found("address_id"))) == 3


def test_an_address_lies_where_it_lay_on_the_day(office):
    office.ask("沧浪区锦竹巷12号3幢2单元402室", on="2012-08-31")
    assert office.found("grid") == ["99050200100101"]


@pytest.mark.parametrize("district", ["沧浪区", "姑苏区", "平江区", ""])
def test_the_old_and_the_new_name_of_a_district_lead_to_its_code_on_the_day(office, district):
    office.ask(f"{district}锦竹巷12号3幢2单元402室", on="2012-09-01")
    assert office.found("grid") == ["99050800100101"]


def test_a_road_of_two_districts_needs_its_district(office):
    office.ask(
        "锦竹巷14号", "姑苏区锦竹巷14号", "苏州高新区锦竹巷14号", "虎丘区枫桥街道锦竹巷14号", "双塔街道锦竹巷14号"
    )
    assert office.found("grid") == [None, "99050800100102", None, "99050500200101", "99050800100102"]
    assert office.unplaced() == [(0, "several"), (2, "unknown")]


def test_a_part_of_an_address_is_enough_where_all_that_it_may_be_lie_in_one_grid(office):
    office.ask("锦竹巷12号", "锦竹巷12号3幢", "云栖弄5号1幢", "云栖弄5号1幢102室")
    assert office.found("grid") == ["99050800100101", "99050800100101", None, "99050800100202"]
    assert office.found("address_id")[:3] == [None, None, None]
    assert office.unplaced() == [(2, "several")]


@pytest.mark.parametrize(
    "address",
    ["锦竹巷99号", "锦竹巷12号3幢2单元999室", "锦竹大巷12号", "不知道", "锦竹巷12号402幢", "七里村", "-", "402"],
)
def test_what_is_not_in_the_library_is_listed_and_not_guessed(office, address):
    result = office.ask("锦竹巷12号3幢2单元402室", address)
    assert office.found("grid") == ["99050800100101", None]
    assert office.unplaced() == [(1, "unknown")]
    assert [said for said in result.warnings if "'grid'" in said] == [
        "1 address in 'grid' not placed, being not in the library on their day: see HOME/unplaced/asking"
    ]


@pytest.mark.parametrize(
    ("address", "grid"),
    [
        ("锦竹巷12号3#2单元402室", "99050800100101"),
        ("吴中区[北]路'{x}7号A幢101室", "99050600100101"),
        ("吴江市七都镇双塔桥村", "99050900100101"),
        ("木渎镇金山新村2区12-1", "99050600100102"),
        ("金山新村二区十二号之一", None),
        ("'; DROP TABLE typed; --", None),
        ("锦竹巷%号", None),
        ("(((", None),
        ("姑苏区", None),
    ],
)
def test_odd_spellings_are_placed_or_listed_and_break_nothing(office, address, grid):
    office.ask(address)
    assert office.found("grid") == [grid]
    assert len(office.unplaced()) == (grid is None)


def test_addresses_of_plain_rows_are_placed_as_those_read_with_care(tmp_path):
    asked = [*TEN, "锦竹巷99号", "", "锦竹巷", "  锦竹巷14号 ", "锦竹巷14号", "锦竹巷14号"]
    answers = []
    for folder, many in ((tmp_path / "quickly", 0), (tmp_path / "with care", 100_000)):
        folder.mkdir()
        office = Office(folder)
        office.library()
        with mock.patch.object(piece, "MANY", many), mock.patch.object(loading, "PIECE_ROWS", 5):
            office.ask(*asked)
            office.deliver(
                "asking_2020-06-02.csv", ["person,on,address", "p1,2020-06-02,无人路1号", ",2020-06-02,锦竹巷"]
            )
        landed = Landing(office.home).read("lives").sort_by([("load", "ascending"), ("row", "ascending")])
        answers.append((landed.to_pylist(), office.unplaced(2), office.unplaced(3)))
    assert answers[0] == answers[1]
    assert answers[0][1:] == ([(10, "unknown"), *((row, "several") for row in range(12, 16))], [(0, "unknown")])


def test_a_quarantined_row_is_not_listed_as_unplaced(office):
    result = office.deliver(
        "asking.csv", ["person,on,address", "p1,2020-06-01,七里村", ",2020-06-01,十里村", "p3,x,八里村"]
    )
    assert (result.accepted, result.quarantined) == (1, 2)
    assert office.unplaced() == [(0, "unknown")]


def test_of_two_rows_that_contradict_each_other_the_quarantined_one_is_not_listed(office):
    office.deliver("asking.csv", ["person,on,address", "p1,2020-06-01,锦竹巷12号", "p1,2020-06-01,七里村"])
    assert office.found("grid") == ["99050800100101"]
    assert office.unplaced() == []


def test_numbers_in_words_may_stand_in_the_name_of_a_road(office):
    office.ask("玉山镇十里桥路一百二十号一二〇三室", "昆山十里桥路120号1203室", "七里村 十里桥路120号 1203")
    assert set(office.found("grid")) == {"99058300100101"}


def test_a_later_library_corrects_an_entry(office):
    office.library(
        "A00003 姑苏区 双塔街道 锦竹社区 99050800100109 锦竹巷 14号 - - - 2012-09-01 -",
        "address_library_2020-05-01.csv",
    )
    office.ask("姑苏区锦竹巷14号")
    assert office.found("grid") == ["99050800100109"]


def test_without_a_library_nothing_is_placed_and_it_says_so(tmp_path):
    office = Office(tmp_path)
    result = office.ask("锦竹巷12号", "")
    assert office.found("grid") == [None, None]
    assert office.unplaced(load=1) == [(0, "no_library")]
    assert "1 address in 'grid' not placed, as no address library was landed: ingest it first" in result.warnings


def test_no_text_of_an_address_stands_in_the_home(office):
    office.ask("姑苏区玄妙弄7号", "锦竹巷12号3幢")
    files = [path for path in office.home.rglob("*") if path.is_file() and "reference" not in path.parts]
    assert files
    assert [
        path for path in files if "玄妙弄".encode() in path.read_bytes() or "锦竹".encode() in path.read_bytes()
    ] == []


def test_a_library_is_taken_in_before_the_files_that_need_it(tmp_path):
    office = Office(tmp_path)
    office.folder.mkdir(exist_ok=True)
    (tmp_path / "asking.csv").write_text("person,on,address\np,2020-06-01,锦竹巷12号\n", encoding="utf-8")
    row = "A00001,姑苏区,双塔街道,锦竹社区,99050800100101,锦竹巷,12号,,,,,,2012-09-01,"
    library = tmp_path / "address_library_2020-01-01.csv"
    library.write_text(f"{HEADER}\n{row}\n", encoding="utf-8")
    ingest([tmp_path / "asking.csv", library], office.place, office.home, KEY, loaded_on=date(2024, 1, 1))
    assert office.found("grid") == ["99050800100101"]


def test_who_lives_elsewhere_than_the_household_book_says_is_counted_and_kept(tmp_path):
    library = tmp_path / "address_library_2021-01-01.csv"
    rows = [",".join([*("" if x == "-" else x for x in each.split()[:10]), "120.6", "31.3", each.split()[10], ""])
            for each in ENTRIES.strip().splitlines()[:4]]  # fmt: skip
    library.write_text("\n".join([HEADER, *rows, ""]), encoding="utf-8")
    feed = SUZHOU.feeds["police_population"]
    names = [column.name for column in feed.columns if column.is_delivered]
    said = {"sex": "2", "birth_date": "1980-01-01", "area_code": "990508001", "resident_since": "2015-01-01",
            "stated_on": "2020-12-20", "citizen_id": WAY.person_id.of("990508", date(1980, 1, 1), False, 1)}  # fmt: skip
    near, far, nowhere = "锦竹巷12号3幢402室", "锦竹巷14号", "某处"
    told = [
        (near, near),
        (near, "蘇州市姑蘇區錦竹巷12號4棟402室"),
        (near, "姑苏区锦竹巷14号"),
        (near, nowhere),
        ("", far),
    ]
    lines = [
        {**said, "hukou_no": f"99050000000{n}", "hukou_address": book, "residence_address": home}
        for n, (book, home) in enumerate(told)
    ]
    path = tmp_path / "police_population_2021-01-01.csv"
    written = [",".join(line.get(name, "") for name in names) for line in lines]
    path.write_text("\n".join([",".join(names), *written, ""]), encoding="utf-8")
    results = ingest([library, path], SUZHOU, tmp_path / "home", KEY, loaded_on=date(2021, 1, 1))
    assert (results[1].accepted, results[1].quarantined) == (5, 0)
    assert "1 row: 'residence_grid' and 'hukou_grid' disagree" in results[1].warnings


@pytest.mark.parametrize(
    "traditional", ["張家港市", "崑山市", "太倉市", "滄浪區", "吳江區", "白洋灣街道", "蘇錦街道", "雙塔街道", "雲竹路"]
)
def test_every_name_of_the_city_may_be_written_in_traditional_characters(traditional):
    wrong, right = (str.join("", of) for of in zip(*SPELLING.alike, strict=True))
    names = [*WAY.places.names.values(), *(f"{a}{b}路" for a in ROADS for b in ROADS)]
    assert traditional.translate(str.maketrans(wrong, right)) in names
