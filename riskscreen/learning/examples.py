"""Examples: the rows from which a model learns, is judged, or is asked; one row a person and ``as_of``."""

from dataclasses import dataclass, fields, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from riskscreen.errors import CallerError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Hashes = npt.NDArray[np.uint64]
Bools = npt.NDArray[np.bool_]
Days = npt.NDArray[np.datetime64]
Texts = npt.NDArray[np.object_]


class Rows(Protocol):
    """What a model or a baseline reads to score n rows: examples to learn from, or a bucket's part of a cohort."""

    @property
    def person(self) -> Ints:
        """The dense person number of each row."""
        ...

    @property
    def area(self) -> Texts:
        """The code of each row's area, or nothing."""
        ...

    @property
    def rules(self) -> Ints:
        """How many alert rules fire."""
        ...

    def __len__(self) -> int: ...

    def matrix(self, names: tuple[str, ...]) -> Floats:
        """The named signals as float64 [n, len(names)], NaN where not known."""
        ...

    def column(self, name: str) -> Floats:
        """One signal [n], NaN where not known."""
        ...


@dataclass(frozen=True, kw_only=True, eq=False)
class Examples:
    """n rows; every member holds one entry a row, in the same order.

    ``signals``: float64, one column a signal in the spec's order, NaN where it is not known. ``as_of``:
    datetime64[D]. ``person``: dense person number. ``family``: the family in the crosswalk that holds at the
    time of the training, the same on all of a person's rows. ``entity_id``: the stable pseudonym. ``label``:
    1 came true, 0 did not, NaN not judged. ``audit``: one text column an audit group. ``area``: the area's
    code. ``rules``: how many alert rules fire. ``extra``: float64, signals that only ``SignalOrder``
    baselines read.

    Raises ``CallerError`` where the members differ in length.
    """

    signals: pd.DataFrame
    as_of: Days
    person: Ints
    family: Ints
    entity_id: Texts
    label: Floats
    audit: pd.DataFrame
    area: Texts
    rules: Ints
    extra: pd.DataFrame

    def __post_init__(self) -> None:
        lengths = {member.name: len(getattr(self, member.name)) for member in fields(self)}
        if len(set(lengths.values())) > 1:
            raise CallerError(f"the examples do not have one length: {lengths}; give every member one entry a row")

    def __len__(self) -> int:
        return len(self.label)

    def take(self, rows: Bools | Ints) -> "Examples":
        """The rows of a mask [n], or of an index in its order."""
        index = np.arange(len(self))[rows]
        return replace(self, **{member.name: _rows(getattr(self, member.name), index) for member in fields(self)})

    def judged(self) -> "Examples":
        """The rows whose outcome is known."""
        return self.take(~np.isnan(self.label))

    def matrix(self, names: tuple[str, ...]) -> Floats:
        """The named signals as float64 [n, len(names)].

        Raises ``CallerError`` where the examples lack one.
        """
        missing = [name for name in names if name not in self.signals.columns]
        if missing:
            raise CallerError(f"the examples lack the signals {missing} of the model: compute the features again")
        return np.ascontiguousarray(self.signals[list(names)].to_numpy(dtype=np.float64))

    def column(self, name: str) -> Floats:
        """One signal [n], be it the model's or a baseline's.

        Raises ``CallerError`` where the examples lack it.
        """
        for table in (self.signals, self.extra):
            if name in table.columns:
                return np.asarray(table[name].to_numpy(dtype=np.float64))
        raise CallerError(f"the examples lack the signal {name!r} of a baseline: compute the features again")


def _rows(table: Any, index: Ints) -> Any:
    return table.iloc[index].reset_index(drop=True) if isinstance(table, pd.DataFrame) else table[index]
