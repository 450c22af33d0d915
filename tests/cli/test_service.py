"""The commands of the service: the port, the store, the description."""

import json
import socket


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
