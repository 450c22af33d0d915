"""What is sealed opens under its key and for its place alone."""

import pytest

from riskscreen.errors import HomeError
from riskscreen.identity import Key
from riskscreen.identity.vault import Vault

VAULT = Vault(Key.of(b"\x11" * 32))
TEXTS = ["990508199001011234", "王小明", ""]


def test_texts_open_as_they_were_sealed():
    sealed = VAULT.seal("citizen", [3, 4, 5], TEXTS)
    assert list(VAULT.open("citizen", [3, 4, 5], sealed)) == TEXTS


def test_nothing_of_a_text_shows_and_equal_texts_do_not_look_alike():
    one, other = VAULT.seal("citizen", [3, 4], ["990508199001011234"] * 2)
    assert b"9905" not in one
    assert one[12:-16] != other[12:-16]


@pytest.mark.parametrize(
    ("kind", "number", "key"), [("citizen", 8, 0x11), ("household", 3, 0x11), ("citizen", 3, 0x22)]
)
def test_another_place_or_key_opens_nothing_and_says_so(kind, number, key):
    (sealed,) = VAULT.seal("citizen", [3], ["990508199001011234"])
    with pytest.raises(HomeError, match="the vault cannot be opened with key") as error:
        list(Vault(Key.of(bytes([key]) * 32)).open(kind, [number], [sealed]))
    assert "9905" not in str(error.value)


def test_a_changed_byte_is_found():
    (sealed,) = VAULT.seal("citizen", [3], ["990508199001011234"])
    with pytest.raises(HomeError, match="put HOME/identity back from a backup"):
        list(VAULT.open("citizen", [3], [sealed[:-1] + bytes([sealed[-1] ^ 1])]))
