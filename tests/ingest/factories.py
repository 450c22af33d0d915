"""A town with two feeds, small files as visible text, and what stands in a home afterwards."""

import hashlib
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from riskscreen.declare import (
    Area,
    AreaTree,
    Code,
    Column,
    Day,
    DayOf,
    Delivery,
    Deployment,
    Feed,
    FirstCharacters,
    HouseholdKey,
    Id,
    Is,
    Money,
    Number,
    Place,
    RecordKind,
    Sensitivity,
    Text,
    Whole,
)
from riskscreen.eventstore import Landing, Load
from riskscreen.identity import Key
from riskscreen.ingest import LoadResult, ingest

T = Text("words", "文字")
KEY = Key.of(b"a secret that is of the right length")
TODAY = date(2024, 12, 31)
HEADER = "person,bill,day,until,yuan,size,grade,ward,note"


def day(written: str) -> date:
    return date.fromisoformat(written)


def columns() -> tuple[Column, ...]:
    return (
        Column(name="person", type=Id("citizen", r"[0-9]{6}"), label=T, required=True),
        Column(name="bill", type=Code(), label=T, required=True),
        Column(name="day", type=Day(("%Y-%m-%d", "%d/%m/%Y")), label=T),
        Column(name="until", type=Day(), label=T),
        Column(name="yuan", type=Money(at_least=-100_000), label=T, missing=("-", "999")),
        Column(name="size", type=Number(at_least=0, at_most=1.5), label=T),
        Column(name="grade", type=Whole(at_least=1, at_most=9), label=T),
        Column(name="ward", type=Code(("east", "west", "城西")), label=T, sensitivity=Sensitivity.ORDINARY),
        Column(name="note", type=Code(("taken back",)), label=T, sensitivity=Sensitivity.SENSITIVE),
    )


def bills(**changes: Any) -> RecordKind:
    said: dict[str, Any] = {
        "name": "bills", "label": T, "person": "person", "key": ("person", "bill"), "happened": DayOf("day"),
        "ends": DayOf("until"), "values": ("yuan", "size", "grade", "ward"),
        "withdrawn": Is("note", "taken back"),
        "household": HouseholdKey("home", (FirstCharacters("person", 3), "ward"), Is("grade", 9)),
    }  # fmt: skip
    return RecordKind(**(said | changes))


def feed(**changes: Any) -> Feed:
    said: dict[str, Any] = {
        "name": "bills_feed", "label": T, "owner": T, "legal_basis": T, "purpose": T, "cadence": T,
        "retention_days": 365, "files": ("bills*",), "columns": columns(), "records": (bills(),),
        "quarantine_limit": 0.5,
    }  # fmt: skip
    return Feed(**(said | changes))


def register(**changes: Any) -> Feed:
    """A snapshot of who is on a register, and since when."""
    said: dict[str, Any] = {
        "name": "register", "files": ("register*",), "delivery": Delivery.SNAPSHOT,
        "columns": (
            Column(name="person", type=Id("citizen", r"[0-9]{6}"), label=T, required=True),
            Column(name="since", type=Day(), label=T, required=True),
            Column(name="seen", type=Day(), label=T),
            Column(name="tier", type=Whole(at_least=1), label=T),
        ),
        "records": (
            RecordKind(name="listed", label=T, person="person", key=("person",), happened=DayOf("since"),
                       known=DayOf("seen"), values=("tier",)),
        ),
    }  # fmt: skip
    return feed(**(said | changes))


def town(*feeds: Feed) -> Deployment:
    return Deployment(
        place=Place(name="town", label=T, time_zone="Asia/Shanghai", currency="yuan", themes={}),
        feeds={each.name: each for each in feeds or (feed(), register())},
        signals={}, models={}, alert_rules={}, audit_groups={},
        areas=AreaTree([Area(code="town", label=T, weekly_visits=2)]), folder=Path("town"),
    )  # fmt: skip


class Desk:
    """Where files arrive: writes them, ingests them, and looks into the home."""

    def __init__(self, folder: Path, *feeds: Feed) -> None:
        self.folder, self.home, self.town = folder, folder / "home", town(*feeds)

    def copied(self, folder: Path) -> "Desk":
        """The same elsewhere: what is done there is not done here."""
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        other = Desk(folder)
        other.town = self.town
        return other

    def file(self, name: str, content: str | bytes | pa.Table) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, pa.Table):
            pq.write_table(content, path)
        else:
            path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, *paths: Path, received: str | None = None, **others: Any) -> list[LoadResult]:
        return ingest(
            paths, self.town, self.home, others.pop("key", KEY), loaded_on=others.pop("loaded_on", TODAY),
            received=day(received) if received else None, **others,
        )  # fmt: skip

    def deliver(self, rows: str, *, name: str = "bills.csv", received: str | None = None, **others: Any) -> LoadResult:
        """Ingest rows written one a line, parted by blanks, fields by commas; the feed's header is put before."""
        headers = {"bills": HEADER, "register": "person,since,seen,tier"}
        header = headers[name.split(".", maxsplit=1)[0]]
        path = self.file(name, "\n".join([header, *rows.split()]) + "\n")
        return self.ingest(path, received=received, **others)[0]

    def loads(self) -> tuple[Load, ...]:
        """What the manifest says."""
        return Landing(self.home).manifest()

    def landed(self, kind: str = "bills", columns: str = "") -> list[Any]:
        """The landed rows as dicts, or as tuples of the named columns."""
        rows = Landing(self.home).read(kind).to_pylist()
        return [tuple(row[name] for name in columns.split()) for row in rows] if columns else rows

    def visible(self, as_of: str, column: str = "yuan", kind: str = "bills") -> list[Any]:
        """The values of a column that are believed on a day: the newest version of each record, if not withdrawn."""
        newest: dict[bytes, dict[str, Any]] = {}
        for row in sorted(self.landed(kind), key=lambda row: (row["known_on"], row["load"])):
            if row["known_on"] <= day(as_of):
                newest[row["record_id"]] = row
        return sorted(row[column] for row in newest.values() if not row["withdrawn"])

    def quarantined(self, load: int = 1, feed: str = "bills_feed") -> list[dict[str, Any]]:
        path = self.home / f"quarantine/{feed}/{load:08d}.parquet"
        return pq.read_table(path).to_pylist() if path.exists() else []

    def reasons(self, load: int = 1, feed: str = "bills_feed") -> list[tuple[int, str, str]]:
        return [(row["row"], row["reason"], row["column"]) for row in self.quarantined(load, feed)]

    def state(self) -> dict[str, str]:
        """Every file of the home with the hash of its bytes."""
        return {
            path.relative_to(self.home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.home.rglob("*")
            if path.is_file()
        }
