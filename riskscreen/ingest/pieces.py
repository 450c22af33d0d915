"""Batches as they come → pieces of about one length, the same ones whenever a file is read."""

from collections.abc import Iterable, Iterator

import pyarrow as pa


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


def _one(tables: list[pa.Table]) -> pa.Table:
    """A table whose columns are each in one chunk."""
    table = pa.concat_tables(tables)
    return table if table.columns and table.column(0).num_chunks == 1 else table.unify_dictionaries().combine_chunks()
