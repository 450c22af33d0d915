"""What can be read, and what is refused as a whole: with a sentence, and with the home as it was."""

import csv
import gzip
import io
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskscreen.errors import CallerError, DeliveryError
from riskscreen.ingest import Progress, find_files
from riskscreen.ingest.csv_files import Opened
from tests.cases import cases
from tests.ingest.factories import HEADER, Desk, bills, columns, day, feed

ROW = "110001,b1,2024-01-01,,38400.10,0.5,3,城西,"
TEXT = f"{HEADER}\n{ROW}\n110002,b2,2024-01-02,2024-02-01,,,,east,\n"


def landed(desk, name, content):
    (result,) = desk.ingest(desk.file(name, content))
    assert result.warnings == ()
    return desk.landed()


@pytest.mark.parametrize(
    "content",
    [
        TEXT.encode(),
        b"\xef\xbb\xbf" + TEXT.encode(),
        TEXT.encode("gb18030"),
        TEXT.replace("\n", "\r\n").encode(),
        TEXT.replace("\n", "\n\n").encode(),
        TEXT.replace("b1", '"b1"').encode(),
    ],
    ids=["utf-8", "mark", "gb18030", "crlf", "blank lines", "quotes"],
)
@pytest.mark.parametrize("zipped", [False, True])
def test_the_same_rows_land_however_a_csv_is_written(tmp_path, content, zipped):
    first = landed(Desk(tmp_path / "a"), "bills.csv", TEXT)
    name, content = ("bills.csv.gz", gzip.compress(content)) if zipped else ("bills.csv", content)
    assert landed(Desk(tmp_path / "b"), name, content) == first
    assert [row["ward"] for row in first] == ["城西", "east"]


def test_parquet_lands_what_csv_lands(tmp_path):
    table = pa.table(
        {
            "person": pa.array([110001, 110002]),
            "bill": pa.array(["b1", "b2"]).dictionary_encode(),
            "day": pa.array([day("2024-01-01"), day("2024-01-02")]),
            "until": pa.array([None, day("2024-02-01")]).cast(pa.timestamp("us")),
            "yuan": pa.array(["38400.10", None]).cast(pa.decimal128(12, 4)),
            "size": pa.array([0.5, float("nan")], pa.float32()),
            "grade": pa.array([3.0, None]),
            "ward": pa.array(["城西", "east"], pa.large_string()),
            "note": pa.nulls(2),
        }
    )
    csv = landed(Desk(tmp_path / "a"), "bills.csv", TEXT)
    assert landed(Desk(tmp_path / "b"), "bills.parquet", table) == csv


def test_a_field_in_quotes_may_hold_commas_quotes_and_newlines(desk):
    desk.ingest(desk.file("bills.csv", f'{HEADER}\n110001,"a ""b"", c\nd",2024-01-01,,1,,,,\n{ROW}\n'))
    assert desk.landed(columns="row yuan") == [(0, 100), (1, 3840010)]


def test_undeclared_columns_are_named_once_and_kept_nowhere(desk):
    text = f"extra,{HEADER}\nsecret,{ROW}\n"
    (result,) = desk.ingest(desk.file("bills.csv", text))
    assert result.warnings == ("1 undeclared column not read: extra",)
    assert "extra" not in desk.landed()[0]


def test_undeclared_columns_that_are_expected_are_not_spoken_of(tmp_path):
    desk = Desk(tmp_path, feed(other_columns_expected=True))
    (result,) = desk.ingest(desk.file("bills.csv", f"extra,{HEADER}\nsecret,{ROW}\n"))
    assert result.warnings == ()


def test_a_header_without_rows_is_accepted_with_a_warning(desk):
    (result,) = desk.ingest(desk.file("bills.csv", HEADER))
    assert (result.read, result.warnings) == (0, ("the file has a header and no rows",))


def parquet_bytes(table):
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink)
    return sink.getvalue().to_pybytes()


