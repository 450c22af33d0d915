"""A bucket's part of a cohort, as models and baselines read it: see :class:`riskscreen.learning.examples.Rows`."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from riskscreen.learning.examples import Floats, Ints, Texts


@dataclass(frozen=True, eq=False)
class CohortRows:
    """The engine's answer, of schema ``FeatureSet.schema()``."""

    table: pa.Table

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def person(self) -> Ints:
        """The dense number of each row's person; of a household, of the member by whom it is told of."""
        return np.asarray(self.table["person"].to_numpy())

    @property
    def household(self) -> Ints:
        """Each row's household; -1 without one, and where rows are people."""
        if "household:number" not in self.table.column_names:
            return np.full(len(self), -1)
        return np.asarray(self.table["household:number"].fill_null(-1).to_numpy())

    @property
    def area(self) -> Texts:
        """The code of each row's area, or nothing."""
        return np.asarray(self.table["area:code"].to_pylist(), dtype=object)

    @property
    def rules(self) -> Ints:
        """How many alert rules fire."""
        return np.asarray(self.table["rules:fired"].to_numpy())

    def matrix(self, names: tuple[str, ...]) -> Floats:
        """The named signals as float64 [n, len(names)], NaN where not known."""
        values = np.empty((len(self), len(names)))
        for place, name in enumerate(names):
            values[:, place] = self.column(name)
        return values

    def column(self, name: str) -> Floats:
        """One signal [n], NaN where not known."""
        return np.asarray(self.table[name].cast(pa.float64()).to_numpy())
