"""Where a made-up city's people live: districts, their areas, communities and grids in them, and addresses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from riskscreen.errors import DeclarationError


@dataclass(frozen=True, kw_only=True)
class CityArea:
    """An area of a district, and its share of the district's homes."""

    code: str
    share: float


@dataclass(frozen=True, kw_only=True)
class District:
    """A district and its areas; ``formerly`` are regions that became part of it on ``Places.merged_on``."""

    code: str
    areas: tuple[CityArea, ...]
    formerly: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.areas or abs(sum(area.share for area in self.areas) - 1) > 1e-6:
            raise DeclarationError(f"the shares of the areas of district {self.code!r} do not add up to 1: mend them")


@dataclass(frozen=True, kw_only=True)
class AddressForm:
    """A way to write an address, with ``{district} {former} {town} {village} {road} {gate} {building} {unit} {room}``.

    ``share`` is how many addresses are written so; ``wide`` writes the digits in full width.
    """

    pattern: str
    share: float
    wide: bool = False


@dataclass(frozen=True, kw_only=True)
class Places:
    """City, districts, areas, communities and grids; ``names`` says what each code is called.

    A city of one piece lives in the first district; the pieces of a large one fill the districts in turn, each with
    communities of its own. ``parts`` says how the parts of an address are written, each with its ``{number}``
    (a road with its ``{name}``).
    """

    city: str
    districts: tuple[District, ...]
    merged_on: date
    names: Mapping[str, str]
    communities: int
    grids: int
    roads: str
    parts: Mapping[str, str]
    spellings: tuple[AddressForm, ...]

    def __post_init__(self) -> None:
        if abs(sum(spelling.share for spelling in self.spellings) - 1) > 1e-6:
            raise DeclarationError("the shares of the spellings of addresses do not add up to 1: mend them")

    def district(self, piece: int) -> District:
        """Where a piece of the city lies."""
        return self.districts[piece % len(self.districts)]

    def block(self, piece: int) -> int:
        """How many pieces lie before this one in its district."""
        return piece // len(self.districts)
