"""What the API and the pages say of lists, within the areas of who asks, and what is written down of it."""

import re
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pytest
from jinja2 import nodes

from riskscreen.store import Action, Change, LeftBecause, all_open_cases, publish, trail
from serving import pages
from serving.app import describe
from serving.templates import PAGES
from serving.words import WORDS
from tests.serving.conftest import MANY, form_of
from tests.store.made import PUBLISHED, entry, new_list, reason

ROOT = Path(pages.__file__).parent
GRID = "/api/v1/watchlists/hardship?area=grid"


def shown(store, auditor):
    return [
        (one.actor, one.object, one.details)
        for one in trail(store, auditor, 0, 500)
        if one.action is Action.ENTRIES_SHOWN
    ]


# The API


def test_all_pages_together_are_the_list(program):
    first = program.get(GRID).json()
    second = program.get(GRID, params={"area": "grid", "cursor": first["next"]}).json()
    assert [len(page["entries"]) for page in (first, second)] == [50, 10]
    assert [one["entity_id"] for page in (first, second) for one in page["entries"]] == list(MANY)
    assert (first["length"], second["next"]) == (60, None)


def test_pages_that_follow_are_of_the_same_list(program, store):
    first = program.get(GRID).json()
    publish(store, new_list("z" * 16, as_of=date(2024, 3, 1)), PUBLISHED)
    second = program.get(GRID, params={"area": "grid", "cursor": first["next"]}).json()
    assert second["list_id"] == first["list_id"]
    assert program.get(GRID).json()["length"] == 1


def test_an_entry_is_as_on_its_list(program):
    listed = program.get(GRID).json()["entries"][3]
    alone = program.get(f"/api/v1/entries/{listed['id']}").json()
    assert alone == listed
    assert alone["odds"] == {"en": "about 3 in 10", "zh": "约 3/10"}
    assert alone["reasons"][0]["sentence"] == {"en": "bills is high", "zh": "bills 偏高"}
    assert "score" not in alone


def test_a_foreign_area_is_forbidden_as_one_that_is_not_there(program):
    answers = [program.get(GRID, params={"area": area}) for area in ("south", "city", "atlantis")]
    assert [answer.status_code for answer in answers] == [403] * 3
    assert len({answer.text for answer in answers}) == 1


def test_a_foreign_entry_is_forbidden(program, store):
    made = new_list(
        area="south", entries=(entry(1, "s" * 16, "bills", area="south"),), as_of=date(2024, 3, 1), inputs="s"
    )
    foreign = publish(store, made, PUBLISHED)
    assert program.get(f"/api/v1/entries/{foreign}-1").status_code == 403


def test_a_foreign_area_stands_on_no_page(wang):
    page = wang.get("/lists/hardship").text
    assert 'value="south"' not in page
    assert wang.get("/lists/hardship?area=south").status_code == 403


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/watchlists/unknown", 404),
        ("/api/v1/watchlists/later", 404),
        ("/api/v1/watchlists/HARDSHIP", 422),
        ("/api/v1/watchlists/x%27%20OR%201=1", 422),
        ("/api/v1/watchlists/" + "x" * 5000, 422),
        (GRID + "&cursor=50", 422),
        (GRID + "&cursor=", 422),
        (GRID + "&cursor=" + "0" * 32 + "-50", 404),
        (GRID + "&cursor=%00", 422),
        (GRID + "&cursor=" + "9" * 5000, 422),
        ("/api/v1/watchlists/hardship?area=%F0%9F%98%80%00", 403),
        ("/api/v1/watchlists/hardship?area=" + "x" * 5000, 422),
        ("/api/v1/watchlists/hardship?area=%3Cscript%3E", 403),
        ("/api/v1/entries/zzz", 404),
        ("/api/v1/entries/" + "0" * 32 + "-1", 404),
        ("/api/v1/entries/" + "0" * 32 + "-99999999999999999999", 404),
        ("/api/v1/entries/" + "x" * 65, 422),
        ("/api/v1/nothing", 404),
        ("/api/", 404),
    ],
)
def test_hostile_requests_get_a_problem_that_repeats_nothing(program, path, status):
    answer = program.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    said = answer.json()
    assert (said["status"], said["type"]) == (status, "about:blank")
    assert said["detail"].endswith(".")
    assert not re.search(r"script|xxx|zzz|1=1|atlantis|\d{6}", answer.text)


