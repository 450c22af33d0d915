"""The service over a store with lists in two areas, and somebody logged in."""

import re
import shutil
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from riskscreen.declare import Called, Text
from riskscreen.store import Action, Role, create_account, issue_token, open_store, prepare_store, publish, put_areas
from serving.app import Model, Settings, create_app
from tests.store.made import AREAS, NOW, PASSWORD, PUBLISHED, account, event, new_list, placed

HIDDEN = re.compile(r'name="form" value="([0-9a-f]{64})"')
MANY = tuple(f"{number:016d}".translate(str.maketrans("01", "ab")) for number in range(1, 61))


class Clock:
    """A clock that a test sets."""

    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at

    def tick(self, **by):
        self.at += timedelta(**by)


class Present:
    """Stands for what each test has its own of, in an application that is made once: to make one takes a while."""

    def __getattr__(self, name):
        return getattr(self.__dict__["own"], name)


@pytest.fixture(scope="session")
def serve():
    """The service over a test's own store, with its own settings."""
    store: Any = Present()
    settings: Any = Present()
    app = create_app(store, settings)

    def served(own_store, own_settings):
        store.own, settings.own = own_store, own_settings
        return app

    return served


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    """A store's file with two lists and an account, to be copied: making it takes a while."""
    home = tmp_path_factory.mktemp("served")
    made = prepare_store(home)
    put_areas(made, [placed(code, parent) for code, parent in AREAS], event(Action.AREAS_CHANGED))
    publish(made, new_list(*MANY), PUBLISHED)
    publish(made, new_list("s" * 16, area="south", entries=(), inputs="none"), PUBLISHED)
    made.close()
    return home / "store.db"


@pytest.fixture
def store(tmp_path, template, quick_passwords):
    shutil.copy(template, tmp_path / "store.db")
    made = open_store(tmp_path)
    create_account(made, account("north"), PASSWORD, event(Action.ACCOUNT_CREATED))
    yield made
    made.close()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def settings(clock):
    models = {
        "hardship": Model(
            Text("Hardship <soon>", "陷入困难"), Called(Text("Family", "家庭"), Text("Families <first>", "家庭名单"))
        ),
        "later": Model(Text("Later", "以后"), Called(Text("Person", "人员"), Text("Later", "以后"))),
    }
    return Settings(models=models, now=clock)


@pytest.fixture
def app(serve, store, settings):
    return serve(store, settings)


@pytest.fixture
def nobody(app):
    with TestClient(app, follow_redirects=False) as client:
        yield client


@pytest.fixture
def wang(app):
    """A browser in which wang, who sees the north, is logged in."""
    with TestClient(app, follow_redirects=False) as client:
        log_in(client, "wang", PASSWORD)
        yield client


@pytest.fixture
def program(app, store):
    """A program with a token of wang's, valid for an hour."""
    token = issue_token(store, "wang", NOW + timedelta(hours=1), event(Action.TOKEN_ISSUED)).token
    with TestClient(app, follow_redirects=False, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


@pytest.fixture
def auditor():
    return account(name="auditor", role=Role.AUDITOR)


def form_of(page):
    (form,) = set(HIDDEN.findall(page.text))
    return form


def log_in(client, name, password):
    """What the browser gets for a name and a password typed into the form."""
    form = form_of(client.get("/login"))
    return client.post("/login", data={"name": name, "password": password, "form": form})
