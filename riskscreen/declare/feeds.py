"""Feeds: the contract with the agency that delivers a kind of file."""

import enum
import fnmatch
from collections.abc import Mapping
from dataclasses import dataclass, field

from riskscreen.declare.addresses import Spelling
from riskscreen.declare.checks import AddsUp, Agree, Check, InRegion, MadeOf, NotBefore, OneKnown
from riskscreen.declare.columns import (
    Address,
    Code,
    Column,
    Day,
    FreeText,
    Id,
    Money,
    Number,
    PersonName,
    Placed,
    Whole,
)
from riskscreen.declare.policies import Action, Expected
from riskscreen.declare.records import DayExpression, DayOf, RecordKind
from riskscreen.declare.text import Text, check_name
from riskscreen.declare.who import Role, Who
from riskscreen.errors import DeclarationError

WORDS_OF: Mapping[Role, tuple[type, ...]] = {
    Role.BIRTH_DATE: (Day, FreeText, Code, Whole),
    Role.BIRTH_YEAR: (Whole, FreeText, Code),
    Role.ADDRESS: (Placed, Address, FreeText),
    Role.STREET_NUMBER: (FreeText, Code, Whole),
    Role.UNIT: (FreeText, Code, Whole),
    Role.POSTCODE: (FreeText, Code, Whole),
    Role.PO_BOX: (FreeText, Code, Whole),
    Role.PHONE: (FreeText, Code, Id, Whole),
}  # of other roles: text


class Delivery(enum.Enum):
    """What absence means: nothing in an ``INCREMENT``, a withdrawal in a ``SNAPSHOT``."""

    INCREMENT = "increment"
    SNAPSHOT = "snapshot"


