"""How the signals of members become one of their household, with label and reason from the same words."""

from typing import Literal

from riskscreen.declare import Condition, CountMembers, OverHousehold, Text
from riskscreen.declare.signals import Direction, Members


def _reason(en: str, zh: str, unit: str, zh_unit: str) -> Text:
    said = f"{en[0].upper()}{en[1:]}: {{value}}" + (f" {unit}" if unit else "")
    return Text(said, f"{zh} {{value}}" + (f" {zh_unit}" if zh_unit else ""))


def over(
    name: str,
    of: str,
    how: Literal["sum", "max", "min", "mean", "any"],
    label: tuple[str, str],
    units: tuple[str, str] = ("", ""),
    *,
    theme: str,
    members: Members = "now",
    direction: Direction = 1,
) -> OverHousehold:
    """A signal of the members, rolled up; ``label`` and ``units`` are in English and Chinese, for the reason too."""
    return OverHousehold(
        name=name,
        label=Text(*label),
        theme=theme,
        unit=units[0],
        of=of,
        how=how,
        members=members,
        direction=direction,
        reason=_reason(*label, *units),
    )


def yuan(
    name: str,
    of: str,
    how: Literal["sum", "max", "min", "mean", "any"],
    label: tuple[str, str],
    *,
    theme: str,
    members: Members = "now",
    direction: Direction = 1,
) -> OverHousehold:
    """An amount of the members, rolled up."""
    return over(name, of, how, label, ("yuan", "元"), theme=theme, members=members, direction=direction)


def people(
    name: str, where: Condition, label: tuple[str, str], *, theme: str, direction: Direction = 1
) -> CountMembers:
    """How many of the members meet a condition on one of their signals."""
    return CountMembers(
        name=name,
        label=Text(*label),
        theme=theme,
        unit="people",
        where=where,
        direction=direction,
        reason=_reason(*label, "", "人"),
    )
