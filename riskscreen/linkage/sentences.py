"""What whoever runs the linkage should know of its input: a sentence each, in which no word of a claim stands."""

from collections.abc import Iterator

import duckdb

FEWEST = 100  # people among whom a value may be called common
COMMON = 0.2  # the share of people from which on one value tells nobody apart
WORDS = {"given": "given name", "birth": "birth date", "phone": "phone"}


def sentences(db: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Of feeds without a usable id, and of values that far too many share; of tables ``claim`` and ``count_x``."""
    return (*_without_id(db), *_common(db))


def _without_id(db: duckdb.DuckDBPyConnection) -> Iterator[str]:
    feeds = db.sql("SELECT feed, count(*) FROM claim GROUP BY feed HAVING count(id) = 0 ORDER BY feed").fetchall()
    for feed, claims in feeds:
        yield f"feed {feed!r} has no usable id in any of its {claims:,} claims: they are linked by words alone"


def _common(db: duckdb.DuckDBPyConnection) -> Iterator[str]:
    for word, name in WORDS.items():
        most, people = db.execute(f"SELECT max(n), sum(n)::BIGINT FROM count_{word}").fetchone() or (0, 0)
        if people and people >= FEWEST and most > COMMON * people:
            yield (
                f"one {name} is said of {most:,} of {people:,} people: it brings none of them together; if it stands "
                "for an unknown one, let the feed leave it empty"
            )
