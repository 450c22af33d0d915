"""Feeds: the contract with the agency that delivers a kind of file."""

import enum
import fnmatch
from dataclasses import dataclass

from riskscreen.declare.columns import Column, Day, Id, Whole
from riskscreen.declare.records import DayExpression, DayOf, RecordKind
from riskscreen.declare.text import Text, check_name
from riskscreen.errors import DeclarationError


class Delivery(enum.Enum):
    """What absence means: nothing in an ``INCREMENT``, a withdrawal in a ``SNAPSHOT``."""

    INCREMENT = "increment"
    SNAPSHOT = "snapshot"


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One kind of agency file: owner, legal basis and purpose, columns, and the records that a row gives.

    ``files`` are file-name patterns (``fnmatch``) that tell the feed. ``quarantine_limit`` is the share of
    rows that may be rejected before ``ingest`` ends with exit code 3. Columns of a file that the contract does
    not name are never read; ``other_columns_expected`` says that there are some.
    """

    name: str
    label: Text
    owner: Text
    legal_basis: Text
    purpose: Text
    cadence: Text
    retention_days: int
    files: tuple[str, ...]
    columns: tuple[Column, ...]
    records: tuple[RecordKind, ...]
    delivery: Delivery = Delivery.INCREMENT
    quarantine_limit: float = 0.01
    other_columns_expected: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        check_name("a feed", self.name)
        self._check_parts()
        for kind in self.records:
            self._check_mapping(kind)

    def column(self, name: str) -> Column:
        """The column of a name; ``KeyError`` where there is none."""
        return {column.name: column for column in self.columns}[name]

    def matches(self, file_name: str) -> bool:
        """Whether a file of this name is of this feed."""
        return any(fnmatch.fnmatchcase(file_name, pattern) for pattern in self.files)

    def _check_parts(self) -> None:
        names = [column.name for column in self.columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise DeclarationError(f"feed {self.name!r} declares column {twice[0]!r} twice: keep one")
        if not self.records:
            raise DeclarationError(f"feed {self.name!r} maps its rows to no record: give at least one record kind")
        if not self.files:
            raise DeclarationError(f"feed {self.name!r} has no file-name pattern: give at least one, as in files=")
        if not 0 <= self.quarantine_limit <= 1:
            raise DeclarationError(f"feed {self.name!r}: quarantine_limit is a share from 0 to 1")

    def _check_mapping(self, kind: RecordKind) -> None:
        columns = {column.name: column for column in self.columns}
        where = f"record kind {kind.name!r} of feed {self.name!r}"
        for name in sorted(kind.columns()):
            if name not in columns:
                raise DeclarationError(f"{where} reads column {name!r}, which the feed does not declare: add it")
            if columns[name].protected and name not in kind.values:
                raise DeclarationError(f"{where} is made by the protected column {name!r}: it may reach audits only")
            if columns[name].truth:
                raise DeclarationError(f"{where} reads column {name!r}, which is truth: only evaluation may")
        if not isinstance(columns[kind.person].type, Id):
            raise DeclarationError(f"{where}: person is column {kind.person!r}, which is no Id")
        for value in kind.values:
            if isinstance(columns[kind.filled_in(value)].type, Id):
                raise DeclarationError(f"{where} keeps the id {value!r} as a value: ids are kept as tokens only")
        for day in (kind.happened, kind.known, kind.ends):
            if day is not None:
                self._check_day(where, day, columns, kind.each.variable if kind.each else None)

    @staticmethod
    def _check_day(where: str, day: DayExpression, columns: dict[str, Column], variable: str | None) -> None:
        wanted = Day if isinstance(day, DayOf) else Whole
        for name in day.fields():
            if name != variable and not isinstance(columns[name].type, wanted):
                raise DeclarationError(f"{where}: {type(day).__name__} needs a {wanted.__name__} column, not {name!r}")
