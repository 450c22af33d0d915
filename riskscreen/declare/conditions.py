"""Conditions on a named value: a column of a record, or a signal. A value that is not known never holds."""

from dataclasses import dataclass
from datetime import date

from riskscreen.errors import DeclarationError

Value = str | int | float | bool | date | None


@dataclass(frozen=True, init=False)
class Is:
    """The value is one of those listed."""

    field: str
    values: tuple[str | int | float | bool, ...]

    def __init__(self, field: str, *values: str | int | float | bool) -> None:
        if not values:
            raise DeclarationError(f"Is({field!r}) lists no value: give at least one")
        object.__setattr__(self, "field", field)
        object.__setattr__(self, "values", values)

    def holds(self, value: Value) -> bool:
        """Whether a value meets the condition."""
        return value is not None and value in self.values


@dataclass(frozen=True)
class AtLeast:
    """The value is known and ``>= bound``."""

    field: str
    bound: float

    def holds(self, value: Value) -> bool:
        """Whether a value meets the condition."""
        return isinstance(value, int | float) and value >= self.bound


@dataclass(frozen=True)
class AtMost:
    """The value is known and ``<= bound``."""

    field: str
    bound: float

    def holds(self, value: Value) -> bool:
        """Whether a value meets the condition."""
        return isinstance(value, int | float) and value <= self.bound


@dataclass(frozen=True)
class Known:
    """The value is known."""

    field: str

    def holds(self, value: Value) -> bool:
        """Whether a value meets the condition."""
        return value is not None


Condition = Is | AtLeast | AtMost | Known
