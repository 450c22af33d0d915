"""The use case: files → contract check → quarantine and landing log, each file wholly or not at all.

A file becomes one load. It is read in pieces of about :data:`PIECE_ROWS` rows: each is checked and put on disk
(``staging``), then all are held against each other and against what was landed before (``settling``). Nothing of that
can be seen before the manifest is replaced. A run that is stopped before leaves its pieces, and the next run of the
same file on the same terms goes on behind them; any other run throws them away.
"""

import os
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from riskscreen.declare import Delivery, Deployment, Feed, Zone
from riskscreen.errors import DeliveryError, RiskscreenError
from riskscreen.eventstore.files import file_sha256, write_tables
from riskscreen.eventstore.landing import LandedFile, Landing, Load, contract_fingerprint
from riskscreen.identity import Key
from riskscreen.ingest import arrival, claiming, mending, placing, references, row_checks, settling
from riskscreen.ingest.dealing import Door
from riskscreen.ingest.finding import Found, find_files
from riskscreen.ingest.library import Library
from riskscreen.ingest.memory import steady_memory
from riskscreen.ingest.piece import Careful, Rejected, Terms, check_piece, quarantine_rows
from riskscreen.ingest.reading import Opened, check_header, odd_form, open_file
from riskscreen.ingest.reasons import Reason
from riskscreen.ingest.settling import Comparison
from riskscreen.ingest.sql import plain_faults
from riskscreen.ingest.staging import Stage, clear, clear_orphans
from riskscreen.runners import Runner

if TYPE_CHECKING:
    from riskscreen.ingest.tasks import Errand

PIECE_ROWS = 1 << 17
ENOUGH = 64  # pieces of a file from which on it pays to start processes
MUCH = 1 << 24  # bytes to read in a run


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an ingest is: files done of all; of the file in hand the rows so far, and the share that is read."""

    file: str
    done: int
    files: int
    rows: int = 0
    share: float = 0.0


Tell = Callable[[Progress], None]


@dataclass(frozen=True, kw_only=True)
class LoadResult:
    """What became of one file. ``accepted + quarantined = read``, in rows.

    ``landed`` counts the versions of records that are new, withdrawals included; ``load`` is ``None`` where the file
    was ingested before and changed nothing. ``above_limit`` says that more rows were quarantined than the contract
    lets pass. ``held`` says why nothing of the file was landed, where it is not as its feed leads one to expect: its
    rows are then not counted as read.
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
    held: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Run:
    deployment: Deployment
    home: Path
    door: Door
    loaded_on: date
    received: date | None
    release: bool
    much: bool
    runner: Runner | None
    libraries: dict[placing.Asked, Library] = field(default_factory=dict)
    nothings: dict[tuple[str, ...], Careful] = field(default_factory=dict)

    @property
    def until(self) -> date:
        ahead = self.deployment.place.made_up_until
        return self.received or max(self.loaded_on, ahead or self.loaded_on)


@dataclass(frozen=True)
class _Work:
    """A file in hand: what it is, how its pieces are read, and where they are kept until they are landed."""

    file: Found
    opened: Opened
    terms: Terms
    stage: Stage
    load: Load


def ingest(
    paths: Sequence[Path],
    deployment: Deployment,
    home: Path,
    key: Key,
    *,
    loaded_on: date,
    received: date | None = None,
    feed: str | None = None,
    release: bool = False,
    progress: Tell | None = None,
    runner: Runner | None = None,
) -> list[LoadResult]:
    """Check files against their contracts and land what is right; see :func:`find_files` for ``paths`` and ``feed``.

    ``received`` is the day the files came: nothing in them was known before. Without it they are history, and the
    contract says when each record was known. ``loaded_on`` is today. ``release`` lands what would be held for not being
    as its feed leads one to expect. ``progress`` is told before and after each file, and after each piece of one.
    ``runner`` is where large files are read; without one, as small ones, here.

    Raises ``CallerError`` for paths and feeds, ``DeliveryError`` where a file is refused, ``HomeError`` where the
    home cannot be used. Files before a refused one stay landed, and the sentence says how many.
    """
    found, tell = find_files(paths, deployment, feed), progress or (lambda said: None)
    run = _Run(deployment, home, Door(Landing(home), key), loaded_on, received, release, _is_much(found), runner)
    found.sort(key=lambda file: file.feed.reference is None)  # what others are looked up in comes first
    _check_open(found)
    _check_landed(Landing(home), key)
    clear_orphans(Landing(home))
    results: list[LoadResult] = []
    with steady_memory():
        for file in found:
            at = Progress(file=file.path.name, done=len(results), files=len(found))
            tell(at)
            try:
                results.append(_ingest_file(run, file, at, tell))
            except RiskscreenError as error:
                raise _with_count(error, len(results), len(found)) from None
    tell(Progress(file="", done=len(found), files=len(found)))
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


