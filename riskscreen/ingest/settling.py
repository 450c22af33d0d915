"""The pieces of a file held against each other and against what was landed before, in memory that has a bound.

Most records are alone: no other record of the file or of the landing log has their id, and they stand as they are.
The others, the *suspects*, are found by the first 8 bytes of their ids, a range of ids at a time, and are judged by
the queries of ``versions``.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import SAME, Feed, RecordKind
from riskscreen.eventstore.landing import LandedFile, Landing, landed_schema
from riskscreen.ingest import versions
from riskscreen.ingest.among import Among, Flags, Numbers
from riskscreen.ingest.landed_keys import landed_keys
from riskscreen.ingest.piece import Rejected
from riskscreen.ingest.sql import literal, scratch
from riskscreen.ingest.staging import Stage, Staged, prefixes

KEYS_AT_ONCE = 1 << 25  # ids whose first 8 bytes are in memory at once
RECORDS_AT_ONCE = 1 << 20  # records that are compared at once
ALL_IDS = 1 << 64


@dataclass(frozen=True)
class Suspects:
    """For each piece which of a kind's records are to be compared, and how many in all."""

    flags: tuple[Flags, ...]
    count: int


def find_suspects(stage: Stage, kind: RecordKind) -> Suspects:
    """The records of a kind whose id another record of the file has, or one that was landed."""
    sizes = [piece.files[kind.name].rows for piece in stage.pieces]
    flags = [np.zeros(size, np.bool_) for size in sizes]
    for low, high in _ranges(sum(sizes), KEYS_AT_ONCE):
        doubtful = Among(_doubtful(stage, kind, low, high))
        if len(doubtful.keys):
            for piece, piece_flags in zip(stage.pieces, flags, strict=True):
                at, keys = _within(prefixes(_ids(stage, kind, piece)), low, high)
                piece_flags[at] |= doubtful.holds(keys)
    return Suspects(tuple(flags), sum(int(piece.sum()) for piece in flags))


def _doubtful(stage: Stage, kind: RecordKind, low: int, high: int) -> Numbers:
    """The keys of a range that two records of the file have, or one of the file and one that was landed."""
    found = [_within(prefixes(_ids(stage, kind, piece)), low, high)[1] for piece in stage.pieces]
    keys = np.concatenate([np.zeros(0, np.uint64), *found])
    del found  # of a large file, hundreds of MB
    keys.sort()
    return _union(keys[1:][keys[1:] == keys[:-1]], _landed_among(stage.landing, kind, keys))


def find_contradictions(stage: Stage, feed: Feed, suspects: Mapping[str, Suspects], threads: int) -> Rejected:
    """The rows that say otherwise than an earlier row of the file, and in which column: that of the first kind."""
    rows: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)]
    order: list[npt.NDArray[np.int64]] = [np.zeros(0, np.int64)]
    for at, kind in enumerate(feed.records):
        for table in _batches(stage, feed, kind, suspects[kind.name], Rejected()):
            with scratch(threads) as connection:
                connection.register("suspects", table)
                found = versions.contradictions(connection, kind)
            rows.append(found["row"].to_numpy())
            order.append(np.full(found.num_rows, at))
    all_rows, kinds = np.concatenate(rows), np.concatenate(order)
    by_row = np.lexsort((kinds, all_rows))
    unique, first = np.unique(all_rows[by_row], return_index=True)
    columns = [versions.key_column(feed, kind) for kind in feed.records]
    return Rejected(unique, tuple(columns[kind] for kind in kinds[by_row][first]))


def last_day(stage: Stage, feed: Feed, rejected: Rejected) -> date | None:
    """The latest day on which the contract lets an accepted record be known."""
    days = []
    for kind in feed.records:
        for piece in stage.pieces:
            keys = stage.keys(kind.name, piece, "stated_on", "row")
            gone = rejected.within(piece.first_row, piece.rows)
            if len(gone.rows):
                keys = keys.filter(pa.array(~gone.are_in(keys["row"].to_numpy())))
            days.append(pc.max(keys["stated_on"]).as_py())
    return max((day for day in days if day is not None), default=None)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """What the records of a file are compared for: its load, whether it was received, and on which day it speaks."""

    feed: Feed
    load: int
    received: bool
    delivered_on: date | None
    threads: int


