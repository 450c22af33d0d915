"""``link evaluate`` as a person types it, on the made-up samples of a deployment whose rows tell who is who."""

import json
from pathlib import Path

import pyarrow as pa
import pytest

from riskscreen.cli import main
from riskscreen.eventstore.store import Version
from riskscreen.eventstore.writing import write
from riskscreen.ingest.zone import read_claims

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def run(home, capsys):
    def command(*words):
        with pytest.raises(SystemExit) as left:
            main(["--deployment", str(ROOT / "models" / "pseudopeople"), "--home", str(home), *map(str, words)])
        out, err = capsys.readouterr()
        assert left.value.code == 0, err
        return out

    return command


@pytest.fixture
def linked(run, home):
    """A home in which everybody is linked by the given name alone."""
    from riskscreen.identity import load_key

    if not (home / "landing").exists():
        run("ingest", ROOT / "tests" / "pseudopeople" / "samples")
    claims, _ = read_claims(home, load_key(home, {}))
    told = pa.Table.from_batches(claims.batches())
    names = dict(zip(told["claim"].to_pylist(), told["given"].to_pylist(), strict=True))
    people = sorted(set(names.values()))
    tables = {
        "numbers": pa.table({"number": list(names), "person": [people.index(name) for name in names.values()]}),
        "doubtful": pa.schema([("claim", pa.int64()), ("other", pa.int64()), ("weight", pa.float64())]).empty_table(),
        "linkage": pa.table({"figures": [json.dumps({"candidate_pairs": 3, "seconds": {}})], "parameters": ["null"]}),
    }
    version = Version(number=1, landing="", buckets=1, people=len(people), first_known="1940-01-01",
                      last_known="2022-04-15", crosswalk={}, files=())  # fmt: skip
    write(home, version, {}, tables)


def test_figures_are_printed_and_a_page_is_written(run, linked, home):
    figures = json.loads(run("link", "evaluate", "--json"))
    assert figures["pairwise"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert figures["by_feeds"]["wic~census"] == figures["by_feeds"]["census~wic"] == figures["pairwise"]
    assert {"bcubed", "candidate_pairs", "seconds"} <= set(figures)
    assert "<title>Who is who" in (home / "linkage.html").read_text()


def test_the_page_can_be_chinese_and_elsewhere(run, linked, tmp_path):
    said = run("link", "evaluate", "--out", tmp_path / "page.html", "--language", "zh")
    assert "census~wic" in said
    assert "身份关联" in (tmp_path / "page.html").read_text()
