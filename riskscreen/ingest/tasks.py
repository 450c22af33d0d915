"""A large file read as tasks of a runner: its pieces, some stretches of them at a time.

Three steps a wave: tasks *read* stretches, check and map their rows, and seal what comes of it beside the pieces that
are staged; the command *deals* the numbers that each piece asked for, in the order of pieces; tasks *number* the
records and stage them. So the same is staged as by one process that reads on, and no task needs what another has.

A task is told of a file where it lies and what its feed says, and no key: it looks for the home's key where a command
does, and sees that it is the one. What tasks leave for each other is sealed; what they answer holds no value of a row.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import cast

import pyarrow as pa

from riskscreen.declare import Feed
from riskscreen.errors import DeliveryError, HomeError
from riskscreen.eventstore.landing import Landing
from riskscreen.identity import TOKEN, Key, lanes
from riskscreen.identity.keys import standing_key
from riskscreen.identity.numbers import Numbers
from riskscreen.ingest import placing, plain_checks, record_ids
from riskscreen.ingest.dealing import Asked, Door, Secrets
from riskscreen.ingest.memory import steady_memory
from riskscreen.ingest.piece import Terms, number_piece, read_piece
from riskscreen.ingest.pieces import Stretch
from riskscreen.ingest.reading import Opened
from riskscreen.ingest.sealed import SealedFiles
from riskscreen.ingest.sql import plain_faults
from riskscreen.ingest.staging import Shelf, Stage, Staged
from riskscreen.runners import Lost, Runner

# Compiled code is slow to load, and to call for the first time: processes are forked when both are done.
LOADED = (lanes, plain_checks, record_ids)
Numbers().deal(pa.array([], TOKEN))

PIECES = 8  # of a stretch: so much is read by a task
AHEAD = 8  # stretches that are read for each task that runs at a time, before their pieces get numbers

Tell = Callable[[int, float], None]


@dataclass(frozen=True, kw_only=True)
class Errand:
    """What tasks are told of a file in hand; ``libraries`` are the feeds of those in which its addresses are looked up.

    ``id`` is of this run of this file, ``key_id`` of the key that the home has.
    """

    id: str
    home: Path
    key_id: str
    opened: Opened
    feed: Feed
    libraries: Mapping[str, Feed]
    columns: Sequence[str]
    until: date
    received: date | None
    load: int
    much: bool


def stage_pieces(errand: Errand, stage: Stage, door: Door, runner: Runner, rows: int, tell: Tell) -> None:
    """Stage the pieces of a file that are not yet; ``tell`` is told how many rows are read, and the share of the file.

    Raises ``DeliveryError`` as reading on would, and ``HomeError`` where a process was lost or a disk is full: then
    the pieces of earlier waves stay, and what this one left is of no use to anybody without the key.
    """
    sealed = SealedFiles(stage.folder, door.secrets.key)
    behind = len(stage.pieces)
    found = errand.opened.stretches(list(errand.columns), rows, PIECES)
    for wave, share in _waves(found, runner.at_once * AHEAD):
        left = {stretch.number: stretch for stretch in wave if stretch.numbers[-1] > behind}
        told = _teller(tell, wave, share)
        try:
            _refuse(runner.each(partial(_read, errand, behind), left, told))
            for number in _numbers(left.values(), behind):
                sealed.put(_dealt(number), door.deal(cast("Asked", sealed.get(_asked(number)))))
            staged = runner.each(partial(_number, errand, behind), left)
        except Lost as lost:
            raise _lost(errand, lost) from None
        finally:
            sealed.drop(*(name(number) for number in _numbers(wave, 0) for name in (_read_of, _asked, _dealt)))
        stage.pieces += [piece for pieces in staged for piece in pieces]
        told(1, 1)


def _waves(
    stretches: Iterable[tuple[Stretch, float]], most: int
) -> Iterator[tuple[list[Stretch], tuple[float, float]]]:
    """So many stretches at a time, and the share of the file before them and up to their end.

    What is wrong further on is raised when all before it is done.
    """
    wave, before, share, broken = list[Stretch](), 0.0, 0.0, None
    try:
        for stretch, share in stretches:
            wave.append(stretch)
            if len(wave) == most:
                yield wave, (before, share)
                wave, before = [], share
    except DeliveryError as error:
        broken = error
    if wave:
        yield wave, (before, share)
    if broken is not None:
        raise broken


def _teller(tell: Tell, wave: Sequence[Stretch], share: tuple[float, float]) -> Callable[[int, int], None]:
    first, rows = wave[0].first_row, sum(sum(stretch.sizes) for stretch in wave)

    def told(done: int, of: int) -> None:
        tell(first + rows * done // of, share[0] + (share[1] - share[0]) * done / of)

    return told


def _refuse(faults: Sequence[str | None]) -> None:
    """Raise what is wrong with the first stretch that has something wrong."""
    for fault in faults:
        if fault is not None:
            raise DeliveryError(fault)


def _numbers(stretches: Iterable[Stretch], behind: int) -> list[int]:
    return [number for stretch in stretches for number in stretch.numbers if number > behind]


def _lost(errand: Errand, lost: Lost) -> HomeError:
    return HomeError(
        f"{errand.opened.file} was not read to its end: {lost.how}; nothing of it is landed: see to it that there is "
        "memory (fewer processes), then ingest it again, and it goes on behind the pieces that are whole"
    )


def _read_of(number: int) -> str:
    return f"{number}-read"


def _asked(number: int) -> str:
    return f"{number}-asked"


def _dealt(number: int) -> str:
    return f"{number}-dealt"


def _read(errand: Errand, behind: int, _: int, stretch: Stretch) -> str | None:
    """Task: read the pieces of a stretch; answers why the file is refused, if it is."""
    terms = _terms(errand)
    sealed = SealedFiles(Shelf(Landing(errand.home), errand.load, errand.key_id).folder, terms.key)
    first_row = stretch.first_row
    try:
        with steady_memory(), plain_faults(errand.opened.file):
            tables = errand.opened.read(stretch, list(errand.columns))
            for number, table in zip(stretch.numbers, tables, strict=True):
                if number > behind:
                    read = read_piece(terms, table, first_row)
                    sealed.put(_read_of(number), read)
                    sealed.put(_asked(number), read.asked.for_numbers)
                first_row += table.num_rows
    except DeliveryError as refusal:
        return str(refusal)
    return None


def _number(errand: Errand, behind: int, _: int, stretch: Stretch) -> list[Staged]:
    """Task: give the records of a stretch their numbers, and stage its pieces."""
    terms = _terms(errand)
    shelf = Shelf(Landing(errand.home), errand.load, errand.key_id)
    sealed, staged = SealedFiles(shelf.folder, terms.key), []
    with steady_memory(), plain_faults(errand.opened.file):
        for at, number in enumerate(stretch.numbers):
            if number > behind:
                piece = number_piece(terms, sealed.get(_read_of(number)), sealed.get(_dealt(number)))
                staged.append(shelf.put(number, stretch.first_row + sum(stretch.sizes[:at]), piece))
    return staged


_last: dict[str, Terms] = {}  # those of the errand at hand: of some, much was made ready


def _terms(errand: Errand) -> Terms:
    if errand.id not in _last:
        _last.clear()
        _last[errand.id] = _terms_of(errand)
    return _last[errand.id]


def _terms_of(errand: Errand) -> Terms:
    if not errand.opened.path.is_file() or not errand.home.is_dir():
        raise HomeError(
            f"{errand.opened.file} or the home is not there where pieces are read: put both on a path that every "
            "machine sees"
        )
    return Terms(
        feed=errand.feed,
        columns=[errand.feed.column(name) for name in errand.columns],
        secrets=Secrets.of(Landing(errand.home), _key(errand)),
        until=errand.until,
        received=errand.received,
        load=errand.load,
        threads=1,
        told=lambda table: errand.opened.told(table, errand.feed),
        libraries=placing.libraries(errand.libraries, errand.feed, errand.home, 1, {}),
        much=errand.much,
    )


def _key(errand: Errand) -> Key:
    """The home's key, from where a command has it."""
    key = standing_key(errand.home, os.environ, lambda: errand.key_id)
    if key.id != errand.key_id:
        raise HomeError(
            f"where pieces of a file are read the key is {key.id}, and this home has {errand.key_id}: give that one "
            "there too, in RISKSCREEN_KEY_FILE"
        )
    return key
