"""Batches as they come → pieces of about one length, the same ones whenever a file is read."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyarrow as pa

from riskscreen.errors import DeliveryError

Span = tuple[int, ...]


@dataclass(frozen=True)
class Stretch:
    """Pieces that follow each other in a file and can be read without those before them.

    ``number`` is that of the first, from 1 on, ``first_row`` its first row in the file, ``sizes`` are the rows of each.
    ``spans`` say where they lie: blocks of a CSV, row groups of Parquet; ``skip`` rows of these are of pieces before.
    """

    number: int
    first_row: int
    sizes: tuple[int, ...]
    spans: tuple[Span, ...]
    skip: int = 0

    @property
    def numbers(self) -> range:
        """The numbers of its pieces."""
        return range(self.number, self.number + len(self.sizes))


def in_pieces(batches: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """Tables of ``rows`` rows or up to twice as many, and a last one with the rest; one without rows where none are."""
    waiting: list[pa.Table] = []
    count, first = 0, True
    for batch in batches:
        waiting.append(batch)
        count += batch.num_rows
        while count >= rows:
            whole = _one(waiting)
            size = rows if count >= 2 * rows else count
            yield whole if size == count else _one([whole.slice(0, size)])
            first, count = False, count - size
            waiting = [whole.slice(size)] if count else []
    if first or count:
        yield _one(waiting)


def in_stretches(counted: Iterable[tuple[Span, int]], rows: int, pieces: int) -> Iterator[Stretch]:
    """Stretches of at least ``pieces`` pieces, cut as :func:`in_pieces` cuts batches with so many rows each.

    A piece that is whole ends with a batch, and so does a stretch. Of what cannot be counted, all before it comes
    first, as somebody who reads on would have come to it first.
    """
    spans, sizes, waiting, number, first_row = list[Span](), list[int](), 0, 1, 0
    broken: DeliveryError | None = None
    try:
        for span, count in counted:
            spans.append(span)
            waiting += count
            while waiting >= rows:
                sizes.append(rows if waiting >= 2 * rows else waiting)
                waiting -= sizes[-1]
            if len(sizes) >= pieces and not waiting:
                yield Stretch(number, first_row, tuple(sizes), tuple(spans))
                number, first_row, spans, sizes = number + len(sizes), first_row + sum(sizes), [], []
    except DeliveryError as error:
        broken = error
    if waiting or sizes:
        yield Stretch(number, first_row, (*sizes, waiting) if waiting else tuple(sizes), tuple(spans))
    if broken is not None:
        raise broken


def cut(batches: Iterable[pa.Table], stretch: Stretch) -> Iterator[pa.Table]:
    """The pieces of a stretch, from its batches; ``ValueError`` where they lack rows."""
    sizes, skip = iter(stretch.sizes), stretch.skip
    waiting, count, size = list[pa.Table](), 0, next(sizes)
    for batch in batches:
        skipped = min(skip, batch.num_rows)
        skip -= skipped
        waiting.append(batch.slice(skipped))
        count += batch.num_rows - skipped
        while count >= size:
            whole = _one(waiting)
            yield whole if count == size else _one([whole.slice(0, size)])
            count -= size
            waiting = [whole.slice(size)] if count else []
            following = next(sizes, None)
            if following is None:
                return
            size = following
    raise ValueError(stretch.number)


def _one(tables: list[pa.Table]) -> pa.Table:
    """A table whose columns are each in one chunk."""
    table = pa.concat_tables(tables)
    return table if table.columns and table.column(0).num_chunks == 1 else table.unify_dictionaries().combine_chunks()
