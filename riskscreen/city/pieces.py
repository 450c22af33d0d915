"""A large city in pieces that live and are written one after the other, so that memory does not grow with the city."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from riskscreen.city.step import History, run
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
    way: WayOfLife,
    persons: int,
    seed: int,
    span: tuple[date, date],
    out: Path,
    progress: Progress | None = None,
    *,
    months: int = 1,
) -> Made:
    """Let a city live over a span of days and write its deliveries, one in so many months, and truth into a folder.

    Every piece has its own people, homes and ids; nobody moves from one to another. Raises ``CallerError`` for a
    folder that holds something, too few people, a seed below zero, and a span that ends before it begins.
    """
    check_empty(out)
    sizes = pieces_of(persons)
    made = []
    for piece, size in enumerate(sizes):
        shown = _part(progress, piece, len(sizes)) if progress else None
        made.append(_make_piece(way, run(way, size, seed, span, shown, piece), span[1], out, months))
    return Made(
        people=sum(one.people for one in made),
        homes=sum(one.homes for one in made),
        pieces=len(made),
        files=tuple(path for one in made for path in one.files),
    )


def _make_piece(way: WayOfLife, history: History, last: date, out: Path, months: int) -> Made:
    """Write a piece; nothing of it is held afterwards but its counts and the names of its files."""
    files = write(history, way, last, out, months=months)
    return Made(len(history.state.people), len(history.state.homes), 1, tuple(files))


def _part(progress: Progress, piece: int, pieces: int) -> Progress:
    return lambda done, of: progress(piece * of + done, pieces * of)
