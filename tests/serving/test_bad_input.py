"""Requests that no page of ours makes: each gets its status in a sentence, and changes nothing."""

import json
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskscreen.store import Action, Role, change_account, create_account, publish
from serving.guard import LARGEST
from tests.cases import cases
from tests.serving.conftest import form_of, log_in
from tests.store.made import PASSWORD, PUBLISHED, account, contents, entry, event, new_list

GRID = "/api/v1/watchlists/hardship?area=grid"
PAGE = "/lists/hardship"


@pytest.fixture
def unchanged(store):
    """The whole store, audit and sessions with it, is after the test what it was when this was called."""
    before = []
    yield lambda: before.append(contents(store))
    assert [contents(store)] == before


@pytest.fixture
def seen(wang):
    """wang's browser, after the one write that a session's first request makes: that it was seen."""
    wang.get("/lists/later")
    return wang


def problem(answer):
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == answer.status_code
    return answer.status_code


# Whoever asks


def test_an_expired_session_reads_nothing_and_is_sent_to_the_log_in(wang, clock, unchanged):
    clock.tick(hours=11)
    unchanged()
    assert problem(wang.get(GRID)) == 401
    assert wang.get(PAGE).headers["location"] == "/login"


def test_a_forged_session_is_sent_to_the_log_in(nobody, unchanged):
    unchanged()
    answer = nobody.get(PAGE, headers={"Cookie": "riskscreen=" + "x" * 43})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


def test_a_session_of_a_disabled_account_reads_nothing(wang, store, unchanged):
    change_account(store, account("north", disabled=True), event(Action.ACCOUNT_CHANGED))
    unchanged()
    assert problem(wang.get(GRID)) == 401
    assert wang.get(PAGE).headers["location"] == "/login"


def test_a_token_that_is_over_reads_nothing(program, clock, unchanged):
    clock.tick(hours=2)
    unchanged()
    assert problem(program.get(GRID)) == 401


def test_a_token_opens_no_page_not_even_beside_a_session(wang, program, unchanged):
    token = program.headers["authorization"]
    unchanged()
    assert wang.get(PAGE, headers={"Authorization": token}).headers["location"] == "/login"
    assert program.post("/logout", data={"form": "0" * 64}).status_code == 401


def test_log_ins_that_fail_make_no_session_and_then_wait(nobody, store):
    before = contents(store)["sessions"]
    assert [log_in(nobody, "wang", "wrong" * 3).status_code for _ in range(7)] == [401] * 5 + [429] * 2
    assert contents(store)["sessions"] == before


# Whatever is asked

HOSTILE = [
    "<script>alert(1)</script>", "%00", "\x00", "' OR '1'='1", "\"; DROP TABLE accounts; --", "x" * 9000, "../../etc/passwd",
    "١٢٣", "𝟙", "😀", "\u202e", "{{7*7}}", "%s%n", "-1", "99999999999999999999", "NaN", "null", "[]", "\r\nSet-Cookie: a=b",
]  # fmt: skip


@pytest.mark.parametrize("said", HOSTILE)
def test_a_hostile_area_or_cursor_is_refused(program, seen, said, unchanged):
    unchanged()
    for client, path in ((program, "/api/v1/watchlists/hardship"), (seen, PAGE)):
        for query in ({"area": said}, {"area": "grid", "cursor": said}):
            answer = client.get(path, params=query)
            assert answer.status_code in (403, 422), query
            assert said not in answer.text or len(said) < 3
            assert "set-cookie" not in answer.headers


def test_a_hostile_language_is_no_language(wang):
    page = wang.get(PAGE, params={"lang": "<script>"})
    assert '<html lang="zh-CN">' in page.text
    assert "<script" not in page.text
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize("position", ["-1", "9999999", "61", "00000000001", "٥", "5 ", "+5", "1e1"])
def test_a_position_that_the_list_has_not_is_refused(program, position, unchanged):
    listed = "0" * 32
    unchanged()
    assert problem(program.get(GRID, params={"area": "grid", "cursor": f"{listed}-{position}"})) in (404, 422)


def test_a_cursor_of_another_list_is_refused(program, store, unchanged):
    made = new_list(
        area="north", entries=(entry(1, "n" * 16, "bills", area="north"),), as_of=date(2024, 3, 1), inputs="n"
    )
    north = publish(store, made, PUBLISHED)
    unchanged()
    assert problem(program.get(GRID, params={"area": "grid", "cursor": f"{north}-0"})) == 422
    assert problem(program.get(GRID, params={"area": "grid", "cursor": f"{north}-9999999"})) == 422


