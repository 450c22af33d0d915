"""What a delivery of a feed is expected to be like, and what becomes of one that is not."""

import enum
from dataclasses import dataclass

from riskscreen.errors import DeclarationError


class Action(enum.Enum):
    """What becomes of a delivery that is not as expected: landed with a warning, or held until somebody releases it."""

    WARN = "warn"
    HOLD = "hold"


@dataclass(frozen=True, kw_only=True)
class Expected:
    """How large a delivery is, of which days it tells, and which columns it has.

    Its rows lie between ``fewest`` and ``most`` times the median of those that came before; the first ``after``
    deliveries of a feed are not judged, nor are sizes while both stay below ``least`` rows: chance alone doubles what
    is small. At least half of what it says became known in the ``period_days`` up to the day in its file's name, or
    since the delivery before, where that is longer ago; the first may hold all that there is, and without
    ``period_days`` any day will do. The last row of a CSV file ends as all others do. ``action`` says what becomes of
    a delivery that is otherwise, or has other columns than declared; by default a snapshot is held, because what is
    absent from it is withdrawn, and an increment is landed with a warning.
    """

    fewest: float = 0.2
    most: float = 2.0
    after: int = 3
    least: int = 20
    period_days: int | None = None
    action: Action | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.fewest < 1 < self.most:
            raise DeclarationError("what is expected of a delivery: give fewest below 1 and most above it")
        if self.after < 1 or (self.period_days is not None and self.period_days < 1):
            raise DeclarationError("what is expected of a delivery: give after and period_days of 1 or more")
