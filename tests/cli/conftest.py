"""A small town on disk, and the command line as a person types it."""

import hashlib
import shutil
from pathlib import Path

import pytest

from riskscreen.cli import main

TOWN = """
from riskscreen.clock import Horizon, Window
from riskscreen.declare import (
    Area, AtLeast, Cohort, Column, Count, Day, DayOf, Feed, Id, Latest, ModelSpec, Money, Origins, Outcome, Place,
    RandomOrder, RecordKind, SignalOrder, Text, Total,
)

T = Text("words", "文字")
place = Place(name="town", label=T, time_zone="Asia/Shanghai", currency="yuan", themes={"health": T}, buckets=2)
area = Area(code="all", label=T, weekly_visits=3)
feed = Feed(
    name="bills", label=T, owner=Text("Hospital", "医院"), legal_basis=T, purpose=T, cadence=T, retention_days=365,
    files=("bills*",), quarantine_limit=0.3,
    columns=(
        Column(name="citizen", type=Id("citizen", "[0-9X]{6,18}"), label=T, required=True),
        Column(name="bill", type=Id("bill"), label=T, required=True),
        Column(name="day", type=Day(), label=T, required=True),
        Column(name="yuan", type=Money(at_least=0), label=T),
    ),
    records=(
        RecordKind(name="bill", label=T, person="citizen", key=("bill",), happened=DayOf("day"), values=("yuan",)),
    ),
)
signals = [
    Total(name="spent", label=T, theme="health", records="bill", column="yuan", window=Window(90),
          reason=Text("{value} yuan in {days} days", "近 {days} 天 {value} 元")),
    Count(name="bills", label=T, theme="health", records="bill", window=Window(90), reason=T),
]
hardship = ModelSpec(
    name="hardship", label=T, purpose=T, cohort=Cohort(label=T, where=(AtLeast("bills", 1),)),
    outcome=Outcome(label=T, records="bill", where=(AtLeast("yuan", 100_00),), horizon=Horizon(30), judged_by="absence"),
    signals=("spent", "bills"), origins=Origins(every="month"),
    baselines=(RandomOrder(), SignalOrder("most_spent", "spent")), fallback="most_spent",
)
"""
BILLS = """citizen,bill,day,yuan
990101,b1,2024-01-05,100.00
990102,b2,2024-01-20,2500.50
990103,b3,2024-02-01,
990101,b4,2024-02-10,40.00
"""


def write_town(folder):
    (folder / "cards").mkdir(parents=True)
    (folder / "__init__.py").write_text(TOWN)
    (folder / "cards" / "hardship.md").write_text("# Card\n")
    return folder


def write_bills(folder):
    path = folder / "bills_2024.csv"
    path.write_text(BILLS)
    return path


@pytest.fixture
def town(tmp_path):
    """A deployment's folder with its card."""
    return write_town(tmp_path / "town")


@pytest.fixture
def bills(tmp_path):
    """A delivery that is in order."""
    return write_bills(tmp_path)


@pytest.fixture
def home(tmp_path):
    return tmp_path / "home"


@pytest.fixture
def riskscreen(town, home, capsys):
    """Run a command in the town: (exit code, output, errors)."""

    def run(*words, deployment=town):
        with pytest.raises(SystemExit) as left:
            main(["--deployment", str(deployment), "--home", str(home), *map(str, words)])
        out, err = capsys.readouterr()
        return left.value.code, out, err

    return run


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A home, to be copied, of a town like every other."""
    folder = tmp_path_factory.mktemp("linked")
    town, bills = write_town(folder / "town"), write_bills(folder)
    for words in (["ingest", str(bills)], ["link"]):
        with pytest.raises(SystemExit) as left:
            main(["--deployment", str(town), "--home", str(folder / "home"), *words])
        assert left.value.code == 0
    return folder / "home"


@pytest.fixture
def linked(template, home):
    """A home into which the good delivery was landed and linked."""
    return shutil.copytree(template, home)


def state(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its bytes; the lock file says only who ran last."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "lock")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
