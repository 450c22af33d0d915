"""Columns of an agency file: type, unit, range, allowed values, sensitivity."""

import enum
import re
from dataclasses import dataclass, field

from riskscreen.declare.text import Text, check_name
from riskscreen.errors import DeclarationError


class Sensitivity(enum.IntEnum):
    """How a value may be shown; a signal takes the highest class of the columns it reads (PIPL art. 28, 51)."""

    ORDINARY = 0
    PERSONAL = 1
    SENSITIVE = 2


@dataclass(frozen=True)
class Id:
    """A national or agency id. It becomes a keyed token at the door and is stored nowhere.

    ``kind`` names what it identifies: two columns of one kind hold ids that can be compared.
    ``pattern`` is a regular expression that the whole trimmed id must match.
    """

    kind: str
    pattern: str = r".+"

    def __post_init__(self) -> None:
        check_name("an id kind", self.kind)
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise DeclarationError(f"the pattern of id kind {self.kind!r} is no regular expression: {error}") from None


@dataclass(frozen=True)
class Code:
    """A short word out of a list; ``allowed`` empty means any word."""

    allowed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Whole:
    """A whole number, ends included; ``3.0`` is 3."""

    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True)
class Number:
    """A finite number with a fraction, ends included."""

    at_least: float | None = None
    at_most: float | None = None


@dataclass(frozen=True)
class Money:
    """An amount, kept as a whole number of the smallest unit (``decimals=2``: cents, fen)."""

    decimals: int = 2
    at_least: int | None = None
    at_most: int | None = None


@dataclass(frozen=True)
class Day:
    """A calendar day in one of the ``formats`` (strptime); the first that fits is taken."""

    formats: tuple[str, ...] = ("%Y-%m-%d",)

    def __post_init__(self) -> None:
        if not self.formats:
            raise DeclarationError("a day column has no format: give at least one, for example %Y-%m-%d")


ColumnType = Id | Code | Whole | Number | Money | Day


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a feed.

    ``missing`` lists the spellings, beside the empty one, that mean "not known". A ``protected`` column
    (sex, ethnicity, faith …) reaches audits and never a signal; a ``truth`` column never reaches the
    landing log at all.
    """

    name: str
    type: ColumnType
    label: Text
    unit: str = ""
    required: bool = False
    missing: tuple[str, ...] = ()
    sensitivity: Sensitivity = Sensitivity.PERSONAL
    protected: bool = False
    truth: bool = False
    source: str = field(default="", metadata={"doc": "where the meaning of the column is stated"})

    def __post_init__(self) -> None:
        check_name("a column", self.name)
        low, high = getattr(self.type, "at_least", None), getattr(self.type, "at_most", None)
        if low is not None and high is not None and low > high:
            raise DeclarationError(f"column {self.name!r} allows nothing: at_least {low} is above at_most {high}")

    @property
    def is_number(self) -> bool:
        """Whether values of this column can be added up."""
        return isinstance(self.type, Whole | Number | Money)
