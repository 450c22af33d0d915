"""The documentation speaks of what is there: commands, targets, paths, rooms, words and decisions."""

import re
import shlex
from collections.abc import Iterator
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
import typer

from benchmarks.figures import LANGUAGES, with_table
from riskscreen.cli.app import app
from riskscreen.cli.data import QUARANTINED_ABOVE_LIMIT
from riskscreen.errors import RiskscreenError
from tests.docs.fences import CODE, ROOT, code, fences, pages, prose, rows, section
from tests.test_layers import PACKAGE_FILES, ROOMS, TEMPLATES

ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
ADRS = sorted((ROOT / "docs" / "adr").glob("[0-9]*.md"))
NOT_OURS = (".venv", "var")  # made by running, so not in a fresh clone
SOURCES = (".md", ".py", ".toml")
AFTER_A_COMMAND = ("|", ">", ">>", "&&", "||", ";")
every_page = pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
every_adr = pytest.mark.parametrize("adr", ADRS, ids=lambda adr: adr.stem)


# Commands


@cache
def command_line() -> Any:
    return typer.main.get_command(app)


def shown(page: str, program: str) -> list[str]:
    """Every command of a program in the fences of a page."""
    lines = [line for fence in fences(page) for line in fence.commands()]
    return [line for line in lines if line.startswith(f"{program} ")]


def named(page: str, program: str) -> set[str]:
    """What a page names of a program within its lines: `train` in "run `make train`"."""
    return {line.split()[1] for line in code(page) if re.match(rf"{program} [a-z]", line)}


def fault_of(line: str) -> str | None:
    """Why the command line would not take a command; nothing is run."""
    words = list(takewhile(lambda word: word not in AFTER_A_COMMAND, shlex.split(line, comments=True)))[1:]
    try:
        context = command_line().make_context("riskscreen", list(words))
        _, (name, *others), _ = command_line().make_parser(context).parse_args(args=list(words))
        if name not in command_line().commands:
            return f"there is no command {name!r}"
        command_line().commands[name].make_context(name, others, parent=context)
    except typer.Exit:
        return None
    except Exception as error:  # typer brings its own click in some versions, so their classes cannot be named
        return str(error) or type(error).__name__
    return None


@every_page
def test_every_command_shown_is_one_that_the_command_line_takes(page):
    text = page.read_text(encoding="utf-8")
    assert {line: fault for line in shown(text, "riskscreen") if (fault := fault_of(line))} == {}
    assert named(text, "riskscreen") <= set(command_line().commands)


def every_option() -> set[str]:
    commands = [command_line(), *command_line().commands.values()]
    commands += [inner for command in commands[1:] for inner in getattr(command, "commands", {}).values()]
    return {"--help", *(option for command in commands for parameter in command.params for option in parameter.opts)}


@every_page
def test_every_option_named_is_one_that_some_command_has(page):
    words = [word for said in code(page.read_text(encoding="utf-8")) for word in said.split()]
    assert {word for word in words if re.fullmatch(r"--[a-z-]+", word)} <= every_option()


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("riskscreen nightlie", "no command 'nightlie'"),
        ("riskscreen --home", "requires an argument"),
        ("riskscreen --houme x link", "No such option: --houme"),
        ("riskscreen link --jsn", "No such option: --jsn"),
        ("riskscreen train", "Missing"),
        ("riskscreen promote m --version new", "valid int"),
        ("riskscreen features --as-of 2024-01-01", "Missing"),
    ],
)
def test_a_command_that_would_not_be_taken_is_found(line, fault):
    assert fault in (fault_of(line) or "")


@pytest.mark.parametrize("line", ["riskscreen --home h train m --json > out.json  # said", "riskscreen ingest a/*.gz"])
def test_a_command_that_would_be_taken_is_not_found(line):
    assert fault_of(line) is None


def test_the_architecture_lists_every_command_with_options_that_it_has():
    listed = {row[0].strip("`").split()[0]: row[0] for row in rows(section(ARCHITECTURE, "Commands")) if "`" in row[0]}
    assert sorted(listed) == sorted(command_line().commands)
    for name, synopsis in listed.items():
        parameters = command_line().commands[name].params
        known = {option for one in parameters for option in (*one.opts, *one.secondary_opts)}
        assert set(re.findall(r"--[a-z-]+", synopsis)) <= known, name


def test_the_architecture_lists_every_exit_code():
    said = {int(row[0]) for row in rows(section(ARCHITECTURE, "Commands")) if row[0].isdigit()}
    assert said == {0, QUARANTINED_ABOVE_LIMIT, *(error.exit_code for error in every_error(RiskscreenError))}


def every_error(error: type[RiskscreenError]) -> Iterator[type[RiskscreenError]]:
    yield error
    for narrower in error.__subclasses__():
        yield from every_error(narrower)


def targets() -> set[str]:
    return set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@every_page
def test_every_target_of_make_that_is_shown_stands_in_the_makefile(page):
    text = page.read_text(encoding="utf-8")
    assert {line.split()[1] for line in shown(text, "make")} | named(text, "make") <= targets()


# Paths


