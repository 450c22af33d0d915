"""How a made-up city's agencies write down what happens: columns, ids and names."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from riskscreen.errors import CallerError, DeclarationError


@dataclass(frozen=True)
class Of:
    """A field as it is: a number, or a person's ``id``, ``name`` or ``birth_year``."""

    field: str


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
    """A number as :class:`Numbered`, followed by the character that its weighted characters choose."""

    number: Numbered
    weights: tuple[int, ...]
    alphabet: str
    characters: str

    def of(self, first: str) -> str:
        """The number with its check character."""
        total = sum(weight * self.alphabet.index(one) for weight, one in zip(self.weights, first, strict=True))
        return first + self.characters[total % len(self.characters)]


@dataclass(frozen=True)
class IdOf:
    """The id of the person in a field; empty where there is none."""

    field: str


@dataclass(frozen=True)
class AreaOf:
    """The code of the area in a field."""

    field: str


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


Written = Of | OnDay | Yuan | Coded | Numbered | Checked | IdOf | AreaOf | AddressOf | Where | Always | Joined


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
    up to ``past_days`` before it. One row in ``twice_every`` (0: none) comes twice.
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


@dataclass(frozen=True, kw_only=True)
class PersonId:
    """How made-up people's ids are made: region, day of birth, sequence (odd: male), check character.

    The digits before the check character are weighted and added up; the sum's rest chooses from ``characters``. Those
    who were not born here have an id of a region of ``elsewhere``.
    """

    elsewhere: tuple[str, ...]
    weights: tuple[int, ...]
    characters: str

    def of(self, region: str, born: date, male: bool, rank: int) -> str:
        """The id of the ``rank``-th (from 0) of those with one region, day of birth and sex.

        Raises ``CallerError`` from rank 499 on.

        >>> PersonId(elsewhere=(), weights=(1,) * 12, characters="0123456789").of("9", date(1980, 1, 2), True, 0)
        '9198001020011'
        """
        sequence = 2 * rank + (1 if male else 2)
        if sequence > 999:
            raise CallerError(f"over 499 people of one sex were born on {born}: take a city of fewer people")
        first = f"{region}{born:%Y%m%d}{sequence:03d}"
        total = sum(weight * int(digit) for weight, digit in zip(self.weights, first, strict=True))
        return first + self.characters[total % len(self.characters)]


@dataclass(frozen=True, kw_only=True)
class Names:
    """Out of what made-up names are put together: a surname and two given characters, by a person's number."""

    surnames: str
    given: str

    def of(self, number: int) -> str:
        """The name of the person with a number."""
        mixed = number * 2654435761 % 2**32
        rest, surname = divmod(mixed, len(self.surnames))
        second, first = divmod(rest, len(self.given))
        return self.surnames[surname] + self.given[first] + self.given[second % len(self.given)]
