import hashlib

import pytest

from riskscreen.errors import HomeError
from riskscreen.identity import Key, create_key, load_key

SECRET = bytes(range(32))


def test_a_key_tells_its_id_and_hides_its_secret():
    key = Key.of(SECRET)
    assert key.id == hashlib.sha256(b"riskscreen key id" + SECRET).hexdigest()[:16]
    assert repr(key) == f"Key(id={key.id!r})"


def test_a_created_key_is_its_owners_alone_and_is_loaded_again(tmp_path):
    key = create_key(tmp_path / "home")
    assert (tmp_path / "home" / "key").stat().st_mode & 0o777 == 0o600
    assert load_key(tmp_path / "home", {}) == key


def test_a_home_is_given_one_key_only(tmp_path):
    create_key(tmp_path)
    with pytest.raises(HomeError, match="is there already"):
        create_key(tmp_path)


def test_the_environment_goes_before_a_named_file_and_that_before_the_home(tmp_path):
    create_key(tmp_path)
    named = tmp_path / "named"
    named.write_text("22" * 32)
    named.chmod(0o400)
    assert load_key(tmp_path, {"RISKSCREEN_KEY_FILE": str(named)}) == Key.of(b"\x22" * 32)
    assert load_key(tmp_path, {"RISKSCREEN_KEY_FILE": str(named), "RISKSCREEN_KEY": SECRET.hex()}) == Key.of(SECRET)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_key_file_that_others_can_read_is_refused(tmp_path, mode):
    create_key(tmp_path)
    (tmp_path / "key").chmod(mode)
    with pytest.raises(HomeError, match="HOME/key can be read by others"):
        load_key(tmp_path, {})


@pytest.mark.parametrize(
    ("env", "sentence"),
    [
        ({}, "HOME/key is not there: set RISKSCREEN_KEY"),
        ({"RISKSCREEN_KEY": "ab" * 31}, "the key has 31 bytes: give at least 32"),
        ({"RISKSCREEN_KEY": "secret words"}, "RISKSCREEN_KEY is no key"),
        ({"RISKSCREEN_KEY_FILE": "/nowhere/key"}, "is not there"),
    ],
)
def test_without_a_usable_key_the_sentence_says_what_to_do(tmp_path, env, sentence):
    with pytest.raises(HomeError, match=sentence) as error:
        load_key(tmp_path, env)
    assert "secret words" not in str(error.value)
