"""The two rules of time, and the days that contracts speak of.

1. A record is *visible* at ``as_of`` when ``known_on <= as_of``.
2. A window of n days is ``as_of - n < happened_on <= as_of``; an outcome's horizon is
   ``as_of < happened_on <= as_of + n``. No day is in both.

Nothing here reads a clock: ``as_of`` is always an argument.
"""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from riskscreen.errors import CallerError


def is_visible(known_on: date, as_of: date) -> bool:
    """Whether what became known on ``known_on`` may be used on ``as_of`` (the same day counts)."""
    return known_on <= as_of


@dataclass(frozen=True)
class Window:
    """The last ``days`` days up to and including ``as_of``: ``as_of - days < happened_on <= as_of``.

    >>> Window(30).contains(date(2024, 3, 1), as_of=date(2024, 3, 30))
    True
    >>> Window(30).contains(date(2024, 2, 29), as_of=date(2024, 3, 30))
    False
    """

    days: int

    def __post_init__(self) -> None:
        check_days("a window", self.days)

    def contains(self, happened_on: date, as_of: date) -> bool:
        """Whether a day lies in the window that ends on ``as_of``."""
        return as_of - timedelta(days=self.days) < happened_on <= as_of

    def before(self, as_of: date) -> date:
        """The ``as_of`` of the window of the same length that ends where this one begins."""
        return as_of - timedelta(days=self.days)


@dataclass(frozen=True)
class Horizon:
    """The time after ``as_of``, in days or in calendar years: ``as_of < happened_on <= end(as_of)``.

    >>> Horizon(1).contains(date(2024, 1, 1), as_of=date(2024, 1, 1))
    False
    >>> Horizon(1).contains(date(2024, 1, 2), as_of=date(2024, 1, 1))
    True
    >>> Horizon(365).end(date(2023, 12, 31)), Horizon(years=1).end(date(2023, 12, 31))
    (datetime.date(2024, 12, 30), datetime.date(2024, 12, 31))
    """

    days: int | None = None
    years: int | None = None

    def __post_init__(self) -> None:
        if (self.days is None) == (self.years is None):
            raise CallerError("a horizon needs days or years, and not both: give one, for example Horizon(180)")
        if self.years is None:
            check_days("a horizon", self.days)
        else:
            check_days("a horizon", self.years, "years")

    def contains(self, happened_on: date, as_of: date) -> bool:
        """Whether a day lies in the horizon that begins after ``as_of``."""
        return as_of < happened_on <= self.end(as_of)

    def end(self, as_of: date) -> date:
        """The last day of the horizon; a year after 29 February ends on the last of February."""
        if self.years is None:
            return as_of + timedelta(days=self.days or 0)
        year = as_of.year + self.years
        return date(year, as_of.month, min(as_of.day, month_end(year, as_of.month).day))

    def __str__(self) -> str:
        return f"{self.days} days" if self.years is None else f"{self.years} years"


def check_days(what: str, count: int | None, unit: str = "days") -> None:
    """Raise ``CallerError`` unless ``count`` is a whole number of at least one."""
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        raise CallerError(f"{what} has {count!r} {unit}: give a whole number of at least 1")


def month_end(year: int, month: int) -> date:
    """The last day of a month.

    >>> month_end(2024, 2), month_end(2023, 2)
    (datetime.date(2024, 2, 29), datetime.date(2023, 2, 28))
    """
    return date(year, month, calendar.monthrange(year, month)[1])


def year_end(year: int) -> date:
    """31 December of a year."""
    return date(year, 12, 31)


def parse_day(text: str, what: str = "the day") -> date:
    """A day written YYYY-MM-DD.

    Raises ``CallerError`` for anything else; ``what`` names the argument in the sentence.
    """
    try:
        if len(text) != len("2024-01-01"):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise CallerError(f"{what} is {text!r}: write a day as YYYY-MM-DD, for example 2024-03-31") from None
