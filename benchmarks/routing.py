"""What it costs to route a kind's landed records into the event store: all at once, or in ranges, by either runner.

Made-up people have monthly contributions, or hospital bills of which one in fifty is told of twice, landed in pieces as
ingest lands them; who is who is given. The memory of one process shows whether it grows with the city.
"""

import json
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from benchmarks.store import FIRST, KEY, _ids, _rows
from benchmarks.tree import alone
from riskscreen.declare import SAME, Deployment, load
from riskscreen.eventstore.landing import Landing, Load, contract_fingerprint, landed_schema
from riskscreen.eventstore.writing import drafted
from riskscreen.linkage.crosswalk import GUESTS, HOUSEHOLDS
from riskscreen.linkage.looking import lay_out
from riskscreen.linkage.ranges import Kind, ranges_of, route_kind
from riskscreen.linkage.renewed import KindLanded
from riskscreen.linkage.routing import PLACED
from riskscreen.runners import Local, Runner
from riskscreen.runners.spark import Spark

SIZES = {"S": 60_000, "M": 300_000, "L": 1_500_000}  # people
KINDS = {"contribution": 60, "settlement": 20}  # records a person
PIECE = 1 << 17
A_BUCKET = 40_000  # people
TWICE = 50  # one event in so many is told of by two records
ALL_AT_ONCE_UP_TO = 20_000_000  # rows: more would not fit

Figure = dict[str, Any]


@dataclass(frozen=True)
class Landed:
    """A landing of a kind, in a home of its own, and its crosswalk."""

    home: Path
    deployment: Path
    kind: str
    people: int

    @property
    def buckets(self) -> int:
        """How many buckets so many people want."""
        return -(-self.people // A_BUCKET)


def measure(folder: Path, size: str) -> Iterator[Figure]:
    """The figures of a size, kind by kind and runner by runner; each begins a process of its own."""
    spark = Spark("local[2]", {"spark.ui.enabled": "false", "spark.driver.host": "127.0.0.1"})
    for kind, often in KINDS.items():
        with tempfile.TemporaryDirectory() as temporary:
            landed, rows = Landed(Path(temporary), folder, kind, SIZES[size]), SIZES[size] * often
            alone(_nothing, _land, landed)
            ways: dict[str, tuple[Runner, int]] = {"all at once": (Local(1), 1)} if rows <= ALL_AT_ONCE_UP_TO else {}
            cut = ranges_of(rows)
            ways |= {
                f"{cut} ranges, one process": (Local(1), cut),
                f"{cut} ranges, two processes": (Local(2), cut),
                f"{cut} ranges, Spark local[2]": (spark, cut),
            }
            for way, given in ways.items():
                answer, spent = alone(_nothing, _route, landed, *given)
                work = f"{kind}: {rows:,} records, {landed.buckets} buckets"
                yield {"engine": f"riskscreen, {way}", "work": work, "rows": rows, **spent, **answer}


def _nothing() -> None:
    """What a process that routes prepares."""


def _land(landed: Landed) -> None:
    """Land the records in pieces, and write who is who."""
    deployment, dice = load(landed.deployment), np.random.default_rng(1)
    landing, rows = Landing(landed.home), landed.people * KINDS[landed.kind]
    files = []
    for nth, begun in enumerate(range(0, rows, PIECE)):
        files.append(
            landing.write(landed.kind, 1, nth + 1, _piece(deployment, landed, begun, min(PIECE, rows - begun), dice))
        )
    feed = next(iter(deployment.feeds.values()))
    landing.commit(
        Load(
            number=1, feed=feed.name, file_sha256="1", received=None, loaded_on=FIRST, delivered_on=None,
            key_id=KEY.id, contract=contract_fingerprint(feed), read=rows, accepted=rows, quarantined=0, warnings=0,
            files={landed.kind: tuple(files)},
        )
    )  # fmt: skip
    people = np.arange(landed.people)
    tables = {
        "numbers": pa.table({"number": people, "person": people, "from": pa.array([FIRST] * len(people), pa.date32())}),
        "persons": pa.table({"person": people, "bucket": pa.array(people // 3 % landed.buckets, pa.int32())}),
        "households": HOUSEHOLDS.empty_table(),
        "guests": GUESTS.empty_table(),
        "placed": PLACED.empty_table(),
    }
    with drafted(landed.home, 1) as draft:
        (landed.home / "crosswalk.json").write_text(json.dumps(draft.keep(tables)), encoding="utf-8")


def _piece(deployment: Deployment, landed: Landed, begun: int, count: int, dice: Any) -> pa.Table:
    """Some landed rows, as they come: ordered by the day on which they are known."""
    ids = np.arange(begun, begun + count)
    rows = landed.people * KINDS[landed.kind]
    table = _rows(deployment, landed.kind, landed.people, ids * (365 * 5) // rows, ids, dice)
    if SAME in table.column_names:
        event = np.where(ids % TWICE == 1, ids - 1, ids)
        table = table.set_column(table.column_names.index(SAME), SAME, _ids(event, 9))
    table = table.set_column(table.column_names.index("row"), "row", pa.array(ids))
    return table.set_column(table.column_names.index("load"), "load", pa.array(np.ones(count), pa.int32()))


def _route(landed: Landed, runner: Runner, ranges: int) -> Figure:
    """Route everything; the draft is thrown away."""
    deployment, landing = load(landed.deployment), Landing(landed.home)
    crosswalk = json.loads((landed.home / "crosswalk.json").read_text(encoding="utf-8"))
    told = KindLanded(
        landing, landed.kind, landed_schema(*deployment.record_kinds[landed.kind]), [], landing.files(landed.kind)
    )
    with drafted(landed.home, 2) as draft:
        lay_out(landed.home, crosswalk, draft.between / "routes")
        stored = route_kind(Kind(draft, told, draft.between / "routes", landed.buckets, ranges), runner)
        shutil.rmtree(landed.home / "events" / "000002")
    return {"stored": sum(file.rows for part in stored for file in part.files)}
