"""Columns of an agency file: type, unit, range, allowed values, sensitivity."""

import enum
import re
from dataclasses import dataclass, field

from riskscreen.declare.areas import Region
from riskscreen.declare.text import Text, check_name
from riskscreen.errors import DeclarationError


class Sensitivity(enum.IntEnum):
    """How a value may be shown; a signal takes the highest class of the columns it reads (PIPL art. 28, 51)."""

    ORDINARY = 0
    PERSONAL = 1
    SENSITIVE = 2


def _check_pairs(where: str, pairs: tuple[str, str]) -> None:
    if len(pairs[0]) != len(pairs[1]):
        raise DeclarationError(f"{where} has {len(pairs[0])} characters that stand for {len(pairs[1])}: make them one")


@dataclass(frozen=True, kw_only=True)
class CheckCharacter:
    """The last character of an id, which follows from those before it (as in ISO 7064).

    A character is worth its place in ``alphabet``; the values are weighted and added up, and the sum's rest after
    division by the number of ``characters`` (the modulus) chooses the check character from them.

    >>> CheckCharacter(weights=(3, 1), characters="0123456789").of("57")
    '2'
    """

    weights: tuple[int, ...]
    characters: str
    alphabet: str = "0123456789"

    def __post_init__(self) -> None:
        if not self.weights or not self.characters or len(set(self.alphabet)) < len(self.alphabet):
            raise DeclarationError(
                "a check character needs weights, characters to choose from, and an alphabet in which none stands twice"
            )

    def of(self, text: str) -> str:
        """The check character behind ``text``; ``ValueError`` where it is too long or has a strange character."""
        total = sum(weight * self.alphabet.index(one) for weight, one in zip(self.weights, text, strict=True))
        return self.characters[total % len(self.characters)]


@dataclass(frozen=True, kw_only=True)
class OlderForm:
    """How an id was written once: without ``put``, which stands at ``at`` today, and without its check character."""

    pattern: str
    at: int
    put: str


@dataclass(frozen=True, kw_only=True)
class Says:
    """What the characters of an id say of its holder: the day of birth (YYYYMMDD) from the place ``born`` on, and at
    the place ``sex`` one of the characters that go with each value of a column of that name.
    """

    born: int
    sex: int
    sexes: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Id:
    """A national or agency id. It becomes a keyed token at the door and is stored nowhere.

    ``kind`` names what it identifies: two columns of one kind hold ids that can be compared.
    ``pattern`` is a regular expression that the whole trimmed id must match; ``check`` says how its last character
    follows from the others. ``mistaken`` are characters that are typed for others, and those (O for 0): an id that is
    none as it stands, and one with the others in their place, is taken for that one. An id in its ``older`` form is
    taken for the one of today. ``says`` tells what stands in it about its holder.
    """

    kind: str
    pattern: str = r".+"
    check: CheckCharacter | None = None
    mistaken: tuple[str, str] = ("", "")
    older: OlderForm | None = None
    says: Says | None = None

    def __post_init__(self) -> None:
        check_name("an id kind", self.kind)
        _check_pairs(f"id kind {self.kind!r}", self.mistaken)
        try:
            re.compile(self.pattern)
            re.compile(self.older.pattern if self.older else "")
        except re.error as error:
            raise DeclarationError(f"the pattern of id kind {self.kind!r} is no regular expression: {error}") from None


@dataclass(frozen=True)
class Code:
    """A short word out of a list; ``allowed`` empty means any word.

    ``alike`` are characters that stand for others, and those, as in another script: a word that is not allowed counts
    as the one that it is with the others in their place. With ``regions`` it is the code of one, or begins with one's:
    the code of a region that has ended counts as that of the region that it became, and a row on whose day ``on`` (a
    ``Day`` column) it had ended is counted as a warning.
    """

    allowed: tuple[str, ...] = ()
    alike: tuple[str, str] = ("", "")
    regions: tuple[Region, ...] = ()
    on: str = ""

    def __post_init__(self) -> None:
        _check_pairs("a code", self.alike)
        if bool(self.regions) != bool(self.on) or (self.regions and self.allowed):
            raise DeclarationError("a code of regions needs a day on which they are valid, and lists no allowed values")

    def became(self) -> dict[str, str]:
        """What each region that has ended is today, by its code; those of which that is not said are left out."""
        after = {region.code: region.became for region in self.regions if region.became}
        today = {}
        for code in after:
            now, seen = code, {code}
            while (new := after.get(now)) is not None and new not in seen:
                now = new
                seen.add(now)
            today[code] = now
        return today


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


