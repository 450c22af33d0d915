"""Files of made-up people, of any length, in Parquet: medical settlements, the widest feed of suzhou, and monthly
contributions, a narrow one.

Every row keeps its contract; ids begin with 99, which no region has, and bear their check character.
"""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Numbers = npt.NDArray[np.int64]

GROUP_ROWS = 1 << 20
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHARACTERS = np.frombuffer(b"10X98765432", np.uint8)
ORGANISATION_WEIGHTS = np.array([1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28])
ORGANISATION_CHARACTERS = np.frombuffer(b"0YXWUTRQPNMLKJHGFEDCBA987654321", np.uint8)
REGIONS = np.array([990505, 990506, 990507, 990508, 990509, 990581, 990582, 990583, 990585])
FIRST_DAY = (np.datetime64("2020-01-01") - np.datetime64("1970-01-01")).astype(int)
FIRST_BIRTH = np.datetime64("1935-01-01")
MONEY = pa.decimal128(16, 2)
ROWS_A_PERSON = 8


Make = Callable[[Numbers, int, np.random.Generator], pa.Table]


def write(path: Path, feed: str, rows: int, seed: int = 1) -> None:
    """Write ``rows`` rows of a feed of :data:`FEEDS` about an eighth as many people; the same seed, the same rows."""
    tables = _tables(FEEDS[feed], rows, seed)
    first = next(tables)
    with pq.ParquetWriter(path, first.schema, store_decimal_as_integer=True) as writer:  # as Spark and DuckDB write
        writer.write_table(first, GROUP_ROWS)
        for table in tables:
            writer.write_table(table, GROUP_ROWS)


def _tables(make: Make, rows: int, seed: int) -> Iterator[pa.Table]:
    for group, start in enumerate(range(0, rows, GROUP_ROWS)):
        yield make(np.arange(start, min(start + GROUP_ROWS, rows)), rows, np.random.default_rng([seed, group]))


