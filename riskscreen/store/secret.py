"""Random secrets of 256 bits, shown once and kept hashed."""

import hashlib
import secrets


def new_secret(prefix: str = "") -> str:
    """A secret that nobody can guess, in letters that an address may hold."""
    return prefix + secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """What is kept of it. A secret of 256 bits needs no slow hash; a password does."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
