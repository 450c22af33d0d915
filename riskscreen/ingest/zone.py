"""The linkage zone: all claims of a home with their words, in memory alone."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.eventstore.landing import Landing
from riskscreen.identity import Key
from riskscreen.identity.vault import Vault
from riskscreen.ingest.claiming import PARTED_BY, RELATED, TOLD, WORDS, first_related, parted
from riskscreen.ingest.dealing import CLAIM

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
RELATIONS = RELATED
AT_ONCE = 100_000  # claims whose words are put together: those of many small loads would lie in many small pieces


def read_claims(home: Path, key: Key) -> tuple[pa.Table, pa.Table]:
    """The claims of a home (:data:`CLAIMS`, by number, feed and wave), and its relations (:data:`RELATIONS`).

    Words are opened in memory, and written nowhere. Raises ``HomeError`` where the key is not the home's, and where
    ``HOME/identity`` cannot be read or opened.
    """
    landing = Landing(home)
    loads = landing.manifest()
    landing.check_key(key.id)
    told, relations = [], [RELATIONS.empty_table()]
    for load in loads:
        if "claims" in load.zone:
            claims = landing.read_identities(load.zone["claims"], TOLD.names)
            told.append(claims.append_column("feed", pa.repeat(load.feed, claims.num_rows)))
        if "relations" in load.zone:
            relations.append(landing.read_identities(load.zone["relations"], RELATIONS.names))
    return _claims(told, _opened(landing, Vault(key))), first_related(pa.concat_tables(relations))


def open_claims(home: Path, key: Key, numbers: Sequence[int]) -> dict[int, dict[str, str]]:
    """What some claims say in plain words, by number: ``id`` and those of :data:`WORDS`, as far as they are said.

    Numbers that are no claims are left out. Raises ``HomeError`` as :func:`read_claims` does.
    """
    landing, vault, wanted = Landing(home), Vault(key), pa.array(sorted(set(numbers)), pa.int64())
    landing.check_key(key.id)
    found: dict[int, dict[str, str]] = {}
    for _, _, table in landing.identities(("number", "kind", "sealed")):
        rows = table.filter(pc.is_in(table["number"], value_set=wanted))
        for row in rows.to_pylist():
            if row["kind"].startswith(CLAIM):
                (text,) = vault.open(row["kind"], [row["number"]], [row["sealed"]])
                parts = zip(("id", *WORDS), text.split(PARTED_BY), strict=True)
                found[row["number"]] = {word: said for word, said in parts if said}
    return found


def _opened(landing: Landing, vault: Vault) -> pa.Table:
    """The words of every claim, by its number."""
    schema = pa.schema([("claim", pa.int64()), *((word, pa.string()) for word in WORDS)])
    tables = [schema.empty_table()]
    held: list[pa.Table] = []
    for _, _, table in landing.identities(("number", "kind", "sealed")):
        for kind in pc.unique(table["kind"]).to_pylist():
            if kind.startswith(CLAIM):
                rows = table.filter(pc.equal(table["kind"], kind))
                texts = list(vault.open(kind, rows["number"].to_pylist(), rows["sealed"].to_pylist()))
                words = parted(pa.array(texts, pa.string()))
                held.append(pa.table([rows["number"].combine_chunks(), *words.values()], schema=schema))
        if sum(some.num_rows for some in held) >= AT_ONCE:
            tables, held = [*tables, pa.concat_tables(held).combine_chunks()], []
    return pa.concat_tables([*tables, *held])


def _claims(told: list[pa.Table], words: pa.Table) -> pa.Table:
    """What was told of claims, with their words beside it, a column at a time: there are many claims."""
    if not told:
        return CLAIMS.empty_table()
    keys = ["claim", "feed", "wave", "id", "disagrees"]
    sums = pa.concat_tables(told).group_by(keys).aggregate([("known_on", "min"), ("rows", "sum")])
    sums = sums.select([*keys, "known_on_min", "rows_sum"]).rename_columns([*keys, "known_on", "rows"])
    sums = sums.sort_by([(column, "ascending") for column in ("claim", "wave")])
    at = pc.index_in(sums["claim"], value_set=words["claim"].combine_chunks()).combine_chunks()
    for word in WORDS:
        sums = sums.append_column(word, words[word].take(at))
        words = words.drop_columns([word])
    return sums.select(CLAIMS.names).cast(CLAIMS).combine_chunks()
