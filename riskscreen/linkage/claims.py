"""The tables that linking reads: who rows say somebody is, how people belong together, and what humans decided."""

import pyarrow as pa

from riskscreen.ingest.claiming import ALSO, WORDS
from riskscreen.ingest.zone import CLAIMS, RELATIONS

__all__ = ["ALSO", "CLAIMS", "DECISIONS", "LINKS", "RELATIONS", "WORDS"]

# The decisions in force: those taken back are left out. ``verdict`` is together or apart.
DECISIONS = pa.schema(
    [("decision", pa.int64()), ("claim", pa.int64()), ("other", pa.int64()), ("verdict", pa.string())]
)
# ``from`` is the day from which the claim is its person's; ``weight`` the bits of the pair that brought it there.
LINKS = pa.schema(
    [
        ("claim", pa.int64()),
        ("person", pa.int64()),
        ("from", pa.date32()),
        ("how", pa.string()),
        ("weight", pa.float64()),
    ]
)
