"""The tables that linking reads: who rows say somebody is, how people belong together, and what humans decided."""

import pyarrow as pa

WORDS = (
    "given",
    "middle",
    "surname",
    "birth",
    "sex",
    "number",
    "street",
    "unit",
    "place",
    "town",
    "phone",
    "home",
)

# A register's word that ``other``, a claim with somebody's former id, is of the same person.
FORMERLY = "formerly"
# ``claim`` is a number dealt once; ``id`` the number of the id, or null; ``rows`` how many rows said so. ``birth`` is
# yyyymmdd, with 00 for a month or day that is not known; ``home`` is an entry of the address library. ``disagrees``
# says that birth date or sex are other than the id itself states. A bare id is a claim without words.
CLAIMS = pa.schema(
    [
        ("claim", pa.int64()),
        ("feed", pa.string()),
        ("wave", pa.string()),
        ("id", pa.int64()),
        ("known_on", pa.date32()),
        ("rows", pa.int64()),
        ("disagrees", pa.bool_()),
        *((word, pa.string()) for word in WORDS),
    ]
)
RELATIONS = pa.schema(
    [
        ("claim", pa.int64()),
        ("other", pa.int64()),
        ("relation", pa.string()),
        ("known_on", pa.date32()),
        ("ends_on", pa.date32()),
    ]
)
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
