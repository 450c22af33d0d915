"""Work on buckets as tasks of Spark: the same answers, the same bytes, and a lost executor is a sentence."""

import importlib.util
import os
import shutil
import signal
from pathlib import Path

import pyarrow as pa
import pytest

from riskscreen.errors import HomeError
from riskscreen.runners.spark import Spark

IS_THERE = bool(importlib.util.find_spec("pyspark") and shutil.which("java"))
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not IS_THERE and "RISKSCREEN_SKIP_NOTHING" not in os.environ,
        reason="pyspark (make setup-spark) or Java 17 is not installed",
    ),
]


def spark(master):
    return Spark(master, {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"})


@pytest.fixture
def stop():
    """Each test has a session of its own: the master is fixed when it begins."""
    yield
    from pyspark.sql import SparkSession

    if (session := SparkSession.getActiveSession()) is not None:
        session.stop()


def double(bucket, part):
    return bucket, 2 * part, pa.cpu_count()


def refuse(bucket, part):
    raise HomeError(f"bucket {bucket} cannot be read: run `riskscreen link` again")


def end(bucket, part):
    """Bucket 3 loses its process the first time, or each time where nobody may mark the way."""
    marked = Path(part) / "marked"
    if bucket == 3 and not marked.exists():
        if Path(part).exists():
            marked.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return bucket


@pytest.mark.usefixtures("stop")
def test_answers_come_in_the_order_of_the_parts_and_a_refusal_is_the_same_refusal_here():
    runner = spark("local[2]")
    assert runner.each(double, {5: "a", 0: "b", 7: "c"}) == [(5, "aa", 1), (0, "bb", 1), (7, "cc", 1)]
    assert runner.each(double, {}) == []
    with pytest.raises(HomeError, match=r"bucket 0 cannot be read: run `riskscreen link` again"):
        runner.each(refuse, {0: None, 1: None})


@pytest.mark.usefixtures("stop")
def test_spark_tries_again_where_an_executor_is_lost_and_then_says_so_in_a_sentence(tmp_path):
    runner = spark("local[2,2]")
    assert runner.each(end, dict.fromkeys(range(6), str(tmp_path))) == list(range(6))
    with pytest.raises(HomeError, match=r"Spark gave up a step over 6 buckets: an executor was lost"):
        runner.each(end, dict.fromkeys(range(6), str(tmp_path / "nowhere")))
