"""The measured night: a home of copies is scored as the piece is, and every second is some step's."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from benchmarks import night
from riskscreen.cli import main
from riskscreen.eventstore import writing
from riskscreen.eventstore.store import EventStore
from tests.cli.conftest import BILLS, TOWN

COPIES = 3
pytestmark = pytest.mark.long


def scores(home):
    """The scores of each bucket on the only night there: names, in order of rank."""
    paths = sorted((home / "scores").rglob("*.parquet"))
    return [pq.read_table(path).sort_by("rank") for path in paths]


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """A town of one bucket after its night, a home with copies of it, and the figures of that one's night."""
    folder = tmp_path_factory.mktemp("night")
    (folder / "town" / "cards").mkdir(parents=True)
    (folder / "town" / "__init__.py").write_text(TOWN.replace("buckets=2", "buckets=1"))
    (folder / "town" / "cards" / "hardship.md").write_text("# Card\n")
    (folder / "bills_2024.csv").write_text(BILLS)
    for words in (["ingest", folder / "bills_2024.csv"], ["link"], ["nightly", "--as-of", "2024-02-10"]):
        with pytest.raises(SystemExit):
            main(["--deployment", str(folder / "town"), "--home", str(folder / "piece"), *map(str, words)])
    night.laid_out(folder / "piece", folder / "home", COPIES)
    return folder / "piece", folder / "home", night.night(folder / "town", folder / "home", round(9 / night.LISTED))


def test_each_copy_is_scored_as_the_piece_is_under_names_of_its_own(measured):
    piece, home, _ = measured
    (own,), copies = scores(piece), scores(home)
    assert len(copies) == COPIES
    assert copies[0]["entity_id"].equals(own["entity_id"])
    names = pa.chunked_array([chunk for copy in copies for chunk in copy["entity_id"].chunks])
    assert len(names.unique()) == COPIES * own.num_rows == 9
    place = [[(rank - 1) // COPIES for rank in copy["rank"].to_pylist()] for copy in copies]
    assert place == [[0, 1, 2]] * COPIES  # the three who spent most are the copies of one


def test_lists_are_as_much_longer_as_there_are_more_people(measured):
    piece, home, _ = measured
    listed = {path.stem: pq.read_metadata(path).num_rows for path in (home / "lists").rglob("*.parquet")}
    assert listed == {"as_of=2024-02-10": 9}
    assert [pq.read_metadata(path).num_rows for path in (piece / "lists").rglob("*.parquet")] == [3]


def test_a_store_that_was_added_to_holds_what_one_written_at_once_holds(measured, tmp_path, monkeypatch):
    piece, home, _ = measured
    monkeypatch.setattr(writing, "ADDED", 100)  # so few rows stay in files of their own
    monkeypatch.setattr(writing, "FEW", 0)
    grown = night.laid_out(piece, tmp_path / "grown", COPIES, days=100)
    assert max(len(part.files) for part in grown.version.parts.values()) > 1
    for bucket in range(COPIES):
        found, built = (store.read("bill", bucket).drop_columns(["load"]) for store in (grown, EventStore.open(home)))
        assert (found.num_rows, found.equals(built)) == (4, True)


def test_what_the_steps_cost_adds_up_to_the_night(measured):
    *_, (whole, *steps) = measured
    assert whole["engine"] == "riskscreen, night"
    assert whole["work"].startswith("1,800 people live there, 9 are known by 12 records")
    assert [step["work"].split(":")[0] for step in steps] == list(dict.fromkeys((*night.TOLD.values(), "all else")))
    assert sum(step["wall_s"] for step in steps) == pytest.approx(whole["wall_s"], abs=0.2)
    assert 0 < max(step["peak_mb"] for step in steps) <= whole["peak_mb"]


def test_of_nights_in_turn_over_homes_as_they_were_laid_out_the_one_that_took_least_is_told_of(
    measured, tmp_path, monkeypatch
):
    piece, *_ = measured
    costs = iter([5.0, 9.0, 4.0, 7.0, 6.0, 8.0])

    def nightly(deployment, home, persons, days):
        assert EventStore.open(home).version.buckets == COPIES
        (home / "scores").mkdir()  # fails where a turn finds what the one before left
        return [{"engine": f"after {days}", "cpu_s": next(costs)}]

    monkeypatch.setattr(night, "piece", lambda *_: piece)
    monkeypatch.setattr(night, "PIECE", 3)
    monkeypatch.setattr(night, "night", nightly)
    told = night.measure(piece, 3 * COPIES, tmp_path, days=10)
    assert told == [{"engine": "after 0", "cpu_s": 4.0}, {"engine": "after 10", "cpu_s": 7.0}]
    assert list(tmp_path.iterdir()) == []
