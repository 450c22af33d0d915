"""How a made-up city's agencies write down what happens: a column each."""

from collections.abc import Mapping
from dataclasses import dataclass

from riskscreen.declare.columns import CheckCharacter
from riskscreen.errors import DeclarationError

WHAT_IS_HELD = ("id", "name", "birth_date", "birth_year", "phone")


@dataclass(frozen=True)
class Of:
    """A field as it is: a number."""

    field: str


@dataclass(frozen=True)
class OfPerson:
    """What the file's register holds of a person: ``id``, ``name``, ``birth_date``, ``birth_year`` or ``phone``.

    ``person`` is the field with the person's number; the column is empty where it is negative.
    """

    what: str
    person: str = "person"

    def __post_init__(self) -> None:
        if self.what not in WHAT_IS_HELD:
            raise DeclarationError(f"no register holds {self.what!r} of people: give one of {', '.join(WHAT_IS_HELD)}")


@dataclass(frozen=True)
class OnDay:
    """A day as YYYY-MM-DD, empty where there is none; as YYYY-MM where only the month is told."""

    field: str
    month: bool = False


@dataclass(frozen=True)
class Yuan:
    """A field held in the smallest parts of a unit, written with decimals."""

    field: str
    decimals: int = 2


@dataclass(frozen=True)
class Coded:
    """A field's value by its code."""

    field: str
    words: Mapping[int, str]


@dataclass(frozen=True)
class Numbered:
    """A number of so many digits behind a prefix; empty where it is negative.

    The first two digits are those of the city's piece, so that numbers of two pieces are never the same.
    """

    field: str
    before: str
    digits: int


@dataclass(frozen=True)
class Checked:
    """A number as :class:`Numbered`, followed by its check character."""

    number: Numbered
    check: CheckCharacter


@dataclass(frozen=True)
class AreaOf:
    """The code of the area in a field; one row in ``former_every`` (0: none) has the code of before ``merged_on``."""

    field: str
    former_every: int = 0


@dataclass(frozen=True)
class AddressOf:
    """The address of a dwelling in a grid, in one of the place's spellings."""

    grid: str
    dwelling: str


@dataclass(frozen=True)
class Where:
    """A column where a field holds one of some values, else empty."""

    field: str
    values: tuple[int, ...]
    then: "Written"


@dataclass(frozen=True)
class Always:
    """The same text in every row."""

    text: str


@dataclass(frozen=True)
class Joined:
    """Several, one after the other."""

    parts: tuple["Written", ...]


Written = Of | OfPerson | OnDay | Yuan | Coded | Numbered | Checked | AreaOf | AddressOf | Where | Always | Joined


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One row in ``every`` is written wrongly: its column reads ``text``, or without one is in full width."""

    column: str
    every: int
    text: str | None = None

    def __post_init__(self) -> None:
        if self.every < 1:
            raise DeclarationError(
                f"a fault of column {self.column!r} comes in every {self.every} rows: give 1 or more"
            )


@dataclass(frozen=True, kw_only=True)
class CityFile:
    """How an agency writes events of a kind into its feed: a column each.

    A delivery holds what was stated, by the field ``stated``, since the one before; the first one holds what happened
    up to ``past_days`` before it. One row in ``twice_every`` (0: none) comes twice. ``register`` names what the agency
    holds of people, which it may share with other files: by default the feed's own.
    """

    feed: str
    events: str
    columns: Mapping[str, Written]
    stated: str = "stated"
    past_days: int | None = None
    parquet: bool = False
    encoding: str = "utf-8"
    faults: tuple[Fault, ...] = ()
    twice_every: int = 0
    register: str = ""

    @property
    def held_in(self) -> str:
        """The register that people's ids and names are taken from."""
        return self.register or self.feed
