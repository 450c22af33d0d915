"""Areas in which visits are made, and how many a week; and the regions of a place, valid in time."""

from dataclasses import dataclass
from datetime import date

from riskscreen.declare.text import Text
from riskscreen.errors import DeclarationError


@dataclass(frozen=True, kw_only=True)
class Area:
    """An area with its own list; ``weekly_visits`` is how many families its workers can see in a week."""

    code: str
    label: Text
    weekly_visits: int

    def __post_init__(self) -> None:
        if self.weekly_visits < 0:
            raise DeclarationError(f"area {self.code!r} has {self.weekly_visits} weekly visits: give zero or more")


@dataclass(frozen=True, kw_only=True)
class Region:
    """A region, by the code that stands at the beginning of ids and of finer codes.

    It is valid from ``valid_from`` up to the day before ``valid_to``, where these are given; ``became`` is the code
    of the region that took its place. ``names`` are what it is called in addresses.
    """

    code: str
    label: Text
    names: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None
    became: str | None = None

    def __post_init__(self) -> None:
        if not self.code:
            raise DeclarationError(f"the region {self.label.en!r} has no code: give one")
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise DeclarationError(f"region {self.code!r} ends before it begins: mend valid_from and valid_to")
        if self.became is not None and self.valid_to is None:
            raise DeclarationError(f"region {self.code!r} became {self.became!r}, but does not say when: give valid_to")
