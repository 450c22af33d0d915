"""The pages of doubtful pairs in a real browser, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from riskscreen.declare import Text
from riskscreen.linkage.queue import DoubtfulPair, Step
from riskscreen.store import Action, Role, create_account, publish_pairs
from serving.app import Settings, create_app
from tests.serving.test_browser import DESK, PHONE, browser, faults, pytestmark, served, wider_than_window, window
from tests.store.made import PASSWORD, account, event

__all__ = ["browser", "pytestmark"]

STEPS = (
    Step("prior", "", -12.3),
    Step("given", "known variant", 3.1),
    Step("surname", "equal", 5.9),
    Step("surname", "how rare it is", 2.4),
    Step("middle", "missing", 0.0),
    Step("birth", "one digit off, or day and month swapped", 6.2),
    Step("sex", "equal", 1.0),
    Step("home", "number equal, street near", 4.4),
    Step("phone", "differs", -2.2),
    Step("one home", "people of one home are alike too", -5.1),
)
LONG = "江苏省苏州市姑苏区平江街道白塔西路 13 号 4 幢 502 室"
WORDS = {
    1: {"surname": "张", "given": "伟", "birth": "19800314", "id": "990508198003140029", "home": LONG},
    2: {"surname": "张", "given": "玮", "birth": "19800314", "phone": "13800000000", "home": LONG},
}
FEEDS = {
    "hospital_settlements": Text("Hospital settlements of the medical insurance", "医疗保险住院结算"),
    "school": Text("School registers", "学籍"),
}


@pytest.fixture
def address(store, clock):
    """Where the service listens, with sixty pairs and somebody who decides about them."""
    found = [
        DoubtfulPair(at, at + 1, ("hospital_settlements", "school"), (f"{at:a>16}", "q" * 16), 3.4 - at / 10, STEPS)
        for at in range(1, 121, 2)
    ]
    publish_pairs(store, 3, found, event(Action.PAIRS_PUBLISHED))
    create_account(store, account(name="lin", role=Role.DATA_STEWARD), PASSWORD, event(Action.ACCOUNT_CREATED))
    with served(create_app(store, Settings(feeds=FEEDS, opener=lambda numbers: WORDS, now=clock))) as where:
        yield where


def log_in(page, address, language="zh"):
    page.goto(f"{address}/login?lang={language}")
    page.fill("#name", "lin")
    page.fill("#password", PASSWORD)
    page.click(".login button")
    expect(page.locator(".pairs")).to_be_visible()


def show_words(page):
    page.select_option("#need", "decide")
    page.click(".vault button")
    expect(page.locator(".words")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_a_pair_is_found_opened_decided_and_taken_back_without_a_script(browser, address, size, language):
    with window(browser, size, java_script_enabled=False) as page:
        log_in(page, address, language)
        page.click(".family >> nth=0 >> a")
        show_words(page)
        expect(page.locator(".words")).to_contain_text("990508198003140029")
        page.select_option("#because", "words")
        page.click("button[value=together]")
        expect(page.locator(".history li")).to_have_count(1)
        expect(page.locator(".words")).to_have_count(0)
        page.select_option("#because", "mistake")
        page.click(".deciding button")
        expect(page.locator(".history li")).to_have_count(2)


def test_without_a_reason_the_browser_itself_sends_nothing(browser, address):
    with window(browser, DESK) as page:
        log_in(page, address)
        page.goto(f"{address}/pairs/1")
        page.click(".vault button")
        assert page.url == f"{address}/pairs/1"
        expect(page.locator(".words")).to_have_count(0)


@pytest.mark.parametrize("size", [DESK, PHONE, (DESK[0] // 2, DESK[1] // 2)])
def test_nothing_is_wider_than_the_window(browser, address, size):
    with window(browser, size) as page:
        log_in(page, address, "en")
        assert wider_than_window(page) <= 0
        page.goto(f"{address}/pairs/1")
        show_words(page)
        assert wider_than_window(page) <= 0


@pytest.mark.parametrize(("size", "at_least"), [(DESK, 12), (PHONE, 3)])
def test_so_many_pairs_are_seen_without_scrolling(browser, address, size, at_least):
    with window(browser, size) as page:
        log_in(page, address)
        shown = (
            "[...document.querySelectorAll('.family')].filter(one => one.getBoundingClientRect().bottom <= innerHeight)"
        )
        assert page.evaluate(f"{shown}.length") >= at_least


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_what_can_be_pressed_is_large_enough(browser, address, size):
    least = 44 if size == PHONE else 24
    with window(browser, size) as page:
        log_in(page, address)
        for where in ("/pairs", "/pairs/1"):
            page.goto(f"{address}{where}")
            sizes = page.evaluate(
                "[...document.querySelectorAll('a:not(.skip), main button, select')].map(one => "
                "[one.textContent.trim().slice(0, 20), one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
            )
            assert [one for one in sizes if min(one[1:]) < least] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_axe_finds_nothing_on_the_pairs(browser, address, size, scheme):
    with window(browser, size, color_scheme=scheme) as page:
        log_in(page, address, "en")
        found = [faults(page)]
        page.goto(f"{address}/pairs/1")
        found.append(faults(page))
        show_words(page)
        found.append(faults(page))
        assert found == [{}, {}, {}]


def test_bars_are_drawn_and_each_begins_where_the_one_above_ends(browser, address):
    with window(browser, DESK) as page:
        log_in(page, address)
        page.goto(f"{address}/pairs/1")
        spans = page.evaluate(
            "[...document.querySelectorAll('.bar rect')].map(one => [one.getBoundingClientRect().left, one.getBoundingClientRect().right])"
        )
        assert len(spans) == len(STEPS) + 1
        assert abs(spans[1][0] - spans[0][0]) < 2
        assert abs(spans[2][0] - spans[1][1]) < 2


def test_names_are_not_printed_and_the_evidence_is(browser, address):
    with window(browser, DESK, color_scheme="dark") as page:
        log_in(page, address)
        page.goto(f"{address}/pairs/1")
        show_words(page)
        page.emulate_media(media="print")
        expect(page.locator(".words")).not_to_be_visible()
        expect(page.locator(".waterfall")).to_be_visible()
        assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
