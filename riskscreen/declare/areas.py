"""The tree of areas, and how many visits are made in each a week; and the regions of a place, valid in time."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from riskscreen.declare.text import Text
from riskscreen.errors import DeclarationError


@dataclass(frozen=True, kw_only=True)
class Area:
    """An area, and the one that it lies in (``parent``; none at the top).

    ``weekly_visits`` is how many families its workers can see in a week. An area with visits has a list of its own;
    who lives in one without reaches the list of the nearest area above that has visits.
    """

    code: str
    label: Text
    weekly_visits: int = 0
    parent: str | None = None

    def __post_init__(self) -> None:
        if self.weekly_visits < 0:
            raise DeclarationError(f"area {self.code!r} has {self.weekly_visits} weekly visits: give zero or more")


class AreaTree(Mapping[str, Area]):
    """Areas by code, in the order given. Raises ``DeclarationError`` for an unknown parent and for a circle."""

    def __init__(self, areas: Iterable[Area]) -> None:
        self._areas = {area.code: area for area in areas}
        for code in self._areas:
            self.path(code)

    def __getitem__(self, code: str) -> Area:
        return self._areas[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._areas)

    def __len__(self) -> int:
        return len(self._areas)

    def __repr__(self) -> str:
        return f"AreaTree({list(self._areas.values())!r})"

    def path(self, code: str) -> list[Area]:
        """An area and all above it, from the lowest."""
        found = [self._areas[code]]
        while (above := found[-1].parent) is not None:
            if above not in self._areas:
                raise DeclarationError(f"area {found[-1].code!r} lies in {above!r}, which is not there: add it")
            if above in {area.code for area in found}:
                raise DeclarationError(f"area {above!r} would lie below itself: name another parent")
            found.append(self._areas[above])
        return found

    def listed_in(self, code: str) -> str | None:
        """The area on whose list those who live in ``code`` are: the nearest with visits; ``None`` where none has."""
        return next((area.code for area in self.path(code) if area.weekly_visits), None)


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