def test_another_method_is_a_problem_too(program):
    answer = program.post(GRID)
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")


def test_a_fault_of_ours_says_nothing_of_itself(program, wang, store, monkeypatch, caplog):
    monkeypatch.setattr("serving.reading.current_page", lambda *_: 1 / int("0"))
    for client, path in ((program, GRID), (wang, "/lists/hardship")):
        answer = client.get(path)
        assert answer.status_code == 500
        assert "division" not in answer.text + caplog.text
    assert "ZeroDivisionError at test_lists.py" in caplog.text


def test_a_store_that_is_gone_is_503(program, store, tmp_path):
    store.close()
    for file in tmp_path.glob("store.db*"):
        file.unlink()
    (tmp_path / "store.db").write_bytes(b"no database at all" * 100)
    answer = program.get(GRID)
    assert (answer.status_code, str(tmp_path) in answer.text) == (503, False)
    assert program.get("/ready").status_code == 503


def test_the_description_names_every_route_and_its_problems(program):
    said = program.get("/api/openapi.json").json()
    assert said == describe()
    assert sorted((path, method) for path, methods in said["paths"].items() for method in methods) == [
        ("/api/v1/decisions/{number}/take-back", "post"),
        ("/api/v1/entries/{id}", "get"),
        ("/api/v1/pairs", "get"),
        ("/api/v1/pairs/{number}", "get"),
        ("/api/v1/pairs/{number}/decisions", "get"),
        ("/api/v1/pairs/{number}/decisions", "post"),
        ("/api/v1/pairs/{number}/openings", "post"),
        ("/api/v1/watchlists/{model}", "get"),
    ]
    for operation in (operation for methods in said["paths"].values() for operation in methods.values()):
        assert {"401", "403", "404", "422", "503"} <= set(operation["responses"])
        assert list(operation["responses"]["422"]["content"]) == ["application/problem+json"]


# What is written down


def test_every_answer_that_shows_people_is_written_down(program, wang, store, auditor):
    first = program.get(GRID).json()
    wang.get("/lists/hardship", params={"cursor": first["next"]})
    program.get(f"/api/v1/entries/{first['entries'][6]['id']}")
    thing = f"list:{first['list_id']}"
    positions = [list(range(1, 51)), list(range(51, 61)), [7]]
    assert shown(store, auditor) == [("wang", thing, {"positions": these}) for these in positions]


def test_who_left_is_shown_and_written_down_too(wang, store, auditor):
    made = new_list(MANY[1], as_of=date(2024, 3, 1))
    publish(store, made, PUBLISHED, {MANY[2]: LeftBecause.MOVED})
    page = wang.get("/lists/hardship?lang=en").text
    assert f"Left since the last list: {60 - 1}" in page
    assert re.findall(r'class="stood">was (\d+)</span> <span>([\w ]+)<', page)[:3] == [
        ("1", "This list is shorter than the last"),
        ("3", "Moved to another area"),
        ("4", "This list is shorter than the last"),
    ]
    left = [1, *range(3, 61)]
    assert shown(store, auditor) == [("wang", f"list:{made.id}", {"positions": [1], "left": left})]


def test_who_left_an_emptied_list_is_shown_and_written_down(wang, store, auditor):
    made = new_list(entries=(), as_of=date(2024, 3, 1), inputs="empty")
    publish(store, made, PUBLISHED)
    assert "上期在列、本期不在:60 条" in wang.get("/lists/hardship").text
    assert shown(store, auditor) == [("wang", f"list:{made.id}", {"positions": [], "left": list(range(1, 61))})]


def test_who_left_stands_on_the_first_page_alone(wang, store):
    publish(store, new_list(*MANY[1:], "z" * 16, as_of=date(2024, 3, 1)), PUBLISHED)
    first = wang.get("/lists/hardship?lang=en").text
    (following,) = re.findall(r'href="(/lists/hardship\?[^"]+cursor[^"]+)"', first)
    assert "Others come first now" in first
    assert "Left since" not in wang.get(following.replace("&amp;", "&")).text


