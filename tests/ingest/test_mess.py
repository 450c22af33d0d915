"""What deliveries are like in life: written in several ways, late, restated, taken back."""

import pytest

from riskscreen.declare import AtMost, CheckCharacter, Code, Column, Day, DayOf, Id, Numerals, OlderForm, Region
from riskscreen.errors import DeclarationError
from riskscreen.eventstore import EventStore
from riskscreen.linkage import link
from riskscreen.monitor import quality, quality_page
from tests.ingest.factories import HEADER, KEY, Desk, T, bills, columns, day, feed
from tests.ingest.test_pieces import limits

CHINESE = Numerals(digits=("〇零○", "一", "二", "三", "四", "五", "六", "七", "八", "九"), ten="十")
FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%Y年%m月%d日")
CHECK = CheckCharacter(weights=(1, 2, 3, 4, 5), characters="0123456789X")


def changed(**types):
    """The feed with some columns of other types."""
    replaced = {name: Column(name=name, type=kind, label=T, required=name == "person") for name, kind in types.items()}
    return feed(columns=tuple(replaced.get(column.name, column) for column in columns()))


@pytest.mark.parametrize(
    "written",
    [
        "二〇二三年三月十五日", "二零二三年三月十五日", "２０２３年３月１５日", "2023年3月15日", "2023年03月15日", "2023/3/15", "20230315",
        "2023-03-15", "二○二三年三月一五日",
    ],
)  # fmt: skip
def test_a_day_reads_the_same_however_it_is_written(tmp_path, written):
    desk = Desk(tmp_path, changed(day=Day(FORMATS, CHINESE)))
    desk.deliver(f"110001,b1,{written},,5,,,,")
    assert desk.landed(columns="happened_on") == [(day("2023-03-15"),)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("十", 10), ("十二", 12), ("二十", 20), ("二十三", 23), ("三十一", 31), ("九", 9), ("〇五", 5), ("二三", 23)],
)
def test_numbers_in_words_are_days_of_the_month(tmp_path, written, meant):
    desk = Desk(tmp_path, changed(day=Day(FORMATS, CHINESE)))
    desk.deliver(f"110001,b1,二〇二三年十二月{written}日,,5,,,,")
    assert desk.landed(columns="happened_on") == [(day(f"2023-12-{meant:02d}"),)]


@pytest.mark.parametrize(
    "written", ["2023115", "二〇二三年十三月一日", "二三年三月一日", "二〇二三年三月", "三月十五日"]
)
def test_a_day_that_could_be_another_is_none(tmp_path, written):
    desk = Desk(tmp_path, changed(day=Day(FORMATS, CHINESE)))
    desk.deliver(f"110001,b0,2023-03-15,,5,,,, 110001,b1,{written},,5,,,,")
    assert desk.reasons() == [(1, "not_a_day", "day")]


def test_a_code_in_another_script_is_the_allowed_one(tmp_path):
    desk = Desk(tmp_path, changed(ward=Code(("城西", "台东"), alike=("臺東", "台东"))))
    desk.deliver("110001,b1,2024-01-01,,5,,,臺東, 110001,b2,2024-01-01,,5,,,台東, 110001,b3,2024-01-01,,5,,,城東,")
    assert desk.landed(columns="ward") == [("台东",), ("台东",)]
    assert desk.reasons() == [(2, "not_an_allowed_value", "ward")]


@pytest.mark.parametrize(
    ("written", "is_mended"), [("11OOO1", True), ("l10001", True), ("11000X", False), ("O1", False)]
)
def test_a_letter_for_a_digit_is_put_right_where_an_id_comes_of_it(tmp_path, written, is_mended):
    desk = Desk(tmp_path, changed(person=Id("citizen", "[0-9]{6}", mistaken=("OLI", "011"))))
    desk.deliver(f"110001,b0,2024-01-01,,5,,,, {written},b1,2024-01-01,,5,,,,")
    people = [person for (person,) in desk.landed(columns="person")]
    assert people == people[:1] * (1 + is_mended)
    assert desk.reasons() == [(1, "id_malformed", "person")] * (not is_mended)


def test_an_id_is_put_right_only_where_its_check_character_agrees(tmp_path):
    good = "11000" + CHECK.of("11000")
    desk = Desk(tmp_path, changed(person=Id("citizen", "[0-9]{5}[0-9X]", CHECK, mistaken=("OL", "01"))))
    desk.deliver(
        f"{good},b0,2024-01-01,,5,,,, {good.replace('0', 'O')},b1,2024-01-01,,5,,,, 1100O9,b2,2024-01-01,,5,,,,"
    )
    assert len({person for (person,) in desk.landed(columns="person")}) == 1
    assert [row for row, _, _ in desk.reasons()] == [2]


