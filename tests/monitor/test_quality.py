"""What the page of data quality says, and what it keeps to itself."""

from html.parser import HTMLParser

import pytest

from riskscreen.monitor import quality, quality_page
from tests.ingest.factories import Desk


@pytest.fixture
def home(tmp_path):
    desk = Desk(tmp_path)
    good = [f"1100{n:02d},b{n},2024-0{1 + n % 3}-10,,{n if n % 4 else ''},0.5,3,east," for n in range(30)]
    bad = ["918273,b90,2024-01-01,,5,,99,,", "918273,b91,2024-01-01,,5,,98,,", "918273,王小明,2024-13-01,,,,,,"]
    desk.deliver(" ".join(good + bad), received="2024-04-01")
    return desk


def test_the_figures_are_those_of_what_was_landed(home):
    (feed,) = quality(home.home, home.town)
    assert [(load.read, load.accepted, load.quarantined) for load in feed.loads] == [(33, 30, 3)]
    assert feed.reasons == (("grade", "above_range", 2), ("day", "not_a_day", 1))
    (kind,) = feed.kinds
    assert (kind.records, kind.withdrawn) == (30, 0)
    assert kind.months == (("2024-01", 10), ("2024-02", 10), ("2024-03", 10))
    assert kind.lags == (22, 51, 82)
    values = {value.column: value for value in kind.values}
    assert values["yuan"].missing == pytest.approx(8 / 30)
    assert (values["yuan"].low, values["yuan"].high) == ("1.00", "29.00")
    assert (values["ward"].low, values["ward"].missing) == (None, 0)


def test_no_range_is_told_of_few_values(tmp_path):
    desk = Desk(tmp_path)
    desk.deliver("110001,b1,2024-01-01,,5,,,,")
    (feed,) = quality(desk.home, desk.town)
    assert all(value.low is None for value in feed.kinds[0].values)


class Tags(HTMLParser):
    def __init__(self):
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attributes):
        self.seen.append((tag, dict(attributes)))


@pytest.mark.parametrize(("language", "title"), [("en", "Quality of data"), ("zh", "数据质量")])
def test_the_page_is_whole_in_itself_and_tells_of_nobody(home, language, title):
    page = quality_page(home.town, quality(home.home, home.town), language)
    assert title in page
    assert [planted for planted in ("918273", "110001", "王小明") if planted in page] == []
    tags = Tags()
    tags.feed(page)
    assert not {tag for tag, _ in tags.seen} & {"script", "link", "img", "iframe"}
    assert not [said for _, said in tags.seen if {"src", "href"} & set(said)]
    assert len([tag for tag, _ in tags.seen if tag == "rect"]) == 3


def test_a_home_without_deliveries_says_so(tmp_path):
    desk = Desk(tmp_path)
    assert "Nothing has been delivered yet." in quality_page(desk.town, quality(desk.home, desk.town), "en")
