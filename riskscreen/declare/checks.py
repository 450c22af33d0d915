"""Checks that hold the columns of a row against each other.

Each is judged only where the columns that it compares are known. A row that fails one whose severity is an error is
quarantined with the check's ``column``; one that fails a warning is accepted and counted.
"""

import enum
from dataclasses import dataclass

from riskscreen.declare.areas import Region
from riskscreen.errors import DeclarationError


class Severity(enum.Enum):
    """What becomes of a row that fails a check."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, kw_only=True)
class AddsUp:
    """``total`` is the sum of ``parts``, give or take ``within`` (in the unit of the columns; money: the smallest)."""

    total: str
    parts: tuple[str, ...]
    within: int = 0
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        if not self.parts or self.within < 0:
            raise DeclarationError(f"AddsUp({self.total!r}) needs parts, and within of zero or more")

    @property
    def column(self) -> str:
        """The column in which a failure shows."""
        return self.total

    def columns(self) -> tuple[str, ...]:
        """Every column that is compared."""
        return (self.total, *self.parts)


@dataclass(frozen=True, kw_only=True)
class NotBefore:
    """``later`` is not before (or below) ``earlier``: an end and a beginning, an upper bound and a lower one."""

    later: str
    earlier: str
    severity: Severity = Severity.ERROR

    @property
    def column(self) -> str:
        """The column in which a failure shows."""
        return self.later

    def columns(self) -> tuple[str, ...]:
        """Every column that is compared."""
        return (self.later, self.earlier)


@dataclass(frozen=True, kw_only=True)
class MadeOf:
    """``whole``, an id, begins with the texts of ``parts``, one after the other.

    ``more`` says what may follow them, as a regular expression: a certificate that was lost has a letter and a number.
    """

    whole: str
    parts: tuple[str, ...]
    more: str = ""
    severity: Severity = Severity.ERROR

    def __post_init__(self) -> None:
        if not self.parts:
            raise DeclarationError(f"MadeOf({self.whole!r}) needs parts: name at least one column")

    @property
    def column(self) -> str:
        """The column in which a failure shows."""
        return self.whole

    def columns(self) -> tuple[str, ...]:
        """Every column that is compared."""
        return (self.whole, *self.parts)


@dataclass(frozen=True, kw_only=True)
class InRegion:
    """The beginning of ``id`` is the code of a region that had not ended on the day in the id; always a warning.

    An id is given at birth or later, so a region that began since may stand in it. ``day`` is where the day stands in
    the id, as YYYYMMDD: the characters before it, e.g. 6. Regions may have codes of any length.
    """

    id: str
    regions: tuple[Region, ...]
    day: int
    severity: Severity = Severity.WARNING

    def __post_init__(self) -> None:
        if self.severity is not Severity.WARNING or not self.regions:
            raise DeclarationError("InRegion warns, as region tables have gaps, and needs at least one region")

    @property
    def column(self) -> str:
        """The column in which a failure shows."""
        return self.id

    def columns(self) -> tuple[str, ...]:
        """Every column that is compared."""
        return (self.id,)


@dataclass(frozen=True, kw_only=True)
class OneKnown:
    """At least one of ``of`` is known; a row that names nobody becomes no record, and says so as a warning."""

    of: tuple[str, ...]
    severity: Severity = Severity.WARNING

    def __post_init__(self) -> None:
        if not self.of:
            raise DeclarationError("OneKnown names no column: give at least one")

    @property
    def column(self) -> str:
        """The column in which a failure shows."""
        return self.of[0]

    def columns(self) -> tuple[str, ...]:
        """Every column that is looked at."""
        return self.of


@dataclass(frozen=True, kw_only=True)
class Agree:
    """``one`` and ``other`` are the same, as two places are of which a row tells; always a warning."""

    one: str
    other: str
    severity: Severity = Severity.WARNING

    def __post_init__(self) -> None:
        if self.severity is not Severity.WARNING:
            raise DeclarationError(f"Agree({self.one!r}, {self.other!r}) warns: either may be right")

    @property
    def column(self) -> str:
        """The column in which a failure shows."""
        return self.one

    def columns(self) -> tuple[str, ...]:
        """Every column that is compared."""
        return (self.one, self.other)


Check = Agree | AddsUp | NotBefore | MadeOf | InRegion | OneKnown
