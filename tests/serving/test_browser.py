"""The pages in a real browser: Debian's chromium, on a desk and on a phone."""

import os
import socket
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect, sync_playwright

from docs.pictures.make import CHROMIUM, launch
from riskscreen.store import LeftBecause, publish
from tests.serving.conftest import MANY
from tests.store.made import PASSWORD, PUBLISHED, entry, new_list, reason

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(
        not Path(os.environ.get("CHROMIUM", CHROMIUM)).exists() and "RISKSCREEN_SKIP_NOTHING" not in os.environ,
        reason="chromium is not installed (Debian's package chromium)",
    ),
]

DESK, PHONE = (1440, 900), (390, 844)
EN = "Borne by the household of medical bills in the last 365 days: 51,973 yuan (Medical Insurance, 2023-12-24)"
ZH = "近 365 天全家医疗自付 51,973 元 (医保, 2023-12-24)"
SHORT_EN, SHORT_ZH = (
    "Members with a disability certificate: 1 (Disabled Persons' Federation)",
    "家中持证残疾人 1 人 (残联)",
)


def said(position, entity):
    """An entry with three reasons as long as real ones."""
    long, short = replace(reason("bills"), en=EN, zh=ZH), replace(reason("grade"), en=SHORT_EN, zh=SHORT_ZH)
    return replace(entry(position, entity), reasons=(long, short, replace(short, signal="other")))


@pytest.fixture
def lists(store):
    """Sixty on a list, of whom one is new and one left."""
    names = [*MANY[:59], "z" * 16]
    entries = tuple(said(position, entity) for position, entity in enumerate(names, 1))
    made = new_list(entries=entries, as_of=date(2024, 3, 1), inputs="long")
    publish(store, made, PUBLISHED, {MANY[59]: LeftBecause.MOVED})


@contextmanager
def served(app):
    """Where an application listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join()


@pytest.fixture
def address(app, lists):
    """Where the service listens."""
    with served(app) as where:
        yield where


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        opened = launch(playwright)
        yield opened
        opened.close()


@contextmanager
def window(browser, size, **how):
    """A page that fails its test where the browser complains of it or asks another host."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **how)
    complaints, asked = [], []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    yield page
    hosts = {url.split("/")[2] for url in asked}
    page.close()
    assert complaints == []
    assert len(hosts) == 1


def log_in(page, address, language="zh"):
    page.goto(f"{address}/login?lang={language}")
    page.fill("#name", "wang")
    page.fill("#password", PASSWORD)
    page.click(".login button")
    expect(page.locator(".families")).to_be_visible()


def wider_than_window(page):
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def wholly_shown(page):
    """How many families stand in the window from top to bottom."""
    return page.evaluate(
        "[...document.querySelectorAll('.family')].filter(one => one.getBoundingClientRect().bottom <= innerHeight).length"
    )


@pytest.mark.parametrize(
    ("size", "language", "at_least"), [(DESK, "en", 12), (DESK, "zh", 12), (PHONE, "en", 2), (PHONE, "zh", 3)]
)
def test_so_many_families_are_seen_without_scrolling_and_none_is_cut_off(browser, address, size, language, at_least):
    with window(browser, size) as page:
        log_in(page, address, language)
        assert wholly_shown(page) >= at_least
        assert wider_than_window(page) <= 0


def test_at_twice_the_size_nothing_is_lost(browser, address):
    with window(browser, (DESK[0] // 2, DESK[1] // 2)) as page:
        log_in(page, address)
        assert wider_than_window(page) <= 0
        expect(page.locator(".family").first).to_contain_text(ZH)
        expect(page.locator(".family").first).to_contain_text("约 3/10")


def test_the_other_language_keeps_the_page(browser, address):
    with window(browser, PHONE) as page:
        log_in(page, address)
        page.goto(f"{address}/lists/hardship?area=grid")
        page.click("text=English")
        assert page.url.startswith(f"{address}/lists/hardship?area=grid")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator(".family").first).to_contain_text(EN)


def test_who_left_unfolds_and_the_account_logs_out_without_a_script(browser, address):
    with window(browser, DESK, java_script_enabled=False) as page:
        log_in(page, address, "en")
        expect(page.locator(".gone li")).not_to_be_visible()
        page.click(".gone summary")
        expect(page.locator(".gone li")).to_contain_text("Moved to another area")
        page.click(".account summary")
        page.click(".account button")
        expect(page.locator(".login")).to_be_visible()


@pytest.mark.parametrize("size", [DESK, PHONE])
def test_what_can_be_pressed_is_large_enough_for_a_finger_or_a_pointer(browser, address, size):
    least = 44 if size == PHONE else 24
    with window(browser, size) as page:
        log_in(page, address)
        page.click(".account summary")
        sizes = page.evaluate(
            "[...document.querySelectorAll('a:not(.skip), button, select, summary')].map(one => "
            "[one.textContent.trim().slice(0, 20), one.getBoundingClientRect().width, one.getBoundingClientRect().height])"
        )
        assert [one for one in sizes if min(one[1:]) < least] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE])
def test_axe_finds_nothing_on_the_list_and_the_log_in(browser, address, size, scheme):
    with window(browser, size, color_scheme=scheme) as page:
        page.goto(f"{address}/login")
        found = [faults(page)]
        log_in(page, address, "en")
        page.click(".gone summary")
        found.append(faults(page))
        assert found == [{}, {}]


def faults(page):
    """What axe holds against a page: rule and the first places."""
    violations = Axe().run(page).response["violations"]
    return {one["id"]: [node["html"] for node in one["nodes"][:2]] for one in violations}


def test_print_is_black_on_white_and_without_controls(browser, address):
    with window(browser, DESK, color_scheme="dark") as page:
        log_in(page, address)
        page.emulate_media(media="print")
        colours = page.evaluate(
            "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        )
        assert colours == ["rgb(255, 255, 255)", "rgb(0, 0, 0)"]
        expect(page.locator(".filters, .who, .pages, nav").first).not_to_be_visible()
        assert page.evaluate("getComputedStyle(document.querySelector('.family')).breakInside") == "avoid"
