"""What is measured: the passes over a kind's records that signals need, each once for all its windows."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from riskscreen.clock import Window
from riskscreen.declare import Condition
from riskscreen.features.kernel.values import Whole

How = Literal["count", "total", "largest", "smallest", "distinct", "newest", "oldest", "holding"]


@dataclass(frozen=True)
class Measure:
    """What one pass finds of a column, where conditions hold and the column is known."""

    how: How
    where: tuple[Condition, ...]
    column: str | None = None


@dataclass(frozen=True)
class Span:
    """Ages in days, from ``newer`` to before ``older``; ``None``: of whatever age."""

    newer: int
    older: int | None


EVERYTHING = Span(0, None)
Need = tuple[Measure, Span]


def span(window: Window | None) -> Span:
    """The ages in a window."""
    return Span(0, window.days) if window else EVERYTHING


def span_before(window: Window) -> Span:
    """The ages in the window of the same length before a window."""
    return Span(window.days, 2 * window.days)


@dataclass(frozen=True)
class Plan:
    """What is to be measured of one kind, and over which spans."""

    spans: Mapping[Measure, tuple[Span, ...]]

    @classmethod
    def of(cls, needs: Iterable[Need]) -> "Plan":
        """The plan that serves all needs."""
        spans: dict[Measure, dict[Span, None]] = {}
        for measure, of in needs:
            spans.setdefault(measure, {})[of] = None
        return cls({measure: tuple(asked) for measure, asked in spans.items()})

    @cached_property
    def edges(self) -> Whole:
        """The ages, ascending, at which some span begins or ends."""
        ends = {end for asked in self.spans.values() for of in asked for end in (of.newer, of.older)}
        return np.array(sorted(end for end in ends if end), np.int64)

    @property
    def unseen(self) -> int:
        """The bin of rows that are not visible: behind those between edges and that of all that is older."""
        return len(self.edges) + 1

    @cached_property
    def is_bounded(self) -> bool:
        """Whether no span goes back for ever."""
        return all(of.older is not None for asked in self.spans.values() for of in asked)

    def bins(self, spans: Iterable[Span]) -> Whole:
        """The first bin of each span, and the first after it."""
        rows = [(self._bin(of.newer), self._bin(of.older)) for of in spans]
        return np.array(rows, np.int64).reshape(-1, 2)

    def _bin(self, age: int | None) -> int:
        if age is None:
            return self.unseen
        return int(np.searchsorted(self.edges, age)) + 1 if age else 0
