"""Another key for a home: its tokens and seals made anew, and nothing else.

Landed records, truth, the crosswalk and everything behind them hold numbers and marks, which no key changes.
"""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.errors import HomeError
from riskscreen.eventstore.files import file_sha256
from riskscreen.eventstore.landing import IDENTITY, LandedFile, Landing
from riskscreen.identity import Key, tokens_of_normal
from riskscreen.identity.vault import Vault
from riskscreen.ingest.dealing import Secrets
from riskscreen.ingest.staging import clear

Say = Callable[[str], None]


def rotate(home: Path, old: Key, new: Key, say: Say | None = None) -> int:
    """Write what is kept under the key ``old`` for the key ``new``, then name it in one step; the number of ids.

    Raises ``HomeError`` where ``old`` is not the home's key or ``new`` is, where ``HOME/identity`` is not as it was
    written, and where it cannot be written anew; then nothing was changed.
    """
    if new.id == old.id:
        raise HomeError(f"the new key is the one that this home has, {old.id}: give another")
    landing = Landing(home)
    loads = landing.manifest()
    if not loads:
        return 0
    landing.check_key(old.id)
    marks = Secrets.of(landing, old).marks
    written: dict[int, list[LandedFile]] = {load.number: [] for load in loads}
    try:
        for load in loads:
            for piece, file in enumerate(load.identities, start=1):
                (say or (lambda step: None))(f"load {load.number:,} of {len(loads):,}")
                table = _anew(_as_written(landing, file), Vault(old), new)
                written[load.number].append(landing.write_identities(new.id, load.number, piece, table))
        landing.rotate(new.id, Secrets(new, marks).sealed_marks(Vault(new)), written)
    except BaseException:
        _remove(landing, new)
        raise
    clear(landing)
    return sum(file.rows for files in written.values() for file in files)


def _as_written(landing: Landing, file: LandedFile) -> pa.Table:
    table = landing.read_identities(file, IDENTITY.names)
    if file_sha256(landing.home / file.path) != file.sha256:
        raise HomeError(f"HOME/{file.path} is not the file that was written: put HOME/identity back from a backup")
    return table


def _anew(table: pa.Table, old: Vault, new: Key) -> pa.Table:
    kinds = [_of_kind(table.filter(pc.equal(table["kind"], kind)), old, new) for kind in pc.unique(table["kind"])]
    return pa.concat_tables(kinds).sort_by("number").combine_chunks()


def _of_kind(table: pa.Table, old: Vault, new: Key) -> pa.Table:
    kind, numbers = table["kind"][0].as_py(), table["number"].to_pylist()
    texts = list(old.open(kind, numbers, table["sealed"].to_pylist()))
    made = tokens_of_normal(new, kind, pa.array(texts, pa.string()))
    sealed = pa.array(Vault(new).seal(kind, numbers, made, texts), pa.binary())
    return pa.table([table["number"], made, table["kind"], sealed], schema=IDENTITY)


def _remove(landing: Landing, new: Key) -> None:
    """Take away what was written with a key that did not become the home's."""
    if landing.key_id != new.id:
        for path in (landing.home / "identity").glob(f"*-{new.id}.parquet"):
            path.unlink(missing_ok=True)
