"""Imported where processes are forked from: what numba loads when a compiled function first runs, once for all of them.

That is some two hundred modules, half a second and tens of megabytes in each process otherwise.
"""

import gc

import numba


@numba.njit(cache=True)
def _anything(number: int) -> int:
    return number


_anything(0)
gc.freeze()  # what is here stays: counting it anew in each process would copy the pages that hold it
