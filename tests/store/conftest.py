"""A store with four areas: a city, its north and south, and a grid in the north."""

import shutil

import pytest

from riskscreen.store import Action, open_store, prepare_store, put_areas
from tests.store.made import AREAS, event, placed


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    home = tmp_path_factory.mktemp("store")
    store = prepare_store(home)
    put_areas(store, [placed(code, parent) for code, parent in AREAS], event(Action.AREAS_CHANGED))
    store.close()
    return home / "store.db"


@pytest.fixture
def home(tmp_path, template, quick_passwords):
    shutil.copy(template, tmp_path / "store.db")
    return tmp_path


@pytest.fixture
def store(home):
    opened = open_store(home, wait=0.1)
    yield opened
    opened.close()
