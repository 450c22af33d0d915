import hashlib
import hmac

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskscreen.identity import TOKEN, Key, normalise, pseudonym, token, tokens

KEY = Key.of(bytes(range(32)))


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("11010519491231002x", "11010519491231002X"),
        (" 110105 19491231 002X\t", "11010519491231002X"),
        ("１１０１０５19491231002Ｘ", "11010519491231002X"),
        ("\u3000ab\u00a0c\u3000", "ABC"),
        ("", ""),
    ],
)
def test_an_id_has_one_spelling(written, normal):
    assert normalise(written) == normal


@given(st.text())
def test_the_one_spelling_of_a_spelling_is_itself_for_plain_ids(written):
    plain = "".join(letter for letter in written if letter.isascii())
    assert normalise(normalise(plain)) == normalise(plain)


def test_a_token_is_the_first_half_of_an_hmac_over_kind_and_id():
    whole = hmac.new(bytes(range(32)), b"citizen\x1f110105X", hashlib.sha256).digest()
    assert token(KEY, "citizen", "110105x") == whole[:16]


def test_tokens_differ_by_id_kind_and_key():
    other = Key.of(bytes(range(1, 33)))
    made = {token(KEY, "a", "1"), token(KEY, "a", "2"), token(KEY, "b", "1"), token(other, "a", "1")}
    assert len(made) == 4


def test_a_column_of_ids_becomes_a_column_of_tokens_and_null_stays_null():
    ids = pa.chunked_array([["1", None], ["１", "2"]], pa.string())
    made = tokens(KEY, "a", ids)
    assert made.type == TOKEN
    assert made.to_pylist() == [token(KEY, "a", "1"), None, token(KEY, "a", "1"), token(KEY, "a", "2")]


def test_no_ids_give_no_tokens():
    assert tokens(KEY, "a", pa.array([], pa.string())).to_pylist() == []
    assert tokens(KEY, "a", pa.array([None], pa.string())).to_pylist() == [None]


def test_a_pseudonym_is_short_stable_and_its_own():
    names = [pseudonym(KEY, person) for person in range(100)]
    assert len(set(names)) == 100
    assert all(len(name) == 16 and name == name.lower() for name in names)
    assert pseudonym(KEY, 7) == names[7]
