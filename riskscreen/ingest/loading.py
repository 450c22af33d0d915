"""The use case: files → contract check → quarantine and landing log, each file wholly or not at all.

A file becomes one load. Nothing of a home changes before the file was checked to its end; what is written before the
manifest is replaced (quarantine, truth, landed files) is named by no manifest, and the next load of that number
replaces it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from riskscreen.declare import Delivery, Deployment, Feed, Zone
from riskscreen.errors import DeliveryError, HomeError, RiskscreenError
from riskscreen.eventstore.files import file_sha256, write_table
from riskscreen.eventstore.landing import Landing, Load, contract_fingerprint
from riskscreen.identity import Key
from riskscreen.ingest import contract, mapping, placing, references, row_checks, versions
from riskscreen.ingest.finding import Found, find_files
from riskscreen.ingest.quarantine import quarantined, truths
from riskscreen.ingest.reading import Delivered, read
from riskscreen.ingest.reasons import Reason
from riskscreen.ingest.sql import connect

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, kw_only=True)
class LoadResult:
    """What became of one file. ``accepted + quarantined = read``, in rows.

    ``landed`` counts the versions of records that are new, withdrawals included; ``load`` is ``None`` where the file
    was ingested before and changed nothing. ``above_limit`` says that more rows were quarantined than the contract
    lets pass.
    """

    feed: str
    file: str
    read: int
    accepted: int
    quarantined: int
    warnings: tuple[str, ...] = ()
    above_limit: bool = False
    landed: int = 0
    load: int | None = None


@dataclass(frozen=True)
class _Run:
    home: Path
    key: Key
    loaded_on: date
    received: date | None

    @property
    def until(self) -> date:
        return self.received or self.loaded_on


@dataclass(frozen=True)
class _Checked:
    """A file after its checks: the tables to write, and the load to write them under."""

    load: Load
    landed: dict[str, pa.Table]
    truth: pa.Table | None
    quarantine: pa.Table
    reference: pa.Table | None
    warnings: tuple[str, ...]


def ingest(
    paths: Sequence[Path],
    deployment: Deployment,
    home: Path,
    key: Key,
    *,
    loaded_on: date,
    received: date | None = None,
    feed: str | None = None,
    progress: Progress | None = None,
) -> list[LoadResult]:
    """Check files against their contracts and land what is right; see :func:`find_files` for ``paths`` and ``feed``.

    ``received`` is the day the files came: nothing in them was known before. Without it they are history, and the
    contract says when each record was known. ``loaded_on`` is today. ``progress`` is called with a file's name, how
    many files are done and how many there are.

    Raises ``CallerError`` for paths and feeds, ``DeliveryError`` where a file is refused, ``HomeError`` where the
    home cannot be used. Files before a refused one stay landed, and the sentence says how many.
    """
    run = _Run(home, key, loaded_on, received)
    found = find_files(paths, deployment, feed)
    _check_open(found)
    _check_key(run)
    results: list[LoadResult] = []
    for file in found:
        _tell(progress, file.path.name, len(results), len(found))
        try:
            results.append(_ingest_file(run, file))
        except RiskscreenError as error:
            raise _with_count(error, len(results), len(found)) from None
    _tell(progress, "", len(found), len(found))
    return results


def summary(results: Sequence[LoadResult]) -> list[dict[str, str | int]]:
    """The counts by feed, as ``ingest --json`` prints them; ``warnings`` counts sentences."""
    sums: dict[str, dict[str, Any]] = {}
    for result in results:
        empty = {"feed": result.feed, "read": 0, "accepted": 0, "quarantined": 0, "warnings": 0}
        said = sums.setdefault(result.feed, empty)
        said["read"] += result.read
        said["accepted"] += result.accepted
        said["quarantined"] += result.quarantined
        said["warnings"] += len(result.warnings)
    return list(sums.values())


def _ingest_file(run: _Run, file: Found) -> LoadResult:
    digest = file_sha256(file.path)
    landing = Landing(run.home)
    before = _same_file(landing, file.feed, digest)
    if before is not None and _says_nothing_new(before, landing, run):
        return _repeated(before, file)
    checked = _check(run, file, digest)
    if before is not None and not any(table.num_rows for table in checked.landed.values()):
        return _repeated(before, file)
    load = _write(landing, checked)
    return _result(load, file, (*file.warnings, *checked.warnings))


def _check(run: _Run, file: Found, digest: str) -> _Checked:
    delivered = read(file.path, file.feed)
    try:
        with connect() as connection:
            connection.execute("SET preserve_insertion_order = false")  # every row has its number
            return _check_rows(run, file, digest, delivered, connection)
    except duckdb.OutOfMemoryException:
        raise HomeError(f"{file.path.name} needs more memory than is free: have it delivered in parts") from None
    except duckdb.Error as error:  # its own words may hold values
        raise RiskscreenError(f"{file.path.name} could not be checked ({type(error).__name__})") from None


def _check_rows(
    run: _Run, file: Found, digest: str, delivered: Delivered, connection: duckdb.DuckDBPyConnection
) -> _Checked:
    feed, rows = file.feed, delivered.table.num_rows
    columns = [column for column in feed.columns if column.name in delivered.table.column_names]
    contract.check(connection, delivered.table, columns, run.key, feed.checks)
    placing.place(connection, feed)
    mapping.map_rows(connection, feed, run.key, until=run.until)
    rejected = versions.reject(connection, feed)
    _check_some_accepted(connection, file, rows, rejected)
    latest = versions.accept(connection, feed, run.received)
    load = _load(run, feed, digest, (rows, rejected), run.received or latest)
    _check_snapshot(file, load, Landing(run.home))
    landed, warnings = _changes(connection, run, feed, load)
    warnings = (*delivered.warnings, *row_checks.warnings(connection, feed.checks), *warnings)
    return _Checked(
        replace(load, warnings=len(file.warnings) + len(warnings)),
        landed,
        truths(connection, feed, columns),
        quarantined(connection, columns),
        references.entries(connection, feed, columns),
        warnings,
    )


def _changes(
    connection: duckdb.DuckDBPyConnection, run: _Run, feed: Feed, load: Load
) -> tuple[dict[str, pa.Table], tuple[str, ...]]:
    landed, warnings = {}, []
    for kind in feed.records:
        changed = versions.changes(
            connection,
            Landing(run.home),
            feed,
            kind,
            load=load.number,
            received=run.received,
            delivered_on=load.delivered_on,
        )
        landed[kind.name] = changed.rows
        if changed.absence_unclear:
            warnings.append(
                f"no {kind.name} was withdrawn for being absent: a quarantined row does not say which one it is"
            )
    return landed, tuple(warnings)


def _load(run: _Run, feed: Feed, digest: str, rows: tuple[int, int], delivered_on: date | None) -> Load:
    read_, rejected = rows
    return Load(
        number=len(Landing(run.home).manifest()) + 1,
        feed=feed.name,
        file_sha256=digest,
        received=run.received,
        loaded_on=run.loaded_on,
        delivered_on=delivered_on,
        key_id=run.key.id,
        contract=contract_fingerprint(feed),
        read=read_,
        accepted=read_ - rejected,
        quarantined=rejected,
        warnings=0,
        files={},
    )


def _write(landing: Landing, checked: _Checked) -> Load:
    load = checked.load
    if checked.quarantine.num_rows:
        write_table(landing.home / f"quarantine/{load.feed}/{load.number:08d}.parquet", checked.quarantine)
    if checked.truth is not None:
        write_table(landing.home / f"truth/{load.feed}/{load.number:08d}.parquet", checked.truth)
    if checked.reference is not None:
        write_table(references.path(landing.home, load.feed, load.number), checked.reference)
    return landing.append(load, checked.landed)


def _check_open(found: Sequence[Found]) -> None:
    for file in found:
        if file.feed.zone is Zone.MEANS_CHECK:
            raise DeliveryError(
                f"{file.path.name} is of feed {file.feed.name}, which is for the means check of one authorised case "
                "and closed to screening: nothing of it is read; take it out of what is ingested"
            )


def _check_key(run: _Run) -> None:
    landed = Landing(run.home).key_id
    if landed not in (None, run.key.id):
        raise HomeError(
            f"this home was built with key {landed}, and the key given is {run.key.id}: give the home's own key"
        )


def _check_some_accepted(connection: duckdb.DuckDBPyConnection, file: Found, rows: int, rejected: int) -> None:
    if not rows or rejected < rows:
        return
    first = connection.execute("SELECT reason, reason_column FROM rejected ORDER BY row LIMIT 1").fetchone()
    why = f"column {first[1]!r}: {Reason(first[0]).text.en}" if first else "unknown"
    raise DeliveryError(
        f"{file.path.name} was refused, as none of its {rows} rows meets the contract of feed {file.feed.name}; "
        f"the first in {why}: see that this is the right file, and have it delivered as agreed"
    )


def _check_snapshot(file: Found, load: Load, landing: Landing) -> None:
    if file.feed.delivery is not Delivery.SNAPSHOT:
        return
    if load.delivered_on is None:
        raise DeliveryError(
            f"{file.path.name} is a snapshot that holds no record, so its day is unknown: give it with --received"
        )
    days = [each.delivered_on for each in landing.manifest() if each.feed == load.feed and each.delivered_on]
    if days and load.delivered_on < max(days):
        raise DeliveryError(
            f"{file.path.name} is a snapshot of {load.delivered_on}, older than that of {max(days)} which was landed: "
            "ingest snapshots in the order of their days, or give the day it came with --received"
        )


def _same_file(landing: Landing, feed: Feed, digest: str) -> Load | None:
    agreed = contract_fingerprint(feed)
    same = [
        load
        for load in landing.manifest()
        if (load.feed, load.file_sha256, load.contract) == (feed.name, digest, agreed)
    ]
    return same[-1] if same else None


def _says_nothing_new(before: Load, landing: Landing, run: _Run) -> bool:
    """Whether the same bytes cannot change anything: no other file of the feed came since, or no later day is given.

    Else they may: a value that went from A to B goes back to A when the first file is delivered again, later.
    """
    newest = [load for load in landing.manifest() if load.feed == before.feed][-1]
    return newest.number == before.number or run.received in (None, before.received)


def _repeated(before: Load, file: Found) -> LoadResult:
    said = "this file was ingested before: nothing was changed"
    return replace(_result(before, file, (*file.warnings, said)), landed=0, load=None)


def _result(load: Load, file: Found, warnings: tuple[str, ...]) -> LoadResult:
    return LoadResult(
        feed=load.feed,
        file=file.path.name,
        read=load.read,
        accepted=load.accepted,
        quarantined=load.quarantined,
        warnings=warnings,
        above_limit=load.quarantined > file.feed.quarantine_limit * load.read,
        landed=sum(landed.rows for landed in load.files.values()),
        load=load.number,
    )


def _with_count(error: RiskscreenError, landed: int, files: int) -> RiskscreenError:
    if files == 1:
        return error
    return type(error)(f"{error}; {landed} of {files} files, those before it, are landed")


def _tell(progress: Progress | None, file: str, done: int, of: int) -> None:
    if progress is not None:
        progress(file, done, of)
