"""A disk on which no more can be written: one sentence, what stood stands, and the command given again does the work.

The limit is the machine's own, on the size of a file: a write past it fails as one on a full disk does, wherever it is
made, and leaves what was written before it.
"""

import resource
from contextlib import contextmanager

import pytest

from tests.cli.conftest import BILLS, state
from tests.cli.test_bad_input import one_sentence

DAY = "2024-03-01"


@contextmanager
def no_file_above(size):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.fixture
def refused(riskscreen, home):
    """Run a command on disks that fill up at some sizes: it must be refused, and leave what stands; then it is done."""

    def run(sizes, *words, lasting=("landing", "identity", "events", "scores", "lists")):
        before = {name: state(home / name) for name in lasting}
        for size in sizes:
            with no_file_above(size):
                code, out, err = riskscreen(*words)
            assert (code, out) == (2, ""), (size, code, out, err)
            assert {name: state(home / name) for name in lasting} == before, size
            assert "free space" in one_sentence(err)
        code, _, err = riskscreen(*words)
        assert (code, err) == (0, "")

    return run


@pytest.fixture
def linked(riskscreen, bills, tmp_path):
    """A home whose event store has a version, and where more was landed since."""
    more = tmp_path / "bills_more.csv"
    more.write_text(BILLS.replace("b", "c").replace("citizen,cill", "citizen,bill"))
    for words in (("ingest", bills), ("link",), ("ingest", more)):
        code, _, err = riskscreen(*words)
        assert code == 0, err


def test_a_delivery_is_landed_wholly_or_not_at_all(refused, linked, tmp_path):
    third = tmp_path / "bills_third.csv"
    third.write_text(BILLS.replace("b", "d").replace("citizen,dill", "citizen,bill"))
    refused((0, 1500), "ingest", third, lasting=("landing/bill", "identity", "events"))


def test_a_link_leaves_the_version_before(refused, linked):
    refused((0, 1000, 2000, 3000), "link")


def test_buckets_stay_as_they_were(refused, riskscreen, linked, town):
    riskscreen("link")
    file = town / "__init__.py"
    file.write_text(file.read_text().replace("buckets=2", "buckets=3"))
    refused((0, 1000, 3000), "rebucket")


def test_features_are_written_wholly_or_not_at_all(refused, linked, tmp_path):
    refused((1000,), "features", "--as-of", DAY, "--out", tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["features.parquet"]


def test_a_night_publishes_nothing(refused, riskscreen, linked):
    riskscreen("link")
    refused((0, 2000), "nightly", "--as-of", DAY, lasting=("landing", "identity", "events", "lists"))