class Zone(enum.Enum):
    """What a feed may be used for: to screen everybody, or to check one case's means after authorisation."""

    SCREENING = "screening"
    MEANS_CHECK = "means check"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What a feed's rows are where they are about no person: entries of a reference, valid in time.

    An entry is valid from its day ``valid_from`` up to the day before ``valid_to``. ``key`` are the columns that tell
    entries apart; a later row of a key replaces the earlier one. With a ``spelling`` it is an address library.
    """

    key: tuple[str, ...]
    valid_from: str
    valid_to: str
    spelling: Spelling | None = None

    def fields(self) -> tuple[str, ...]:
        """The columns that are named."""
        return (*self.key, self.valid_from, self.valid_to, *(self.spelling.columns() if self.spelling else ()))


@dataclass(frozen=True, kw_only=True)
class Feed:
    """One kind of agency file: owner, legal basis and purpose, columns, and the records that a row gives.

    A feed of the zone ``MEANS_CHECK`` is closed to screening: its files are refused and no signal reads it. A feed
    with a ``reference`` has no records. ``files`` are file-name patterns (``fnmatch``) that tell the feed.
    ``who`` are the people in a row, of whom claims are made for linkage.
    ``quarantine_limit`` is the share of rows that may be rejected before ``ingest`` ends with exit code 3. Columns of
    a file that the contract does not name are never read; ``other_columns_expected`` says that there are some.
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
    records: tuple[RecordKind, ...] = ()
    who: tuple[Who, ...] = ()
    reference: Reference | None = None
    checks: tuple[Check, ...] = ()
    zone: Zone = Zone.SCREENING
    delivery: Delivery = Delivery.INCREMENT
    expected: Expected = field(default_factory=Expected)
    quarantine_limit: float = 0.01
    other_columns_expected: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        check_name("a feed", self.name)
        self._check_parts()
        self._check_who()
        for kind in self.records:
            self._check_mapping(kind)
        for check in self.checks:
            self._check_check(check)
        for column in self.columns:
            self._check_placed(column)
            self._check_regions(column)

    @property
    def lag_days(self) -> int:
        """The longest reporting lag of its records, in days."""
        return max((kind.lag_days for kind in self.records), default=0)

    @property
    def holds(self) -> bool:
        """Whether a delivery that is not as expected is held; else it is landed with a warning."""
        action = self.expected.action
        return action is Action.HOLD or (action is None and self.delivery is Delivery.SNAPSHOT)

    def column(self, name: str) -> Column:
        """The column of a name; ``KeyError`` where there is none."""
        return {column.name: column for column in self.columns}[name]

    def reads(self, column: Column) -> bool:
        """Whether the values of a column are read from a file: free text only where it says who somebody is."""
        return column.is_read or column.name in {
            name for who in self.who for name in who.columns() if column.is_delivered
        }

    def matches(self, file_name: str) -> bool:
        """Whether a file of this name is of this feed."""
        return any(fnmatch.fnmatchcase(file_name, pattern) for pattern in self.files)

    def _check_parts(self) -> None:
        names = [column.name for column in self.columns]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise DeclarationError(f"feed {self.name!r} declares column {twice[0]!r} twice: keep one")
        if not self.records and self.reference is None:
            raise DeclarationError(f"feed {self.name!r} maps its rows to no record: give at least one record kind")
        self._check_reference()
        if not self.files:
            raise DeclarationError(f"feed {self.name!r} has no file-name pattern: give at least one, as in files=")
        if not 0 <= self.quarantine_limit <= 1:
            raise DeclarationError(f"feed {self.name!r}: quarantine_limit is a share from 0 to 1")

    def _check_who(self) -> None:
        columns, people = {column.name: column for column in self.columns}, [who.name for who in self.who]
        for who in self.who:
            where = f"feed {self.name!r}, {who.name!r}"
            if people.count(who.name) > 1 or who.name in columns:
                raise DeclarationError(f"{where} has the name of somebody else in the row, or of a column: rename them")
            if who.to and (who.to == who.name or who.to not in people):
                raise DeclarationError(f"{where} is related to {who.to!r}, who is nobody else in the row: add them")
            self._check_said(where, who)
        named = {name for who in self.who for name in who.columns()}
        for name, column in columns.items():
            if isinstance(column.type, PersonName) and name not in named:
                raise DeclarationError(f"feed {self.name!r} says of nobody that {name!r} is the name: make it FreeText")

    def _check_said(self, where: str, who: Who) -> None:
        columns = {column.name: column for column in self.columns}
        for name in who.columns():
            if name not in columns or columns[name].truth:
                raise DeclarationError(f"{where} names column {name!r}, which is none that may be read: add it")
        for name in who.ids():
            if not isinstance(columns[name].type, Id):
                raise DeclarationError(f"{where} has the id {name!r}, which is no Id")
        for role, name in who.words:
            if not isinstance(columns[name].type, WORDS_OF.get(role, (PersonName, FreeText, Code, Id))):
                raise DeclarationError(f"{where} has the {role.name} {name!r}, whose type tells none: see Role")

    def _check_reference(self) -> None:
        if self.reference is None:
            return
        if self.records or self.who:
            raise DeclarationError(f"feed {self.name!r} is a reference and has records or people: make it two feeds")
        columns = {column.name: column for column in self.columns}
        for name in self.reference.fields():
            if name not in columns:
                raise DeclarationError(f"feed {self.name!r}: its reference names {name!r}, which is no column: add it")
        for name in (self.reference.valid_from, self.reference.valid_to):
            if not isinstance(columns[name].type, Day):
                raise DeclarationError(f"feed {self.name!r}: {name!r} says when an entry is valid, and is no Day")
        for column in self.columns:
            if column.name in ("load", "row") or not column.is_read or not column.is_delivered:
                raise DeclarationError(
                    f"feed {self.name!r}: a reference cannot have the column {column.name!r}: drop it"
                )

    def _check_mapping(self, kind: RecordKind) -> None:
        columns = {column.name: column for column in self.columns}
        where = f"record kind {kind.name!r} of feed {self.name!r}"
        people = {who.name for who in self.who}
        for name in sorted(kind.columns() - people):
            if name not in columns:
                raise DeclarationError(f"{where} reads column {name!r}, which the feed does not declare: add it")
            self._check_readable(where, columns[name], kind)
        self._check_person(where, kind)
        for value in kind.values:
            if isinstance(columns[kind.filled_in(value)].type, Id):
                raise DeclarationError(f"{where} keeps the id {value!r} as a value: ids are kept as tokens only")
        for value in kind.same:
            if isinstance(columns[kind.filled_in(value)].type, Number | Placed):
                raise DeclarationError(
                    f"{where} tells events apart by {value!r}, which is a fraction or placed: take a whole number, an "
                    "amount, a day, a code or an id"
                )
        for day in (kind.happened, kind.known, kind.ends):
            if day is not None:
                self._check_day(where, day, columns, kind.each.variable if kind.each else None)

    def _check_person(self, where: str, kind: RecordKind) -> None:
        for name in kind.each.names(kind.person) if kind.each else (kind.person,):
            if all(who.name != name for who in self.who) and not isinstance(self.column(name).type, Id):
                raise DeclarationError(f"{where}: person is column {name!r}, which is no Id")

    @staticmethod
    def _check_readable(where: str, column: Column, kind: RecordKind) -> None:
        if column.protected and column.name not in kind.values:
            raise DeclarationError(f"{where} is made by the protected column {column.name!r}: it may reach audits only")
        if column.truth:
            raise DeclarationError(f"{where} reads column {column.name!r}, which is truth: only evaluation may")
        if isinstance(column.type, FreeText | PersonName | Address):
            raise DeclarationError(f"{where} reads {column.name!r}: free text and addresses are not kept; see Placed")

    @staticmethod
    def _check_day(where: str, day: DayExpression, columns: dict[str, Column], variable: str | None) -> None:
        wanted = Day if isinstance(day, DayOf) else Whole
        for name in day.fields():
            if name != variable and not isinstance(columns[name].type, wanted):
                raise DeclarationError(f"{where}: {type(day).__name__} needs a {wanted.__name__} column, not {name!r}")

    def _check_check(self, check: Check) -> None:
        columns = {column.name: column for column in self.columns}
        where = f"the check {type(check).__name__} of feed {self.name!r}"
        for name in check.columns():
            if name not in columns:
                raise DeclarationError(f"{where} names column {name!r}, which the feed does not declare: add it")
        if not _can_compare(check, [columns[name] for name in check.columns()]):
            raise DeclarationError(f"{where} cannot compare {', '.join(check.columns())}: their types do not allow it")

    def _check_regions(self, column: Column) -> None:
        if not isinstance(column.type, Code) or not column.type.regions:
            return
        days = {each.name for each in self.columns if isinstance(each.type, Day)}
        if column.type.on not in days:
            where = f"column {column.name!r} of feed {self.name!r}"
            raise DeclarationError(f"{where} is of regions on {column.type.on!r}, which is no Day of the feed")

    def _check_placed(self, column: Column) -> None:
        if not isinstance(column.type, Placed):
            return
        types = {each.name: each.type for each in self.columns}
        for name, wanted in ((column.type.address, Address), (column.type.on, Day)):
            if not isinstance(types.get(name), wanted):
                where = f"column {column.name!r} of feed {self.name!r}"
                raise DeclarationError(f"{where} is placed by {name!r}, which is no {wanted.__name__} of the feed")


def _can_compare(check: Check, columns: list[Column]) -> bool:
    """Whether a check can be judged on columns of these types, given in the order of ``check.columns()``."""
    types = [column.type for column in columns]
    match check:
        case AddsUp():
            return all(column.is_number for column in columns) and len(set(map(type, types))) == 1
        case NotBefore():
            return type(types[0]) is type(types[1]) and isinstance(types[0], Day | Whole | Number | Money)
        case MadeOf():
            return isinstance(types[0], Id) and all(isinstance(kind, Id | Code | Whole) for kind in types)
        case InRegion():
            return isinstance(types[0], Id)
        case Agree():
            return type(types[0]) is type(types[1]) and not isinstance(types[0], FreeText | PersonName | Address)
        case OneKnown():
            return all(column.is_read for column in columns)
