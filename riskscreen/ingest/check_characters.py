"""Check characters of many ids at once."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from riskscreen.declare import CheckCharacter

STRANGE = 255


def are_right(check: CheckCharacter, texts: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether each text ends in its check character; false too where its length or a character is none of theirs."""
    right = np.zeros(len(texts), bool)
    long = len(check.weights) + 1
    fitting = np.array([len(text) == long and text.isascii() for text in texts], bool)
    if not fitting.any():
        return right
    written = "".join(text for text, fits in zip(texts, fitting, strict=True) if fits).encode()
    characters = np.frombuffer(written, np.uint8).reshape(-1, long)
    values = _values(check)[characters[:, :-1]]
    rest = values.astype(np.int64) @ np.array(check.weights, np.int64) % len(check.characters)
    wanted = np.frombuffer(check.characters.encode(), np.uint8)[rest]
    right[fitting] = (characters[:, -1] == wanted) & (values != STRANGE).all(axis=1)
    return right


def _values(check: CheckCharacter) -> npt.NDArray[np.uint8]:
    """What each byte is worth."""
    table = np.full(256, STRANGE, np.uint8)
    table[np.frombuffer(check.alphabet.encode(), np.uint8)] = np.arange(len(check.alphabet))
    return table
