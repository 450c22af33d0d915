"""Doubtful pairs: who sees them, how the vault is opened, and what is decided; all of it written down, no word of it."""

import html
import json
import logging
import re
from dataclasses import fields
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from riskscreen.declare import Text
from riskscreen.declare.linkage import Linkage, Script
from riskscreen.errors import CallerError, HomeError
from riskscreen.linkage.comparing import comparisons
from riskscreen.linkage.queue import DoubtfulPair, Step
from riskscreen.store import (
    MAY,
    TO_DECIDE,
    TO_TAKE_BACK,
    Action,
    Because,
    Judgement,
    Need,
    Permission,
    Role,
    Verdict,
    all_decisions,
    create_account,
    decide,
    issue_token,
    publish_pairs,
    trail,
)
from serving import pairs
from serving.app import Settings, create_app
from serving.pair_words import LEVELS, PLAIN, REASONS, STEPS, VALUES
from serving.waterfall import Bar, bars
from tests.serving.conftest import form_of, log_in
from tests.serving.test_bad_input import GENERATED, encoded
from tests.serving.test_lists import named_of
from tests.store.made import NOW, PASSWORD, account, contents, event

PAIRS = "/api/v1/pairs"
STEPS_OF_ONE = (
    Step("prior", "", -12.0),
    Step("given", "near", 4.0),
    Step("surname", "equal", 7.0),
    Step("birth", "two of year, month, day equal", 5.0),
    Step("sex", "differs", -4.0),
    Step("phone", "missing", 0.0),
)
ANN = {"surname": "Archer", "given": "Ann", "birth": "19800314", "id": "110101198003140029"}
ANNIE = {"surname": "Archer", "given": "<b>Annie</b>", "birth": "19800321", "phone": "13800138000"}
WORDS = {11: ANN, 12: ANNIE}
SECRETS = ("Archer", "Ann", "19800314", "110101198003140029", "13800138000")


def found(claim, other, weight=0.0):
    steps = (*STEPS_OF_ONE[:-1], Step("phone", "missing", weight))
    return DoubtfulPair(
        claim, other, ("hospital", "school"), (f"{claim:016d}".replace("0", "a"), "b" * 16), weight, steps
    )


class Vault:
    """A vault of which a test sees what was asked."""

    def __init__(self):
        self.asked, self.fault = [], None

    def __call__(self, numbers):
        self.asked.append(tuple(numbers))
        if self.fault:
            raise self.fault
        return {number: WORDS[number] for number in numbers if number in WORDS}


@pytest.fixture
def vault():
    return Vault()


@pytest.fixture
def app(serve, store, clock, vault):
    publish_pairs(store, 3, [found(11, 12), found(11, 13, -1.0), found(12, 13, -2.0)], event(Action.PAIRS_PUBLISHED))
    for name, role in (("lin", Role.DATA_STEWARD), ("su", Role.SUPERVISOR)):
        create_account(store, account(name=name, role=role), PASSWORD, event(Action.ACCOUNT_CREATED))
    return serve(store, Settings(feeds={"school": Text("School", "学校")}, opener=vault, now=clock))


@pytest.fixture
def browser_of(app):
    """Browsers in which somebody is logged in, in English."""
    opened = []

    def browser(name):
        client = TestClient(app, follow_redirects=False, headers={"Accept-Language": "en"})
        opened.append(client)
        log_in(client, name, PASSWORD)
        return client

    yield browser
    for client in opened:
        client.close()


@pytest.fixture
def lin(browser_of):
    return browser_of("lin")


@pytest.fixture
def program(app, store):
    """A program that acts for lin, a data steward."""
    token = issue_token(store, "lin", NOW + timedelta(hours=1), event(Action.TOKEN_ISSUED)).token
    with TestClient(app, follow_redirects=False, headers={"Authorization": f"Bearer {token}"}) as client:
        yield client


def said(answer):
    return html.unescape(answer.text)


def tell(client, where, **form):
    """What comes of a form on a pair's page."""
    page = client.get(where.rsplit("/", 1)[0])
    return client.post(where, data={"form": form_of(page), **form})


