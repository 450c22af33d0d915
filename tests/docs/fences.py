"""What documentation shows: fences, their commands, and code within a line."""

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"`([^`\n]+)`")


@dataclass(frozen=True)
class Fence:
    """A block of code; `language` is what stands behind its opening."""

    language: str
    lines: tuple[str, ...]

    def commands(self) -> list[str]:
        """The commands of a shell fence; in `console` those behind a prompt, in `sh` all but comments."""
        joined = "\n".join(self.lines).replace("\\\n", " ").splitlines()
        if self.language == "console":
            return [line.removeprefix("$ ") for line in joined if line.startswith("$ ")]
        if self.language == "sh":
            return [line for line in joined if line.strip() and not line.startswith("#")]
        return []


def pages() -> list[Path]:
    """Every page of the documentation."""
    names = ("README.md", "README.zh-CN.md", "GLOSSARY.md", "CHANGELOG.md")
    return [*(ROOT / name for name in names), *sorted((ROOT / "docs").rglob("*.md"))]


def fences(page: str) -> list[Fence]:
    """The fences of a page's text, in their order."""
    return [Fence(language, tuple(body.splitlines())) for language, body in FENCE.findall(page)]


def prose(page: str) -> str:
    """A page's text without its fences."""
    return FENCE.sub("", page)


def code(page: str) -> list[str]:
    """The code within the lines of a page's text."""
    return CODE.findall(prose(page))


def section(page: str, heading: str) -> str:
    """What stands between a heading of the second level and the next."""
    (found,) = re.findall(rf"^## {re.escape(heading)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return str(found)


def rows(text: str) -> list[list[str]]:
    """The cells of each row of the tables in a text, without headers; `\\|` is a bar within a cell."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    ruled = {number for number, line in enumerate(lines) if not line.strip("|- :")}
    kept = [line for number, line in enumerate(lines) if number not in ruled and number + 1 not in ruled]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in kept]
