"""Settings of a home: from its file and the environment, and nothing that is not one."""

import pytest

from riskscreen.errors import CallerError, HomeError
from riskscreen.settings import Settings, SparkSettings, read_settings

WHOLE = """
runner = "spark"
processes = 4
[spark]
master = "spark://host:7077"
[spark.conf]
"spark.executor.memory" = "8g"
"""


@pytest.fixture
def read(tmp_path):
    def of(written=None, **env):
        if written is not None:
            (tmp_path / "riskscreen.toml").write_text(written)
        return read_settings(tmp_path, {f"RISKSCREEN_{name}": value for name, value in env.items()})

    return of


def test_without_a_file_work_is_done_by_a_process_a_core(read):
    assert read() == Settings("local", None, SparkSettings(None, {}))


def test_the_file_says_where_work_is_done(read):
    assert read(WHOLE) == Settings("spark", 4, SparkSettings("spark://host:7077", {"spark.executor.memory": "8g"}))


def test_the_environment_goes_before_the_file(read):
    found = read(WHOLE, RUNNER="local", PROCESSES="2", SPARK_MASTER="local[2]")
    assert (found.runner, found.processes, found.spark.master) == ("local", 2, "local[2]")
    assert found.spark.conf == {"spark.executor.memory": "8g"}


@pytest.mark.parametrize(
    ("written", "env", "fault", "sentence"),
    [
        ("runer = 'spark'", {}, HomeError, "'runer' is no setting: did you mean runner?"),
        ("[spark]\nsmaster = 'x'", {}, HomeError, r"\[spark\]: 'smaster' is no setting: did you mean master"),
        ("[sparks]", {}, HomeError, "'sparks' is no setting"),
        ("spark = 1", {}, HomeError, "spark is no table"),
        ("[spark]\nconf = 1", {}, HomeError, "conf is no table"),
        ("[spark.conf]\na = 1", {}, HomeError, "'a' is no text: write it in quotes"),
        ("runner = 1", {}, HomeError, "runner is no text"),
        ("runner = 'ray'", {}, CallerError, "there is no runner 'ray': set runner to local or spark"),
        ("processes = 0", {}, CallerError, "processes is 0: set 1 or more"),
        ("processes = true", {}, HomeError, "processes is no whole number"),
        ("processes = '2'", {}, HomeError, "processes is no whole number"),
        ("runner = ", {}, HomeError, "riskscreen.toml of the home cannot be read"),
        ("", {"RUNER": "x"}, CallerError, "RISKSCREEN_RUNER in the environment is no setting: did you mean RISKSCREEN_RUNNER"),
        ("", {"PROCESSES": "two"}, CallerError, "RISKSCREEN_PROCESSES is no whole number"),
    ],
)  # fmt: skip
def test_what_is_no_setting_is_refused(read, written, env, fault, sentence):
    with pytest.raises(fault, match=sentence):
        read(written, **env)


def test_what_is_read_elsewhere_is_let_through(read):
    assert read(KEY="x", STORE_URL="y", DEPLOYMENT="z", SKIP_NOTHING="1") == Settings()