def written(store, auditor, *actions):
    return [(one.actor, one.object, one.details) for one in trail(store, auditor, 0, 500) if one.action in actions]


# Who sees pairs


def test_a_steward_begins_at_the_pairs_and_sees_no_list(lin):
    assert lin.get("/").headers["location"] == "/pairs"
    assert lin.get("/lists/hardship").status_code == 403
    assert 'href="/pairs"' in lin.get("/pairs").text


def test_a_supervisor_finds_the_pairs_beside_the_lists_and_may_open_no_words(browser_of, vault):
    su = browser_of("su")
    page = su.get("/pairs/1")
    assert 'href="/pairs"' in page.text
    assert "opened by a data steward only" in page.text
    assert su.post("/pairs/1/open", data={"form": form_of(page), "reason": "decide"}).status_code == 403
    assert vault.asked == []


def test_who_takes_cases_sees_neither_pairs_nor_the_way_to_them(wang, store):
    assert 'href="/pairs"' not in wang.get("/lists/hardship").text
    before = contents(store)
    form = form_of(wang.get("/lists/hardship"))
    asked = [wang.get(path) for path in ("/pairs", "/pairs/1", PAIRS, f"{PAIRS}/1", f"{PAIRS}/1/decisions")]
    asked += [wang.post(f"/pairs/1/{verb}", data={"form": form, **PRESSED}) for verb in ("open", "decide", "take-back")]
    assert [answer.status_code for answer in asked] == [403] * 8
    assert contents(store)["linkage_decisions"] == before["linkage_decisions"]


PRESSED = {"verdict": "together", "reason": "words", "decision": "1"}


def test_who_opens_the_vault_sees_no_scores_and_keeps_no_accounts():
    opens = [may for may in MAY.values() if Permission.OPEN_VAULT in may]
    assert opens == [{Permission.DECIDE_IDENTITY, Permission.OPEN_VAULT}]


def test_pairs_know_no_areas(browser_of, store):
    create_account(store, account("south", name="si", role=Role.SUPERVISOR), PASSWORD, event(Action.ACCOUNT_CREATED))
    rows = [re.findall(r'href="(/pairs/\d+)"', browser_of(name).get("/pairs").text) for name in ("si", "su", "lin")]
    assert rows == [["/pairs/1", "/pairs/2", "/pairs/3"]] * 3


# The pages


def test_the_list_says_of_each_pair_what_speaks_for_and_against(lin):
    page = lin.get("/pairs").text
    row = page[page.index("<tbody") : page.index("</tr>", page.index("<tbody"))]
    plain = " ".join(re.sub(r"<[^>]+>", " ", row).split())
    assert plain == (
        "1 hospital aaaa aaaa aaaa aa11 School bbbb bbbb bbbb bbbb for Surname: equal "
        "for Day of birth: two of year, month and day equal for Given name: near against Sex: differs about 5 in 10 Look"
    )


def test_a_pairs_page_tells_every_step_in_words_beside_its_bar(lin):
    page = said(lin.get("/pairs/1"))
    table = page[page.index("<tbody") : page.index("</tbody>")]
    plain = " ".join(re.sub(r"<[^>]+>", " ", table).split())
    assert plain == (
        "Before anything is compared so rarely are two records one person's −12.0 Given name near +4.0 "
        "Surname equal +7.0 Day of birth two of year, month and day equal +5.0 Sex differs −4.0 "
        "Telephone not said of both 0.0 Together about 5 in 10 such pairs are one person 0.0"
    )
    assert table.count("<svg") == len(STEPS_OF_ONE) + 1
    assert "style=" not in page
    assert "<script" not in page


def test_the_pages_are_in_both_languages(lin):
    assert "是否同一人" in lin.get("/pairs?lang=zh").text
    page = lin.get("/pairs/1").text
    for word in ("比对依据", "出生日期", "年、月、日中两项相同", "学校", "同一人", "不是同一人"):
        assert word in page


