"""A bucket's records in memory, as the reference engine reads them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from riskscreen.eventstore.superseding import SUPERSEDED_ON

# The columns that every record has, beside the values of its kind.
RECORD_COLUMNS = (
    "person",
    "household",
    "void_on",
    "record_id",
    "happened_on",
    "known_on",
    "ends_on",
    "withdrawn",
    "load",
    "row",
)


@dataclass(frozen=True)
class Record:
    """One version of one record about one person.

    ``void_on`` is the day from which the household is known to be none: collective, or of too many people.
    """

    kind: str
    person: int
    household: int | None
    void_on: date | None
    record_id: bytes
    happened_on: date
    known_on: date
    ends_on: date | None
    withdrawn: bool
    load: int
    row: int
    values: Mapping[str, Any]

    @property
    def order(self) -> tuple[date, date, int, int]:
        """What "last" means among records: happened last, then known last, then of the later load and row."""
        return (self.happened_on, self.known_on, self.load, self.row)

    @property
    def version(self) -> tuple[date, int, int]:
        """What "newest" means among versions of one record: known last, then of the later load and row."""
        return (self.known_on, self.load, self.row)


@dataclass(frozen=True)
class Bucket:
    """The records of one bucket: one Arrow table a record kind, columns ``RECORD_COLUMNS`` and the kind's values.

    Beside them the kernel reads ``superseded_on``, as the event store has it, and so need not look for newer versions.

    ``guests`` are people of other buckets who share a household with somebody of this one: they count in it, and have
    no row of their own here.
    """

    tables: Mapping[str, pa.Table]
    guests: frozenset[int] = frozenset()

    def records(self) -> Iterator[Record]:
        """Every version of every record, in the order of the tables."""
        for kind, table in self.tables.items():
            values = [name for name in table.column_names if name not in (*RECORD_COLUMNS, SUPERSEDED_ON)]
            columns = [table.column(name).to_pylist() for name in (*RECORD_COLUMNS, *values)]
            for row in zip(*columns, strict=True):
                own = dict(zip(RECORD_COLUMNS, row, strict=False))
                yield Record(kind=kind, **own, values=dict(zip(values, row[len(RECORD_COLUMNS) :], strict=True)))
