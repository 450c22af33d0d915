"""The door: ids of people and households become numbers, and are sealed; other ids become marks.

A number is dealt to an id when the first row that has it is accepted, and kept for good; it is the same whatever way
rows are read. Ids that name nobody (a settlement's, a decision's) are told apart by *marks*: keyed hashes like tokens,
but with a secret of their own, which stays when the home's key is changed. Records are found again by their numbers
and marks, so no record changes with the key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from riskscreen.declare import Column, Feed, Id, RecordKind, Who
from riskscreen.errors import HomeError
from riskscreen.eventstore.landing import IDENTITY, Landing
from riskscreen.identity import TOKEN, Key, tokens
from riskscreen.identity.vault import Vault

if TYPE_CHECKING:
    from riskscreen.identity.numbers import Numbers

Rows = npt.NDArray[np.int64]

NONE = -1
MARKS = "marks"
CLAIM = "claim/"  # what the kinds of claims begin with


@dataclass(frozen=True)
class Names:
    """The distinct ids of a column, or household keys: what kind they are of, their tokens, and their one spelling.

    The column itself then holds *places*: of each row, where its id stands here.
    """

    kind: str
    tokens: pa.Array
    texts: pa.Array

    def take(self, places: Rows) -> "Names":
        """Those at some places."""
        at = pa.array(places)
        return Names(self.kind, self.tokens.take(at), self.texts.take(at))

    def counted(self) -> "Names":
        """As many, of which nothing is told."""
        return Names(self.kind, pa.nulls(len(self.tokens)), pa.nulls(len(self.texts)))


@dataclass(frozen=True)
class Secrets:
    """What ids are hashed with: ``key`` those of people and households, ``marks`` all others."""

    key: Key
    marks: Key

    @classmethod
    def of(cls, landing: Landing, key: Key) -> "Secrets":
        """Those of a home. Raises ``HomeError`` where ``key`` is not the home's."""
        if not landing.marks:
            return cls(key, Key.of(key.derived(b"riskscreen marks")))
        (secret,) = Vault(key).open(MARKS, [0], [bytes.fromhex(landing.marks)])
        return cls(key, Key.of(bytes.fromhex(secret)))

    def sealed_marks(self, vault: Vault) -> str:
        """The secret of the marks, sealed as :attr:`Landing.marks` keeps it."""
        text = self.marks.secret.hex()
        (sealed,) = vault.seal(MARKS, [0], tokens(self.key, MARKS, pa.array([text])), [text])
        return sealed.hex()


@dataclass(frozen=True)
class Ids:
    """How a feed's ids are told apart while it is read: by places in columns that are ``numbered``, else by marks."""

    secrets: Secrets
    numbered: frozenset[str]


class Door:
    """Deals the numbers of a home. What is dealt counts until :meth:`undo`, unless :meth:`keep` came before."""

    def __init__(self, landing: Landing, key: Key) -> None:
        """Nothing is read before it is asked for."""
        self._landing = landing
        self._key = key
        self._kept = 0

    @cached_property
    def secrets(self) -> Secrets:
        """What ids are hashed with here."""
        return Secrets.of(self._landing, self._key)

    def open(self) -> None:
        """Read the numbers of all that was landed; ``HomeError`` where a file is missing, cut off or misplaced."""
        self._kept = len(self.numbers)

    @cached_property
    def numbers(self) -> "Numbers":
        """The numbers of all that was landed, and those dealt since; see :meth:`open`."""
        return open_numbers(self._landing)

    def deal(self, asked: "Asked") -> "Dealt":
        """The numbers that a piece asks for; those of its tokens that have none yet are dealt one."""
        found, new = self.numbers.deal(asked.tokens)
        known = self.numbers.of(asked.looked_up).fill_null(NONE)
        return Dealt(found.to_numpy(zero_copy_only=False), new, known.to_numpy(zero_copy_only=False))

    def deal_again(self, told: pa.Table) -> bool:
        """Deal what a run that was stopped has dealt; says whether the numbers are the same again."""
        tokens_ = told["token"].combine_chunks()
        found, new = self.numbers.deal(tokens_)
        return len(new) == len(tokens_) and found.equals(told["number"].combine_chunks())

    def keep(self) -> None:
        """What was dealt is landed."""
        self._kept = len(self.numbers)

    def undo(self) -> None:
        """What was dealt since :meth:`keep` was not landed."""
        if "numbers" in self.__dict__:
            self.numbers.forget(self._kept)


def open_numbers(landing: Landing) -> "Numbers":
    """The numbers of a home; ``HomeError`` where a file of ``HOME/identity`` is missing, cut off or misplaced."""
    from riskscreen.identity.numbers import Numbers  # compiled code is slow to load

    numbers = Numbers()
    for _, file, table in landing.identities(("number", "token")):
        first = len(numbers)
        wanted = pa.array(np.arange(first, first + table.num_rows))
        found, _ = numbers.deal(table["token"].combine_chunks())
        if not (found.equals(wanted) and table["number"].combine_chunks().equals(wanted)):
            raise HomeError(f"HOME/{file.path} is not the file that was written: put HOME/identity back from a backup")
    return numbers


def numbered(feed: Feed) -> dict[str, str]:
    """The columns whose ids get numbers, in the contract's order, with the kind of each.

    They are those that name the person of a record or somebody in a row, and those of the same kinds that tell records
    apart; and everybody in a row, for whom their claim gets one.
    """
    used = {name for kind in feed.records for name in _filled(kind, (kind.person, *kind.key, *kind.same))}
    people = {name for kind in feed.records for name in _filled(kind, (kind.person,))}
    people |= {name for who in feed.who for name in who.ids()}
    kinds = {_kind(column) for column in feed.columns if column.name in people}
    found = {column.name: _kind(column) for column in feed.columns if column.name in used | people and not column.truth}
    claims = {who.name: claim_kind(feed, who) for who in feed.who}
    return {name: kind for name, kind in found.items() if kind is not None and kind in kinds} | claims