def test_an_empty_list_has_its_own_words(lin, store):
    publish_pairs(store, 4, [], event(Action.PAIRS_PUBLISHED))
    assert "Nothing to decide" in lin.get("/pairs").text
    assert "Nothing has been decided yet" in lin.get("/pairs?state=decided").text
    assert "the last link found it doubtful no more" in lin.get("/pairs/1").text


def test_all_pages_of_pairs_together_are_the_list(lin, program, store):
    publish_pairs(
        store, 4, [found(at, at + 1000, float(at % 2)) for at in range(20, 90)], event(Action.PAIRS_PUBLISHED)
    )
    first = program.get(PAIRS).json()
    second = program.get(PAIRS, params={"cursor": first["next"]}).json()
    numbers = [one["number"] for page in (first, second) for one in page["pairs"]]
    assert (len(numbers), len(set(numbers)), second["next"], first["open"]) == (70, 70, None, 70)
    page = lin.get("/pairs").text
    (following,) = re.findall(r'href="(/pairs\?[^"]+cursor[^"]+)"', page)
    pages = page + lin.get(html.unescape(following)).text
    assert [int(number) for number in re.findall(r'href="/pairs/(\d+)"', pages)] == numbers


def test_what_is_shown_is_written_down_by_numbers(lin, program, store, auditor):
    lin.get("/pairs")
    program.get(f"{PAIRS}/2")
    assert written(store, auditor, Action.PAIRS_SHOWN) == [
        ("lin", "pairs", {"pairs": [1, 2, 3]}),
        ("lin", "pair:2", {"pairs": [2]}),
    ]


# The vault


def test_words_are_shown_once_somebody_says_why(lin, vault, store, auditor):
    assert not [word for word in SECRETS if word in lin.get("/pairs/1").text]
    answer = tell(lin, "/pairs/1/open", reason="decide")
    assert answer.status_code == 200
    table = answer.text[answer.text.index('class="words"') :]
    rows = re.findall(r'rowheader">([^<]+)</th>', table)
    assert rows == ["Id", "Surname", "Given name", "Day of birth", "Telephone"]
    assert "<bdi>&lt;b&gt;Annie&lt;/b&gt;</bdi>" in table
    assert vault.asked == [(11, 12)]
    opening = {"role": "data_steward", "reason": "decide", "claims": [11, 12]}
    assert written(store, auditor, Action.VAULT_OPENED) == [("lin", "pair:1", opening)]
    assert not [word for word in SECRETS if word in lin.get("/pairs/1").text]
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("reason", ["", "words", "I want to", "<script>", "决定"])
def test_without_a_reason_from_the_list_nothing_is_opened(lin, program, vault, store, auditor, reason):
    answer = tell(lin, "/pairs/1/open", reason=reason)
    assert answer.status_code == 422
    assert "choose a reason first" in answer.text
    assert program.post(f"{PAIRS}/1/openings", json={"reason": reason}).status_code == 422
    assert (vault.asked, written(store, auditor, Action.VAULT_OPENED)) == ([], [])


@pytest.mark.parametrize("fault", [HomeError("the key in /secret/Archer is another's"), CallerError("no Archer")])
def test_a_vault_that_cannot_be_opened_is_said_and_no_more(lin, program, vault, store, auditor, fault, caplog):
    vault.fault = fault
    answer = tell(lin, "/pairs/1/open", reason="decide")
    assert answer.status_code == 503
    assert "The vault cannot be opened from this server" in answer.text
    problem = program.post(f"{PAIRS}/1/openings", json={"reason": "decide"})
    assert (problem.status_code, problem.headers["content-type"]) == (503, "application/problem+json")
    assert "this server's key is not the one that sealed it" in problem.json()["detail"]
    assert "Archer" not in answer.text + problem.text + caplog.text
    assert written(store, auditor, Action.VAULT_OPENED) == []


def test_a_server_without_the_key_says_so(store, clock, app):
    with TestClient(create_app(store, Settings(now=clock)), follow_redirects=False) as client:
        log_in(client, "lin", PASSWORD)
        answer = tell(client, "/pairs/1/open", reason="check")
        assert (answer.status_code, "本服务器无法打开加密库" in answer.text) == (503, True)


