"""The first 8 bytes of what tells landed records apart, file by file; those of small files are kept in memory.

A landed file never changes, and what comes month after month is held against all of them each time.
"""

from collections import OrderedDict
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from riskscreen.eventstore.landing import LandedFile, Landing
from riskscreen.ingest.staging import prefixes

Numbers = npt.NDArray[np.uint64]

FEW = 1 << 20  # keys of a file that is kept
ROOM = 1 << 23  # keys that are kept, 8 bytes each

_kept: OrderedDict[tuple[str, str, str, str], Numbers] = OrderedDict()  # the one asked for last stands at the end


def landed_keys(landing: Landing, kind: str, file: LandedFile, column: str = "record_id") -> Iterable[Numbers]:
    """The keys of a file in parts, in no order that means anything; ``HomeError`` where it cannot be read.

    ``column`` is of 16 bytes; where it is not known there is no key.
    """
    schema = pa.schema([(column, pa.binary(16))])
    if file.rows > FEW:
        return (prefixes(batch[column].drop_null()) for batch in landing.batches(kind, schema, [file]))
    place = (str(landing.home.absolute()), file.path, file.sha256, column)
    if place not in _kept:
        parts = [prefixes(batch[column].drop_null()) for batch in landing.batches(kind, schema, [file])]
        _kept[place] = np.concatenate([np.zeros(0, np.uint64), *parts])
        while sum(map(len, _kept.values())) > ROOM:
            _kept.popitem(last=False)
    _kept.move_to_end(place)
    return (_kept[place],)
