"""Which files of tests begin first: the dearest, so that no worker waits for the other at the end."""

FIRST = (
    "docs/test_commands_run.py",
    "suzhou/test_city.py",
    "cli/test_demo.py",
    "pseudopeople/test_seven_agencies.py",
    "linkage/test_others_records.py",
    "benchmarks/test_features.py",
    "linkage/test_appending.py",
    "linkage/test_ranges.py",
    "ingest/test_tasks.py",
    "ingest/test_kill.py",
    "meps/test_real_people.py",
    "linkage/test_spark.py",
    "notebooks/test_notebooks.py",
    "ingest/test_lag.py",
    "example/test_pipeline.py",
    "ingest/test_pieces.py",
    "linkage/test_rebucket.py",
    "linkage/test_identify.py",
    "cli/test_night.py",
    "city/test_write.py",
    "suzhou/test_addresses.py",
    "linkage/test_link.py",
    "features/test_time.py",
    "eventstore/test_store.py",
    "ingest/test_mess.py",
    "features/test_agreement.py",
    "city/test_life.py",
    "linkage/test_renewed.py",
    "linkage/test_persons.py",
    "ingest/test_versions.py",
    "serving/test_pairs.py",
    "serving/test_bad_input.py",
    "ingest/test_arrival.py",
    "learning/test_registry.py",
)


def place(nodeid: str) -> int:
    """Where the file of a test stands; those that are not named follow, in their own order."""
    file = nodeid.split("::", maxsplit=1)[0].removeprefix("tests/")
    return FIRST.index(file) if file in FIRST else len(FIRST)
