import json
from datetime import date

import pyarrow as pa
import pytest

from riskscreen.declare.records import EVERY_RECORD_HAS
from riskscreen.errors import HomeError
from riskscreen.eventstore import Landing, Load, landed_schema
from riskscreen.eventstore.files import read_json, write_file, write_json, write_table
from riskscreen.eventstore.landing import FIXED
from tests.ingest.factories import bills, feed

DAY = date(2024, 1, 1)


def load(number, **changes):
    said = {
        "number": number, "feed": "bills_feed", "file_sha256": "0" * 64, "received": None, "loaded_on": DAY,
        "delivered_on": DAY, "key_id": "k", "contract": "c", "read": 1, "accepted": 1, "quarantined": 0,
        "warnings": 0, "files": {},
    }  # fmt: skip
    return Load(**(said | changes))


def table(*rows, **columns):
    """Landed rows by their number in the file; other columns by name."""
    fixed = {
        "person": 7, "household": None, "collective": False, "record_id": b"r" * 16, "happened_on": DAY,
        "known_on": DAY, "ends_on": None, "withdrawn": False, "load": 1,
    }  # fmt: skip
    schema = pa.schema([*FIXED, *[pa.field(name, kind) for name, kind in columns.items()]])
    return pa.Table.from_pylist([{**fixed, "row": row, **dict.fromkeys(columns, 1)} for row in rows], schema)


def test_loads_are_read_in_the_order_in_which_they_came(tmp_path):
    landing = Landing(tmp_path)
    assert (landing.manifest(), landing.key_id) == ((), None)
    first = landing.append(load(1), {"bills": table(0, 1), "homes": table()})
    landing.append(load(2, received=DAY), {"bills": table(5)})
    assert landing.read("bills", ["row"]).to_pylist() == [{"row": 0}, {"row": 1}, {"row": 5}]
    assert [(file.path, file.rows) for file in first.all_files] == [("landing/bills/00000001.parquet", 2)]
    assert list(first.files) == ["bills"]
    assert landing.key_id == "k"
    assert Landing(tmp_path).manifest() == landing.manifest()
    assert [each.received for each in landing.manifest()] == [None, DAY]


def test_a_kind_that_nothing_was_landed_of_has_the_fixed_columns_and_no_rows(tmp_path):
    assert Landing(tmp_path).read("bills").schema.equals(FIXED)
    assert Landing(tmp_path).read("bills").num_rows == 0


def test_a_column_that_older_loads_lack_is_null_in_them(tmp_path):
    landing = Landing(tmp_path)
    landing.append(load(1), {"bills": table(0)})
    landing.append(load(2), {"bills": table(1, yuan=pa.int64())})
    assert landing.read("bills", ["row", "yuan"]).to_pylist() == [{"row": 0, "yuan": None}, {"row": 1, "yuan": 1}]


def test_a_file_that_no_manifest_names_is_nothing(tmp_path):
    landing = Landing(tmp_path)
    landing.append(load(1), {"bills": table(0)})
    write_table(tmp_path / "landing/bills/00000002.parquet", table(7))
    assert landing.read("bills", ["row"]).to_pylist() == [{"row": 0}]
    landing.append(load(2), {"bills": table(8)})
    assert landing.read("bills", ["row"]).to_pylist() == [{"row": 0}, {"row": 8}]


def test_a_missing_file_and_a_broken_manifest_are_told(tmp_path):
    landing = Landing(tmp_path)
    landing.append(load(1), {"bills": table(0)})
    file = tmp_path / "landing/bills/00000001.parquet"
    content = file.read_bytes()
    file.write_bytes(content[:50])
    with pytest.raises(HomeError, match="a file in HOME/landing/bills cannot be read"):
        landing.read("bills")
    file.unlink()
    with pytest.raises(HomeError, match=r"HOME/landing/bills/00000001.parquet is missing"):
        landing.manifest()


def test_a_home_that_keeps_tokens_is_told_to_begin_anew(tmp_path):
    write_file(tmp_path / "landing/manifest.json", lambda file: file.write(b'{"format": 2, "loads": []}'))
    with pytest.raises(HomeError, match="ingest its deliveries into a new home"):
        Landing(tmp_path).manifest()


@pytest.mark.parametrize(
    "content", ["{", "[]", '{"format": 3}', '{"format": 3, "loads": [{}]}', "null", '{"format": 9}']
)
def test_a_manifest_that_lists_no_loads_is_told(tmp_path, content):
    write_file(tmp_path / "landing/manifest.json", lambda file: file.write(content.encode()))
    with pytest.raises(HomeError, match=r"manifest.json"):
        Landing(tmp_path).manifest()


def test_a_load_that_does_not_follow_the_last_is_refused(tmp_path):
    Landing(tmp_path).append(load(1), {})
    with pytest.raises(HomeError, match="load 1 does not follow load 1"):
        Landing(tmp_path).append(load(1), {})


def test_where_writing_fails_the_older_file_stands_and_no_other_is_left(tmp_path):
    def run_out(file):
        file.write(b"half")
        raise OSError(28, "No space left on device")

    write_json(tmp_path / "a/b.json", {"day": DAY})
    with pytest.raises(HomeError, match=r"a/b.json cannot be written .No space left on device."):
        write_file(tmp_path / "a/b.json", run_out)
    assert json.loads((tmp_path / "a/b.json").read_text()) == read_json(tmp_path / "a/b.json") == {"day": "2024-01-01"}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.json"]


def test_a_file_that_cannot_stand_where_it_should_is_told(tmp_path):
    (tmp_path / "landing").write_text("a file, no folder")
    with pytest.raises(HomeError, match="cannot be"):
        Landing(tmp_path).append(load(1), {"bills": table(0)})


def test_a_landed_file_has_the_fixed_columns_and_then_the_values_by_type():
    schema = landed_schema(feed(), bills())
    assert schema.names == [*FIXED.names, "yuan", "size", "grade", "ward"]
    assert schema.types[10:] == [pa.int64(), pa.float64(), pa.int64(), pa.string()]


def test_every_landed_record_has_what_the_declarations_say_that_it_has():
    assert tuple(FIXED.names) == EVERY_RECORD_HAS
