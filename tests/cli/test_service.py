"""The commands of the service: the port, the store, the description."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import closing, contextmanager

import pytest


def test_a_port_that_is_taken_is_said(riskscreen):
    riskscreen("users", "add", "wang", "--role", "worker")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _, err = riskscreen("serve", "--port", taken.getsockname()[1])
    assert (code, "give another port" in err, len(err.splitlines())) == (2, True, 1)


def test_without_a_store_nothing_is_served(riskscreen, home):
    code, _, err = riskscreen("serve", "--port", 0)
    assert (code, "There is no store" in err, home.exists()) == (2, True, False)


def test_a_store_of_a_newer_version_is_said(riskscreen, home):
    riskscreen("users", "add", "wang", "--role", "worker")
    with closing(sqlite3.connect(home / "store.db", isolation_level=None)) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
    code, _, err = riskscreen("serve", "--port", 0)
    assert (code, "newer riskscreen" in err, len(err.splitlines())) == (2, True, 1)


@pytest.mark.parametrize("words", [["--port", 65536], ["--port", -1], ["--host", "nowhere.invalid"]])
def test_where_nobody_can_listen_is_said(riskscreen, words):
    riskscreen("users", "add", "wang", "--role", "worker")
    assert riskscreen("serve", *words)[0] == 2


@contextmanager
def serving(town, home):
    """`riskscreen serve` beside this process, and the address that it printed."""
    program = [
        sys.executable,
        "-m",
        "riskscreen",
        "--deployment",
        town,
        "--home",
        home,
        "serve",
        "--port",
        "0",
        "--json",
    ]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            said = "".join(process.stdout.readline() for _ in range(3))
            yield process, json.loads(said)["address"]
        finally:
            process.kill()


def body(address):
    with urllib.request.urlopen(address, timeout=30) as answer:
        return answer.read().decode()


@pytest.mark.long
def test_two_serve_beside_each_other_and_each_ends_in_order(riskscreen, town, home):
    riskscreen("users", "add", "wang", "--role", "worker")
    with serving(town, home) as (one, first), serving(town, home) as (other, second):
        assert first != second
        for address in (first, second):
            assert json.loads(body(f"{address}health")) == {"status": "ok"}
            assert "form" in body(f"{address}login")
        for process, said in ((one, signal.SIGTERM), (other, signal.SIGINT)):
            process.send_signal(said)
            assert (process.wait(30), process.stderr.read()) == (0, "")


def test_the_description_needs_no_store(riskscreen, home):
    code, out, _ = riskscreen("openapi")
    assert (code, json.loads(out)["info"]["title"], home.exists()) == (0, "riskscreen", False)
