"""The way of life of the default deployment, and cities that lived by it."""

from datetime import date
from importlib import import_module
from pathlib import Path

import pytest

from riskscreen.city import run
from riskscreen.declare import load

SUZHOU = Path(__file__).parents[2] / "models" / "suzhou"
YEAR = (date(2022, 1, 1), date(2022, 12, 31))


@pytest.fixture(scope="session")
def way():
    return load(SUZHOU).way_of_life


def with_a_brief_past(patch):
    """Two years instead of five: a city need not have grown old where its figures are of no account."""
    patch.setattr(import_module("riskscreen.city.step"), "WARM_UP", 104)


@pytest.fixture
def brief_past(monkeypatch):
    with_a_brief_past(monkeypatch)


@pytest.fixture(scope="session")
def small(way):
    """About 600 people for a year, after a brief past."""
    with pytest.MonkeyPatch.context() as patch:
        with_a_brief_past(patch)
        return run(way, 600, 1, YEAR)


@pytest.fixture(scope="session")
def city(way):
    """6,000 people for four years."""
    return run(way, 6000, 1, (date(2020, 1, 1), date(2023, 12, 31)))
