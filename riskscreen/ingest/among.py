"""Keys that others are looked up in: the first 8 bytes of hashes, which are spread evenly."""

from typing import Any

import numba
import numpy as np
import numpy.typing as npt

from riskscreen.identity.lanes import still

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.uint64]

NEAR = 2  # how many keys, as a power of two, are looked through for one


class Among:
    """Some keys, ``keys`` in ascending order; to look one up takes as long among millions as among a few.

    What is landed is many times what comes, and is held against it each time.
    """

    def __init__(self, keys: Numbers) -> None:
        self.keys = still(keys)
        bits = max(len(keys).bit_length() - NEAR, 1)
        self._shift = np.uint64(64 - bits)
        first = np.arange(1 << bits, dtype=np.uint64) << self._shift
        self._begin = still(np.append(np.searchsorted(keys, first), len(keys)).astype(np.int64))

    def holds(self, others: Numbers) -> Flags:
        """Which of some keys are among these."""
        found: Flags = _held(self.keys, self._begin, self._shift, still(others))
        return found


@numba.njit(cache=True, nogil=True)
def _held(keys: Any, begin: Any, shift: Any, others: Any) -> Any:
    found = np.zeros(len(others), np.bool_)
    for i in range(len(others)):
        near = np.int64(others[i] >> shift)
        low, high = begin[near], begin[near + 1]
        while low < high:
            middle = (low + high) >> 1
            if keys[middle] < others[i]:
                low = middle + 1
            else:
                high = middle
        found[i] = low < begin[near + 1] and keys[low] == others[i]
    return found
