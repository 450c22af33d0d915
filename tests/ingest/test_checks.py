"""Which rows are quarantined, and why."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from riskscreen.declare import DayOf
from riskscreen.errors import DeliveryError
from riskscreen.ingest import Reason, summary
from tests.cases import cases
from tests.ingest.factories import HEADER, Desk, bills, feed

GOOD = "110001,b0,2024-01-01,,,,,,"


WRONG = [
    (",b1,2024-01-01,,,,,,", "required_value_missing", "person"),
    ("110001,,2024-01-01,,,,,,", "required_value_missing", "bill"),
    ("11000,b1,2024-01-01,,,,,,", "id_malformed", "person"),
    ("1100011,b1,2024-01-01,,,,,,", "id_malformed", "person"),
    ("110001,b1,2024-02-30,,,,,,", "not_a_day", "day"),
    ("110001,b1,24-02-03,,,,,,", "not_a_day", "day"),
    ("110001,b1,0000-02-03,,,,,,", "not_a_day", "day"),
    ("110001,b1,infinity,,,,,,", "not_a_day", "day"),
    ("110001,b1,2024-01-01T00:00,,,,,,", "not_a_day", "day"),
    ("110001,b1,,,,,,,", "unknown_day", "day"),
    ("110001,b1,2025-01-01,,,,,,", "in_the_future", "day"),
    ("110001,b1,2024-01-02,2024-01-01,,,,,", "ends_before_it_begins", "until"),
    ("110001,b1,2024-01-01,,1.005,,,,", "not_an_amount", "yuan"),
    ("110001,b1,2024-01-01,,1e3,,,,", "not_an_amount", "yuan"),
    ("110001,b1,2024-01-01,,12y,,,,", "not_an_amount", "yuan"),
    ("110001,b1,2024-01-01,,.,,,,", "not_an_amount", "yuan"),
    ("110001,b1,2024-01-01,,99999999999999999999,,,,", "not_an_amount", "yuan"),
    ("110001,b1,2024-01-01,,-1000.01,,,,", "below_range", "yuan"),
    ("110001,b1,2024-01-01,,,wide,,,", "not_a_number", "size"),
    ("110001,b1,2024-01-01,,,inf,,,", "not_a_number", "size"),
    ("110001,b1,2024-01-01,,,nan,,,", "not_a_number", "size"),
    ("110001,b1,2024-01-01,,,1e999,,,", "not_a_number", "size"),
    ("110001,b1,2024-01-01,,,-0.1,,,", "below_range", "size"),
    ("110001,b1,2024-01-01,,,1.51,,,", "above_range", "size"),
    ("110001,b1,2024-01-01,,,,1.5,,", "not_a_whole_number", "grade"),
    ("110001,b1,2024-01-01,,,,0x3,,", "not_a_whole_number", "grade"),
    ("110001,b1,2024-01-01,,,,99999999999999999999,,", "not_a_whole_number", "grade"),
    ("110001,b1,2024-01-01,,,,0,,", "below_range", "grade"),
    ("110001,b1,2024-01-01,,,,10,,", "above_range", "grade"),
    ("110001,b1,2024-01-01,,,,,north,", "not_an_allowed_value", "ward"),
    ("110001,b1,2024-01-01,,x,y,z,north,", "not_an_amount", "yuan"),
    ("110001,b0,2024-01-01,,5,,,,", "contradicts_another_row", "person"),
]


@pytest.fixture(scope="module")
def reasons(tmp_path_factory):
    """Reason and column by row, of one file with a good row and all wrong ones."""
    desk = Desk(tmp_path_factory.mktemp("wrong"))
    result = desk.deliver(" ".join([GOOD, *[row for row, _, _ in WRONG]]))
    assert (result.accepted, result.quarantined) == (1, len(WRONG))
    return {row: (reason, column) for row, reason, column in desk.reasons()}


@pytest.mark.parametrize(("at", "row", "reason", "column"), [(at, *wrong) for at, wrong in enumerate(WRONG, start=1)])
def test_a_row_that_breaks_the_contract_is_quarantined(reasons, at, row, reason, column):
    assert reasons[at] == (reason, column)


RIGHT = [
    ("110001,b1,2024-12-31,9999-12-31,,,,,", "grade", None),
    ("110001,b1,2024-01-01,2024-01-01,,,,,", "grade", None),
    ("110001,b1,2024-01-01,,,,1,,", "grade", 1),
    ("110001,b1,2024-01-01,,,,9,,", "grade", 9),
    ("110001,b1,2024-01-01,,,,7.0,,", "grade", 7),
    ("110001,b1,2024-01-01,,,,+7.,,", "grade", 7),
    ("110001,b1,2024-01-01,,,,７,,", "grade", 7),
    ("110001,b1,2024-01-01,,38400.10,,,,", "yuan", 3840010),
    ("110001,b1,2024-01-01,,38400.1,,,,", "yuan", 3840010),
    ("110001,b1,2024-01-01,,38400.1000,,,,", "yuan", 3840010),
    ("110001,b1,2024-01-01,,90071992547409.93,,,,", "yuan", 9007199254740993),
    ("110001,b1,2024-01-01,,-0.05,,,,", "yuan", -5),
    ("110001,b1,2024-01-01,,-1000,,,,", "yuan", -100_000),
    ("110001,b1,2024-01-01,,.5,,,,", "yuan", 50),
    ("110001,b1,2024-01-01,,-,,,,", "yuan", None),
    ("110001,b1,2024-01-01,,999,,,,", "yuan", None),
    ("110001,b1,2024-01-01,,９９．５,,,,", "yuan", 9950),
    ("110001,b1,2024-01-01,,,1.5,,,", "size", 1.5),
    ("110001,b1,2024-01-01,,,15e-1,,,", "size", 1.5),
    ("110001,b1,2024-01-01,,,-0.0,,,", "size", 0.0),
    ("110001,b1,2024-01-01,,,,,城西,", "ward", "城西"),
    ("１１０００１,b1,03/02/2024,,,,2,,", "grade", 2),
]


@pytest.fixture(scope="module")
def landed(tmp_path_factory):
    """The landed rows of one file with all that is right; every row is another bill."""
    desk = Desk(tmp_path_factory.mktemp("right"))
    result = desk.deliver(" ".join(row.replace("b1", f"b{at}") for at, (row, _, _) in enumerate(RIGHT)))
    assert (result.accepted, result.quarantined) == (len(RIGHT), 0)
    return desk.landed()


@pytest.mark.parametrize(("at", "row", "column", "value"), [(at, *right) for at, right in enumerate(RIGHT)])
def test_a_row_on_the_right_side_of_a_boundary_is_landed(landed, at, row, column, value):
    assert landed[at][column] == value


def test_the_first_format_that_fits_tells_the_day(desk):
    desk.deliver("110001,b1,2024-02-03,,,,,, 110001,b2,03/02/2024,,,,,,")
    assert [day.isoformat() for (day,) in desk.landed(columns="happened_on")] == ["2024-02-03", "2024-02-03"]


@pytest.mark.parametrize(
    ("happened", "received", "reasons"),
    [
        ("2024-03-01", "2024-03-01", []),
        ("2024-03-02", "2024-03-01", [(1, "in_the_future", "day")]),
        ("2024-12-31", None, []),
    ],
)
def test_the_future_begins_after_the_day_the_file_was_received(desk, happened, received, reasons):
    desk.deliver(f"{GOOD} 110001,b1,{happened},,,,,,", received=received)
    assert desk.reasons() == reasons


def test_what_happened_after_it_was_known_lies_in_the_future(tmp_path):
    desk = Desk(tmp_path, feed(records=(bills(known=DayOf("until"), ends=None),)))
    desk.deliver(
        """110001,b1,2024-03-02,2024-03-01,,,,,
           110001,b2,2024-03-02,2024-03-02,,,,,
           110001,b3,2024-03-02,2030-01-01,,,,,
           110001,b4,2024-03-02,,,,,,"""
    )
    assert desk.reasons() == [(0, "in_the_future", "day"), (2, "in_the_future", "until"), (3, "unknown_day", "until")]


def test_a_lag_into_the_future_only_makes_a_record_visible_later(tmp_path):
    desk = Desk(tmp_path, feed(records=(bills(lag_days=60),)))
    desk.deliver("110001,b1,2024-12-31,,,,,,")
    assert [day.isoformat() for (day,) in desk.landed(columns="known_on")] == ["2025-03-01"]


def test_of_rows_that_contradict_each_other_the_first_stands(desk):
    result = desk.deliver(
        """110001,b1,2024-01-01,,5,,,,
           110001,b1,2024-01-01,,6,,,,
           110001,b1,2024-01-01,,5.00,,,,
           110001,b1,2024-01-01,,7,,,,"""
    )
    assert (result.accepted, result.quarantined, result.landed) == (2, 2, 1)
    assert desk.reasons() == [(1, "contradicts_another_row", "person"), (3, "contradicts_another_row", "person")]
    assert desk.landed(columns="row yuan") == [(0, 500)]


def test_a_row_with_another_fault_contradicts_nobody(desk):
    desk.deliver("110001,b1,2024-01-01,,5,,99,, 110001,b1,2024-01-01,,6,,,,")
    assert desk.reasons() == [(0, "above_range", "grade")]
    assert desk.landed(columns="row yuan") == [(1, 600)]


def test_a_file_without_one_good_row_is_refused_with_its_first_fault(desk):
    with pytest.raises(DeliveryError, match=r"none of its 2 rows .* column 'grade': the value is above"):
        desk.deliver("110001,b1,2024-01-01,,5,,99,, 110001,,2024-01-01,,6,,,,")
    assert desk.state() == {}


def test_above_the_limit_is_more_than_the_agreed_share(desk):
    assert not desk.deliver(f"{GOOD} x,b1,2024-01-01,,,,,,").above_limit
    assert desk.deliver(f"{GOOD} x,b1,2024-01-01,,,,,, y,b1,2024-01-01,,,,,,").above_limit


def test_the_quarantine_shows_tokens_and_shapes_but_no_wrong_value(desk):
    desk.deliver(f"{GOOD} 110002,b1,2024-13-45,,5.5,,3,王小明,")
    (row,) = desk.quarantined()
    assert set(row) == {"row", "reason", "column", "person", "bill", "day", "until", "yuan", "size", "grade", "ward"}
    assert len(row["person"]) == 32
    assert (row["bill"], row["day"], row["yuan"], row["grade"], row["ward"]) == (
        "A9",
        "9999-99-99",
        "5.5",
        "3",
        "字字字",
    )


def test_every_reason_has_words_in_both_languages():
    assert all(reason.text.en and reason.text.zh for reason in Reason)


FIELDS = (
    st.sampled_from(["110001", "110002", "11", "", "x"]),
    st.sampled_from(["b1", "b2", ""]),
    st.sampled_from(["2024-01-01", "2024-01-02", "2030-01-01", "31/12/2023", "soon", ""]),
    st.sampled_from(["", "2024-01-01", "2023-01-01", "9999-12-31"]),
    st.sampled_from(["", "1", "1.5", "1.555", "-"]),
    st.sampled_from(["", "0.5", "2", "NaN"]),
    st.sampled_from(["", "1", "1.0", "77", "一"]),
    st.sampled_from(["", "east", "城西", "nowhere"]),
    st.sampled_from(["", "taken back", "?"]),
)


@settings(max_examples=cases(30))
@given(st.lists(st.tuples(*FIELDS), min_size=0, max_size=12), st.sampled_from([None, "2024-01-02"]))
@example([("110001", "b1", "2024-01-01", "", "1", "", "", "", ""), ("", "", "", "", "", "", "", "", "")], None)
def test_accepted_and_quarantined_rows_are_all_that_were_read(rows, received):
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(Path(folder))
        path = desk.file("bills.csv", "\n".join([HEADER, *[",".join(row) for row in rows]]))
        try:
            result = desk.ingest(path, received=received)[0]
        except DeliveryError:
            assert desk.state() == {}
            return
        assert summary([result])[0] | {"warnings": 0} == {
            "feed": "bills_feed", "read": len(rows), "accepted": len(rows) - len(desk.quarantined()),
            "quarantined": len(desk.quarantined()), "warnings": 0,
        }  # fmt: skip
        landed = {row["row"] for row in desk.landed()}
        assert landed.isdisjoint(row["row"] for row in desk.quarantined())