def _ingest_file(run: _Run, file: Found, at: Progress, tell: Tell) -> LoadResult:
    digest = file_sha256(file.path)
    landing = Landing(run.home)
    before = _same_file(landing, file.feed, digest)
    if before is not None and _says_nothing_new(before, landing, run):
        return _repeated(before, file)
    run.door.undo()  # what the file before this one was dealt, where it came to nothing
    try:
        with plain_faults(file.path.name):
            work = _begin(run, file, digest)
            _check_pieces(run, work, at, tell)
            landed = _settle(work, _unexpected(run, work))
    except DeliveryError:
        clear(landing)
        raise
    except arrival.Held as held:
        clear(landing)
        arrival.hold(run.home, file.feed.name, file.path.name, digest, held.why)
        return _held(file, held.why)
    if before is not None and not landed.load.files:
        clear(landing)
        return _repeated(before, file)
    _write(work, landed)
    run.door.keep()
    arrival.release(run.home, file.feed.name, digest)
    return _result(landed.load, file, (*file.warnings, *landed.warnings))


def _begin(run: _Run, file: Found, digest: str) -> _Work:
    run.door.open()
    opened = open_file(file.path)
    wanted = check_header(file.path.name, opened.names, file.feed)
    load = _load(run, file.feed, digest)
    terms = Terms(
        feed=file.feed,
        columns=[file.feed.column(name) for name in wanted],
        secrets=run.door.secrets,
        until=run.until,
        received=run.received,
        load=load.number,
        threads=_cores(),
        told=lambda table: opened.told(table, file.feed),
        libraries=placing.libraries(run.deployment.feeds, file.feed, run.home, _cores(), run.libraries),
        much=run.much,
        nothings=run.nothings,
    )
    plan = {
        "feed": load.feed,
        "file": digest,
        "contract": load.contract,
        "key": load.key_id,
        "load": load.number,
        "until": run.until.isoformat(),
        "received": run.received and run.received.isoformat(),
        "piece_rows": PIECE_ROWS,
    }
    return _Work(file, opened, terms, Stage(Landing(run.home), load.number, plan, run.door), load)


def _check_pieces(run: _Run, work: _Work, at: Progress, tell: Tell) -> None:
    """Stage the pieces that are not yet: those of a large file as tasks of the runner."""
    if run.runner is not None and work.opened.about(PIECE_ROWS) >= ENOUGH and run.runner.at_once > 1:
        from riskscreen.ingest.tasks import stage_pieces  # compiled code is slow to load

        told = partial(_tell_rows, at, tell)
        stage_pieces(_errand(run, work), work.stage, run.door, run.runner, PIECE_ROWS, told)
        return
    first_row = 0
    for number, (table, share) in enumerate(_pieces(work), start=1):
        if number > len(work.stage.pieces):
            work.stage.add(check_piece(work.terms, run.door, table, first_row), first_row)
        first_row += table.num_rows
        tell(replace(at, rows=first_row, share=share))


def _tell_rows(at: Progress, tell: Tell, rows: int, share: float) -> None:
    tell(replace(at, rows=rows, share=share))


def _errand(run: _Run, work: _Work) -> "Errand":
    """What tasks are told of a file in hand."""
    from riskscreen.ingest.tasks import Errand

    terms = work.terms
    return Errand(
        id=secrets.token_hex(8),
        home=run.home.absolute(),
        key_id=terms.key.id,
        opened=work.opened,
        feed=terms.feed,
        libraries={name: run.deployment.feeds[name] for name in terms.libraries},
        columns=[column.name for column in terms.columns],
        until=terms.until,
        received=terms.received,
        load=terms.load,
        much=terms.much,
    )


def _pieces(work: _Work) -> Iterator[tuple[pa.Table, float]]:
    return work.opened.pieces([column.name for column in work.terms.columns], PIECE_ROWS)


@dataclass(frozen=True)
class _Settled:
    load: Load
    rejected: Rejected
    warnings: tuple[str, ...]


def _unexpected(run: _Run, work: _Work) -> tuple[str, ...]:
    """What to say of a delivery that is not as expected; ``Held`` where it is not to be landed."""
    feed, file = work.file.feed, work.file.path.name
    why = arrival.unexpected(work.stage, feed, file, odd_form(work.opened, feed))
    if why and feed.holds and not run.release:
        raise arrival.Held(why)
    return why


