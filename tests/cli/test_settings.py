"""What a home's settings say is what its commands do."""

import sys


def test_a_slip_of_the_pen_in_the_settings_stops_every_command_that_works_on_the_home(riskscreen, bills, home):
    assert riskscreen("ingest", bills)[0] == 0
    (home / "riskscreen.toml").write_text("runer = 'local'\n")
    for words in (("ingest", bills), ("link",), ("nightly", "--as-of", "2024-03-01"), ("quality", "--out", home / "q")):
        code, _, err = riskscreen(*words)
        assert (code, "'runer' is no setting: did you mean runner?" in err) == (2, True), words
    (home / "riskscreen.toml").write_text("runner = 'local'\nprocesses = 1\n")
    assert riskscreen("nightly", "--as-of", "2024-03-01")[0] == 0


def test_spark_without_pyspark_is_a_sentence_and_writes_nothing(riskscreen, bills, home, monkeypatch):
    riskscreen("ingest", bills)
    monkeypatch.setenv("RISKSCREEN_RUNNER", "spark")
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    code, _, err = riskscreen("nightly", "--as-of", "2024-03-01")
    assert (code, "pyspark is not installed: install riskscreen[spark]" in err) == (2, True)
    assert not (home / "lists").exists()
