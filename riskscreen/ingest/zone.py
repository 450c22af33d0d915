"""The linkage zone: all claims of a home; their words are opened a part at a time, in memory alone."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
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
AT_ONCE = 100_000  # claims whose words are opened together: those of many small loads would come in many small pieces
# What is said of claims beside words: there are few feeds, and many claims.
FEED = pa.field("feed", pa.dictionary(pa.int32(), pa.string()))
SAID = pa.schema([FEED if field.name == FEED.name else field for field in CLAIMS if field.name not in WORDS])
OPENED = pa.schema([("claim", pa.int64()), *((word, pa.string()) for word in WORDS)])


@dataclass(frozen=True)
class Claims:
    """Claims: ``said`` (:data:`SAID`, by number, feed and wave) is all that is held of them.

    ``words`` opens what they say (:data:`OPENED`), a part at a time, by number; each claim stands there once.
    """

    said: pa.Table
    words: Callable[[], Iterable[pa.Table]]

    def batches(self) -> Iterator[pa.RecordBatch]:
        """All of them with their words (:data:`CLAIMS`), by number, and no more at a time than ``words`` opens."""
        number, begin = self.said["claim"].to_numpy(), 0
        for words in self.words():
            end = int(np.searchsorted(number, words["claim"][-1].as_py(), side="right")) if words.num_rows else begin
            yield from _with_words(self.said.slice(begin, end - begin), words).to_batches()
            begin = end
        yield from _with_words(self.said.slice(begin), OPENED.empty_table()).to_batches()


def read_claims(home: Path, key: Key) -> tuple[Claims, pa.Table]:
    """The claims of a home, and its relations (:data:`RELATIONS`).

    Words are opened in memory, and written nowhere. Raises ``HomeError`` where the key is not the home's, and where
    ``HOME/identity`` cannot be read, or, when words are opened, not opened.
    """
    landing = Landing(home)
    loads = landing.manifest()
    landing.check_key(key.id)
    told, relations = [], [RELATIONS.empty_table()]
    feeds = sorted({load.feed for load in loads})
    for load in loads:
        if "claims" in load.zone:
            claims = landing.read_identities(load.zone["claims"], TOLD.names)
            feed = pa.repeat(pa.scalar(feeds.index(load.feed), pa.int32()), claims.num_rows)
            told.append(claims.append_column("feed", pa.DictionaryArray.from_arrays(feed, pa.array(feeds))))
        if "relations" in load.zone:
            relations.append(landing.read_identities(load.zone["relations"], RELATIONS.names))
    return Claims(_said(told), lambda: _opened(landing, Vault(key))), first_related(pa.concat_tables(relations))


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


def _opened(landing: Landing, vault: Vault) -> Iterator[pa.Table]:
    """The words of every claim, by its number: files stand in that order."""
    held: list[pa.Table] = []
    for _, _, table in landing.identities(("number", "kind", "sealed")):
        for kind in pc.unique(table["kind"]).to_pylist():
            if kind.startswith(CLAIM):
                rows = table.filter(pc.equal(table["kind"], kind))
                texts = list(vault.open(kind, rows["number"].to_pylist(), rows["sealed"].to_pylist()))
                words = parted(pa.array(texts, pa.string()))
                held.append(pa.table([rows["number"].combine_chunks(), *words.values()], schema=OPENED))
        if sum(some.num_rows for some in held) >= AT_ONCE:
            yield pa.concat_tables(held).sort_by("claim")
            held = []
    if held:
        yield pa.concat_tables(held).sort_by("claim")


def _said(told: list[pa.Table]) -> pa.Table:
    """What was told of claims, one line for each that is not the same."""
    if not told:
        return SAID.empty_table()
    keys = ["claim", "feed", "wave", "id", "disagrees"]
    sums = pa.concat_tables(told).group_by(keys).aggregate([("known_on", "min"), ("rows", "sum")])
    sums = sums.select([*keys, "known_on_min", "rows_sum"]).rename_columns([*keys, "known_on", "rows"])
    sums = sums.sort_by([(column, "ascending") for column in ("claim", "wave")])
    return sums.select(SAID.names).cast(SAID).combine_chunks()


def _with_words(said: pa.Table, words: pa.Table) -> pa.Table:
    """What was told of some claims, in the schema :data:`CLAIMS`, with their words where these were opened."""
    at = pc.index_in(said["claim"], value_set=words["claim"].combine_chunks()).combine_chunks()
    taken = [words[word].take(at) for word in WORDS]
    columns = dict(zip(said.column_names, said.columns, strict=True)) | dict(zip(WORDS, taken, strict=True))
    return pa.table(columns).select(CLAIMS.names).cast(CLAIMS).combine_chunks()