def _settle(work: _Work, unexpected: tuple[str, ...]) -> _Settled:
    """Hold the pieces against each other and what was landed before; what is landed is then on disk, and not seen."""
    stage, terms, feed = work.stage, work.terms, work.file.feed
    suspects = {kind.name: settling.find_suspects(stage, kind) for kind in feed.records}
    rejected = settling.find_contradictions(stage, feed, suspects, terms.threads)
    read = sum(piece.rows for piece in stage.pieces)
    quarantined = sum(piece.quarantined for piece in stage.pieces) + len(rejected.rows)
    _check_some_accepted(work, read, quarantined)
    load = replace(work.load, read=read, accepted=read - quarantined, quarantined=quarantined)
    load = replace(load, delivered_on=terms.received or settling.last_day(stage, feed, rejected))
    _check_snapshot(work.file, load, stage.landing)
    comparison = Comparison(
        feed=feed, load=load.number, received=terms.received is not None, delivered_on=load.delivered_on,
        threads=terms.threads,
    )  # fmt: skip
    files: dict[str, tuple[LandedFile, ...]] = {}
    told_twice: list[str] = []
    for kind in feed.records:
        keep = settling.find_news(stage, kind, suspects[kind.name], rejected, comparison)
        twice = settling.count_told_twice(stage, kind, keep, comparison)
        told_twice += [f"{twice:,} {kind.name}: told of before under another id, and counted once"] if twice else []
        counts = feed.delivery is Delivery.SNAPSHOT and not _is_unclear(stage, kind.name)
        absent = settling.find_absent(stage, kind, comparison) if counts else iter(())
        files[kind.name] = settling.land(stage, kind, keep, absent, load.number)
    mended = mending.by_column(mending.kinds(feed, terms.columns), [piece.mended for piece in stage.pieces])
    warnings = (*unexpected, *_warnings(work, read, rejected), *told_twice, *mending.sentences(mended))
    if read and feed.records and feed.delivery is Delivery.INCREMENT and not any(files.values()):
        warnings = (*warnings, "nothing in it is new: it may have come before under another name")
    load = replace(load, warnings=len(work.file.warnings) + len(warnings), mended=mended, identities=stage.identities)
    return _Settled(replace(load, files={kind: each for kind, each in files.items() if each}), rejected, warnings)


def _is_unclear(stage: Stage, kind: str) -> bool:
    return any(kind in piece.unclear for piece in stage.pieces)


def _warnings(work: _Work, read: int, rejected: Rejected) -> tuple[str, ...]:
    unclear = [kind.name for kind in work.file.feed.records if _is_unclear(work.stage, kind.name)]
    return (
        *([] if read else ["the file has a header and no rows"]),
        *row_checks.sentences(work.file.feed.checks, [piece.warned for piece in work.stage.pieces]),
        *placing.sentences(work.file.feed, list(_unplaced(work, rejected))),
        *(
            f"no {kind} was withdrawn for being absent: a quarantined row does not say which one it is"
            for kind in unclear
        ),
    )


def _write(work: _Work, settled: _Settled) -> None:
    """Quarantine, truth, and then the manifest: that is when all of it is there."""
    load, home = replace(settled.load, zone=_zone(work, settled)), work.stage.landing.home
    place = f"{load.feed}/{load.number:08d}.parquet"
    if load.quarantined:
        write_tables(home / "quarantine" / place, _quarantine(work, settled.rejected))
    if work.stage.has_truth:
        write_tables(home / "truth" / place, _truth(work, settled.rejected))
    if work.terms.libraries:
        tables = [table for table in _unplaced(work, settled.rejected) if table.num_rows]
        if tables:
            write_tables(home / "unplaced" / place, iter(tables))
    if work.file.feed.reference is not None:
        write_tables(references.path(home, load.feed, load.number), map(work.stage.entries, work.stage.pieces))
    work.stage.landing.commit(load)
    work.stage.finish(load)


def _zone(work: _Work, settled: _Settled) -> dict[str, LandedFile]:
    """What accepted rows say of people: written, and seen with the load."""
    if not work.file.feed.who:
        return {}
    stage, number = work.stage, settled.load.number
    claims = pa.concat_tables(_without(settled.rejected, map(stage.claims, stage.pieces)))
    relations = pa.concat_tables(_without(settled.rejected, map(stage.relations, stage.pieces)))
    tables = {"claims": claiming.summed(claims), "relations": claiming.first_related(relations)}
    return {name: stage.landing.write_zone(name, number, table) for name, table in tables.items() if table.num_rows}


def _without(rejected: Rejected, tables: Iterable[pa.Table]) -> Iterator[pa.Table]:
    for table in tables:
        yield table.filter(pa.array(~rejected.are_in(table["row"].to_numpy())))