@dataclass(frozen=True, kw_only=True)
class Numerals:
    """Digits in another script: the characters for each of 0 to 9, and those for ten (in which 23 is two-ten-three)."""

    digits: tuple[str, ...]
    ten: str = ""

    def __post_init__(self) -> None:
        if len(self.digits) != 10 or not all(self.digits):
            raise DeclarationError("numerals need at least one character for each of 0 to 9")


@dataclass(frozen=True)
class Day:
    """A calendar day in one of the ``formats`` (strptime); the first that fits is taken.

    Where ``numerals`` are given, its numbers may be written in them.
    """

    formats: tuple[str, ...] = ("%Y-%m-%d",)
    numerals: Numerals | None = None

    def __post_init__(self) -> None:
        if not self.formats:
            raise DeclarationError("a day column has no format: give at least one, for example %Y-%m-%d")


@dataclass(frozen=True)
class FreeText:
    """Names of people, and what somebody wrote: not read beyond the file, so neither landed nor quarantined."""


@dataclass(frozen=True)
class PersonName:
    """The name of an id's holder, which a feed's :class:`~riskscreen.declare.Who` compares; kept as keyed digest."""


@dataclass(frozen=True)
class Address:
    """An address as somebody wrote it; only where it lies is kept: see :class:`Placed`.

    ``library`` names the feed whose reference lists the place's addresses.
    """

    library: str


@dataclass(frozen=True)
class Placed:
    """Not delivered, but found at the door: where the address of a column lay on a day.

    ``part`` is the column of the address library that is kept, and ``on`` the ``Day`` column that says when.
    Unknown where the address cannot be placed.
    """

    address: str
    part: str
    on: str


ColumnType = Id | Code | Whole | Number | Money | Day | FreeText | PersonName | Address | Placed


@dataclass(frozen=True, kw_only=True)
class Column:
    """One column of a feed.

    ``words`` says what the allowed values of a code, or of a whole number that stands for something, mean.
    ``missing`` lists the spellings, beside the empty one, that mean "not known"; with ``wrong_is_missing`` a value that
    fails its check means so too, and does not reject its row. A ``protected`` column
    (sex, ethnicity, faith …) reaches audits and never a signal; a ``truth`` column never reaches the
    landing log at all.
    """

    name: str
    type: ColumnType
    label: Text
    unit: str = ""
    words: tuple[tuple[str, Text], ...] = ()
    required: bool = False
    missing: tuple[str, ...] = ()
    wrong_is_missing: bool = False
    sensitivity: Sensitivity = Sensitivity.PERSONAL
    protected: bool = False
    truth: bool = False
    source: str = field(default="", metadata={"doc": "where the meaning of the column is stated"})

    def __post_init__(self) -> None:
        check_name("a column", self.name)
        low, high = getattr(self.type, "at_least", None), getattr(self.type, "at_most", None)
        if low is not None and high is not None and low > high:
            raise DeclarationError(f"column {self.name!r} allows nothing: at_least {low} is above at_most {high}")
        if self.required and isinstance(self.type, FreeText | Placed):
            raise DeclarationError(f"column {self.name!r} is required, but its values are not delivered to be checked")
        if self.required and self.wrong_is_missing:
            raise DeclarationError(f"column {self.name!r} is required, and missing where it is wrong: choose one")
        self._check_words()

    def _check_words(self) -> None:
        said = [value for value, _ in self.words]
        allowed = self.type.allowed if isinstance(self.type, Code) else ()
        if said and allowed and said != list(allowed):
            raise DeclarationError(
                f"column {self.name!r} has words for {said} and allows {list(allowed)}: make them one"
            )

    @property
    def is_delivered(self) -> bool:
        """Whether a file has to have this column."""
        return not self.truth and not isinstance(self.type, Placed)

    @property
    def is_read(self) -> bool:
        """Whether the values of this column are read from a file."""
        return not isinstance(self.type, FreeText | Placed)

    @property
    def is_number(self) -> bool:
        """Whether values of this column can be added up."""
        return isinstance(self.type, Whole | Number | Money)
