"""What records are told by is the same in whatever order the database gives them."""

import numpy as np
import pyarrow as pa

from riskscreen.ingest.dealing import Names
from riskscreen.ingest.numbering import Told
from tests.ingest.factories import bills, feed


def told():
    """Three rows of one person, whose bills differ."""
    values = pa.table({"row": [0, 1, 2], "v_person": [0, 0, 0], "v_bill": ["a", "b", "c"]})
    names = Names("citizen", pa.array([b"t" * 16], pa.binary(16)), pa.array(["110001"]))
    return Told(feed(records=(KIND,)), values, {"person": names})


KIND = bills(household=None)


def ids(rows):
    records = pa.table({"row": pa.array(rows), "part": pa.array([0] * len(rows), pa.int16())})
    made = told().numbered(KIND, records, {"person": np.array([7, -1])})
    return dict(zip(made["row"].to_pylist(), made["record_id"].to_pylist(), strict=True))


def test_a_record_has_its_own_id_in_whatever_order_records_come():
    assert ids([2, 0, 1]) == ids([0, 1, 2])
    assert len(set(ids([0, 1, 2]).values())) == 3
