"""``riskscreen init``: a whole deployment, or nothing at all."""

import json
import runpy
import shlex

import pytest

from riskscreen.cli import care, main
from riskscreen.declare import load


@pytest.fixture
def init(tmp_path, monkeypatch, capsys):
    """Run ``init`` in an empty folder: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RISKSCREEN_DEPLOYMENT", raising=False)

    def run(*words, before=()):
        with pytest.raises(SystemExit) as left:
            main([*before, "init", *map(str, words)])
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return run


@pytest.fixture
def few_samples(monkeypatch):
    """A small sample in place of the whole one, where a test looks at something else."""
    sample = runpy.run_path(str(care.EXAMPLE / "sample.py"))
    small = sample | {"write_samples": lambda folder: sample["write_samples"](folder, people=60)}
    monkeypatch.setattr(runpy, "run_path", lambda path: small)


def names(folder):
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def test_a_new_deployment_loads_and_is_called_like_its_folder(init, tmp_path):
    code, _, _ = init("mytown")
    made = load(tmp_path / "mytown")
    assert code == 0
    assert made.name == "mytown"
    assert made.signals == load(care.EXAMPLE).signals


def test_declarations_cards_and_samples_are_copied_and_nothing_else(init, tmp_path, few_samples):
    init("mytown")
    found = names(tmp_path / "mytown")
    assert {"__init__.py", "rules.py", "cards/hardship.md", "feeds/bills.py"} <= set(found)
    assert any(name.startswith("samples/residents_") for name in found)
    assert [name for name in found if "pycache" in name or name.endswith("sample.py")] == []


def test_nothing_names_the_example_but_its_label(init, tmp_path, few_samples):
    init("mytown")
    texts = {
        name: (tmp_path / "mytown" / name).read_text("utf-8")
        for name in names(tmp_path / "mytown")
        if name.endswith("py")
    }
    assert [name for name, text in texts.items() if "exampletown" in text] == []


def test_the_next_commands_name_the_folder_so_that_it_is_found(init, few_samples):
    _, out, _ = init("mytown", "--json")
    said = json.loads(out)
    assert said["deployment"] == "mytown"
    assert said["next"] == [
        "riskscreen --deployment ./mytown ingest mytown/samples",
        "riskscreen --deployment ./mytown link",
        "riskscreen --deployment ./mytown train hardship",
        "riskscreen --deployment ./mytown promote hardship",
        "riskscreen --deployment ./mytown nightly --as-of 2023-12-31",
    ]


def test_the_next_commands_are_printed_for_people_too(init, few_samples):
    _, out, _ = init("mytown")
    assert "  riskscreen --deployment ./mytown ingest mytown/samples\n" in out


def test_the_next_commands_keep_the_home_and_quote_what_a_shell_would_split(init, tmp_path, few_samples):
    _, out, _ = init(tmp_path / "a place" / "mytown", "--json", before=("--home", "my home"))
    first = json.loads(out)["next"][0]
    where = str(tmp_path / "a place" / "mytown")
    assert shlex.split(first) == [
        "riskscreen",
        "--deployment",
        where,
        "--home",
        "my home",
        "ingest",
        f"{where}/samples",
    ]


def test_folders_above_are_made(init, tmp_path, few_samples):
    code, _, _ = init("one/two/mytown")
    assert code == 0
    assert load(tmp_path / "one" / "two" / "mytown").name == "mytown"


def test_an_empty_folder_is_filled(init, tmp_path, few_samples):
    (tmp_path / "mytown").mkdir()
    code, _, _ = init("mytown")
    assert code == 0
    assert load(tmp_path / "mytown").name == "mytown"


def test_a_folder_with_something_in_it_is_refused_and_left_as_it_was(init, tmp_path):
    (tmp_path / "mytown").mkdir()
    (tmp_path / "mytown" / "notes.txt").write_text("mine")
    code, _, err = init("mytown")
    assert code == 2
    assert "mytown is not empty" in err
    assert names(tmp_path) == ["mytown", "mytown/notes.txt"]


def test_a_file_is_refused(init, tmp_path):
    (tmp_path / "mytown").write_text("mine")
    code, _, err = init("mytown")
    assert code == 2
    assert "mytown is a file" in err
    assert (tmp_path / "mytown").read_text() == "mine"


@pytest.mark.parametrize("name", ["My-Town", "2town", "my town", "示例"])
def test_a_name_that_no_deployment_can_have_is_refused(init, tmp_path, name):
    code, _, err = init(name)
    assert code == 2
    assert "use lower-case letters, digits and underscores" in err
    assert names(tmp_path) == []


def test_the_name_of_another_deployment_is_refused_as_they_would_share_a_home(init, tmp_path):
    code, _, err = init("meps")
    assert code == 2
    assert "there is a deployment 'meps' already" in err
    assert names(tmp_path) == []


def test_a_failure_leaves_nothing_behind(init, tmp_path, monkeypatch):
    def full(path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(runpy, "run_path", full)
    code, _, err = init("one/mytown")
    assert code == 2
    assert "one/mytown cannot be written (No space left on device)" in err
    assert names(tmp_path) == []


def test_a_fault_of_ours_leaves_nothing_behind(init, tmp_path, monkeypatch):
    monkeypatch.setattr(runpy, "run_path", lambda path: {})
    code, _, _ = init("mytown")
    assert code == 1
    assert names(tmp_path) == []