def test_a_refund_is_a_negative_row_that_adds_up(desk):
    desk.deliver("110001,b1,2024-01-01,,100,,,, 110001,b1-refund,2024-02-01,,-40,,,,")
    assert sum(desk.visible("2024-03-01")) == 10_000 - 4_000


def test_a_restated_month_replaces_the_one_before_from_its_day_on(desk):
    desk.deliver("110001,b1,2024-01-10,,5,,,, 110001,b2,2024-01-11,,7,,,,", received="2024-02-01")
    desk.deliver("110001,b1,2024-01-10,,6,,,, 110001,b2,2024-01-11,,7,,,,", name="bills.2.csv", received="2024-03-01")
    assert [desk.visible(as_of) for as_of in ("2024-02-29", "2024-03-01")] == [[500, 700], [600, 700]]


@pytest.mark.parametrize("late", [0, 59, 60])
def test_a_record_that_comes_late_is_known_from_the_day_it_came(tmp_path, late):
    desk = Desk(tmp_path, feed(records=(bills(lag_days=31),)))
    received = day("2024-02-01").replace(day=1).fromordinal(day("2024-02-01").toordinal() + late)
    desk.deliver("110001,b1,2024-01-01,,5,,,,", received=received.isoformat())
    assert desk.landed(columns="happened_on known_on") == [(day("2024-01-01"), received)]


def test_a_certificate_issued_anew_corrects_the_one_before_where_the_number_is_no_part_of_the_key(tmp_path):
    certificate = bills(key=("person", "ward"), values=("bill", "ward"), household=None, ends=None)
    desk = Desk(tmp_path, feed(records=(certificate,)))
    desk.deliver("110001,old,2024-01-01,,,,,east,", received="2024-01-02")
    desk.deliver("110001,new,2024-03-01,,,,,east,", name="bills.2.csv", received="2024-03-02")
    assert [desk.visible(as_of, "bill") for as_of in ("2024-02-01", "2024-03-02")] == [["old"], ["new"]]


def test_a_row_without_an_id_is_quarantined_with_its_reason(desk):
    result = desk.deliver("110001,b1,2024-01-01,,5,,,, ,b2,2024-01-01,,5,,,,")
    assert (result.read, result.accepted, result.quarantined) == (2, 1, 1)
    assert desk.reasons() == [(1, "required_value_missing", "person")]


def test_a_file_in_gb18030_with_full_width_digits_reads_as_one_in_utf_8(tmp_path):
    one, other = Desk(tmp_path / "one"), Desk(tmp_path / "other")
    one.deliver("110001,b1,2024-01-01,,5.5,,3,城西,")
    text = f"{HEADER}\n１１０００１,b1,２０２４－０１－０１,,５．５,,３,城西,\n"
    other.ingest(other.file("bills.csv", text.encode("gb18030")))
    assert one.landed() == other.landed()


@pytest.mark.parametrize(
    "wrong",
    [lambda: Id("x", mistaken=("O", "")), lambda: Code(("a",), alike=("ab", "c")), lambda: Numerals(digits=("a",) * 9)],
)
def test_characters_that_stand_for_others_come_in_pairs(wrong):
    with pytest.raises(DeclarationError):
        wrong()


def test_the_days_of_two_columns_may_be_written_in_two_ways(tmp_path):
    desk = Desk(tmp_path, changed(day=Day(FORMATS, CHINESE), until=Day(("%d.%m.%Y",))))
    desk.deliver("110001,b1,二〇二三年三月五日,06.03.2023,5,,,, 110002,b2,20230305,06.03.2023,5,,,,")
    assert desk.landed(columns="happened_on ends_on") == [(day("2023-03-05"), day("2023-03-06"))] * 2
    assert DayOf("day").fields() == ("day",)


SETTLED = bills(key=("bill",), same=("day", "until", "yuan", "grade"), withdrawn=AtMost("yuan", -1), household=None)
STAY = "2024-01-02,2024-01-09,500,,2,east"


def counted(desk, as_of):
    """The bills that any signal counts as of a day, by what they cost."""
    link(desk.home, desk.town, KEY)
    store = EventStore.open(desk.home)
    newest = {}
    for bucket in store.buckets():
        for row in store.read("bills", bucket).sort_by([("known_on", "ascending"), ("load", "ascending")]).to_pylist():
            if row["known_on"] <= day(as_of):
                newest[row["record_id"]] = row
    return sorted(row["yuan"] for row in newest.values() if not row["withdrawn"])


