"""What is wrong with the input is one sentence, the right exit code, no traceback, and the state as it was before."""

import fcntl
import gzip
import os
import sqlite3

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.cli.conftest import BILLS, TOWN, state


def one_sentence(err):
    """The single line that tells what is wrong."""
    lines = [line for line in err.splitlines() if line]
    assert len(lines) == 1, err
    assert lines[0].startswith("riskscreen: ")
    assert "Traceback" not in err
    return lines[0]


@pytest.fixture
def refused(riskscreen, home):
    """Run a command that must be refused; returns its sentence."""

    def run(*words, code=2, **said):
        before = state(home)
        left, out, err = riskscreen(*words, **said)
        assert left == code, (left, out, err)
        assert out == ""
        assert state(home) == before
        return one_sentence(err)

    return run


def write(path, body):
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    return path


@pytest.mark.parametrize(
    ("name", "body", "parts"),
    [
        ("bills_a.csv", BILLS.replace("yuan", "yaun"), ["bills_a.csv", "yuan"]),
        ("bills_b.csv", "", ["bills_b.csv", "empty"]),
        ("bills_c.csv", BILLS.replace("990102", '99"0102'), ["bills_c.csv", "line 3", "quot"]),
        ("bills_d.csv", BILLS.replace("2024-01-20,", "2024-01-20"), ["bills_d.csv", "line 3"]),
        ("bills_e.csv", BILLS.replace("990102", '"990102'), ["bills_e.csv", "quot"]),
        ("bills_f.parquet", b"PAR1 half of a file", ["bills_f.parquet", "Parquet"]),
        ("bills_g.csv.gz", gzip.compress(BILLS.encode())[:-9], ["bills_g.csv.gz"]),
        ("bills_h.csv", b"citizen,bill,day,yuan\n\xff\xff\xff", ["bills_h.csv"]),
        ("bills_i.csv", "".join(f"{line},{line[:7]}\n" for line in BILLS.splitlines()), ["bills_i.csv", "columns 1 and 5 alike", "citizen"]),
        ("letters.csv", BILLS, ["letters.csv", "feed"]),
    ],
    ids=lambda given: given if isinstance(given, str) and given.startswith(("bills_", "letters")) else "",
)  # fmt: skip
def test_a_file_that_cannot_be_taken_is_refused_whole(refused, linked, tmp_path, name, body, parts):
    sentence = refused("ingest", write(tmp_path / name, body))
    assert all(part in sentence for part in parts), sentence


def test_a_parquet_file_cut_in_half_is_refused(refused, linked, tmp_path):
    path = tmp_path / "bills.parquet"
    pq.write_table(pa.table({name: ["990101"] for name in ("citizen", "bill", "day", "yuan")}), path)
    path.write_bytes(path.read_bytes()[:-40])
    assert "bills.parquet" in refused("ingest", path)


def test_a_column_of_the_wrong_type_is_refused_where_no_row_is_left(refused, linked, tmp_path):
    body = BILLS.replace("100.00", "much").replace("2500.50", "more").replace("40.00", "x").replace("02-01,", "02-01,y")
    sentence = refused("ingest", write(tmp_path / "bills_t.csv", body))
    assert "yuan" in sentence
    assert "much" not in sentence


def test_rows_of_the_wrong_type_are_quarantined_and_above_the_limit_the_exit_code_is_3(riskscreen, tmp_path, home):
    body = BILLS.replace("100.00", "much").replace("2024-01-20", "2099-01-01")
    code, out, err = riskscreen("ingest", "--json", write(tmp_path / "bills_q.csv", body))
    assert code == 3
    assert '"quarantined": 2' in out
    assert "2 of 4 rows of bills_q.csv were quarantined, more than feed 'bills' allows" in one_sentence(err)
    (kept,) = (home / "quarantine" / "bills").glob("*.parquet")
    rows = pq.read_table(kept).select(["row", "column"]).to_pylist()
    assert [(row["row"], row["column"]) for row in rows] == [(0, "yuan"), (1, "day")]


