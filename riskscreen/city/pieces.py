"""A large city in pieces that live and are written one after the other, so that memory does not grow with the city."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from riskscreen.city.step import run
from riskscreen.city.write import check_empty, write
from riskscreen.declare import WayOfLife

A_PIECE = 100_000  # people

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Made:
    """What was written of a city: how many people and homes ever lived in it, and the files."""

    people: int
    homes: int
    pieces: int
    files: tuple[Path, ...]


def pieces_of(persons: int) -> list[int]:
    """How many people each piece of a city begins with.

    >>> pieces_of(250_000)
    [83333, 83333, 83334]
    """
    count = max(1, -(-persons // A_PIECE))
    return [persons * (piece + 1) // count - persons * piece // count for piece in range(count)]


def make(
    way: WayOfLife, persons: int, seed: int, span: tuple[date, date], out: Path, progress: Progress | None = None
) -> Made:
    """Let a city live over a span of days and write its deliveries and truth into an empty folder.

    Every piece has its own people, homes and ids; nobody moves from one to another. Raises ``CallerError`` for a
    folder that holds something, too few people, a seed below zero, and a span that ends before it begins.
    """
    check_empty(out)
    sizes = pieces_of(persons)
    people, homes, files = 0, 0, []
    for piece, size in enumerate(sizes):
        shown = _part(progress, piece, len(sizes)) if progress else None
        history = run(way, size, seed, span, shown, piece)
        files += write(history, way, span[1], out)
        people, homes = people + len(history.state.people), homes + len(history.state.homes)
    return Made(people, homes, len(sizes), tuple(files))


def _part(progress: Progress, piece: int, pieces: int) -> Progress:
    return lambda done, of: progress(piece * of + done, pieces * of)