@every_page
def test_every_relative_link_leads_somewhere(page):
    links = re.findall(r"\]\(([^)\s]+)\)", CODE.sub("", prose(page.read_text(encoding="utf-8"))))
    near = [link.partition("#")[0] for link in links if "://" not in link and not link.startswith("#")]
    assert [link for link in near if not (page.parent / link).exists()] == []


def is_path_here(said: str) -> bool:
    """Whether code within a line reads as a path of this repository, from its root."""
    if not re.fullmatch(r"[\w.*-]+(/[\w.*-]+)*/?", said) or "/" not in said:
        return False
    top = said.partition("/")[0]
    if top in (*NOT_OURS, "HOME", "..", "."):
        return False
    return (ROOT / top).is_dir() or Path(said).suffix in SOURCES


@every_page
def test_every_path_of_the_repository_that_is_named_exists(page):
    named = [said for said in code(page.read_text(encoding="utf-8")) if is_path_here(said)]
    assert [path for path in named if not list(ROOT.glob(path.rstrip("/")))] == []


@pytest.mark.parametrize(
    ("said", "is_one"),
    [
        ("riskscreen/features/refrence.py", True),
        ("test/features/spec.py", True),
        ("docs/", True),
        ("HOME/models/m/champions.json", False),
        ("var/town/quarantine", False),
        ("town/samples", False),
        ("models/<name>/feeds.py", False),
        ("as_of", False),
    ],
)
def test_a_path_of_the_repository_is_told_from_others(said, is_one):
    assert is_path_here(said) is is_one


# Rooms


def rooms_there() -> list[str]:
    entries = [path for path in (ROOT / "riskscreen").iterdir() if path.suffix == ".py" or any(path.glob("*.py"))]
    names = {path.stem for path in entries} - set(PACKAGE_FILES)
    return sorted(names, key=[*ROOMS, TEMPLATES].index)


def test_the_architecture_describes_every_room_in_the_order_of_imports():
    described = {row[0].strip("`"): row[1] for row in rows(section(ARCHITECTURE, "Rooms"))}
    assert list(described) == rooms_there()
    assert all(described.values())


# Pictures


def test_a_picture_is_small_enough_to_be_kept():
    sizes = {path.name: path.stat().st_size for path in (ROOT / "docs").rglob("*.png")}
    assert {name: size for name, size in sizes.items() if size > 200_000} == {}
    assert {"list.png", "list.zh.png", "phone.png"} <= set(sizes)


# The two languages


def commands_of(page: str) -> list[list[str]]:
    return [fence.commands() for fence in fences((ROOT / page).read_text(encoding="utf-8"))]


def test_the_chinese_readme_shows_the_commands_of_the_english_one():
    assert commands_of("README.zh-CN.md") == commands_of("README.md")


def test_the_readme_shows_the_commands_on_real_people_that_their_page_shows():
    (shown_there,) = [commands for commands in commands_of("docs/meps.md") if commands]
    assert shown_there in commands_of("README.md")


def headings(page: str) -> list[str]:
    return re.findall(r"^#+", prose((ROOT / page).read_text(encoding="utf-8")), re.MULTILINE)


def test_the_chinese_readme_has_the_sections_of_the_english_one():
    assert headings("README.zh-CN.md") == headings("README.md")


# Words


def glossary() -> list[list[str]]:
    return rows((ROOT / "GLOSSARY.md").read_text(encoding="utf-8"))


def test_the_glossary_is_sorted_and_gives_each_word_once():
    terms = [row[0] for row in glossary()]
    assert terms == sorted(set(terms), key=str.casefold)


def test_the_glossary_gives_each_chinese_word_once():
    words = [row[1] for row in glossary()]
    assert sorted(words) == sorted(set(words))


def test_the_glossary_gives_each_term_in_chinese_and_in_a_line():
    assert [row for row in glossary() if len(row) != 3 or not all(row)] == []
    assert [row[0] for row in glossary() if not re.fullmatch(r"[\u4e00-\u9fff]+", row[1])] == []


# Decisions


def test_decisions_are_numbered_without_gaps():
    assert [int(adr.name[:4]) for adr in ADRS] == list(range(1, len(ADRS) + 1))


@every_adr
def test_a_decision_has_its_number_a_status_and_its_parts(adr):
    text = adr.read_text(encoding="utf-8")
    assert text.startswith(f"# {int(adr.name[:4])}. ")
    assert re.search(r"^Status: (accepted|superseded by \d+)$", text, re.MULTILINE)
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_the_list_of_decisions_gives_each_with_its_title():
    listed = (ROOT / "docs" / "adr" / "README.md").read_text(encoding="utf-8")
    titles = {adr.name: adr.read_text(encoding="utf-8").splitlines()[0].partition(". ")[2] for adr in ADRS}
    assert {name: title for title, name in re.findall(r"\[([^\]]+)\]\((\d[^)]+)\)", listed)} == titles


@pytest.mark.parametrize("page", sorted(LANGUAGES))
def test_the_tables_of_figures_are_those_that_were_measured(page):
    text = (ROOT / page).read_text(encoding="utf-8")
    assert "| ---" in text
    assert with_table(ROOT, page) == text
