"""How a place writes addresses, and which columns of an address library say where each lies."""

from dataclasses import dataclass

from riskscreen.declare.areas import Region
from riskscreen.errors import DeclarationError


@dataclass(frozen=True)
class Part:
    """A column of the library, and the words that may stand behind its names or numbers; the first is the standard.

    ``may_lack`` says that people leave the part out though the library has it.
    """

    column: str
    words: tuple[str, ...]
    may_lack: bool = False

    def __post_init__(self) -> None:
        if not self.words:
            raise DeclarationError(f"part {self.column!r} of an address has no word: give at least its standard one")


@dataclass(frozen=True, kw_only=True)
class Spelling:
    """How addresses are written: areas from large to small, a road, and numbers from the gate to the room.

    ``above`` are names that may stand before all others and tell nothing, each with its spellings. ``digits`` are the
    spellings of 0 to 9 in words, ``ten`` and ``hundred`` those of the words that multiply. ``alike`` pairs a character
    with the one that it is written for. ``regions`` name the largest area as it was called at any time; the library's
    column ``region_code`` begins with their codes.
    """

    areas: tuple[Part, ...]
    road: str
    numbers: tuple[Part, ...]
    region_code: str
    regions: tuple[Region, ...]
    above: tuple[tuple[str, ...], ...] = ()
    digits: tuple[str, ...] = ()
    ten: str = ""
    hundred: str = ""
    alike: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if not self.areas or not self.numbers or len(self.numbers) > 26:
            raise DeclarationError("a spelling of addresses needs areas and numbers: give at least one part of each")
        if len(self.digits) not in (0, 10):
            raise DeclarationError(
                f"a spelling of addresses writes {len(self.digits)} digits in words: give 10 or none"
            )

    def columns(self) -> tuple[str, ...]:
        """Every column of the library that is read."""
        return (*(part.column for part in (*self.areas, *self.numbers)), self.road, self.region_code)
