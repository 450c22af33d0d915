"""Tokens get dense numbers in the order of first sight, held against a dictionary."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscreen.identity import TOKEN
from riskscreen.identity.numbers import Numbers

# Tokens that share their first half, or their second: both halves must be compared.
ALIKE = [first + second for first in (b"\0" * 8, b"\xff" * 8, b"ab" * 4) for second in (b"\0" * 8, b"zz" * 4)]
COLUMN = st.lists(st.one_of(st.none(), st.sampled_from(ALIKE), st.binary(min_size=16, max_size=16)), max_size=40)


def dealt_by_hand(known, tokens):
    for token in tokens:
        if token is not None:
            known.setdefault(token, len(known))
    return [None if token is None else known[token] for token in tokens]


@given(st.lists(COLUMN, max_size=5))
def test_numbers_are_those_of_a_dictionary(columns):
    numbers = Numbers()
    known: dict[bytes, int] = {}
    for column in columns:
        before = len(known)
        found, first = numbers.deal(pa.array(column, TOKEN))
        assert found.to_pylist() == dealt_by_hand(known, column)
        assert [column[row] for row in first] == list(known)[before:]
        assert len(numbers) == len(known)
    tokens = [*known, b"never dealt here"]
    assert numbers.of(pa.array(tokens, TOKEN)).to_pylist() == [*range(len(known)), None]


def test_many_tokens_keep_their_numbers_while_the_table_grows():
    content = np.random.default_rng(1).bytes(16 * 50_000)
    tokens = pa.FixedSizeBinaryArray.from_buffers(TOKEN, 50_000, [None, pa.py_buffer(content)])
    numbers = Numbers()
    for start in range(0, 50_000, 7_000):
        numbers.deal(tokens.slice(start, 7_000))
    assert numbers.of(tokens).to_pylist() == list(range(50_000))


@given(COLUMN, COLUMN, COLUMN)
def test_numbers_that_were_taken_back_were_never_dealt(kept, lost, later):
    numbers, plain = Numbers(), Numbers()
    for one in (numbers, plain):
        one.deal(pa.array(kept, TOKEN))
    count = len(numbers)
    numbers.deal(pa.array(lost, TOKEN))
    numbers.forget(count)
    assert len(numbers) == count
    assert numbers.deal(pa.array(later, TOKEN))[0].equals(plain.deal(pa.array(later, TOKEN))[0])


def test_what_is_no_token_is_refused():
    with pytest.raises(TypeError, match="tokens are"):
        Numbers().deal(pa.array([b"short"]))