def find_news(
    stage: Stage, kind: RecordKind, suspects: Suspects, rejected: Rejected, comparison: Comparison
) -> list[Flags]:
    """For each piece which records of a kind are landed: all that say something new, and of no rejected row."""
    news = [np.zeros((0, 2), np.int64)]
    for table in _batches(stage, comparison.feed, kind, suspects, rejected):
        ids = Among(np.unique(prefixes(table["record_id"].combine_chunks())))
        with scratch(comparison.threads) as connection:
            connection.register("suspects", table)
            connection.register("landed", _landed(stage.landing, comparison.feed, kind, ids))
            found = versions.news(connection, comparison.feed, kind, load=comparison.load, received=comparison.received)
        news.append(np.column_stack([found[column].to_numpy().astype(np.int64) for column in ("row", "part")]))
    said = np.unique(_places(np.concatenate(news)))
    return [
        _kept(stage.keys(kind.name, piece, "row", "part"), ~flags, said, rejected.within(piece.first_row, piece.rows))
        for piece, flags in zip(stage.pieces, suspects.flags, strict=True)
    ]


def _kept(keys: pa.Table, alone: Flags, said: npt.NDArray[np.int64], rejected: Rejected) -> Flags:
    """Of a piece's records those that are alone or say something new, and are of no rejected row."""
    if alone.all() and not len(rejected.rows):
        return alone
    rows, part = (keys[column].to_numpy().astype(np.int64) for column in ("row", "part"))
    return (alone | np.isin(_places(np.column_stack([rows, part])), said)) & ~rejected.are_in(rows)


def count_told_twice(stage: Stage, kind: RecordKind, keep: Sequence[Flags], comparison: Comparison) -> int:
    """How many of the records that are landed tell of an event of which another record, known before, tells too."""
    if not kind.same:
        return 0
    total = 0
    for low, high in _ranges(sum(int(kept.sum()) for kept in keep), KEYS_AT_ONCE):
        shared = Among(_shared(stage, kind, keep, (low, high)))
        if len(shared.keys):
            landed = _landed(stage.landing, comparison.feed, kind, shared, SAME)
            own = [_own(stage, kind, piece, kept, shared, SAME) for piece, kept in zip(stage.pieces, keep, strict=True)]
            ids = Among(np.unique(prefixes(pa.concat_tables([landed, *own])["record_id"].combine_chunks())))
            told = [_landed(stage.landing, comparison.feed, kind, ids)]
            told += [_own(stage, kind, piece, kept, ids) for piece, kept in zip(stage.pieces, keep, strict=True)]
            with scratch(comparison.threads) as connection:
                connection.register("told", pa.concat_tables(told))
                total += versions.told_twice(connection, comparison.load)
    return total


def _shared(stage: Stage, kind: RecordKind, keep: Sequence[Flags], within: tuple[int, int]) -> Numbers:
    """Of a range, what more than one record shares, at least one of them to be landed."""
    found = []
    for piece, kept in zip(stage.pieces, keep, strict=True):
        keys = stage.records(kind.name, piece, [SAME])[SAME].combine_chunks()
        found.append(_within(prefixes(keys)[kept], *within)[1])
    keys = np.sort(np.concatenate(found))
    return _union(keys[1:][keys[1:] == keys[:-1]], _landed_among(stage.landing, kind, keys, SAME))


def _own(
    stage: Stage, kind: RecordKind, piece: Staged, kept: Flags, wanted: Among, column: str = "record_id"
) -> pa.Table:
    """The records of a piece that are landed and have one of the wanted keys in a column."""
    keys = prefixes(stage.records(kind.name, piece, [column])[column].combine_chunks())
    at = np.flatnonzero(kept & wanted.holds(keys))
    return stage.records(kind.name, piece).take(pa.array(at))


def land(
    stage: Stage, kind: RecordKind, keep: Sequence[Flags], more: Iterator[pa.Table], load: int
) -> tuple[LandedFile, ...]:
    """The files of a kind, those written anew that lose records; ``more`` records stand behind the last."""
    files, last = [], len(stage.pieces)
    for piece, kept in zip(stage.pieces, keep, strict=True):
        file = piece.files[kind.name]
        table = None if kept.all() and piece.number < last else stage.records(kind.name, piece)
        if table is not None:
            further = list(more) if piece.number == last else []
            if not kept.all() or further:
                table = pa.concat_tables([table.filter(pa.array(kept)), *further])
                file = stage.landing.write(kind.name, load, piece.number, table)
        if file.rows:
            files.append(file)
    return tuple(files)


def find_absent(stage: Stage, kind: RecordKind, comparison: Comparison) -> Iterator[pa.Table]:
    """Withdrawals of what was landed before and is not in this snapshot, in the order of their ids."""
    for low, high in _ranges(stage.landing.rows(kind.name), RECORDS_AT_ONCE):
        present = pa.concat_arrays([_of_range(ids, low, high) for ids in stage.seen(kind.name)])
        with scratch(comparison.threads) as connection:
            connection.register("present", pa.table({"record_id": present}))
            connection.register("landed", _landed(stage.landing, comparison.feed, kind, (low, high)))
            day = literal(comparison.delivered_on)
            gone = versions.withdrawals(connection, comparison.feed, kind, comparison.load, day)
        if gone.num_rows:
            yield gone


