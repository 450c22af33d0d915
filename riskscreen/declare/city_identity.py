"""Who a made-up city's people are on paper: ids, names, phones; and how wrongly agencies hold them."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date

from riskscreen.declare.columns import CheckCharacter
from riskscreen.errors import CallerError, DeclarationError


@dataclass(frozen=True, kw_only=True)
class PersonId:
    """How made-up people's ids are made: region, day of birth, sequence (odd: male), check character.

    Those who were not born here have an id of a region of ``elsewhere``.
    """

    elsewhere: tuple[str, ...]
    check: CheckCharacter

    def of(self, region: str, born: date, male: bool, rank: int) -> str:
        """The id of the ``rank``-th (from 0) of those with one region, day of birth and sex.

        Raises ``CallerError`` from rank 499 on.

        >>> check = CheckCharacter(weights=(1,) * 12, characters="0123456789")
        >>> PersonId(elsewhere=(), check=check).of("9", date(1980, 1, 2), True, 0)
        '9198001020011'
        """
        sequence = 2 * rank + (1 if male else 2)
        if sequence > 999:
            raise CallerError(f"over 499 people of one sex were born on {born}: take a city of fewer people")
        first = f"{region}{born:%Y%m%d}{sequence:03d}"
        return first + self.check.of(first)


@dataclass(frozen=True, kw_only=True)
class Names:
    """Out of what made-up names are put together: a surname and one or two given characters.

    ``surnames`` are shares of people; they need not add up to 1. Given characters stand in the order of how often they
    are given: the n-th as often as ``1 / (n + spread)``. ``single`` is the share of those who are given one character,
    ``family`` of mothers whose children share the first one, ``fathers`` of children with the father's surname.
    ``alike`` are groups of characters that sound the same, ``traditional`` characters and their older forms.
    Phones begin with ``phone``, which no real one does, and have so many digits.
    """

    surnames: Mapping[str, float]
    male: str
    female: str
    spread: float
    single: float
    family: float
    fathers: float
    alike: tuple[str, ...]
    traditional: tuple[str, str]
    phone: str
    phone_digits: int

    def __post_init__(self) -> None:
        if len(self.traditional[0]) != len(self.traditional[1]):
            raise DeclarationError("characters and their older forms are not as many: give one for each")
        if any(len(set(group)) < 2 for group in self.alike):
            raise DeclarationError("a group of characters that sound the same has fewer than two: add one or drop it")


@dataclass(frozen=True, kw_only=True)
class Mess:
    """How wrongly agencies hold who people are: shares of the people in a register, each for good.

    A register is what one agency holds of people (``CityFile.register``); a mapping's keys are registers. Shares are
    those of people with local papers of middle age; those from elsewhere have ``others`` times as much of each, those
    from ``old_from`` years on ``old`` times as much. None is switched off, but each may be zero.

    ``two_ids`` is the share of people who have two, and ``holds_other_id`` of the registers that hold the other one;
    ``issued_twice`` of those who share region, day of birth and sex with somebody, and whose first id was the other's.
    ``parents_id`` is the share of children below an age who stand under a parent's id, ``strayed`` of people under
    anybody's. ``old_form`` is the share in the first delivery of those born before ``old_form_before`` whose id is
    in the form without century. ``typed_wrong`` breaks the check character; ``typed_oddly`` does not: a letter for a
    digit, full width, spaces, a small letter; ``checked`` registers let neither pass. ``name_of_new_family`` is of
    children whose mother no longer lives with the father, ``phone_shared`` of the grown who give the phone of whoever
    stands for the home. ``careful`` registers have so much less of what is wrong with names and days of birth.
    """

    others: float
    old: float
    old_from: float
    without_id: Mapping[str, float]
    two_ids: float
    holds_other_id: float
    issued_twice: float
    parents_id: Mapping[str, tuple[float, float]]
    strayed: float
    old_form: Mapping[str, float]
    old_form_before: date
    typed_wrong: Mapping[str, float]
    typed_oddly: float
    checked: tuple[str, ...]
    name_alike: float
    name_traditional: float
    name_swapped: float
    name_of_new_family: float
    birth_swapped: float
    birth_without_day: float
    phone_changed: float
    phone_shared: float
    careful: Mapping[str, float]

    def __post_init__(self) -> None:
        for each in fields(self):
            value = getattr(self, each.name)
            if isinstance(value, float) and value < 0:
                raise DeclarationError(f"{each.name} of the mess of identity is {value}: give zero or more")