def test_what_shows_nobody_is_not(program, wang, store, auditor):
    program.get(GRID, params={"area": "south"})
    wang.get("/lists/later")
    wang.get("/lists/unknown")
    assert shown(store, auditor) == []


def test_nobody_is_shown_who_cannot_be_written_down(program, wang, monkeypatch):
    def refuse(*_):
        raise OSError

    monkeypatch.setattr("serving.reading.record", refuse)
    for client, path in ((program, GRID), (wang, "/lists/hardship")):
        answer = client.get(path)
        assert answer.status_code == 500
        assert MANY[0] not in answer.text


# The page


@pytest.mark.parametrize(
    ("asked", "said", "tag"),
    [
        ({"headers": {"Accept-Language": "en-GB,zh;q=0.5"}}, "about 3 in 10", "en"),
        ({"headers": {"Accept-Language": "fr"}}, "约 3/10", "zh-CN"),
        ({"headers": {"Accept-Language": "en"}, "params": {"lang": "zh"}}, "约 3/10", "zh-CN"),
        ({"params": {"lang": "en"}}, "data up to", "en"),
        ({"params": {"lang": "xx"}}, "同类家庭", "zh-CN"),
    ],
)
def test_the_page_is_in_the_language_asked_for(wang, asked, said, tag):
    page = wang.get("/lists/hardship", **asked).text
    assert said in page
    assert f'<html lang="{tag}">' in page


def test_a_language_once_chosen_stays(wang):
    wang.get("/lists/hardship?lang=en")
    assert '<html lang="en">' in wang.get("/lists/hardship").text


def test_every_text_is_in_both_languages_with_the_same_values():
    for key, words in WORDS.items():
        named = [set(re.findall(r"{(\w+)}", words.of(language))) for language in ("en", "zh")]
        assert named[0] == named[1], key


def test_no_words_are_left_over_and_none_are_missing():
    sources = [path.read_text(encoding="utf-8") for path in [*ROOT.glob("*.py"), *ROOT.glob("templates/*.html")]]
    used = set(re.findall(r'"([a-z_0-9]+)"', "\n".join(source for source in sources if "WORDS: Mapping" not in source)))
    spoken = {key for key in WORDS if not key.startswith("error_")}
    assert spoken - used - {*Change, *LeftBecause} == set()
    asked = set(re.findall(r'say\("([a-z_]+)"\)', "\n".join(sources)))
    assert asked <= set(WORDS)


def test_labels_are_escaped(wang):
    page = wang.get("/lists/hardship?lang=en").text
    assert "Families &lt;first&gt;" in page
    assert "<first>" not in page


def test_reasons_stand_by_weight_the_heaviest_first(program, wang, store):
    light, heavy = reason("light", 0.1), replace(reason("<heavy>", 0.9), en="<b>2024-01-05</b>")
    said = replace(entry(1, MANY[0]), reasons=(light, heavy))
    publish(store, new_list(entries=(said,), as_of=date(2024, 3, 1), inputs="weights"), PUBLISHED)
    (listed,) = program.get(GRID).json()["entries"]
    assert [one["signal"] for one in listed["reasons"]] == ["<heavy>", "light"]
    page = wang.get("/lists/hardship?lang=en").text
    assert page.index("&lt;b&gt;<time>2024-01-05</time>&lt;/b&gt;") < page.index("light is high")


def test_every_change_and_every_why_has_its_words():
    assert {*Change, *LeftBecause} <= set(WORDS)


def test_the_head_says_when_from_what_and_by_what_it_was_made(wang):
    page = wang.get("/lists/hardship?lang=en").text
    for said in (
        "for 29 Feb 2024",
        "made 1 Mar 2024 14:00",
        "data up to 28 Feb 2024",
        "model version version-1",
        "60 in all, 1–50 here",
    ):
        assert said in page


def test_a_baselines_list_says_so_and_names_no_odds(wang, store):
    entries = (entry(1, "q" * 16, "bills", score=None),)
    made = new_list(entries=entries, as_of=date(2024, 3, 1), model_version="baseline:most_spent", inputs="b")
    publish(store, made, PUBLISHED)
    page = wang.get("/lists/hardship?lang=en").text
    assert "simple rule “most spent”" in page
    assert "about" not in page