def test_a_fault_of_the_vault_tells_nobody_what_it_was_about(program, vault, caplog):
    vault.fault = ValueError("Archer, Ann, 110101198003140029")
    answer = program.post(f"{PAIRS}/1/openings", json={"reason": "decide"})
    assert answer.status_code == 500
    assert not [word for word in SECRETS if word in answer.text + caplog.text]


def test_nobody_sees_words_whose_opening_cannot_be_written_down(lin, program, monkeypatch):
    page = lin.get("/pairs/1")

    def refuse(*_):
        raise OSError

    monkeypatch.setattr("serving.pair_reading.record", refuse)
    for answer in (
        lin.post("/pairs/1/open", data={"form": form_of(page), "reason": "decide"}),
        program.post(f"{PAIRS}/1/openings", json={"reason": "decide"}),
    ):
        assert answer.status_code == 500
        assert "Archer" not in answer.text


def test_a_claim_of_which_nothing_is_kept_stands_empty(lin, program):
    answer = tell(lin, "/pairs/2/open", reason="check")
    assert answer.text.count('<span class="faint">not said</span>') == len(ANN)
    assert program.post(f"{PAIRS}/2/openings", json={"reason": "check"}).json() == [
        {"claim": 11, "words": ANN},
        {"claim": 13, "words": {}},
    ]


def test_no_word_reaches_the_store_a_log_or_an_error(lin, program, store, caplog):
    caplog.set_level(logging.DEBUG)
    tell(lin, "/pairs/1/open", reason="complaint")
    tell(lin, "/pairs/1/decide", verdict="together", reason="words")
    program.post(f"{PAIRS}/1/openings", json={"reason": "decide"})
    program.post(f"{PAIRS}/1/decisions", json={"verdict": "Archer", "reason": "Ann"})
    kept = json.dumps(contents(store)) + caplog.text
    assert not [word for word in SECRETS if word in kept.replace("Annie", "Ann")]


# Decisions


def test_a_pair_is_decided_and_taken_back_on_its_page(lin, store, auditor):
    answer = tell(lin, "/pairs/1/decide", verdict="together", reason="papers")
    assert (answer.status_code, answer.headers["location"]) == (303, "/pairs/1")
    page = lin.get("/pairs/1").text
    assert "Decision 1: One person, by lin, 1 Mar 2024 14:00 (Papers or a register were seen)" in page
    assert 'href="/pairs/1"' not in lin.get("/pairs").text
    assert 'href="/pairs/1"' in lin.get("/pairs?state=decided").text
    assert tell(lin, "/pairs/1/take-back", decision=1, reason="mistake").status_code == 303
    assert "Decision 2: decision 1 taken back, by lin" in lin.get("/pairs/1").text
    assert 'href="/pairs/1"' in lin.get("/pairs").text
    claims = {"claims": [11, 12]}
    assert written(store, auditor, Action.DECISION_MADE, Action.DECISION_TAKEN_BACK) == [
        ("lin", "pair:1", {**claims, "verdict": "together", "reason": "papers"}),
        ("lin", "decision:1", {**claims, "reason": "mistake"}),
    ]


def contradiction(store):
    """11 and 12 together by decision 1, 11 and 13 apart by decision 2; so 12 and 13 cannot be together."""
    steward = account(name="lin", role=Role.DATA_STEWARD)
    decide(store, steward, 1, Judgement(Verdict.TOGETHER, Because.WORDS), NOW)
    decide(store, steward, 2, Judgement(Verdict.APART, Because.WORDS), NOW)


def test_a_contradiction_is_refused_by_the_numbers_that_stand_against_it(lin, program, store):
    contradiction(store)
    answer = tell(lin, "/pairs/3/decide", verdict="together", reason="words")
    assert answer.status_code == 409
    assert "does not go with decision 1, 2, in force" in answer.text
    problem = program.post(f"{PAIRS}/3/decisions", json={"verdict": "together", "reason": "words"})
    assert (problem.status_code, problem.headers["content-type"]) == (409, "application/problem+json")
    assert "With decision 1, 2 in force, this one cannot hold" in problem.json()["detail"]
    assert len(all_decisions(store)) == 2