def test_a_date_of_2099_below_the_limit_is_quarantined_and_the_rest_landed(riskscreen, tmp_path):
    body = BILLS.replace("2024-01-20", "2099-01-01")
    code, out, _ = riskscreen("ingest", "--json", write(tmp_path / "bills_q.csv", body))
    assert code == 0
    assert '"accepted": 3' in out
    assert '"quarantined": 1' in out


def test_an_unknown_feed_a_missing_file_and_a_day_that_is_none(refused, linked, bills, tmp_path):
    assert "'bils'" in refused("ingest", bills, "--feed", "bils")
    assert "nowhere.csv" in refused("ingest", tmp_path / "bills_nowhere.csv").replace("bills_", "")
    assert "write a day as YYYY-MM-DD" in refused("ingest", bills, "--received", "31.01.2024")


@pytest.mark.parametrize(
    ("change", "parts"),
    [
        (('signals=("spent", "bills")', 'signals=("spend", "bills")'), ["'spend'", "did you mean 'spent'"]),
        (('column="yuan"', 'column="yaun"'), ["'yaun'", "did you mean 'yuan'"]),
        (("AtLeast, Cohort", "AtLeast, Cohrot"), ["town/__init__.py, line 3", "Cohrot"]),
        (("Window(90)", "Window(0)"), ["town/__init__.py, line", "0 days"]),
        (("T = Text", "T == Text"), ["town/__init__.py, line 8: NameError"]),
    ],
)
def test_a_deployment_with_a_slip_is_named_with_its_place(refused, linked, town, change, parts):
    (town / "__init__.py").write_text(TOWN.replace(*change))
    sentence = refused("link")
    assert all(part in sentence for part in parts), sentence


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["evaluate", "hardship"], "has no version yet: run `riskscreen train hardship`"),
        (["promote", "hardship"], "has no version yet: run `riskscreen train hardship`"),
        (["train", "hardhsip"], "did you mean 'hardship'"),
        (["train", "hardship", "--as-of", "2024-02-10"], "hardship"),
        (["nightly", "--as-of", "2023-12-31"], "no record was known on 2023-12-31: the first became known on 2024-01-05"),
        (["features", "--as-of", "1999-01-01", "--out", "nowhere"], "no record was known on 1999-01-01"),
        (["train", "hardship", "--as-of", "1999-01-01"], "no record was known on 1999-01-01"),
        (["nightly", "--as-of", "yesterday"], "write a day as YYYY-MM-DD"),
        (["nightly", "--as-off", "2024-01-01"], "--as-off"),
        (["nightli"], "nightli"),
        (["ingest"], "Missing argument 'paths'; see `riskscreen ingest --help`"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_is_said(refused, linked, words, part):
    assert part in refused(*words)


def test_before_anything_was_ingested_the_next_step_is_named(refused, home):
    for words in (["link"], ["nightly", "--as-of", "2024-03-01"], ["train", "hardship"], ["promote", "hardship"]):
        assert "ingest" in refused(*words)
    assert not home.exists()


def test_a_first_delivery_that_is_refused_leaves_no_home_behind(riskscreen, home, tmp_path):
    path = write(tmp_path / "bills_a.csv", BILLS.replace("yuan", "yaun"))
    assert riskscreen("ingest", path)[0] == 2
    assert not home.exists()
    home.mkdir()
    assert riskscreen("ingest", path)[0] == 2
    assert list(home.iterdir()) == []


def test_before_anything_was_linked_the_next_step_is_named(refused, riskscreen, bills):
    riskscreen("ingest", bills)
    assert "link" in refused("train", "hardship")


def test_an_unknown_deployment_names_those_that_are_known(refused):
    assert "known are" in refused("link", deployment="suzou")
    assert "riskscreen init" in refused("link", deployment="./nowhere")


def test_a_home_that_another_run_holds_is_left_alone(refused, linked, home):
    handle = os.open(home / "lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        assert "another run (link, process" in refused("nightly", "--as-of", "2024-03-01", code=4)
    finally:
        os.close(handle)


def test_a_home_that_is_a_file_or_cannot_be_written_is_said(refused, home):
    home.write_text("not a folder")
    assert "cannot be written" in refused("ingest", home)


def test_a_model_registry_that_is_locked_or_broken_is_said(refused, linked, home):
    (home / "mlflow.db").write_bytes(b"this is no database" * 100)
    assert "mlflow.db" in refused("promote", "hardship")
    (home / "mlflow.db").unlink()
    holder = sqlite3.connect(home / "mlflow.db", isolation_level=None)
    try:
        holder.execute("create table t (a)")
        holder.execute("begin exclusive")
        assert "locked by another program" in refused("promote", "hardship")
    finally:
        holder.close()


def test_a_key_that_others_can_read_or_of_another_home_is_refused(refused, linked, home, bills, monkeypatch):
    (home / "key").chmod(0o644)
    assert "key" in refused("ingest", bills)
    (home / "key").chmod(0o600)
    monkeypatch.setenv("RISKSCREEN_KEY", "ab" * 32)
    assert "was built with key" in refused("ingest", bills)
    monkeypatch.setenv("RISKSCREEN_KEY", "short")
    assert "RISKSCREEN_KEY" in refused("ingest", bills)


def test_a_fault_of_ours_is_a_reference_on_the_screen_and_no_value_in_the_log(riskscreen, linked, home, monkeypatch):
    def fail(*_, **__):
        raise KeyError("990101 Zhang San")

    monkeypatch.setattr("riskscreen.nightly.link_people", fail)
    code, out, err = riskscreen("link")
    assert (code, out) == (1, "")
    assert "a fault of ours (reference" in one_sentence(err)
    log = (home / "riskscreen-faults.log").read_text()
    assert "KeyError" in log
    assert "990101" not in log
    assert "990101" not in err


def test_without_a_champion_the_night_runs_on_the_baseline_and_says_so(riskscreen, linked):
    code, out, _ = riskscreen("nightly", "--as-of", "2024-03-01")
    assert code == 0
    assert "no champion holds on 2024-03-01, so the list is in the order of baseline 'most_spent'" in out
    assert "2,500 yuan in 90 days (Hospital, 2024-01-20)" in out


def test_the_night_run_again_changes_no_byte(riskscreen, linked, home):
    riskscreen("nightly", "--as-of", "2024-03-01")
    before = state(home)
    code, out, _ = riskscreen("nightly", "--as-of", "2024-03-01")
    assert code == 0
    assert "made before from the same records" in out
    assert state(home) == before


def test_a_shadow_night_publishes_nothing(riskscreen, linked, home):
    code, _, _ = riskscreen("nightly", "--as-of", "2024-03-01", "--shadow")
    assert code == 0
    assert (home / "shadow" / "lists" / "model=hardship" / "as_of=2024-03-01.parquet").is_file()
    assert not (home / "lists").exists()
    assert not (home / "scores").exists()


def test_a_linkage_without_truth_cannot_be_judged(linked, refused):
    assert "no truth of landed rows" in refused("link", "evaluate")


def test_a_truth_that_is_none_is_named(linked, refused, tmp_path):
    assert "has no folder rows" in refused("link", "evaluate", "--truth", tmp_path)


@pytest.mark.parametrize("harm", ["cut in half", "missing"])
def test_a_bucket_that_was_cut_or_lost_is_named_and_the_next_link_makes_it_anew(
    refused, riskscreen, linked, home, harm
):
    path = next(home.glob("events/0*/bill/bucket-*.parquet"))
    half = path.read_bytes()[: path.stat().st_size // 2]
    path.unlink()
    if harm == "cut in half":
        path.write_bytes(half)
    said = refused("features", "--as-of", "2024-03-01", "--out", home.parent / "out")
    assert f"bill/{path.name}" in said
    assert "run `riskscreen link` again" in said
    assert not (home.parent / "out").exists()
    assert riskscreen("link")[0] == 0
    assert riskscreen("features", "--as-of", "2024-03-01", "--out", home.parent / "out")[0] == 0
