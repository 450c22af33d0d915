"""Areas in which visits are made, and how many a week."""

from dataclasses import dataclass

from riskscreen.declare.text import Text
from riskscreen.errors import DeclarationError


@dataclass(frozen=True, kw_only=True)
class Area:
    """An area with its own list; ``weekly_visits`` is how many families its workers can see in a week."""

    code: str
    label: Text
    weekly_visits: int

    def __post_init__(self) -> None:
        if self.weekly_visits < 0:
            raise DeclarationError(f"area {self.code!r} has {self.weekly_visits} weekly visits: give zero or more")
