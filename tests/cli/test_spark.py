"""A night on Spark writes the bytes of a night here."""

import importlib.util
import os
import shutil
from datetime import date

import pytest

from riskscreen.declare import load
from riskscreen.eventstore.store import EventStore
from riskscreen.features.export import export_parts
from riskscreen.runners import LOCAL
from tests.cli.conftest import state

IS_THERE = bool(importlib.util.find_spec("pyspark") and shutil.which("java"))
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not IS_THERE and "RISKSCREEN_SKIP_NOTHING" not in os.environ,
        reason="pyspark (make setup-spark) or Java 17 is not installed",
    ),
]


@pytest.fixture
def on_spark(riskscreen, monkeypatch, home):
    """Run a command with Spark as the home's runner."""

    def run(*words):
        written = '[spark.conf]\n"spark.ui.enabled" = "false"\n"spark.driver.host" = "127.0.0.1"\n'
        (home / "riskscreen.toml").write_text(written)
        monkeypatch.setenv("RISKSCREEN_RUNNER", "spark")
        monkeypatch.setenv("RISKSCREEN_SPARK_MASTER", "local[2]")
        code, _, err = riskscreen(*words)
        monkeypatch.delenv("RISKSCREEN_RUNNER")
        return code, err

    yield run
    from pyspark.sql import SparkSession

    if (session := SparkSession.getActiveSession()) is not None:
        session.stop()


def test_scores_lists_and_features_of_spark_are_to_the_byte_those_made_here(
    riskscreen, on_spark, bills, home, town, tmp_path
):
    assert riskscreen("ingest", bills)[0] == 0
    assert riskscreen("nightly", "--as-of", "2024-03-01")[0] == 0
    assert on_spark("nightly", "--as-of", "2024-03-01", "--shadow") == (0, "")
    for folder in ("scores", "lists"):
        here = state(home / folder)
        assert here
        assert state(home / "shadow" / folder) == here
    arguments = ("features", "--as-of", "2024-03-01,2024-01-31", "--with-record-id", "bills")
    assert on_spark(*arguments, "--out", tmp_path / "spark") == (0, "")
    days = [date(2024, 1, 31), date(2024, 3, 1)]
    hashes, _ = export_parts(EventStore.open(home), load(town), days, tmp_path / "here", "bills", runner=LOCAL)
    assert list(state(tmp_path / "here").values()) == hashes
    assert state(tmp_path / "spark") == state(tmp_path / "here")