def test_a_stay_settled_twice_under_two_numbers_counts_once_and_is_told_of(tmp_path):
    desk = Desk(tmp_path, feed(records=(SETTLED,)))
    desk.deliver(f"110001,b1,{STAY},", received="2024-02-01")
    again = f"110001,b2,{STAY}, 110001,b3,2024-01-02,2024-01-09,501,,2,east, 110002,b4,{STAY},"
    result = desk.deliver(again, name="bills.2.csv", received="2024-03-01")
    assert (result.accepted, result.landed) == (3, 3)
    assert result.warnings == ("1 bills: told of before under another id, and counted once",)
    assert counted(desk, "2024-02-01") == [50_000]
    assert counted(desk, "2024-03-01") == [50_000, 50_000, 50_100]


def test_when_the_first_settlement_of_a_stay_is_taken_back_the_other_stands(tmp_path):
    desk = Desk(tmp_path, feed(records=(SETTLED,)))
    desk.deliver(f"110001,b1,{STAY}, 110001,b2,{STAY},", received="2024-02-01")
    desk.deliver("110001,b1,2024-01-02,2024-01-09,-500,,2,east,", name="bills.2.csv", received="2024-03-01")
    desk.deliver("110001,b2,2024-01-02,2024-01-09,450,,2,east,", name="bills.3.csv", received="2024-04-01")
    assert [counted(desk, as_of) for as_of in ("2024-02-01", "2024-03-01", "2024-04-01")] == [
        [50_000],
        [50_000],
        [45_000],
    ]


def test_what_is_settled_anew_after_it_was_taken_back_is_not_told_of_as_twice(tmp_path):
    desk = Desk(tmp_path, feed(records=(SETTLED,)))
    desk.deliver(f"110001,b1,{STAY},", received="2024-02-01")
    desk.deliver("110001,b1,2024-01-02,2024-01-09,-500,,2,east,", name="bills.2.csv", received="2024-03-01")
    result = desk.deliver(f"110001,b2,{STAY},", name="bills.3.csv", received="2024-04-01")
    assert result.warnings == ()
    assert [counted(desk, as_of) for as_of in ("2024-03-15", "2024-04-01")] == [[], [50_000]]


def test_a_stay_of_which_not_all_is_known_is_no_other_stay(tmp_path):
    desk = Desk(tmp_path, feed(records=(SETTLED,)))
    result = desk.deliver(
        "110001,b1,2024-01-02,,500,,2,east, 110001,b2,2024-01-02,,500,,2,east,", received="2024-02-01"
    )
    assert (result.warnings, counted(desk, "2024-02-01")) == ((), [50_000, 50_000])


@pytest.mark.parametrize(("rows", "at_once"), [(1, 1), (2, 3), (1 << 18, 1 << 20)])
@pytest.mark.parametrize("many", [0, 100_000])
def test_what_is_the_same_is_found_however_the_pieces_fall_and_however_they_are_read(tmp_path, rows, at_once, many):
    desk = Desk(tmp_path, feed(records=(SETTLED,)))
    with limits(rows=rows, many=many, at_once=at_once):
        desk.deliver(f"110001,b0,{STAY}, 110003,b9,2024-01-02,,500,,2,east,", received="2024-02-01")
        several = " ".join(f"11000{1 + n % 2},b{n},{STAY}," for n in range(1, 6))
        result = desk.deliver(several, name="bills.2.csv", received="2024-03-01")
    assert result.warnings == ("4 bills: told of before under another id, and counted once",)
    assert counted(desk, "2024-03-01") == [50_000] * 3


def test_what_is_a_fraction_tells_no_events_apart():
    with pytest.raises(DeclarationError, match="'size', which is a fraction or placed"):
        feed(records=(bills(same=("size",)),))


def mended(desk):
    """What was mended, as the manifest's newest load says."""
    return desk.loads()[-1].mended


TODAYS = Id(
    "citizen", "[0-9]{5}[0-9X]", CHECK, mistaken=("OL", "01"), older=OlderForm(pattern="[0-9]{3}", at=1, put="10")
)


