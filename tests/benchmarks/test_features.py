"""The reference work: its made-up records, and that every engine gives the same answers of them."""

import shutil

import pyarrow.parquet as pq
import pytest

from benchmarks import features, tree
from benchmarks.reference_files import Size, files
from benchmarks.reference_people import MAKERS, Piece
from riskscreen.declare import Cohort, Text
from riskscreen.eventstore.store import EventStore
from riskscreen.features import FeatureSet, compute

# The engines that need nothing but Python, and whether over twelve days of a fifth of the people.
ASKED = [
    (name, part)
    for name, (_, sizes) in features.ENGINES.items()
    for part in (False, True)
    if "S" in sizes[part] and "scan" not in name and "Spark" not in name
]
BRIEFLY = ("riskscreen", "DuckDB, as delivered", "Polars, by bucket")  # in the fast suite; the long one asks all


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return files(tmp_path_factory.mktemp("reference") / "files", Size(people=100, buckets=2))


def sums_by(engine, made, days, *, part):
    deployment = features.declared()
    cohort = Cohort(label=Text("-", "-"), where=(features.A_FIFTH,)) if part else None
    wanted = FeatureSet(deployment, tuple(deployment.signals), cohort)
    return features._sums(0, [compute(EventStore.open(made.home), days, wanted, engine=engine)])


def check_same(sums, expected):
    assert sums.keys() == expected.keys()
    for name, value in expected.items():
        assert float(sums[name]) == pytest.approx(float(value), rel=1e-9, abs=1e-9), name


def test_the_declarations_are_90_signals_of_a_person_and_35_of_the_household():
    signals = features.declared().signals.values()
    assert [sum(signal.theme == theme for signal in signals) for theme in ("person", "household")] == [90, 35]


@pytest.mark.parametrize(
    ("name", "part"),
    [pytest.param(*each, marks=() if each[0] in BRIEFLY else pytest.mark.long) for each in ASKED],
)
def test_every_engine_gives_the_answers_of_the_reference_engine(made, name, part):
    days = features.TWELVE_DAYS[-2:] if part else features.ONE_DAY
    check_same(features.ENGINES[name][0](made, days, part), sums_by("reference", made, days, part=part))


@pytest.mark.long
def test_spark_gives_the_answers_of_the_reference_engine(made):
    pytest.importorskip("pyspark", reason="pyspark is not installed")
    if shutil.which("java") is None:
        pytest.skip("Java is not installed")
    answer, _ = tree.alone(
        int, features.ENGINES["PySpark, local[2]"][0], made, features.ONE_DAY, False
    )  # in its own JVM
    check_same(answer, sums_by("reference", made, features.ONE_DAY, part=False))


@pytest.mark.long
def test_every_engine_gives_the_same_answers_of_some_thousand_people(tmp_path):
    some = files(tmp_path / "files", Size(people=3_000, buckets=3))
    for part, days in ((False, features.ONE_DAY), (True, features.TWELVE_DAYS[-1:])):
        expected = sums_by("reference", some, days, part=part)
        for name in (name for name, over_part in ASKED if over_part is part):
            check_same(features.ENGINES[name][0](some, days, part), expected)


def test_no_signal_is_nothing_of_everybody(tmp_path):
    some = files(tmp_path / "files", Size(people=1_000, buckets=1))
    assert [name for name, value in sums_by("kernel", some, features.ONE_DAY, part=False).items() if not value] == []


def test_deliveries_layout_and_store_hold_the_same_records(made):
    for kind in MAKERS:
        delivered = pq.read_table(made.folder / "delivered" / kind)
        laid_out = pq.read_table(made.folder / "laid_out" / kind)
        store = EventStore.open(made.home)
        stored = [store.read(kind, bucket) for bucket in store.buckets()]
        keys = [("record", "ascending"), ("version", "ascending")]
        assert delivered.sort_by(keys).equals(laid_out.sort_by(keys))
        assert delivered["known_on"].to_pylist() == sorted(delivered["known_on"].to_pylist())
        assert sum(table.num_rows for table in stored) == delivered.num_rows
        of_store = sorted(each for table in stored for each in table["person"].to_pylist())
        assert of_store == sorted(delivered["person"].to_pylist())


def test_one_record_in_a_hundred_is_corrected_later_and_of_a_seed_all_is_the_same():
    table = Piece(seed=7, bucket=0, buckets=2, people=3_000).tables()["contributions"]
    later = table.filter(table["version"].to_numpy() == 2)
    assert 0.007 < later.num_rows / table.num_rows < 0.013
    first = dict(zip(table["record"].to_pylist(), table["known_on"].to_pylist(), strict=True))  # the later one wins
    assert all(
        first[record] == known
        for record, known in zip(*(later[c].to_pylist() for c in ("record", "known_on")), strict=True)
    )
    assert Piece(seed=7, bucket=0, buckets=2, people=3_000).tables()["contributions"].equals(table)


def test_files_that_are_whole_are_taken_and_others_made_anew(made):
    before = made.delivered("bills"), (made.folder / "complete.json").stat().st_mtime_ns
    assert files(made.folder, made.size) == made
    assert (made.folder / "complete.json").stat().st_mtime_ns == before[1]
    other = files(made.folder.parent / "other", made.size)
    (other.folder / "complete.json").unlink()
    shutil.rmtree(other.folder / "laid_out")
    assert files(other.folder, made.size).events == made.events
    assert (other.folder / "laid_out").is_dir()