def test_a_pair_that_somebody_else_decided_meanwhile_is_not_decided_again(lin, store):
    form = form_of(lin.get("/pairs/1"))
    contradiction(store)
    answer = lin.post("/pairs/1/decide", data={"form": form, "verdict": "apart", "reason": "words"})
    assert (answer.status_code, "does not go with decision 1, in force" in answer.text) == (409, True)


@pytest.mark.parametrize("wrong", [{"verdict": "maybe"}, {"reason": ""}, {"reason": "mistake"}, {"verdict": "\x00"}])
def test_a_verdict_or_reason_that_is_none_changes_nothing(lin, program, store, wrong):
    pressed = {"verdict": "apart", "reason": "asked"} | wrong
    assert tell(lin, "/pairs/1/decide", **pressed).status_code == 422
    assert program.post(f"{PAIRS}/1/decisions", json=pressed).status_code == 422
    assert all_decisions(store) == []


def test_without_the_pages_own_form_nothing_is_opened_or_decided(lin, vault, store):
    for form in ("", "0" * 64):
        for verb in ("open", "decide", "take-back"):
            pressed = PRESSED | {"form": form, "reason": "decide" if verb == "open" else "words"}
            assert lin.post(f"/pairs/1/{verb}", data=pressed).status_code == 403
    assert (vault.asked, all_decisions(store)) == ([], [])


def test_the_api_changes_nothing_for_a_browser_that_sends_its_cookie_by_itself(lin, vault, store):
    asked = [
        lin.post(f"{PAIRS}/1/openings", json={"reason": "decide"}),
        lin.post(f"{PAIRS}/1/decisions", json={"verdict": "apart", "reason": "words"}),
        lin.post("/api/v1/decisions/1/take-back", json={"reason": "mistake"}),
    ]
    assert [answer.status_code for answer in asked] == [403] * 3
    assert (vault.asked, all_decisions(store)) == ([], [])


def test_a_program_decides_and_takes_back(program):
    made = program.post(f"{PAIRS}/1/decisions", json={"verdict": "apart", "reason": "asked"})
    assert (made.status_code, made.json()["verdict"], made.json()["in_force"]) == (201, "apart", True)
    assert program.get(f"{PAIRS}/1").json()["decision"] == 1
    assert program.get(PAIRS, params={"state": "decided"}).json()["pairs"][0]["state"] == "decided"
    back = program.post("/api/v1/decisions/1/take-back", json={"reason": "new_facts"})
    assert (back.status_code, back.json()["takes_back"]) == (201, 1)
    assert [one["in_force"] for one in program.get(f"{PAIRS}/1/decisions").json()] == [False, False]


# Requests that no page of ours makes

HOSTILE = ["0", "-1", "99999999999999999999", "1e1", "٣", "x", "<script>", "%00", "' OR 1=1 --", "1.5", "NaN", "../1"]


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_number_state_or_cursor_is_refused_and_not_repeated(lin, program, store, what):
    lin.get("/pairs?state=decided")
    before = contents(store)
    for client, where in ((lin, "/pairs"), (program, PAIRS)):
        asked = [client.get(where, params=query) for query in ({"cursor": what}, {"state": what})]
        asked.append(client.get(f"{where}/{what.replace('/', '%2F').replace('%00', '%2500')}"))
        for answer in asked:
            assert answer.status_code in (404, 422)
            assert len(what) < 4 or what not in answer.text
    assert contents(store) == before


