"""Few rows put between many are where an ordered copy of all would have them."""

import random
from datetime import date

import numpy as np
import pyarrow as pa
import pytest

from riskscreen.eventstore.between import Runs, put

KINDS = (pa.int64(), pa.int32(), pa.int16(), pa.float64(), pa.date32(), pa.bool_(), pa.string(), pa.binary(16))


def values(kind, count, dice):
    made = {
        pa.bool_(): lambda: dice.random() < 0.5,
        pa.string(): lambda: dice.choice("abc"),
        pa.binary(16): lambda: dice.randbytes(16),
        pa.date32(): lambda: date(2024, 1, dice.randint(1, 31)),
        pa.float64(): dice.random,
    }.get(kind, lambda: dice.randint(0, 99))
    missing = dice.choice([0, 0.3, 1])
    return pa.array([None if dice.random() < missing else made() for _ in range(count)], kind)


def columns(count, dice):
    made = {str(kind): values(kind, count, dice) for kind in KINDS}
    return pa.table(made | {"code": values(pa.string(), count, dice).dictionary_encode()})


@pytest.mark.parametrize("seed", range(40))
def test_new_rows_stand_before_the_old_ones_that_they_belong_before(seed):
    dice = random.Random(seed)
    many, few = dice.choice([0, 1, 7, 60]), dice.choice([0, 1, 5])
    old, new = columns(many + 2, dice).slice(1, many), columns(few, dice)
    before = np.array(sorted(dice.randint(0, many) for _ in range(few)), np.int64)
    gone = np.array(sorted(dice.sample(range(many), min(many, dice.choice([0, 1, 3])))), np.int64)
    changed = np.array(dice.sample(range(many), min(many, dice.choice([0, 2]))), np.int64)
    days = pa.chunked_array([values(pa.date32(), len(changed), dice)])
    found = put(old, new, Runs.of(many, before, gone), {str(pa.date32()): (changed, days)})

    rows = old.to_pylist()
    for row, day in zip(changed.tolist(), days.to_pylist(), strict=True):
        rows[row][str(pa.date32())] = day
    expected = []
    for at in range(many + 1):
        expected += [row for row, place in zip(new.to_pylist(), before, strict=True) if place == at]
        expected += [] if at == many or at in gone else [rows[at]]
    found.validate(full=True)
    assert (found.to_pylist(), found.schema) == (expected, old.schema)