def test_an_area_of_another_account_is_refused_by_cursor_too(app, program, store, unchanged):
    following = program.get(GRID).json()["next"]
    change_account(store, account("south"), event(Action.ACCOUNT_CHANGED))
    unchanged()
    assert problem(program.get(GRID, params={"area": "grid", "cursor": following})) == 403
    assert problem(program.get(GRID, params={"area": "south", "cursor": following})) in (403, 404, 422)


def test_of_a_repeated_parameter_one_counts_and_it_must_be_ones_own(program):
    one = program.get("/api/v1/watchlists/hardship?area=grid&area=south")
    other = program.get("/api/v1/watchlists/hardship?area=south&area=grid")
    assert sorted(answer.status_code for answer in (one, other)) in ([200, 403], [200, 200], [403, 403])
    assert all(answer.json()["area"] == "grid" for answer in (one, other) if answer.status_code == 200)


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"])
def test_another_method_is_refused(program, seen, method, unchanged):
    unchanged()
    assert problem(program.request(method, GRID)) == 405
    assert seen.request(method, PAGE).status_code == 405


# Bodies


def test_a_body_too_large_is_refused_before_anything_is_read_of_it(nobody, wang, unchanged):
    unchanged()
    for client, path in ((nobody, "/login"), (wang, "/logout"), (nobody, GRID)):
        assert client.request("POST", path, content=b"x" * (LARGEST + 1)).status_code == 413


def test_a_body_of_the_largest_size_is_read(nobody):
    assert nobody.post("/login", content=b"x" * LARGEST).status_code == 403


def test_a_body_that_does_not_say_its_size_is_refused(nobody, unchanged):
    unchanged()
    assert nobody.post("/login", content=iter([b"x" * 10])).status_code == 411


@pytest.mark.parametrize("length", ["-1", "x", "9" * 400])
def test_a_size_that_is_none_is_refused(nobody, length, unchanged):
    unchanged()
    assert nobody.post("/login", content=b"", headers={"Content-Length": length}).status_code in (400, 413)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b'{"name": "wang", "password": "x"}'),
        ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("multipart/form-data", b"x"),
        ("application/x-www-form-urlencoded", b"name=%FF%FE&password=%00&form=" + b"0" * 64),
        ("application/x-www-form-urlencoded", b"&".join([b"a=b"] * 5000)),
    ],
)
def test_a_form_of_another_kind_logs_nobody_in(nobody, store, kind, body, unchanged):
    form_of(nobody.get("/login"))
    unchanged()
    answer = nobody.post("/login", content=body, headers={"Content-Type": kind})
    assert answer.status_code in (400, 403, 422)


# Whatever can be asked at all

ANY = st.text(max_size=80)
QUERIES = st.lists(st.tuples(st.sampled_from(["area", "cursor", "lang", "model", "id"]) | ANY, ANY), max_size=4)
ROUTES = ["/api/v1/watchlists/hardship", "/api/v1/watchlists/{}", "/api/v1/entries/{}"]
GENERATED = settings(max_examples=cases(150), suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(route=st.sampled_from(ROUTES), part=ANY, query=QUERIES)
@GENERATED
def test_nothing_that_can_be_asked_of_the_api_breaks_it(program, route, part, query):
    answer = program.get(route.format(encoded(part)) if "{}" in route else route, params=utf8(query))
    assert answer.status_code < 500
    if answer.status_code != 200:
        problem(answer)
    json.loads(answer.text)


def encoded(part):
    """A part of a path, every letter of it escaped; an empty one would be another route's."""
    return "".join(f"%{byte:02X}" for byte in part.encode("utf-8", "surrogatepass")) or "x"


def utf8(query):
    """What a client can send: single surrogates it cannot."""
    return [(name, value.encode("utf-8", "replace").decode()) for name, value in query]


def test_who_sees_no_people_is_told_so_whatever_else_is_wrong(app, store, unchanged, nobody):
    create_account(store, account("north", name="other", role=Role.AUDITOR), PASSWORD, event(Action.ACCOUNT_CREATED))
    log_in(nobody, "other", PASSWORD)
    nobody.get(PAGE)
    unchanged()
    assert problem(nobody.get(GRID)) == 403
    assert problem(nobody.get("/api/v1/entries/" + "0" * 32 + "-1")) == 403
