"""The same comparisons weigh the same on Spark, where a city outgrows one machine."""

import importlib.util
import os
import shutil
from math import isclose

import duckdb
import pytest

from riskscreen.declare import Linkage
from riskscreen.linkage.comparing import DUCKDB, SPARK
from tests.linkage.made import parameters

IS_THERE = bool(importlib.util.find_spec("pyspark") and shutil.which("java"))
pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not IS_THERE and "RISKSCREEN_SKIP_NOTHING" not in os.environ,
        reason="pyspark (make setup-spark) or Java 17 is not installed",
    ),
]
NAMES = (
    "Ann Archer 19800314",
    "Anne Archer 19800314",
    "Ann Archer 19800413",
    "Robert Miller 19800314",
    "Archer Ann 19791231",
)
LISTS = ("givens", "middles", "surnames", "births", "phones", "homes", "streets", "numbers", "relatives", "variants")
TEXTS = ("given", "surname", "full", "reverse", "birth", "sex", "place", "town", "home", "street", "number")


def profiles():
    for at, name in enumerate(NAMES):
        given, surname, birth = name.lower().split()
        said = {"given": given, "surname": surname, "birth": birth, "sex": "f", "place": "x", "town": "leeds"}
        whole = {
            "full": f"{given} {surname}",
            "reverse": f"{surname} {given}",
            "home": "1 a",
            "street": "a",
            "number": "1",
        }
        row = dict.fromkeys(TEXTS) | said | whole
        lists = {f"{part}s": [row[part]] for part in ("given", "surname", "birth", "home", "street", "number")}
        yield {"unique_id": at} | row | dict.fromkeys(LISTS) | lists


def weights(api, rows, dialect):
    from splink import Linker, block_on

    settings = parameters(Linkage(), dialect)["splink"] | {"blocking_rules_to_generate_predictions": [block_on("sex")]}
    found = Linker(api.register(rows), settings).inference.predict().as_record_list()
    return {(row["unique_id_l"], row["unique_id_r"]): row["match_weight"] for row in found}


@pytest.fixture
def fresh_jvm():
    """Which classes Spark knows is settled when its JVM starts: one that another test has started is ended."""
    from pyspark import SparkContext

    gateway = SparkContext._gateway
    if gateway is not None:
        gateway.shutdown()
        gateway.proc.stdin.close()
        gateway.proc.wait()
        SparkContext._gateway = SparkContext._jvm = None


@pytest.mark.usefixtures("fresh_jvm")
def test_spark_weighs_every_pair_as_duckdb_does(tmp_path):
    from pyspark.sql import SparkSession
    from pyspark.sql.types import ArrayType, LongType, StringType, StructField, StructType
    from splink import DuckDBAPI
    from splink.backends.spark import SparkAPI, similarity_jar_location

    schema = StructType(
        [
            StructField("unique_id", LongType()),
            *(StructField(name, StringType()) for name in TEXTS),
            *(StructField(name, ArrayType(StringType())) for name in LISTS),
        ]
    )
    rows = [tuple(row[field.name] for field in schema) for row in profiles()]
    builder = SparkSession.builder.master("local[1]").config("spark.jars", similarity_jar_location())
    session = builder.config("spark.ui.enabled", "false").config("spark.sql.shuffle.partitions", "1").getOrCreate()
    session.sparkContext.setCheckpointDir(str(tmp_path))
    try:
        on_spark = weights(SparkAPI(spark_session=session), session.createDataFrame(rows, schema), SPARK)
    finally:
        session.stop()
    with duckdb.connect() as db:
        texts, lists = (
            ", ".join(f'"{name}" {kind}' for name in names)
            for names, kind in ((TEXTS, "VARCHAR"), (LISTS, "VARCHAR[]"))
        )
        db.execute(f"CREATE TABLE profiles (unique_id BIGINT, {texts}, {lists})")
        db.executemany(f"INSERT INTO profiles VALUES ({', '.join('?' * len(schema))})", rows)
        on_duckdb = weights(DuckDBAPI(connection=db), "profiles", DUCKDB)
    assert on_duckdb.keys() == on_spark.keys()
    assert len(on_duckdb) == 10
    assert all(isclose(weight, on_spark[pair], abs_tol=1e-6) for pair, weight in on_duckdb.items())
