"""What agencies hold of people: ids, names, days of birth and phones, some of them missing or wrong.

What a register holds of a person it holds for good: the same mistake stands in every row that is written from it.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.city.ids import ids, more_wrong
from riskscreen.city.lots import lots, one_of
from riskscreen.city.names import called, new_family_names, phone_owners, phones
from riskscreen.city.places import WIDE
from riskscreen.city.settle import NOBODY
from riskscreen.city.state import EPOCH, Column, Floats, State, day_number, day_of
from riskscreen.declare import WayOfLife

SPACED = (6, 14)  # where somebody who copies an id from a card leaves a space


class Stands(NamedTuple):
    """Some people stand in a register under ids that are valid and not their own, and why."""

    why: str
    who: Column
    ids: pa.Array


class Registers:
    """What each agency holds of the people of a piece; ``column`` gives a field of all of them as text."""

    def __init__(self, state: State, way: WayOfLife) -> None:
        self.state, self.way = state, way
        self.ids, self.called = ids(state, way), called(state, way)
        self.names = pa.array(self.called.whole(), pa.string())
        self._seed = (state.seed, state.piece)
        self._number = np.arange(len(state.people))
        self._more = more_wrong(state, way)
        self._kept: tuple[str, dict[tuple[str, bool], pa.Array]] = ("", {})

    def column(self, register: str, what: str, *, first: bool = False) -> pa.Array:
        """A field of each person (see ``OfPerson``) as a register holds it, in its ``first`` delivery or later."""
        if self._kept[0] != register:
            self._kept = (register, {})
        kept, key = self._kept[1], (what, first and register in self.way.mess.old_form)
        if key not in kept:
            kept[key] = self._made(register, what, key[1])
        return kept[key]

    def _made(self, register: str, what: str, first: bool) -> pa.Array:
        match what:
            case "id":
                return self._ids(register, first)
            case "name":
                return self._names(register)
            case "birth_date":
                return self._days_of_birth(register)
            case "phone":
                return self._phones(register)
            case _:
                years = self.state.people["born"].astype("datetime64[D]").astype("datetime64[Y]").astype(int)
                return pa.array(years + EPOCH.year).cast(pa.string())

    def lot(self, register: str, about: str) -> Floats:
        """Everybody's lot in a register about something."""
        return lots(self._seed, f"{register} {about}", self._number)

    def _some(self, register: str, about: str, share: float | Floats) -> Column:
        """Who has the bad lot: so great a share of the people, more of those of whom much is wrong."""
        return np.flatnonzero(self.lot(register, about) < share * self._more)

    # Ids

    def stands(self, register: str) -> Iterator[Stands]:
        """Who stands in a register under a second id, or under somebody else's; the last one holds."""
        mess, own = self.way.mess, self.ids.own
        other = np.flatnonzero(self.ids.other.is_valid().to_numpy(zero_copy_only=False))
        other = other[self.lot(register, "holds other")[other] < mess.holds_other_id]
        yield Stands("other", other, self.ids.other.take(pa.array(other)))
        twice = np.flatnonzero(
            (lots(self._seed, "twice", self._number) < mess.issued_twice) & (self.ids.twin != NOBODY)
        )
        twice = twice[self.lot(register, "twice")[twice] < 0.5]
        yield Stands("issued_twice", twice, own.take(pa.array(self.ids.twin[twice])))
        if register in mess.parents_id:
            share, below = mess.parents_id[register]
            parent = self._parents()
            child = self._some(register, "parent's", share)
            child = child[(self.state.age_of(child) < below) & (parent[child] != NOBODY)]
            yield Stands("parents", child, own.take(pa.array(parent[child])))
        stray = self._some(register, "stray", mess.strayed)
        anybody = one_of(lots(self._seed, f"{register} whose", stray), len(self._number))
        yield Stands("strayed", stray, own.take(pa.array(anybody)))

    def _parents(self) -> Column:
        people = self.state.people
        return np.where(people["mother"] == NOBODY, people["father"], people["mother"])

    def _ids(self, register: str, first: bool) -> pa.Array:
        mess, said = self.way.mess, self.ids.own
        for stands in self.stands(register):
            said = _put(said, stands.who, stands.ids.to_pylist())
        if first:
            said = self._old_form(register, said)
        if register not in mess.checked:
            wrong = self._some(register, "typed wrong", mess.typed_wrong.get(register, 0.0))
            said = _put(said, wrong, [_mistyped(one, lot) for one, lot in self._with_lots(register, said, wrong)])
            odd = self._some(register, "typed oddly", mess.typed_oddly)
            said = _put(said, odd, [_oddly(one, lot) for one, lot in self._with_lots(register, said, odd)])
        missing = self._some(register, "without id", mess.without_id.get(register, 0.0))
        return _put(said, missing, [None] * len(missing))

    def _old_form(self, register: str, said: pa.Array) -> pa.Array:
        mess = self.way.mess
        old = self._some(register, "old form", mess.old_form[register])
        old = old[self.state.people["born"][old] < day_number(mess.old_form_before)]
        return _put(said, old, [one[:6] + one[8:-1] for one in said.take(pa.array(old)).to_pylist()])

    def _with_lots(self, register: str, said: pa.Array, who: Column) -> Iterator[tuple[str, float]]:
        return zip(said.take(pa.array(who)).to_pylist(), self.lot(register, "how")[who].tolist(), strict=True)

    # Names, days of birth, phones

    def _names(self, register: str) -> pa.Array:
        mess, care = self.way.mess, self.way.mess.careful.get(register, 1.0)
        left, surname = new_family_names(self.state, self.called)
        new = np.flatnonzero(left & (lots(self._seed, "new name", self._number) < mess.name_of_new_family))
        new = new[self.lot(register, "new name")[new] < 0.5]
        given = np.char.add(self.called.first[new], self.called.second[new])
        said = _put(self.names, new, np.char.add(surname[new], given).tolist())
        swapped = self._some(register, "swapped", mess.name_swapped * care)
        swapped = swapped[self.called.first[swapped] != ""]
        texts = [f"{one[0]}{one[2]}{one[1]}" for one in said.take(pa.array(swapped)).to_pylist()]
        said = _put(said, swapped, texts)
        alike = self._some(register, "alike", mess.name_alike * care)
        said = _put(said, alike, [self._alike(one, lot) for one, lot in self._with_lots(register, said, alike)])
        older = self._some(register, "traditional", mess.name_traditional * care)
        table = str.maketrans(*self.way.names.traditional)
        return _put(said, older, [one.translate(table) for one in said.take(pa.array(older)).to_pylist()])

    def _alike(self, name: str, lot: float) -> str:
        """A name with one given character that sounds the same as its own, where there is one."""
        for at in range(len(name) - 1, 0, -1):
            for group in self.way.names.alike:
                if name[at] in group:
                    others = group.replace(name[at], "")
                    return name[:at] + others[int(lot * len(others))] + name[at + 1 :]
        return name

    def _days_of_birth(self, register: str) -> pa.Array:
        mess, care = self.way.mess, self.way.mess.careful.get(register, 1.0)
        born = self.state.people["born"]
        said = pa.array(born.astype(np.int32)).cast(pa.date32()).cast(pa.string())
        swapped = self._some(register, "birth swapped", mess.birth_swapped * care)
        swapped = np.array([who for who in swapped.tolist() if day_of(born[who]).day <= 12], int)
        said = _put(said, swapped, [f"{day_of(born[who]):%Y-%d-%m}" for who in swapped.tolist()])
        short = self._some(register, "birth without day", mess.birth_without_day * care)
        return _put(said, short, [f"{day_of(born[who]):%Y-%m}" for who in short.tolist()])

    def _phones(self, register: str) -> pa.Array:
        owner = phone_owners(self.state, self.way, self._more)
        before = self.lot(register, "phone changed") < self.way.mess.phone_changed * self._more
        text = phones(self.state, self.way, owner, before)
        return pa.array(text, pa.string(), mask=text == "")


def _put(column: pa.Array, at: Column, texts: Sequence[str | None]) -> pa.Array:
    """The column with other texts in some rows, which are in order."""
    if not len(at):
        return column
    there = np.zeros(len(column), bool)
    there[at] = True
    return pc.replace_with_mask(column, pa.array(there), pa.array(texts, pa.string()))


def _mistyped(said: str, lot: float) -> str:
    """An id with one digit for another, or two that changed places: its check character no longer fits."""
    at = int(lot * (len(said) - 2))
    if lot * 1000 % 1 < 0.4 and said[at] != said[at + 1]:
        return said[:at] + said[at + 1] + said[at] + said[at + 2 :]
    return said[:at] + str((int(said[at]) + 1 + int(lot * 8)) % 10) + said[at + 1 :]


def _oddly(said: str, lot: float) -> str:
    """An id as somebody typed it: O for 0, in full width, with spaces, with a small letter at the end."""
    kind = int(lot * 4)
    if kind == 0 or (not said[-1].isalpha() and kind == 3):
        return said.replace("0", "O")
    if kind == 1:
        return said.translate(WIDE)
    return f"{said[: SPACED[0]]} {said[SPACED[0] : SPACED[1]]} {said[SPACED[1] :]}" if kind == 2 else said.lower()