def test_what_changed_since_the_last_list_is_said(wang, store):
    publish(store, new_list(MANY[1], MANY[0], "z" * 16, as_of=date(2024, 3, 1)), PUBLISHED)
    page = wang.get("/lists/hardship?lang=en").text
    assert re.findall(r'class="badge (\w+)"', page) == ["stayed", "stayed", "new"]
    assert "up from 2" in page
    assert "down from 1" in page


def test_an_empty_list_and_one_that_is_not_there_have_their_own_words(wang, store):
    publish(store, new_list(entries=(), as_of=date(2024, 3, 1), inputs="empty"), PUBLISHED)
    assert "暂无建议走访" in wang.get("/lists/hardship").text
    assert "尚无名单" in wang.get("/lists/later").text
    assert wang.get("/lists/unknown").status_code == 404


@pytest.mark.parametrize(
    "path", ["/lists/X%3Cscript%3E", "/lists/hardship?cursor=%3Cscript%3E", "/nowhere/%3Cscript%3E"]
)
def test_a_page_that_cannot_be_is_a_sentence_that_repeats_nothing(wang, path):
    answer = wang.get(path)
    assert answer.status_code in (404, 422)
    assert "返回名单" in answer.text
    assert "script" not in answer.text.replace(
        answer.text[answer.text.index("<head>") : answer.text.index("</head>")], ""
    )


# Taking on


def buttons(page):
    """The ids of the entries that a page lets one take on, and of the cases that it lets one close."""
    entries = re.findall(r'name="entry" value="([^"]+)"', page.text)
    return entries, [int(number) for number in re.findall(r'action="/cases/(\d+)/close"', page.text)]


def test_who_is_taken_on_stands_as_an_open_case_until_it_is_closed(wang, store, auditor):
    page = wang.get("/lists/hardship?lang=en")
    first, *others = buttons(page)[0]
    answer = wang.post("/cases", data={"entry": first, "form": form_of(page)})
    assert (answer.status_code, answer.headers["location"]) == (303, "/lists/hardship?area=grid")
    page = wang.get(answer.headers["location"])
    assert "Taken on by wang" in page.text
    assert buttons(page) == (others, [1])
    assert shown(store, auditor)[-1][2] == {"positions": list(range(1, 51)), "cases": [1]}
    assert wang.post("/cases/1/close", data={"form": form_of(page)}).status_code == 303
    assert buttons(wang.get("/lists/hardship")) == ([first, *others], [])


def test_without_the_pages_own_form_nobody_is_taken_on(wang, store, auditor):
    entry_id = buttons(wang.get("/lists/hardship"))[0][0]
    before = all_open_cases(store)
    for form in ("", "0" * 64):
        assert wang.post("/cases", data={"entry": entry_id, "form": form}).status_code == 403
        assert wang.post("/cases/1/close", data={"form": form}).status_code == 403
    assert all_open_cases(store) == before == {}


def test_what_cannot_be_taken_on_or_closed_is_a_page_that_says_so(wang):
    form = form_of(wang.get("/lists/hardship"))
    for entry_id in ("", "x", "f" * 32 + "-1"):
        assert wang.post("/cases", data={"entry": entry_id, "form": form}).status_code == 404
    assert wang.post("/cases/7/close", data={"form": form}).status_code == 404
    assert wang.post(f"/cases/{10**30}/close", data={"form": form}).status_code == 422


# Templates and their dataclasses


def named_of(template, *variables):
    """The attributes that a template reads of variables."""
    tree = PAGES.parse((ROOT / "templates" / template).read_text(encoding="utf-8"))
    return {
        node.attr
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name in variables
    }


@pytest.mark.parametrize(
    ("template", "variables", "page"),
    [
        ("login.html", ["page"], pages.LoginPage),
        ("list.html", ["page"], pages.ListPage),
        ("list.html", ["model", "area"], pages.Choice),
        ("list.html", ["one"], pages.Gone),
        ("list.html", ["case"], pages.OpenCase),
        ("row.html", ["row"], pages.Row),
    ],
)
def test_a_template_shows_all_of_its_dataclass_and_nothing_else(template, variables, page):
    assert named_of(template, *variables) == {field.name for field in fields(page)}
    assert not page.__doc__.startswith(page.__name__)  # what a dataclass writes where nobody did
