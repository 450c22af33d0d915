"""The commands of the service: accounts, the port, the description."""

import io
import json
import socket

import pytest

from riskscreen.store import check_password, find_account, open_store
from riskscreen.store.events import Action, AuditEvent
from tests.store.made import NOW


def test_an_account_is_made_with_a_password_that_opens_it(riskscreen, home):
    code, out, _ = riskscreen("users", "add", "wang", "--role", "worker", "--area", "all", "--json")
    said = json.loads(out)
    assert (code, said["role"], said["areas"]) == (0, "worker", ["all"])
    store = open_store(home)
    tried = AuditEvent(NOW, "nobody", Action.LOG_IN_TRIED, "log_in")
    assert check_password(store, "wang", said["password"], tried) == find_account(store, "wang")
    store.close()


def test_a_password_from_standard_input_is_not_printed(riskscreen, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("correct horse battery\n"))
    code, out, err = riskscreen("users", "add", "wang", "--role", "worker", "--password-stdin")
    assert (code, "horse" in out + err) == (0, False)
    assert [one["name"] for one in json.loads(riskscreen("users", "list", "--json")[1])] == ["wang"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["wang", "--role", "king"], "there is no role"),
        (["wang", "--role", "worker", "--area", "nowhere"], "There is no area"),
        (["王", "--role", "worker"], "name is small letters"),
        (["a12345678", "--role", "worker"], "seven digits"),
    ],
)
def test_an_account_that_cannot_be_is_refused(riskscreen, words, sentence):
    code, _, err = riskscreen("users", "add", *words)
    assert (code, sentence in err, len(err.splitlines())) == (2, True, 1)


def test_a_port_that_is_taken_is_said(riskscreen):
    riskscreen("users", "add", "wang", "--role", "worker")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = riskscreen("serve", "--port", taken.getsockname()[1])
    assert (code, "give another port" in err, len(err.splitlines())) == (2, True, 1)


def test_without_a_store_nothing_is_served(riskscreen, home):
    code, _, err = riskscreen("serve", "--port", 0)
    assert (code, "There is no store" in err, home.exists()) == (2, True, False)


def test_the_description_needs_no_store(riskscreen, home):
    code, out, _ = riskscreen("openapi")
    assert (code, json.loads(out)["info"]["title"], home.exists()) == (0, "riskscreen", False)