def _ids(stage: Stage, kind: RecordKind, piece: Staged) -> pa.Array:
    return stage.keys(kind.name, piece, "record_id")["record_id"].combine_chunks()


def _ranges(count: int, at_once: int) -> Iterator[tuple[int, int]]:
    """Ranges of the first 8 bytes that hold about ``at_once`` of ``count`` ids each: ids are spread evenly."""
    number = max(1, -(-count // at_once))
    for at in range(number):
        yield ALL_IDS * at // number, ALL_IDS * (at + 1) // number


def _within(keys: Numbers, low: int, high: int) -> tuple[npt.NDArray[np.intp], Numbers]:
    """Where keys of a range stand, and the keys."""
    if (low, high) == (0, ALL_IDS):
        return np.arange(len(keys)), keys
    at = np.flatnonzero((keys >= np.uint64(low)) & (keys <= np.uint64(high - 1)))
    return at, keys[at]


def _of_range(ids: pa.Array, low: int, high: int) -> pa.Array:
    at, _ = _within(prefixes(ids), low, high)
    return ids if len(at) == len(ids) else ids.take(pa.array(at))


def _union(first: Numbers, second: Numbers) -> Numbers:
    return np.union1d(first, second) if len(second) else np.unique(first)


def _landed_among(landing: Landing, kind: RecordKind, keys: Numbers, column: str = "record_id") -> Numbers:
    """The keys, out of sorted ones, that a landed record has too."""
    found, among = [np.zeros(0, np.uint64)], Among(keys)
    for file in landing.files(kind.name) if len(keys) else ():
        found += [before[among.holds(before)] for before in landed_keys(landing, kind.name, file, column)]
    return np.unique(np.concatenate(found))


def _landed(
    landing: Landing, feed: Feed, kind: RecordKind, wanted: Among | tuple[int, int], column: str = "record_id"
) -> pa.Table:
    """Landed records of a kind: those with a key that is wanted, or within a range."""
    schema = landed_schema(feed, kind)
    found = []
    for landed in landing.batches(kind.name, schema, _files_with(landing, kind, wanted, column)):
        batch = landed.filter(landed[column].is_valid()) if landed[column].null_count else landed
        keys = prefixes(batch[column])
        at = _within(keys, *wanted)[0] if isinstance(wanted, tuple) else np.flatnonzero(wanted.holds(keys))
        if len(at):
            found.append(pa.Table.from_batches([batch]).take(pa.array(at)))
    return pa.concat_tables([schema.empty_table(), *found])


def _files_with(landing: Landing, kind: RecordKind, wanted: Among | tuple[int, int], column: str) -> list[LandedFile]:
    """The files of a kind that hold a wanted key; for a range, all."""
    files = landing.files(kind.name)
    if isinstance(wanted, tuple):
        return files
    keys = {file.path: landed_keys(landing, kind.name, file, column) for file in files}
    return [file for file in files if any(wanted.holds(each).any() for each in keys[file.path])]


def _batches(stage: Stage, feed: Feed, kind: RecordKind, suspects: Suspects, rejected: Rejected) -> Iterator[pa.Table]:
    """The suspects of a kind with all that they say, all of one id together, without those of rejected rows."""
    if not suspects.count:
        return
    for low, high in _ranges(suspects.count, RECORDS_AT_ONCE):
        tables = [
            _chosen(stage, kind, piece, flags, (low, high))
            for piece, flags in zip(stage.pieces, suspects.flags, strict=True)
            if flags.any()
        ]
        table = pa.concat_tables(tables)
        yield table.filter(pa.array(~rejected.are_in(table["row"].to_numpy()))) if len(rejected.rows) else table


def _chosen(stage: Stage, kind: RecordKind, piece: Staged, flags: Flags, within: tuple[int, int]) -> pa.Table:
    keys = stage.keys(kind.name, piece)
    at = np.flatnonzero(flags)
    at = at[_within(prefixes(keys["record_id"].combine_chunks())[at], *within)[0]]
    records = stage.records(kind.name, piece).take(pa.array(at))
    keys = keys.take(pa.array(at))
    return records.append_column("stated_on", keys["stated_on"]).append_column("part", keys["part"])


def _places(rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """One number for a row and a part."""
    places: npt.NDArray[np.int64] = rows[:, 0] * (1 << 15) + rows[:, 1]
    return places
