"""Ids become keyed tokens at the door; inside there are person numbers, outside stable pseudonyms."""

from riskscreen.identity.keys import Key, create_key, load_key
from riskscreen.identity.tokens import TOKEN, hashed, normalise, pseudonym, token, tokens, tokens_of_normal

__all__ = [
    "TOKEN",
    "Key",
    "create_key",
    "hashed",
    "load_key",
    "normalise",
    "pseudonym",
    "token",
    "tokens",
    "tokens_of_normal",
]
