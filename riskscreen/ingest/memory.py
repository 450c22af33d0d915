"""Where Arrow takes memory from while pieces are read."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pyarrow as pa


@contextmanager
def steady_memory() -> Iterator[None]:
    """Let Arrow take memory from where it is least often given back: piece follows piece, and each needs as much."""
    usual = pa.default_memory_pool()
    with suppress(NotImplementedError):  # not every build of Arrow has it
        pa.set_memory_pool(pa.jemalloc_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(usual)
