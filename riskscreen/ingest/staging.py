"""What a load keeps until it is landed, so that a run that was stopped goes on where it was.

``HOME/landing/unfinished/`` holds ``plan.json`` (of what the pieces are), and for each piece that was checked
``<n>.json``, written last, with its counts and the hash of each of its files. Nothing there holds an id, a name or a
value that the landing log or the quarantine would not, but for what is ``sealed``: the same rows, on their way. A file
whose hash is another is made anew.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from riskscreen.errors import HomeError
from riskscreen.eventstore.files import file_sha256, read_json, write_file, write_json
from riskscreen.eventstore.landing import UNFINISHED, LandedFile, Landing, Load
from riskscreen.ingest.dealing import Door
from riskscreen.ingest.piece import KEYS, Piece

PLAN = "plan.json"
ID = pa.binary(16)


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A piece on disk: its number from 1 on, its rows in the file, what was rejected, its landed files by kind."""

    number: int
    first_row: int
    rows: int
    quarantined: int
    files: Mapping[str, LandedFile]
    unclear: tuple[str, ...]
    warned: tuple[int, ...]
    mended: tuple[int, ...]
    first_fault: tuple[str, str] | None
    identities: LandedFile | None
    sha256: Mapping[str, str]

    @property
    def landed(self) -> list[LandedFile]:
        """Its files that are landed as they are: records, and the numbers that were dealt first."""
        return [*self.files.values(), *([self.identities] if self.identities else [])]


@dataclass(frozen=True)
class Shelf:
    """Where the pieces of a load are put; ``key_id`` is that of the home's key."""

    landing: Landing
    load: int
    key_id: str

    @property
    def folder(self) -> Path:
        """What is kept until the load is landed."""
        return self.landing.home / "landing" / UNFINISHED

    def path(self, name: str) -> Path:
        """The file of a table that is kept."""
        return self.folder / f"{name}.arrow"

    def put(self, number: int, first_row: int, piece: Piece) -> Staged:
        """Put a piece on disk, last what says of it that it is whole; ``HomeError`` where it cannot be written."""
        files = {
            kind: self.landing.write(kind, self.load, number, table.drop_columns(["stated_on", "part"]))
            for kind, table in piece.records.items()
        }
        kept = _kept_of(number, piece)
        for name, table in kept.items():
            self._keep(name, table)
        staged = Staged(
            number=number,
            first_row=first_row,
            rows=piece.rows,
            quarantined=piece.quarantine.num_rows,
            files=files,
            unclear=tuple(sorted(piece.unclear)),
            warned=piece.warned,
            mended=piece.mended,
            first_fault=piece.first_fault,
            identities=self._identities(number, piece),
            sha256={name: file_sha256(self.path(name)) for name in kept},
        )
        write_json(self.folder / f"{number}.json", asdict(staged), lasting=False)
        return staged

    def _keep(self, name: str, table: pa.Table) -> None:
        def fill(file: Any) -> None:
            with pa.ipc.new_file(file, table.schema) as writer:
                writer.write_table(table.combine_chunks())

        write_file(self.path(name), fill, lasting=False)

    def _identities(self, number: int, piece: Piece) -> LandedFile | None:
        if not piece.identities.num_rows:
            return None
        return self.landing.write_identities(self.key_id, self.load, number, piece.identities)


def _kept_of(number: int, piece: Piece) -> dict[str, pa.Table]:
    """The tables of a piece that are kept until it is landed, by name."""
    kept = {f"{number}-keys-{kind}": table.select(KEYS) for kind, table in piece.records.items()}
    kept |= {f"{number}-seen-{kind}": pa.table({"record_id": ids}) for kind, ids in piece.seen.items()}
    kept[f"{number}-quarantine"] = piece.quarantine
    if piece.truth is not None:
        kept[f"{number}-truth"] = piece.truth
    if piece.unplaced is not None:
        kept[f"{number}-unplaced"] = piece.unplaced
    if piece.entries is not None:
        kept[f"{number}-entries"] = piece.entries
    if piece.claims is not None and piece.relations is not None:
        kept |= {f"{number}-claims": piece.claims, f"{number}-relations": piece.relations}
    return kept


