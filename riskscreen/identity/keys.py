"""The secret key of a home: where it is kept, and its id, which may be told.

The key comes from ``RISKSCREEN_KEY`` (hexadecimal), else from the file that ``RISKSCREEN_KEY_FILE`` names,
else from ``HOME/key``. A key file that others can read is refused. While a home gets another key, that one stands in
``HOME/key.next``: which of both is the home's, its manifest says.
"""

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from riskscreen.errors import HomeError

SECRET_BYTES = 32
PRIVATE = 0o600
NEXT = "key.next"


@dataclass(frozen=True)
class Key:
    """A secret of at least 32 bytes, and its ``id``: 16 hex digits that tell keys apart and nothing else."""

    id: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, secret: bytes) -> "Key":
        """The key of a secret; ``HomeError`` where the secret is shorter than 32 bytes."""
        if len(secret) < SECRET_BYTES:
            raise HomeError(f"the key has {len(secret)} bytes: give at least {SECRET_BYTES}, as hexadecimal digits")
        return cls(hashlib.sha256(b"riskscreen key id" + secret).hexdigest()[:16], secret)

    def derived(self, purpose: bytes) -> bytes:
        """32 bytes for one purpose, from which neither the secret nor those of another purpose follow (RFC 5869)."""
        return hmac.digest(hmac.digest(bytes(32), self.secret, "sha256"), purpose + b"\x01", "sha256")


def is_given(env: Mapping[str, str]) -> bool:
    """Whether the key comes from the environment, and not from the home."""
    return bool(env.get("RISKSCREEN_KEY") or env.get("RISKSCREEN_KEY_FILE"))


def load_key(home: Path, env: Mapping[str, str]) -> Key:
    """The key of a home, from the environment or a file that only its owner can read.

    Raises ``HomeError`` where there is none, where it is too short or not hexadecimal, and where a key file
    can be read by its group or by others.
    """
    if text := env.get("RISKSCREEN_KEY", ""):
        return _key_of(text, "RISKSCREEN_KEY")
    if path := env.get("RISKSCREEN_KEY_FILE", ""):
        return _key_of(_read_private(Path(path), "the file that RISKSCREEN_KEY_FILE names"), "RISKSCREEN_KEY_FILE")
    return _key_of(_read_private(home / "key", "HOME/key"), "HOME/key")


def create_key(home: Path) -> Key:
    """Write a new random key to ``HOME/key``, readable by its owner alone.

    Raises ``HomeError`` where there is a key already, or where the file cannot be written.
    """
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise HomeError(f"HOME/key cannot be written ({error.strerror}): give a home you may write to") from None
    try:
        return _write_new(home / "key", random_key())
    except FileExistsError:
        raise HomeError("HOME/key is there already: use it, or `riskscreen keys rotate` for another") from None


def random_key() -> Key:
    """A new key."""
    return Key.of(secrets.token_bytes(SECRET_BYTES))


def next_key(env: Mapping[str, str]) -> Key | None:
    """The key that a home is to have next, from ``RISKSCREEN_NEW_KEY`` or the file that ``…_FILE`` names.

    ``None`` where neither is set; raises ``HomeError`` as :func:`load_key` does.
    """
    if text := env.get("RISKSCREEN_NEW_KEY", ""):
        return _key_of(text, "RISKSCREEN_NEW_KEY")
    if path := env.get("RISKSCREEN_NEW_KEY_FILE", ""):
        name = "RISKSCREEN_NEW_KEY_FILE"
        return _key_of(_read_private(Path(path), f"the file that {name} names"), name)
    return None


def put_next(home: Path, key: Key) -> None:
    """Write ``HOME/key.next``, replacing one that was never taken; ``HomeError`` where it cannot be written."""
    drop_next(home)
    _write_new(home / NEXT, key)


def standing_next(home: Path) -> Key | None:
    """The key in ``HOME/key.next``, if it is there; ``HomeError`` where it cannot be read."""
    return _key_of(_read_private(home / NEXT, f"HOME/{NEXT}"), f"HOME/{NEXT}") if (home / NEXT).exists() else None


def standing_key(home: Path, env: Mapping[str, str], landed: Callable[[], str | None]) -> Key:
    """The home's key; ``HomeError`` where there is none or others can read it.

    Where a run was stopped that gave the home another key, ``landed``, the id of the key that the home's manifest says,
    tells which is the one.
    """
    following = None if is_given(env) else standing_next(home)
    return following if following is not None and following.id == landed() else load_key(home, env)


def take_next(home: Path) -> None:
    """Make ``HOME/key.next`` the home's key, in one step."""
    (home / NEXT).replace(home / "key")


def drop_next(home: Path) -> None:
    """Remove ``HOME/key.next``, if it is there."""
    (home / NEXT).unlink(missing_ok=True)


def _write_new(path: Path, key: Key) -> Key:
    """Write a key file that its owner alone can read; ``FileExistsError`` where there is one."""
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(handle, "wb") as file:
            file.write(key.secret.hex().encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        raise
    except OSError as error:
        raise HomeError(
            f"HOME/{path.name} cannot be written ({error.strerror}): give a home you may write to"
        ) from None
    return key


def _read_private(path: Path, name: str) -> str:
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_IMODE(mode) & 0o077:
                raise HomeError(f"{name} can be read by others than its owner: run `chmod 600` on it")
            return file.read().decode("ascii", "replace")
    except FileNotFoundError:
        raise HomeError(f"{name} is not there: set RISKSCREEN_KEY, or put back the key of this home") from None
    except OSError as error:
        raise HomeError(f"{name} cannot be read ({error.strerror}): give its owner the right to read it") from None


def _key_of(text: str, name: str) -> Key:
    try:
        return Key.of(bytes.fromhex(text.strip()))
    except ValueError:
        raise HomeError(f"{name} is no key: write it as at least {2 * SECRET_BYTES} hexadecimal digits") from None
