"""Words for people, in English and Chinese; and the checks that every declaration shares."""

import re
from dataclasses import dataclass

from riskscreen.errors import DeclarationError

NAME = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Text:
    """The same words in English and Chinese.

    A sentence of a reason may name ``{value}``, ``{days}`` (the window), ``{owner}`` and ``{date}``.
    """

    en: str
    zh: str

    def __post_init__(self) -> None:
        if not self.en.strip() or not self.zh.strip():
            raise DeclarationError(f"the text {self.en or self.zh!r} lacks a language: give both en and zh")

    def of(self, language: str) -> str:
        """The words in ``language``: ``"zh"`` or anything else for English."""
        return self.zh if language == "zh" else self.en


def check_name(what: str, name: str) -> None:
    """Raise ``DeclarationError`` unless ``name`` is lower-case letters, digits and underscores."""
    if not NAME.fullmatch(name):
        raise DeclarationError(
            f"{what} is called {name!r}: use lower-case letters, digits and underscores, a letter first"
        )
