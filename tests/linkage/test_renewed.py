"""Which landed files a day's link opens: those that are new, and those in which something stands that it routes anew."""

import shutil

import pytest

from riskscreen.eventstore.landing import Landing
from riskscreen.eventstore.store import EventStore
from riskscreen.linkage import link, renewed
from tests.linkage.test_link import KEY, TOWN, land, records, row


@pytest.fixture
def opened(monkeypatch):
    """The loads whose files were opened by name; ``clear()`` it before the link that is asked about."""
    loads: set[str] = set()
    scan = Landing.scan

    def seen(self, kind, schema=None, among=None):
        loads.update(file.path[-10:-8] for file in among or ())
        return scan(self, kind, schema, among)

    monkeypatch.setattr(Landing, "scan", seen)
    return loads


@pytest.fixture(scope="module")
def template(tmp_path_factory):
    """A home, to be copied, to which deliveries came on three days."""
    home = tmp_path_factory.mktemp("three days")
    for day in (1, 2, 3):
        land(home, bills=[row(f"p{n}", id=f"{day} {n}", known=f"2024-01-0{day}", yuan=1) for n in range(8)])
        link(home, TOWN, KEY)
    return home


@pytest.fixture
def home(template, tmp_path):
    return shutil.copytree(template, tmp_path, dirs_exist_ok=True)


def fourth_day(home, **said):
    land(home, bills=[row("p1", id="2 1", known="2024-01-04", yuan=7), row("p2", id="new", known="2024-01-04")])
    link(home, TOWN, KEY)


def test_a_day_opens_its_own_file_and_those_of_older_versions_of_its_records(home, opened):
    opened.clear()
    fourth_day(home)
    assert opened == {"02", "04"}
    assert len(records(home)) == 26


@pytest.mark.parametrize("harm", ["broken", "of other files", "not kept yet", "large"])
def test_where_what_was_kept_of_small_files_will_not_do_they_are_all_looked_through(home, opened, monkeypatch, harm):
    store = EventStore.open(home)
    kept = home / store.version.crosswalk["landed-bills"]
    if harm == "broken":
        kept.write_bytes(kept.read_bytes()[:100])
    elif harm == "of other files":
        kept.write_bytes((home / store.version.crosswalk["numbers"]).read_bytes())
    elif harm == "not kept yet":
        manifest = home / "events/manifest.json"
        manifest.write_text(manifest.read_text().replace('"landed-bills"', '"landed-others"'))
    else:
        monkeypatch.setattr(renewed, "SMALL", 7)
    opened.clear()
    fourth_day(home)
    assert opened == {"01", "02", "03", "04"}
    assert len(records(home)) == 26