def _quarantine(work: _Work, rejected: Rejected) -> Iterator[pa.Table]:
    """The quarantined rows of each piece; those of contradicting rows are read once more."""
    if not len(rejected.rows):
        yield from map(work.stage.quarantine, work.stage.pieces)
        return
    reason = Reason.CONTRADICTS_ANOTHER_ROW.value
    for piece, (table, _) in zip(work.stage.pieces, _pieces(work), strict=True):
        late, own = rejected.within(piece.first_row, piece.rows), work.stage.quarantine(piece)
        if len(late.rows):
            rows = table.take(pa.array(late.rows - piece.first_row))
            own = pa.concat_tables([own, quarantine_rows(work.terms, rows, late, reason)])
        yield own.sort_by("row")


def _unplaced(work: _Work, rejected: Rejected) -> Iterator[pa.Table]:
    tables = map(work.stage.unplaced, work.stage.pieces)
    yield from _without(rejected, (table for table in tables if table is not None))


def _truth(work: _Work, rejected: Rejected) -> Iterator[pa.Table]:
    yield from _without(rejected, map(work.stage.truth, work.stage.pieces))


def _load(run: _Run, feed: Feed, digest: str) -> Load:
    return Load(
        number=len(Landing(run.home).loads()) + 1,
        feed=feed.name,
        file_sha256=digest,
        received=run.received,
        loaded_on=run.loaded_on,
        delivered_on=None,
        key_id=run.door.secrets.key.id,
        contract=contract_fingerprint(feed),
        read=0,
        accepted=0,
        quarantined=0,
        warnings=0,
        files={},
    )


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _is_much(found: Sequence[Found]) -> bool:
    return sum(file.path.stat().st_size for file in found if file.path.is_file()) >= MUCH


def _check_open(found: Sequence[Found]) -> None:
    for file in found:
        if file.feed.zone is Zone.MEANS_CHECK:
            raise DeliveryError(
                f"{file.path.name} is of feed {file.feed.name}, which is for the means check of one authorised case "
                "and closed to screening: nothing of it is read; take it out of what is ingested"
            )


def _check_landed(landing: Landing, key: Key) -> None:
    landing.manifest()  # names no file that is missing
    landing.check_key(key.id)


def _check_some_accepted(work: _Work, rows: int, rejected: int) -> None:
    if not rows or rejected < rows:
        return
    reason, column = next(piece.first_fault for piece in work.stage.pieces if piece.first_fault)
    raise DeliveryError(
        f"{work.file.path.name} was refused, as none of its {rows} rows meets the contract of feed "
        f"{work.file.feed.name}; the first in column {column!r}: {Reason(reason).text.en}: "
        "see that this is the right file, and have it delivered as agreed"
    )


def _check_snapshot(file: Found, load: Load, landing: Landing) -> None:
    if file.feed.delivery is not Delivery.SNAPSHOT:
        return
    if load.delivered_on is None:
        raise DeliveryError(
            f"{file.path.name} is a snapshot that holds no record, so its day is unknown: give it with --received"
        )
    days = [each.delivered_on for each in landing.loads() if each.feed == load.feed and each.delivered_on]
    if days and load.delivered_on < max(days):
        raise DeliveryError(
            f"{file.path.name} is a snapshot of {load.delivered_on}, older than that of {max(days)} which was landed: "
            "ingest snapshots in the order of their days, or give the day it came with --received"
        )


def _same_file(landing: Landing, feed: Feed, digest: str) -> Load | None:
    agreed = contract_fingerprint(feed)
    same = [
        load for load in landing.loads() if (load.feed, load.file_sha256, load.contract) == (feed.name, digest, agreed)
    ]
    return same[-1] if same else None


def _says_nothing_new(before: Load, landing: Landing, run: _Run) -> bool:
    """Whether the same bytes cannot change anything: no other file of the feed came since, or no later day is given.

    Else they may: a value that went from A to B goes back to A when the first file is delivered again, later.
    """
    newest = [load for load in landing.loads() if load.feed == before.feed][-1]
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
        landed=sum(landed.rows for landed in load.all_files),
        load=load.number,
    )


def _held(file: Found, why: tuple[str, ...]) -> LoadResult:
    said = f"held, nothing of it was landed: {'; '.join(why)}; see that it is right, then ingest it with --release"
    warnings = (*file.warnings, said)
    return LoadResult(
        feed=file.feed.name, file=file.path.name, read=0, accepted=0, quarantined=0, warnings=warnings, held=why
    )


def _with_count(error: RiskscreenError, landed: int, files: int) -> RiskscreenError:
    if files == 1:
        return error
    return type(error)(f"{error}; {landed} of {files} files, those before it, are landed")
