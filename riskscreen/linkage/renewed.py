"""The landed records that a link routes anew: those of new loads, and those that moved since the link before."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import SAME
from riskscreen.eventstore.landing import LandedFile, Landing
from riskscreen.linkage.database import in_memory
from riskscreen.linkage.same import settle_same

Mask = npt.NDArray[np.bool_]

AT_ONCE, ROWS_AT_ONCE = 50, 4_000_000  # files of a landed kind, and rows of them, that are looked through together
# Up to so many rows it takes longer to open a file than to read what is asked of all rows: that is kept of all such
# files together, with the crosswalk, so that a store of many days does not open a file for each.
SMALL = 10_000
ASKED = ("record_id", "person", "load", "row")


@dataclass(frozen=True)
class Renewed:
    """Every landed row of the records of a kind that are routed anew, one event of them counted once.

    ``old`` has ``record_id`` and ``number`` of those that were landed before: under which numbers that was.
    """

    kind: str
    landed: pa.Table
    old: pa.Table

    @property
    def records(self) -> int:
        """How many of them were landed before."""
        return int(pc.count_distinct(self.old["record_id"]).as_py())


@dataclass(frozen=True)
class KindLanded:
    """What was landed of a kind, as ``schema`` says: files that the last link read, and those that are new."""

    landing: Landing
    kind: str
    schema: pa.Schema
    old: Sequence[LandedFile]
    new: Sequence[LandedFile]
    small: pa.Table | None = None  # what the last link kept of the small ones of the old files; see :func:`small_files`

    def rows(self, files: Sequence[LandedFile], which: Callable[[pa.Table], pa.Array], asked: list[str]) -> pa.Table:
        """The rows of some files that ``which`` says of the columns asked; only files that hold any are read whole."""
        hit: list[tuple[LandedFile, Mask]] = []
        for some, told in self._told(files, asked):
            ends = np.cumsum([file.rows for file in some])[:-1]
            hit += [each for each in zip(some, np.split(which(told).to_numpy(), ends), strict=True) if each[1].any()]
        at = {file.path: nth for nth, file in enumerate(files)}
        hit.sort(key=lambda each: at[each[0].path])
        whole = [self._whole(hit[at : at + AT_ONCE]) for at in range(0, len(hit), AT_ONCE)]
        return pa.concat_tables([self.schema.empty_table(), *whole])

    def columns(self, files: Sequence[LandedFile], asked: list[str]) -> pa.Table:
        """Some columns of ``ASKED`` and ``same`` of all rows of some files, in any order."""
        empty = self.schema.empty_table().select(asked)
        return pa.concat_tables(
            [empty, *[told.select(asked).cast(empty.schema) for _, told in self._told(files, asked)]]
        )

    def _told(self, files: Sequence[LandedFile], asked: list[str]) -> Iterator[tuple[Sequence[LandedFile], pa.Table]]:
        """Runs of the files, and what is asked of their rows: of small old ones as it was kept."""
        small = [file for file in files if file.rows <= SMALL]
        known = self.small is not None and small == [file for file in self.old if file.rows <= SMALL]
        if known and small and self.small is not None:
            yield small, self.small
        rest = [file for file in files if not (known and file.rows <= SMALL)]
        for run in runs(rest, ROWS_AT_ONCE, AT_ONCE):
            yield run, self.landing.scan(self.kind, self.schema, run).to_table(columns=asked)

    def _whole(self, hit: Sequence[tuple[LandedFile, Mask]]) -> pa.Table:
        wanted, begun, found = np.concatenate([mask for _, mask in hit]), 0, []
        for batch in self.landing.batches(self.kind, self.schema, [file for file, _ in hit]):
            found.append(batch.filter(pa.array(wanted[begun : begun + batch.num_rows])))
            begun += batch.num_rows
        return pa.Table.from_batches(found, schema=self.schema)


def small_files(told: KindLanded) -> pa.Table:
    """What a link keeps of the small files, old and new, in their order: the columns ``ASKED``, and ``same``."""
    asked = [*ASKED, *({SAME} & {*told.schema.names})]
    small = [[file for file in files if file.rows <= SMALL] for files in (told.old, told.new)]
    return pa.concat_tables([told.columns(files, asked) for files in small])


def if_of_old(table: pa.Table, told: KindLanded) -> pa.Table | None:
    """What the last link kept, where it is of just the old files."""
    rows = sum(file.rows for file in told.old if file.rows <= SMALL)
    wanted = {*ASKED, *({SAME} & {*told.schema.names})}
    return table if table.num_rows == rows and wanted <= {*table.column_names} else None


def runs(files: Sequence[LandedFile], rows: int, most: int | None = None) -> list[list[LandedFile]]:
    """Files in their order, put together to about so many ``rows``, and to at most so many files."""
    found: list[list[LandedFile]] = []
    held = 0
    for file in files:
        if not found or held + file.rows > rows or len(found[-1]) == most:
            found.append([])
            held = 0
        found[-1].append(file)
        held += file.rows
    return found


def renewed(told: KindLanded, numbers: pa.Array, places: pa.Table) -> Renewed:
    """The records of new files, and of old ones those of some ``numbers``, or of rows at ``load`` and ``row``."""
    new = told.rows(told.new, lambda rows: pc.is_valid(rows["load"]), ["load"])
    ids = pa.concat_arrays([_ids(new), _moved(told, numbers, places)]).unique()
    told_by = _beside(told, ids) if SAME in told.schema.names and len(ids) else None
    ids, asked = (ids, ids) if told_by is None else told_by
    old = (
        told.rows(told.old, lambda rows: pc.is_in(rows["record_id"], value_set=asked), ["record_id"])
        if len(ids)
        else new.slice(0, 0)
    )
    if told_by is not None:
        new = told.rows(told.new, lambda rows: pc.is_in(rows["record_id"], value_set=asked), ["record_id"])
    landed = settle_same(pa.concat_tables([old, new]))
    landed = landed.filter(pc.is_in(landed["record_id"], value_set=ids)) if told_by is not None else landed
    stood = old.select(["record_id", "person"]).filter(pc.is_in(old["record_id"], value_set=ids))
    names = ["record_id", "number"]
    return Renewed(told.kind, landed, stood.rename_columns(names).group_by(names).aggregate([]))


def _moved(told: KindLanded, numbers: pa.Array, places: pa.Table) -> pa.Array:
    """The ids of old records that are of some numbers, or have a row at some place."""
    if not len(numbers) and not places.num_rows:
        return _ids(told.schema.empty_table())
    if not places.num_rows:
        return _ids(told.rows(told.old, lambda rows: pc.is_in(rows["person"], value_set=numbers), ["person"]))
    at = _at(places)

    def which(rows: pa.Table) -> pa.Array:
        return pc.or_(pc.is_in(rows["person"], value_set=numbers), pc.is_in(_at(rows), value_set=at))

    return _ids(told.rows(told.old, which, ["person", "load", "row"]))


def _at(rows: pa.Table) -> pa.Array:
    """One number for load and row."""
    load = pc.shift_left(rows["load"].cast(pa.int64()), pa.scalar(40, pa.int64()))
    at = pc.add(load, rows["row"])
    return at.combine_chunks() if isinstance(at, pa.ChunkedArray) else at


def _beside(told: KindLanded, ids: pa.Array) -> tuple[pa.Array, pa.Array]:
    """The records that tell of an event of which some do, and with them all that say which of them count."""
    with in_memory() as db:
        # Large files are read as they are asked for, and never whole.
        own = [[file for file in files if file.rows <= SMALL] for files in (told.old, told.new)]
        large = [file for file in (*told.old, *told.new) if file.rows > SMALL]
        db.register("small", pa.concat_tables([told.columns(files, ["record_id", SAME]) for files in own]))
        db.register("large", told.landing.scan(told.kind, told.schema, large) if large else told.schema.empty_table())
        landed = " UNION ALL ".join(f"SELECT record_id, {SAME} FROM {files}" for files in ("small", "large"))
        db.execute(f"CREATE TEMP VIEW landed AS {landed}")
        db.register("ids", pa.table({"record_id": ids}))
        beside = """
            SELECT record_id FROM landed WHERE same IN
                (SELECT same FROM landed SEMI JOIN {which} USING (record_id) WHERE same IS NOT NULL)
            UNION SELECT record_id FROM {which}
        """
        db.execute(f"CREATE TABLE own AS {beside.format(which='ids')}")
        db.execute(f"CREATE TABLE asked AS {beside.format(which='own')}")
        own, asked = (db.sql(f"FROM {table}").to_arrow_table()["record_id"] for table in ("own", "asked"))
    return own.cast(ids.type).combine_chunks(), asked.cast(ids.type).combine_chunks()


def _ids(rows: pa.Table) -> pa.Array:
    return rows["record_id"].combine_chunks()