WHOLE = parquet_bytes(pa.table({column.name: ["x"] * 1000 for column in columns()}))
NESTED = parquet_bytes(pa.table({column.name: [["x"]] for column in columns()}))
REFUSED = [
    ("bills.csv", b"", "is empty"),
    ("bills.csv", b"\n \n", "nothing but blanks"),
    ("bills.parquet", b"", "is empty"),
    ("bills.parquet", WHOLE[: len(WHOLE) // 2], "no whole Parquet file"),
    ("bills.parquet", WHOLE[:100] + b"\x00" * 400 + WHOLE[500:], "no whole Parquet file"),
    ("bills.parquet", NESTED, "column 'person' is nested"),
    ("bills.csv.gz", gzip.compress(TEXT.encode() * 50)[:-20], "cut short or no gzip"),
    ("bills.csv.gz", TEXT.encode() * 2, "cut short or no gzip"),
    ("bills.csv", f'{HEADER}\n{ROW}\n110001,"b1,2024-01-01,,,,,,\n{ROW}\n'.encode(), "line 3: a quote"),
    ("bills.csv", f'{HEADER}\n{ROW}\n110001,"b1"x,2024-01-01,,,,,,\n'.encode(), "line 3: a quote"),
    ("bills.csv", f'{HEADER}\n110001,b"1,2024-01-01,,,,,,\n{ROW}\n'.encode(), "line 2: a quote"),
    ("bills.csv", f'{HEADER}\n110001,"b1,2024-01-01,,,,,,\n110001,"b1",2024-01-01,,,,,,\n'.encode(), "line 2: a quote"),
    ("bills.csv", f"{HEADER}\n{ROW}\n\n110001,b1,2024-01-01\n{ROW}\n".encode(), "line 4: the row has 3 fields .* 9"),
    ("bills.csv", f'{HEADER}\n110001,"b\n1",2024-01-01,,,,,,\n{ROW},\n'.encode(), "line 4: the row has 10 fields"),
    ("bills.csv", f"{HEADER}\n{ROW}\n{ROW}\n".encode() + b"\xff\xff\n", "line 4: the bytes are neither"),
    ("bills.csv", TEXT.encode() + b"110001,\xe5\x9f,\n", "line 4: the bytes are neither"),
    ("bills.csv", TEXT.encode("utf-16"), "line 1: the bytes are neither"),
    ("bills.csv", b"\xef\xbb\xbf" + TEXT.encode("gb18030"), "line 2: the bytes are neither"),
    ("bills.csv", TEXT.replace("person,bill", "Person,bil").encode(),
     "lacks 2 declared columns: 'person' .the header has 'Person'., 'bill' .the header has 'bil'."),
    ("bills.csv", f"{ROW}\n".encode(), "lacks 9 declared columns"),
    ("bills.csv", f"{HEADER},ward\n{ROW},east\n".encode(), "names columns 8 and 10 alike"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "content", "sentence"), REFUSED)
def test_a_file_that_cannot_be_trusted_is_refused_and_changes_nothing(desk, name, content, sentence):
    desk.ingest(desk.file("bills_first.csv", TEXT))
    before = desk.state()
    with pytest.raises(DeliveryError, match=sentence) as refusal:
        desk.ingest(desk.file(name, content))
    assert desk.state() == before
    assert "110001" not in str(refusal.value)
    assert "城西" not in str(refusal.value)
    assert str(refusal.value).startswith("bills")


def test_files_before_a_refused_one_stay_landed_and_the_sentence_says_so(desk):
    good, bad = desk.file("bills_1.csv", TEXT), desk.file("bills_2.csv", b"")
    with pytest.raises(DeliveryError, match=r"bills_2.csv is empty.*; 1 of 2 files, those before it, are landed"):
        desk.ingest(good, bad)
    assert len(desk.landed()) == 2


def test_a_folder_gives_its_files_by_name_and_leaves_truth_alone(desk):
    for name in ("in/b/bills_2.csv", "in/a/bills_9.csv", "in/truth/bills_0.csv", "in/readme.txt", "in/register.csv"):
        desk.file(name, TEXT)
    found = find_files([desk.folder / "in"], desk.town)
    assert [(each.path.name, each.feed.name) for each in found] == [
        ("bills_9.csv", "bills_feed"), ("bills_2.csv", "bills_feed"), ("register.csv", "register"),
    ]  # fmt: skip
    assert found[0].warnings == ("left alone, being of no feed: readme.txt",)
    assert len(find_files([desk.folder / "in"], desk.town, "register")) == 1


@pytest.mark.parametrize(
    ("name", "feed_name", "sentence"),
    [
        (
            "wages.csv",
            None,
            "wages.csv matches no feed of deployment town: the patterns are bills.*; name it with --feed",
        ),
        ("bills.csv", "bill_feed", "no feed 'bill_feed': did you mean 'bills_feed'?"),
        ("gone/bills.csv", None, "is not there"),
    ],
)
def test_a_path_or_feed_that_means_nothing_is_the_callers_fault(desk, name, feed_name, sentence):
    desk.file("wages.csv", TEXT)
    with pytest.raises(CallerError) as error:
        find_files([desk.folder / name], desk.town, feed_name)
    assert sentence.split(".*")[0] in str(error.value)


def test_a_file_that_fits_two_feeds_needs_a_feed(tmp_path):
    desk = Desk(tmp_path, feed(), feed(name="other", records=(bills(name="others"),)))
    path = desk.file("bills.csv", TEXT)
    with pytest.raises(CallerError, match=r"several feeds .* \(bills_feed, other\): use --feed"):
        desk.ingest(path)
    assert desk.ingest(path, feed="other")[0].feed == "other"


def test_progress_tells_each_file_and_the_end(desk):
    told: list[Progress] = []
    desk.ingest(desk.file("bills.csv", TEXT), progress=told.append)
    assert told == [
        Progress(file="bills.csv", done=0, files=1),
        Progress(file="bills.csv", done=0, files=1, rows=2, share=1.0),
        Progress(file="", done=1, files=1),
    ]


FIELD = st.text(st.sampled_from('a, "\n城'), max_size=6)


@settings(max_examples=cases(200))
@given(
    st.lists(st.tuples(FIELD, FIELD), max_size=5),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_csv_writer_writes_is_read_back(rows, quoting, end):
    written = io.StringIO(newline="")
    writer = csv.writer(written, quoting=quoting, lineterminator=end)
    writer.writerows([("k", "a", "b"), *[("1", *row) for row in rows]])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(written.getvalue().encode())
        (table, _) = next(Opened(path).pieces(["a", "b"], 100))
    assert [(row["a"], row["b"]) for row in table.to_pylist()] == rows
