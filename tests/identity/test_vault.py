"""What is sealed opens under its key and for its place alone."""

import pyarrow as pa
import pytest

from riskscreen.errors import HomeError
from riskscreen.identity import Key, tokens
from riskscreen.identity.vault import Vault

KEY = Key.of(b"\x11" * 32)
VAULT = Vault(KEY)
TEXTS = ["990508199001011234", "王小明", ""]


def seal(kind, numbers, texts):
    return VAULT.seal(kind, numbers, tokens(KEY, kind, pa.array(texts)), texts)


def test_texts_open_as_they_were_sealed():
    sealed = seal("citizen", [3, 4, 5], TEXTS)
    assert list(VAULT.open("citizen", [3, 4, 5], sealed)) == TEXTS


def test_nothing_of_a_text_shows_and_equal_texts_do_not_look_alike():
    one, other = seal("citizen", [3, 4], ["990508199001011234"] * 2)
    assert b"9905" not in one
    assert one[12:-16] != other[12:-16]


@pytest.mark.parametrize(
    ("kind", "number", "key"), [("citizen", 8, 0x11), ("household", 3, 0x11), ("citizen", 3, 0x22)]
)
def test_another_place_or_key_opens_nothing_and_says_so(kind, number, key):
    (sealed,) = seal("citizen", [3], ["990508199001011234"])
    with pytest.raises(HomeError, match="the vault cannot be opened with key") as error:
        list(Vault(Key.of(bytes([key]) * 32)).open(kind, [number], [sealed]))
    assert "9905" not in str(error.value)


def test_the_same_text_for_the_same_number_is_the_same_bytes_and_no_two_texts_share_a_nonce():
    first, again = (seal("citizen", [3, 4], ["1", "2"]) for _ in range(2))
    assert first == again
    sealed = [*first, *seal("citizen", [4, 3], ["1", "2"]), *seal("phone", [3], ["1"])]
    assert len({one[:12] for one in sealed}) == 5


def test_a_changed_byte_is_found():
    (sealed,) = seal("citizen", [3], ["990508199001011234"])
    with pytest.raises(HomeError, match="put HOME/identity back from a backup"):
        list(VAULT.open("citizen", [3], [sealed[:-1] + bytes([sealed[-1] ^ 1])]))
