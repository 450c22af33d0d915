"""Who gets in: only health, ready, login and static files are open."""

import pytest
from fastapi.testclient import TestClient
from starlette.routing import Mount

from riskscreen.store import Action, Role, change_account, create_account, revoke_token, tokens_of
from tests.serving.conftest import form_of, log_in
from tests.store.made import PASSWORD, account, event

LIST = "/api/v1/watchlists/hardship?area=grid"
OPEN = {("GET", "/health"), ("GET", "/ready"), ("GET", "/login"), ("POST", "/login"), ("GET", "/static/riskscreen.css")}


def every_route(app):
    """Method and address of every route, whatever it is included by."""

    def below(routes, prefix=""):
        for route in routes:
            if isinstance(route, Mount):
                yield "GET", f"{prefix}{route.path}/riskscreen.css"
            elif hasattr(route, "methods"):
                path = f"{prefix}{route.path}"
                for name, value in (("model", "hardship"), ("id", "x"), ("number", "1")):
                    path = path.replace(f"{{{name}}}", value)
                yield from ((method, path) for method in route.methods)
            else:
                inner = getattr(route, "original_router", None) or route.router
                yield from below(inner.routes, prefix)

    return set(below(app.routes))


def test_only_these_are_open(app, nobody):
    routes = every_route(app)
    some = {
        "/lists/hardship",
        "/",
        "/logout",
        "/api/openapi.json",
        "/api/v1/entries/x",
        "/pairs/1/open",
        "/api/v1/pairs/1",
    }
    assert some <= {path for _, path in routes}
    answers = {route: nobody.request(*route) for route in routes}
    opened = {route for route, answer in answers.items() if answer.status_code != 401 and not turned_away(answer)}
    assert opened == OPEN


def turned_away(answer):
    return answer.status_code == 303 and answer.headers["location"] == "/login"


@pytest.mark.parametrize(
    "path", ["/", "/unknown", "/api", "/api/v1/unknown", "/docs", "/openapi.json", "/static", "/health/x", "//login"]
)
def test_what_is_not_there_is_closed_too(nobody, path):
    answer = nobody.get(path)
    assert answer.status_code == 401 or turned_away(answer)


@pytest.mark.parametrize(
    "path", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/", "/static//etc/passwd"]
)
def test_static_files_are_those_of_the_folder_alone(nobody, path):
    assert nobody.get(path).status_code in (303, 401, 404)


def test_logged_in_the_list_opens(wang):
    assert wang.get("/lists/hardship").status_code == 200
    assert wang.get(LIST).status_code == 200
    assert wang.get("/").headers["location"] == "/lists/hardship"


def test_the_session_cookie_is_for_no_script_and_no_other_site(nobody):
    cookies = log_in(nobody, "wang", PASSWORD).headers.get_list("set-cookie")
    (session,) = [one for one in cookies if one.startswith("riskscreen=")]
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in session.split(";")}


def test_over_https_it_is_secure_and_bound_to_the_host(app):
    with TestClient(app, base_url="https://testserver", follow_redirects=False) as client:
        cookies = log_in(client, "wang", PASSWORD).headers.get_list("set-cookie")
        (session,) = [one for one in cookies if one.startswith("__Host-riskscreen=")]
        assert "; secure" in session.lower()
        assert client.get(LIST).headers["strict-transport-security"]


@pytest.mark.parametrize("cookie", ["x", "x" * 5000, "é", "' OR 1=1 --"])
def test_a_forged_session_is_refused(nobody, cookie):
    answer = nobody.get(LIST, headers={"Cookie": f"riskscreen={cookie}".encode()})
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert cookie not in answer.json()["detail"] or cookie == "x"


def test_a_session_ends_when_idle_and_in_any_case(wang, clock):
    for _ in range(3):
        clock.tick(minutes=29)
        assert wang.get(LIST).status_code == 200
    clock.tick(minutes=31)
    assert wang.get(LIST).status_code == 401


def test_a_session_ends_with_its_account(wang, store):
    change_account(store, account("north", disabled=True), event(Action.ACCOUNT_CHANGED))
    assert wang.get(LIST).status_code == 401


def test_logged_out_the_session_is_over(wang):
    secret = wang.cookies["riskscreen"]
    form = form_of(wang.get("/lists/hardship"))
    assert turned_away(wang.post("/logout", data={"form": form}))
    assert wang.get(LIST, headers={"Cookie": f"riskscreen={secret}"}).status_code == 401


@pytest.mark.parametrize("form", ["", "0" * 64, "é"])
def test_another_sites_form_logs_nobody_out_or_in(wang, nobody, form):
    assert wang.post("/logout", data={"form": form}).status_code == 403
    assert wang.get(LIST).status_code == 200
    nobody.get("/login")
    assert nobody.post("/login", data={"name": "wang", "password": PASSWORD, "form": form}).status_code == 403


def test_a_wrong_password_and_an_unknown_name_get_one_answer(nobody):
    wrong, unknown = log_in(nobody, "wang", "wrong"), log_in(nobody, "<script>", PASSWORD)
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert "<script>" not in unknown.text
    assert "账号或密码不正确" in wrong.text
    assert "账号或密码不正确" in unknown.text


def test_too_many_wrong_passwords_make_one_wait(nobody, clock):
    assert [log_in(nobody, "wang", "wrong").status_code for _ in range(6)] == [401] * 5 + [429]
    assert log_in(nobody, "wang", PASSWORD).status_code == 429
    clock.tick(seconds=31)
    assert log_in(nobody, "wang", PASSWORD).status_code == 303


def test_a_token_opens_the_api_and_no_page(program):
    assert program.get(LIST).status_code == 200
    assert turned_away(program.get("/lists/hardship"))


def test_a_token_ends(program, clock):
    clock.tick(minutes=61)
    assert program.get(LIST).status_code == 401


def test_a_revoked_token_is_refused(program, store):
    (token,) = tokens_of(store, "wang")
    revoke_token(store, token.id, event(Action.TOKEN_REVOKED))
    assert program.get(LIST).status_code == 401


@pytest.mark.parametrize("said", ["Bearer x", "Bearer", "Bearer " + "x" * 5000, "Basic d2FuZzp4", "rsk_x", "Bearer é"])
def test_a_forged_token_is_refused_even_beside_a_session(wang, said):
    answer = wang.get(LIST, headers={"Authorization": said.encode()})
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")


@pytest.mark.parametrize("role", [Role.ADMIN, Role.AUDITOR, Role.DATA_SCIENTIST, Role.DATA_STEWARD])
def test_who_keeps_accounts_figures_or_names_sees_no_list(app, store, role):
    create_account(store, account("north", name="other", role=role), PASSWORD, event(Action.ACCOUNT_CREATED))
    with TestClient(app, follow_redirects=False) as client:
        log_in(client, "other", PASSWORD)
        assert [client.get(path).status_code for path in (LIST, "/lists/hardship")] == [403] * 2
        assert client.get("/").status_code == (303 if role is Role.DATA_STEWARD else 403)


def test_pages_may_not_be_kept_framed_or_scripted(wang, nobody):
    for answer in (wang.get("/lists/hardship"), wang.get(LIST), nobody.get("/login"), nobody.get("/lists/hardship")):
        assert answer.headers["cache-control"] == "no-store"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "<script" not in answer.text
        assert "style=" not in answer.text


def test_ready_says_whether_the_store_answers(nobody, store):
    assert nobody.get("/ready").json() == {"status": "ok"}