def _settlements(number: Numbers, rows: int, random: np.random.Generator) -> pa.Table:
    n = len(number)
    person = random.integers(0, max(1, rows // ROWS_A_PERSON), n)
    ended = (FIRST_DAY + number * 1400 // rows).astype(np.int32)  # a file is in the order in which stays ended
    stay = random.choice([0, 0, 0, 0, 0, 3, 7, 14], n).astype(np.int32)
    return pa.table(
        {
            "psn_no": _texts(_digits(320500_000000 + person % 10**6, 12)),
            "certno": citizen_ids(person),
            "insutype": _word(random, ["310", "390"], n),
            "psn_type": _word(random, ["11", "12", "15"], n),
            "med_type": _word(random, ["11", "11", "11", "21"], n),
            "setl_id": _texts(np.hstack([_digits(np.full(n, 202001), 6), _letters("S", n), _digits(number, 10)])),
            "begndate": _days(ended - stay),
            "enddate": _days(ended),
            "setl_time": _days(ended + 1),
            "hosp_lv": _word(random, ["1", "2", "3"], n),
            **{column: _money(amount) for column, amount in _amounts(random, n).items()},
            "vali_flag": _word(random, ["1"], n),
            "refd_setl_flag": _word(random, ["0"], n),
            "updt_time": _days(ended + 2 + random.integers(0, 20, n).astype(np.int32)),
        }
    )


def _contributions(number: Numbers, rows: int, random: np.random.Generator) -> pa.Table:
    """Each person once a month, at one of a thousand employers."""
    people = max(1, rows // ROWS_A_PERSON)
    person, month = number % people, number // people
    months = [f"{2020 + at // 12}-{at % 12 + 1:02d}" for at in range(rows // people + 1)]
    stated = np.array([np.datetime64(each) + 1 for each in months]).astype("datetime64[D]").astype(np.int32)
    return pa.table(
        {
            "aac002": citizen_ids(person),
            "aab001": _employers(person % 1000),
            "aae140": _word(random, ["110"], len(number)),
            "contribution_base": _money(random.integers(450_000, 2_000_000, len(number))),
            "month": pa.array(months).take(pa.array(month)),
            "stated_on": _days(stated[month]),
        }
    )


def _employers(number: Numbers) -> pa.Array:
    body = np.hstack([_digits(np.full(len(number), 91990508), 8), _digits(number, 9)])
    rest = (body.astype(np.int64) - 48) @ ORGANISATION_WEIGHTS % 31
    return _texts(np.hstack([body, ORGANISATION_CHARACTERS[rest][:, None]]))


def citizen_ids(person: Numbers) -> pa.Array:
    """A made-up id for each number: region, day of birth, sequence, check character."""
    days = FIRST_BIRTH + (person * 7919 % 31_000)
    born = pa.array(days.astype("datetime64[D]").astype(np.int32)).cast(pa.date32())
    years, months, each = (
        part.to_numpy(zero_copy_only=False).astype(np.int64) for part in (pc.year(born), pc.month(born), pc.day(born))
    )
    body = np.hstack(
        [
            _digits(REGIONS[person % len(REGIONS)], 6),
            _digits(years * 10_000 + months * 100 + each, 8),
            _digits(person // 31_000 % 1000, 3),
        ]
    )
    check = CHARACTERS[(body.astype(np.int64) - 48) @ WEIGHTS % 11]
    return _texts(np.hstack([body, check[:, None]]))


def _amounts(random: np.random.Generator, n: int) -> dict[str, Numbers]:
    """Amounts in fen that add up as a settlement's do."""

    def upto(most: int) -> Numbers:
        return random.integers(0, most, n)

    own, above, before, deductible = upto(50_000), upto(5_000), upto(20_000), upto(30_000)
    basic, serious, supplement, aid = upto(900_000), upto(100_000), upto(10_000), upto(10_000)
    account = upto(5_000)
    funds = basic + serious + supplement + aid
    covered = deductible + funds
    patient = own + above + before + deductible
    return {
        "medfee_sumamt": own + above + before + covered,
        "fulamt_ownpay_amt": own,
        "overlmt_selfpay": above,
        "preselfpay_amt": before,
        "inscp_scp_amt": covered,
        "act_pay_dedc": deductible,
        "hifp_pay": basic,
        "hifmi_pay": serious,
        "hifob_pay": supplement,
        "maf_pay": aid,
        "fund_pay_sumamt": funds,
        "psn_part_amt": patient,
        "acct_pay": np.minimum(account, patient),
        "psn_cash_pay": patient - np.minimum(account, patient),
        "hosp_part_amt": np.zeros(n, np.int64),
    }


def _digits(numbers: Numbers, width: int) -> npt.NDArray[np.uint8]:
    powers = 10 ** np.arange(width - 1, -1, -1)
    return (numbers[:, None] // powers % 10 + 48).astype(np.uint8)


def _letters(letter: str, n: int) -> npt.NDArray[np.uint8]:
    return np.full((n, 1), ord(letter), np.uint8)


def _texts(characters: npt.NDArray[np.uint8]) -> pa.Array:
    n, width = characters.shape
    ends = np.arange(n + 1, dtype=np.int32) * width
    content = np.ascontiguousarray(characters)
    return pa.StringArray.from_buffers(n, pa.py_buffer(ends), pa.py_buffer(content))


def _word(random: np.random.Generator, words: list[str], n: int) -> pa.Array:
    return pa.array(words).take(pa.array(random.integers(0, len(words), n)))


def _days(days: npt.NDArray[np.int32]) -> pa.Array:
    return pa.array(days.astype(np.int32)).cast(pa.date32())


def _money(fen: Numbers) -> pa.Array:
    words = np.zeros((len(fen), 2), np.int64)
    words[:, 0], words[:, 1] = fen, fen >> 63
    return pa.Array.from_buffers(MONEY, len(fen), [None, pa.py_buffer(words)])


FEEDS: Mapping[str, Make] = {"medical_settlement": _settlements, "employment_insurance": _contributions}