class Stage:
    """The pieces of one load. ``plan`` says of what they are pieces; those of another plan are thrown away."""

    def __init__(self, landing: Landing, load: int, plan: Mapping[str, Any], door: Door) -> None:
        """Pieces that stand go on standing; their numbers are dealt again."""
        self.landing = landing
        self.shelf = Shelf(landing, load, door.secrets.key.id)
        self.folder = self.shelf.folder
        standing = _read(self.folder / PLAN)
        self.pieces: list[Staged] = self._whole_pieces(door) if standing == plan else []
        if standing == plan:
            landing.clean(file.path for piece in self.pieces for file in piece.landed)
            return
        if standing is not None:
            self.discard()
        write_json(self.folder / PLAN, plan, lasting=False)

    def discard(self) -> None:
        """Remove everything; landed files that no manifest names go with it."""
        clear(self.landing)

    def finish(self, load: Load) -> None:
        """Remove what the load kept, now that it is landed, and the files that came to nothing."""
        shutil.rmtree(self.folder, ignore_errors=True)
        named = {file.path for file in (*load.all_files, *load.private_files)}
        for path in {file.path for piece in self.pieces for file in piece.landed} - named:
            (self.landing.home / path).unlink(missing_ok=True)

    def add(self, piece: Piece, first_row: int) -> None:
        """Keep a piece on disk, behind those that are there."""
        self.pieces.append(self.shelf.put(len(self.pieces) + 1, first_row, piece))

    @property
    def identities(self) -> tuple[LandedFile, ...]:
        """The files with the numbers that were dealt first, in their order."""
        return tuple(piece.identities for piece in self.pieces if piece.identities)

    @cached_property
    def has_truth(self) -> bool:
        """Whether truth was delivered."""
        return any(f"{piece.number}-truth" in piece.sha256 for piece in self.pieces)

    def keys(self, kind: str, piece: Staged, *columns: str) -> pa.Table:
        """The records of a piece, in the order of its landed file: ``record_id``, ``stated_on``, ``row``, ``part``."""
        return self._kept(f"{piece.number}-keys-{kind}", list(columns) or None)

    def records(self, kind: str, piece: Staged, columns: list[str] | None = None) -> pa.Table:
        """The records of a piece as they are to be landed, or some columns of them."""
        return pq.read_table(self.landing.home / piece.files[kind].path, columns=columns)

    def seen(self, kind: str) -> Iterator[pa.Array]:
        """The ids of every record that the file has, quarantined or not, piece by piece."""
        for piece in self.pieces:
            yield self.keys(kind, piece, "record_id")["record_id"].combine_chunks()
            yield self._kept(f"{piece.number}-seen-{kind}")["record_id"].combine_chunks()

    def quarantine(self, piece: Staged) -> pa.Table:
        """The quarantined rows of a piece."""
        return self._kept(f"{piece.number}-quarantine")

    def truth(self, piece: Staged) -> pa.Table:
        """The truth of a piece."""
        return self._kept(f"{piece.number}-truth")

    def entries(self, piece: Staged) -> pa.Table:
        """The entries of a reference in a piece."""
        return self._kept(f"{piece.number}-entries")

    def claims(self, piece: Staged) -> pa.Table:
        """What a piece's rows say of people, by row."""
        return self._kept(f"{piece.number}-claims")

    def relations(self, piece: Staged) -> pa.Table:
        """What a piece's rows say of how people belong together, by row."""
        return self._kept(f"{piece.number}-relations")

    def unplaced(self, piece: Staged) -> pa.Table | None:
        """The addresses of a piece that could not be placed; ``None`` where the feed has none to place."""
        kept = f"{piece.number}-unplaced"
        return self._kept(kept) if kept in piece.sha256 else None

    def _kept(self, name: str, columns: list[str] | None = None) -> pa.Table:
        with pa.OSFile(str(self.shelf.path(name))) as file:
            reader = pa.ipc.open_file(file)
            at = [reader.schema.get_field_index(column) for column in columns or reader.schema.names]
            return pa.ipc.open_file(file, options=pa.ipc.IpcReadOptions(included_fields=at)).read_all()

    def _whole_pieces(self, door: Door) -> list[Staged]:
        """The pieces from the first on that are whole; what comes behind a broken one is made anew."""
        found: list[Staged] = []
        while (said := _read(self.folder / f"{len(found) + 1}.json")) is not None:
            files = {kind: LandedFile(**file) for kind, file in said["files"].items()}
            fault = tuple(said["first_fault"]) if said["first_fault"] else None
            lists = {name: tuple(said[name]) for name in ("unclear", "warned", "mended")}
            identities = LandedFile(**said["identities"]) if said["identities"] else None
            piece = Staged(**{**said, **lists, "files": files, "first_fault": fault, "identities": identities})
            if not self._is_whole(piece) or not self._is_dealt_again(piece, door):
                break
            found.append(piece)
        return found

    def _is_whole(self, piece: Staged) -> bool:
        hashes = {self.shelf.path(name): sha256 for name, sha256 in piece.sha256.items()}
        hashes |= {self.landing.home / file.path: file.sha256 for file in piece.landed}
        return all(path.is_file() and file_sha256(path) == sha256 for path, sha256 in hashes.items())

    def _is_dealt_again(self, piece: Staged, door: Door) -> bool:
        if piece.identities is None:
            return True
        return door.deal_again(self.landing.read_identities(piece.identities, ("number", "token")))


def _read(path: Path) -> Any:
    """What was kept, or ``None`` where it is not there or cut off: a loss of power can do that."""
    try:
        return read_json(path)
    except HomeError:
        return None


def clear_orphans(landing: Landing) -> None:
    """Remove landed files that no manifest names, unless they are of a load that goes on where it was."""
    if not (landing.home / "landing" / UNFINISHED / PLAN).is_file():
        clear(landing)


def clear(landing: Landing) -> None:
    """Remove what interrupted loads left in a home."""
    shutil.rmtree(landing.home / "landing" / UNFINISHED, ignore_errors=True)
    landing.clean()


def prefixes(ids: pa.Array) -> npt.NDArray[np.uint64]:
    """The first 8 bytes of each id as a number, so that numbers are in the order of the ids."""
    words = np.frombuffer(ids.buffers()[1], ">u8")[2 * ids.offset : 2 * (ids.offset + len(ids)) : 2]
    return words.astype(np.uint64)
