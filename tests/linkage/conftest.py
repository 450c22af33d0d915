"""What tests of linking share."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pyarrow as pa
import pytest

from riskscreen.eventstore import writing
from riskscreen.linkage import link

if TYPE_CHECKING:
    from datetime import date

linking = sys.modules[link.__module__]  # the package has a function of that name


@pytest.fixture
def decided(monkeypatch):
    """Whose numbers are whose from which day on, as if people had decided it."""
    merged: dict[int, tuple[int, date]] = {}
    found_of = linking.persons

    def persons(told, *rest):
        found = found_of(told, *rest)
        rows = found.numbers.to_pylist()
        here = {r["number"] for r in rows}
        for r in rows:
            label, day = merged.get(r["number"], (r["label"], r["from"]))
            if label in here:
                r |= {"label": label, "from": max(day, r["from"]) if label != r["number"] else r["from"]}
        return type(found)(**(vars(found) | {"numbers": pa.Table.from_pylist(rows, schema=found.numbers.schema)}))

    monkeypatch.setattr(linking, "persons", persons)
    monkeypatch.setattr(linking, "is_current", lambda *_: False)
    monkeypatch.setattr(linking, "WORTH_ALL", 0)  # small as these stores are, they are added to
    monkeypatch.setattr(writing, "ADDED", 2)  # and so few rows stay in files of their own for some days
    monkeypatch.setattr(writing, "TIMES", 1)
    monkeypatch.setattr(writing, "FEW", 0)
    return merged
