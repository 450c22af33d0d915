"""The reference pages of the feeds say what is declared now, in both languages."""

from pathlib import Path

import pytest

from riskscreen.declare import load
from riskscreen.declare.feeds_page import feeds_page
from tests.example.conftest import run_json

ROOT = Path(__file__).parents[2]
SUZHOU = load(ROOT / "models" / "suzhou")
PAGES = {"en": ROOT / "docs" / "feeds.md", "zh": ROOT / "docs" / "feeds.zh.md"}


@pytest.mark.parametrize("language", PAGES)
def test_the_page_is_the_one_that_make_docs_writes(language):
    assert PAGES[language].read_text(encoding="utf-8") == feeds_page(SUZHOU, language)


@pytest.mark.parametrize("language", PAGES)
def test_the_page_names_every_feed_column_and_allowed_value(language):
    page = feeds_page(SUZHOU, language)
    for feed in SUZHOU.feeds.values():
        section = page.split(f"\n## {feed.name}\n")[1].split("\n## ")[0]
        assert feed.owner.of(language) in section
        assert feed.legal_basis.of(language) in section
        for column in feed.columns:
            (row,) = [
                line
                for line in section.splitlines()
                if line.startswith(f"| `{column.name}` | {column.label.of(language)} |")
            ]
            assert all(f"`{value}` {text.of(language)}" in row for value, text in column.words)


def test_feeds_for_means_checks_are_shown_as_closed():
    rows = [
        line for line in feeds_page(SUZHOU, "en").splitlines() if "closed: means check" in line and line.startswith("|")
    ]
    assert [row.split("]")[0] for row in rows] == ["| [bank", "| [insurance", "| [securities"]


def test_the_command_lists_the_feeds_with_their_columns():
    said = {feed["feed"]: feed for feed in run_json("feeds")}
    assert set(said) == set(SUZHOU.feeds)
    assert "residence_grid" in said["police_population"]["columns"]
