"""The way of life of the default deployment, and cities that lived by it."""

from datetime import date
from pathlib import Path

import pytest

from riskscreen.city import run
from riskscreen.declare import load

SUZHOU = Path(__file__).parents[2] / "models" / "suzhou"
YEAR = (date(2022, 1, 1), date(2022, 12, 31))


@pytest.fixture(scope="session")
def way():
    return load(SUZHOU).way_of_life


@pytest.fixture(scope="session")
def small(way):
    """About 600 people for a year."""
    return run(way, 600, 1, YEAR)


@pytest.fixture(scope="session")
def city(way):
    """6,000 people for four years."""
    return run(way, 6000, 1, (date(2020, 1, 1), date(2023, 12, 31)))