def test_an_id_in_its_older_form_is_the_one_of_today(tmp_path):
    desk = Desk(tmp_path, changed(person=TODAYS))
    good = "11000" + CHECK.of("11000")
    desk.deliver(
        f"{good},b0,2024-01-01,,5,,,, 100,b1,2024-01-01,,5,,,, 1O0,b2,2024-01-01,,5,,,, 10,b3,2024-01-01,,5,,,,"
    )
    assert len({person for (person,) in desk.landed(columns="person")}) == 1
    assert desk.reasons() == [(3, "id_malformed", "person")]
    assert mended(desk) == {"person": {"older": 2}}


def test_what_was_mended_is_counted_by_column_and_told_of(tmp_path):
    desk = Desk(
        tmp_path,
        changed(person=TODAYS, day=Day(FORMATS, CHINESE), ward=Code(("城西", "台东"), alike=("臺東", "台东"))),
    )
    good = "11000" + CHECK.of("11000")
    rows = [
        f"{good},b0,2024-01-01,,5,,3,台东,",
        f"{good.replace('0', 'O')},b1,二〇二四年一月一日,,５,,3,臺東,",
        f"１{good[1:]},b2,２０２４－０１－０１,,5,, 3,城西 ,",
        f"{good[:3]} {good[3:]},b3,2024-01-01,,5,,3,城西,",
        "１１０００９,b4,2024-01-01,,５,,３,,",  # quarantined, so nothing of it is told
    ]
    (result,) = desk.ingest(desk.file("bills.csv", "\n".join([HEADER, *rows, ""])))
    assert (result.accepted, result.quarantined) == (4, 1)
    assert mended(desk) == {
        "person": {"wide": 1, "blanks": 1, "letters": 1},
        "day": {"wide": 1, "numerals": 1},
        "yuan": {"wide": 1},
        "grade": {"blanks": 1},
        "ward": {"blanks": 1, "script": 1},
    }
    assert "1 value in 'person' read as meant: letters typed for digits" in result.warnings
    assert len(result.warnings) == 9
    page = quality_page(desk.town, quality(desk.home, desk.town), "zh")
    assert "字母误作数字" in page
    assert "汉字数字" in page


@pytest.mark.parametrize("rows", [1, 2, 1 << 18])
def test_what_was_mended_is_counted_alike_however_a_file_is_read(tmp_path, rows):
    said = []
    for many in (0, 100_000):
        desk = Desk(tmp_path / f"{many}")
        with limits(rows=rows, many=many):
            desk.ingest(
                desk.file(
                    "bills.csv",
                    f"{HEADER}\n110001 ,b1,2024-01-01,,５,,3, east,\n" + ("110002,b2,2024-01-01,,5,,3,east,\n" * 4),
                )
            )
        said.append(mended(desk))
    assert said == [{"person": {"blanks": 1}, "yuan": {"wide": 1}, "ward": {"blanks": 1}}] * 2


def test_what_is_written_as_agreed_is_not_told_of(desk):
    result = desk.deliver("110001,b1,02/01/2024,2024-01-03,5,0.5,3,城西,")
    assert (result.warnings, mended(desk)) == ((), {})


MERGED = day("2012-09-01")
TOWNS = (
    Region(code="5", label=T, valid_to=MERGED, became="8"),
    Region(code="51", label=T, valid_to=MERGED, became="82"),
    Region(code="52", label=T, valid_to=day("2010-01-01"), became="51"),
    Region(code="8", label=T, valid_from=MERGED),
)


def test_the_code_of_a_region_that_has_ended_counts_as_that_of_what_it_became(tmp_path):
    desk = Desk(tmp_path, changed(ward=Code(regions=TOWNS, on="day")))
    told = [
        ("51", "2011-05-05"),
        ("52", "2009-05-05"),
        ("51", "2012-09-01"),
        ("52", "2012-08-31"),
        ("53", "2013-01-01"),
        ("82", "2013-01-01"),
    ]
    result = desk.deliver(" ".join(f"110001,b{n},{on},,5,,3,{code}," for n, (code, on) in enumerate(told)))
    assert desk.landed(columns="ward") == [("82",), ("82",), ("82",), ("82",), ("53",), ("82",)]
    assert mended(desk) == {"ward": {"ended": 3}}
    assert result.warnings == (
        "3 values in 'ward' read as meant: the code of a region that had ended on the day of the row",
    )


@pytest.mark.parametrize(
    "wrong", [lambda: Code(regions=TOWNS), lambda: Code(on="day"), lambda: changed(ward=Code(regions=TOWNS, on="yuan"))]
)
def test_a_code_of_regions_says_on_which_day(wrong):
    with pytest.raises(DeclarationError):
        wrong()