def claim_kind(feed: Feed, who: Who) -> str:
    """What the tokens of somebody's claims are of: those of two feeds, or of two in a row, are never one."""
    return f"{CLAIM}{feed.name}/{who.name}"


def _filled(kind: RecordKind, patterns: Sequence[str]) -> list[str]:
    return [name for pattern in patterns for name in (kind.each.names(pattern) if kind.each else [pattern])]


def _kind(column: Column) -> str | None:
    return column.type.kind if isinstance(column.type, Id) else None


@dataclass(frozen=True)
class Asked:
    """The ids of a piece's accepted rows, row by row, in each in the order of the columns, and their ``tokens``.

    So their numbers are the same whatever the way in which a row was read. ``of_kind`` says of which of the ``kinds``
    each is, ``texts`` are the ids in their one spelling, ``order`` where each stands among the ways' columns.
    ``looked_up`` are tokens that are dealt no number, if they have none.
    """

    kinds: Sequence[str]
    of_kind: Rows
    tokens: pa.Array
    texts: pa.Array
    order: Rows
    looked_up: pa.Array

    @property
    def for_numbers(self) -> "Asked":
        """Without what no number depends on: the ids."""
        nothing = np.zeros(0, np.int64)
        return Asked((), nothing, self.tokens, pa.array([], pa.string()), nothing, self.looked_up)

    @classmethod
    def by(cls, columns: Sequence[str], ways: Sequence[Mapping[str, "Used"]], others: Sequence[Names]) -> "Asked":
        """What each way uses of some columns; the names of ``others`` are looked up."""
        looked_up = pa.concat_arrays([pa.array([], TOKEN), *[names.tokens.cast(TOKEN) for names in others]])
        used = [(at, way[column]) for way in ways for at, column in enumerate(columns)]
        if not used:
            nothing = np.zeros(0, np.int64)
            return cls((), nothing, pa.array([], TOKEN), pa.array([], pa.string()), nothing, looked_up)
        kinds = sorted({each.names.kind for _, each in used})
        rows = np.concatenate([each.first_rows for _, each in used])
        order = np.lexsort((np.concatenate([np.full(len(each.places), at) for at, each in used]), rows))
        of_kind = np.concatenate([np.full(len(each.places), kinds.index(each.names.kind)) for _, each in used])
        taken = [each.names.take(each.places) for _, each in used]
        tokens_ = pa.concat_arrays([each.tokens.cast(TOKEN) for each in taken]).take(pa.array(order))
        texts = pa.concat_arrays([each.texts.cast(pa.string()) for each in taken]).take(pa.array(order))
        return cls(kinds, of_kind[order], tokens_, texts, order, looked_up)

    def identities(self, vault: Vault, dealt: "Dealt") -> pa.Table:
        """What is to be kept of the ids that are new, as :data:`IDENTITY`."""
        told = [IDENTITY.empty_table()]
        for at, kind in enumerate(self.kinds):
            mine = dealt.new[self.of_kind[dealt.new] == at]
            if len(mine):
                fresh, spelt = self.tokens.take(pa.array(mine)), self.texts.take(pa.array(mine))
                numbers = dealt.numbers[mine]
                sealed = vault.seal(kind, numbers.tolist(), fresh, spelt.to_pylist())
                columns = [pa.array(numbers), fresh, pa.repeat(kind, len(mine)), pa.array(sealed, pa.binary())]
                told.append(pa.table(columns, schema=IDENTITY))
        table = pa.concat_tables(told)
        return table.take(np.argsort(table["number"].to_numpy()))

    def by_place(
        self, columns: Sequence[str], ways: Sequence[Mapping[str, "Used"]], dealt: "Dealt"
    ) -> list[dict[str, Rows]]:
        """For each way, by column, the number at each place, and ``NONE`` at the end, for places ``NONE``."""
        numbers = np.empty(len(self.order), np.int64)
        numbers[self.order] = dealt.numbers
        return _by_place(columns, ways, numbers)


@dataclass(frozen=True)
class Dealt:
    """The ``numbers`` of what was asked for, where those stand that are ``new``, and those of what was looked up.

    ``known`` holds ``NONE`` for a token without a number.
    """

    numbers: Rows
    new: Rows
    known: Rows


def _by_place(columns: Sequence[str], ways: Sequence[Mapping[str, "Used"]], numbers: Rows) -> list[dict[str, Rows]]:
    made: list[dict[str, Rows]] = []
    start = 0
    for way in ways:
        made.append({})
        for column in columns:
            each = way[column]
            made[-1][column] = np.full(len(each.names.tokens) + 1, NONE)
            made[-1][column][each.places] = numbers[start : start + len(each.places)]
            start += len(each.places)
    return made


@dataclass(frozen=True)
class Used:
    """Of a column's names the places that accepted rows have, and the first such row of each."""

    names: Names
    places: Rows
    first_rows: Rows

    @classmethod
    def by(cls, names: Names, places: Rows, rows: Rows) -> "Used":
        """What rows use, whose places are given in the rows' order."""
        first = np.full(len(names.tokens) + 1, NONE)
        first[places[::-1]] = rows[::-1]  # of equal places the last one counts, so the first row
        used = np.flatnonzero(first[:-1] != NONE)
        return cls(names, used, first[used])