@pytest.mark.parametrize(
    "body", [b"", b"{", b"null", b"[]", b'{"verdict": []}', b'{"verdict": "apart"}', b'"' + b"x" * 9000 + b'"', b"\xff"]
)
def test_a_body_that_is_none_is_a_problem_that_repeats_nothing(program, store, body):
    for path in (f"{PAIRS}/1/openings", f"{PAIRS}/1/decisions", "/api/v1/decisions/1/take-back"):
        answer = program.post(path, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code == (400 if body == b"\xff" else 422)
        assert answer.headers["content-type"] == "application/problem+json"
        assert "xxx" not in answer.text
    assert all_decisions(store) == []


ASKED = ["{}", "{}?state=open&cursor=1", "{}/1/openings", "{}/1/decisions", "/api/v1/decisions/1/take-back"]
JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), st.lists, max_leaves=4)
BODY = st.dictionaries(st.sampled_from(["verdict", "reason", "form"]) | st.text(max_size=9), JSON, max_size=3)


@given(path=st.sampled_from(ASKED), body=BODY | JSON, part=st.text(max_size=20))
@GENERATED
def test_nothing_that_can_be_asked_about_pairs_breaks_the_api_or_decides(program, store, path, body, part):
    for answer in (program.post(path.format(PAIRS), json=body), program.get(f"{PAIRS}/{encoded(part)}")):
        assert answer.status_code < 500
        assert answer.status_code == 200 or answer.json()["status"] == answer.status_code
    assert all_decisions(store) == []


def test_what_is_not_there_is_404(lin, program):
    assert tell(lin, "/pairs/1/take-back", decision=9, reason="mistake").status_code == 404
    assert lin.get("/pairs/9").status_code == 404
    asked = [
        program.post(f"{PAIRS}/9/openings", json={"reason": "decide"}),
        program.post(f"{PAIRS}/9/decisions", json={"verdict": "apart", "reason": "words"}),
        program.post("/api/v1/decisions/9/take-back", json={"reason": "mistake"}),
    ]
    assert [answer.status_code for answer in asked] == [404] * 3


# Words, bars and templates


@pytest.mark.parametrize("script", [*Script])
def test_every_comparison_and_level_of_linkage_has_its_words(script):
    compared = comparisons(Linkage(script=script), 0.001)
    assert {one["output_column_name"] for one in compared} <= set(STEPS)
    assert {level["label_for_charts"] for one in compared for level in one["comparison_levels"]} <= set(LEVELS)


def test_every_reason_has_its_words():
    assert set(REASONS) == {*TO_DECIDE, *TO_TAKE_BACK, *Need}
    assert set(TO_DECIDE) | set(TO_TAKE_BACK) == {*Because}


def test_words_of_pairs_are_in_both_languages():
    for words in (*STEPS.values(), *LEVELS.values(), *PLAIN.values(), *VALUES.values(), *REASONS.values()):
        assert words.of("en") != words.of("zh")


def test_each_bar_begins_where_the_one_above_ends():
    drawn = bars([-12.0, 4.0, 7.0, 3.0])
    assert drawn[0] == Bar(start=0.0, width=85.71, zero=85.71, kind="against")
    ends = [bar.start + bar.width for bar in drawn]
    assert [drawn[1].start, drawn[2].start, drawn[3].start] == pytest.approx([0.0, ends[1], ends[2]], abs=0.02)
    assert drawn[4] == Bar(start=85.71, width=14.29, zero=85.71, kind="sum")


@pytest.mark.parametrize("bits", [[], [0.0], [0.0, 0.0], [1e9, -1e9], [-5.0]])
def test_no_bar_leaves_the_drawing(bits):
    for bar in bars(bits):
        assert bar.width > 0
        assert bar.start >= 0
        assert bar.start + bar.width <= 100.01


@pytest.mark.parametrize(
    ("template", "variables", "page"),
    [
        ("pairs.html", ["page"], pairs.PairListPage),
        ("pairs.html", ["row"], pairs.PairRow),
        ("pairs.html", ["side"], pairs.Side),
        ("pair.html", ["page"], pairs.PairPage),
        ("waterfall.html", ["step"], pairs.StepRow),
        ("waterfall.html", ["bar"], Bar),
    ],
)
def test_a_template_shows_all_of_its_dataclass_and_nothing_else(template, variables, page):
    assert named_of(template, *variables) == {field.name for field in fields(page)}
