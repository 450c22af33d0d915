"""What a deployment may say of how its people are named, so that records can be linked to persons."""

import enum
from dataclasses import dataclass
from math import log2

from riskscreen.declare.text import check_name
from riskscreen.errors import DeclarationError


class Script(enum.Enum):
    """In which script names are written: it decides which spellings lie near each other."""

    LATIN = "latin"
    HAN = "han"


@dataclass(frozen=True, kw_only=True)
class Linkage:
    """How people and addresses are written in one place, and when two records are one person's.

    ``short_streets`` pairs a word of street names with its short form, ``variants`` two given names that stand for one
    another (Bob, Robert); both in lower case. ``compound_surnames`` are Han surnames of more than one character, by
    which whole names are parted. ``one_record`` names the feeds in which a person has one record a wave: a census.
    ``checked_ids`` says that a slip of the pen makes no valid id, as where a check character stands in it: then who is
    told of once, with an id, is not looked for as if the id were misspelt, and two ids in one home are two people, of
    whom is learnt how alike those of a home are.

    Two records are linked at a probability of ``upper`` or more, queued from ``lower`` on, and else left apart. A key
    shared by more than ``largest_block`` people makes no pairs, and an address of more than ``largest_home`` is no
    home. The defaults were fixed before any data were scored (Fellegi and Sunter 1969, A theory for record linkage).

    ``support`` are the kinds of relation that bind people of one home to a household, as the law of the place says who
    owes whom support; the default is that of spouses, parents and children (Civil Code of the People's Republic of
    China, articles 1059, 1067 and 1068) and of guardians with their wards. More than ``largest_household`` people at
    once are a dormitory, or a fault of linkage, and a family has at most ``largest_family``, through however many
    households: marriages chain a whole city. Both are our own choice, far above any home of relatives.

    ``true_person`` and ``true_household`` are the truth columns that ``link evaluate`` holds persons and households
    against.
    """

    script: Script = Script.LATIN
    short_streets: tuple[tuple[str, str], ...] = ()
    variants: tuple[tuple[str, str], ...] = ()
    compound_surnames: tuple[str, ...] = ()
    one_record: tuple[str, ...] = ()
    checked_ids: bool = False
    upper: float = 0.95
    lower: float = 0.05
    largest_block: int = 60
    largest_home: int = 60
    support: tuple[str, ...] = ("spouse", "parent", "child", "guardian")
    largest_household: int = 20
    largest_family: int = 20
    true_person: str | None = None
    true_household: str | None = None

    def __post_init__(self) -> None:
        if not 0 < self.lower < self.upper < 1:
            raise DeclarationError("thresholds of linkage are probabilities: give 0 < lower < upper < 1")
        if min(self.largest_block, self.largest_home, self.largest_household, self.largest_family) < 2:
            raise DeclarationError(
                "linkage is about two people at least: give largest_block, largest_home, largest_household and "
                "largest_family from 2 on"
            )
        for kind in self.support:
            check_name("a relation of support", kind)
        for feed in self.one_record:
            check_name("a feed of one record a person", feed)
        for words in (*self.short_streets, *self.variants):
            _check_pair(words)
        if any(len(name) < 2 for name in self.compound_surnames):
            raise DeclarationError("a compound surname has two characters or more: leave the others out")

    @property
    def upper_bits(self) -> float:
        """The upper threshold as a match weight: the base-2 logarithm of its odds."""
        return log2(self.upper / (1 - self.upper))

    @property
    def lower_bits(self) -> float:
        """The lower threshold as a match weight."""
        return log2(self.lower / (1 - self.lower))


def _check_pair(words: tuple[str, ...]) -> None:
    if len(words) != 2 or any(not word or word != word.lower().strip() for word in words):
        raise DeclarationError(f"linkage pairs words in lower case, and {words!r} is no such pair")
