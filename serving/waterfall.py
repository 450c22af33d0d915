"""Where the bars of a waterfall stand: each begins where the one above it ends."""

from collections.abc import Sequence
from dataclasses import dataclass

THINNEST = 0.6  # a step of nothing is still seen


@dataclass(frozen=True)
class Bar:
    """One bar, in hundredths of the drawing's width: where it begins, how wide it is, and where nothing stands.

    ``kind`` is its look: ``for``, ``against``, ``nothing`` or ``sum``.
    """

    start: float
    width: float
    zero: float
    kind: str


def bars(bits: Sequence[float]) -> list[Bar]:
    """A bar for each step and one for their sum.

    >>> [(bar.start, bar.width, bar.kind) for bar in bars([-4.0, 6.0])]
    [(0.0, 66.67, 'against'), (0.0, 100.0, 'for'), (66.67, 33.33, 'sum')]
    """
    edges = [0.0]
    for one in bits:
        edges.append(edges[-1] + one)
    lowest = min(edges)
    scale = 100 / ((max(edges) - lowest) or 1)
    spans = [*zip(edges, edges[1:], map(_kind, bits), strict=False), (0.0, edges[-1], "sum")]
    return [_bar(tuple((edge - lowest) * scale for edge in (start, end, 0.0)), kind) for start, end, kind in spans]


def _bar(places: tuple[float, ...], kind: str) -> Bar:
    start, end, zero = places
    width = max(abs(end - start), THINNEST)
    return Bar(round(min(start, end, 100 - width), 2), round(width, 2), round(zero, 2), kind)


def _kind(bits: float) -> str:
    return "nothing" if abs(bits) < 0.05 else "for" if bits > 0 else "against"
