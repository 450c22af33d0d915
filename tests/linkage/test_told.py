"""Of whom something was landed: what the last link kept of it is added to, and made anew where it will not do."""

from datetime import date

import pytest

from riskscreen.eventstore.landing import Landing
from riskscreen.eventstore.store import EventStore
from riskscreen.linkage import link
from tests.linkage.test_link import KEY, TOWN, land, number, row


@pytest.fixture
def read(monkeypatch):
    """The kinds and how many of their files were read in one go; ``clear()`` it before the link that is asked about."""
    found: list[tuple[str, int]] = []
    scan = Landing.scan

    def seen(self, kind, schema=None, among=None):
        found.append((kind, len(among or ())))
        return scan(self, kind, schema, among)

    monkeypatch.setattr(Landing, "scan", seen)
    return found


def told(home):
    """First day and first place (load, row) of every number."""
    rows = EventStore.open(home).crosswalk("numbers-told").to_pylist()
    return {r["number"]: (str(r["known_on"]), divmod(r["place"], 1 << 40)) for r in rows}


def two_days(home):
    land(home, bills=[row("ann", known="2024-01-05"), row("bob", known="2024-01-05")], homes=[row("cyd", "h1")])
    link(home, TOWN, KEY)
    land(home, bills=[row("dan", known="2024-01-02"), row("ann", id="older", known="2024-01-03")])


EXPECTED = {
    number("ann"): ("2024-01-03", (1, 0)),
    number("bob"): ("2024-01-05", (1, 1)),
    number("cyd"): ("2024-01-01", (1, 0)),
    number("dan"): ("2024-01-02", (2, 0)),
}


def test_a_number_is_told_of_since_the_first_day_and_at_the_first_place(tmp_path):
    two_days(tmp_path)
    link(tmp_path, TOWN, KEY)
    assert told(tmp_path) == EXPECTED


def test_a_days_link_reads_of_whom_the_day_tells_alone(tmp_path, read):
    two_days(tmp_path)
    read.clear()
    link(tmp_path, TOWN, KEY)
    assert read[0] == ("bills", 1)


@pytest.mark.parametrize("harm", ["broken", "not kept yet", "of other kinds"])
def test_where_what_was_kept_will_not_do_all_is_read(tmp_path, harm, read):
    two_days(tmp_path)
    version = EventStore.open(tmp_path).version
    kept, manifest = tmp_path / version.crosswalk["numbers-told"], tmp_path / "events/manifest.json"
    if harm == "broken":
        kept.write_bytes(kept.read_bytes()[:100])
    elif harm == "not kept yet":
        manifest.write_text(manifest.read_text().replace('"numbers-told"', '"numbers-other"'))
    else:  # homes were not declared at the last link
        manifest.write_text(manifest.read_text().replace(f'"homes": "{version.columns["homes"]}"', '"older": ""'))
    read.clear()
    link(tmp_path, TOWN, KEY)
    assert told(tmp_path) == EXPECTED
    assert ("bills", 2) in read[:2]


def test_people_are_numbered_in_the_order_in_which_they_were_landed(tmp_path):
    land(tmp_path, bills=[row("zoe", known="2024-02-01"), row("amy", known="2024-01-01")])
    link(tmp_path, TOWN, KEY)
    land(tmp_path, bills=[row("max", known=str(date(2024, 3, 1))), row("amy", id="again"), row("bea")])
    link(tmp_path, TOWN, KEY)
    persons = EventStore.open(tmp_path).crosswalk("persons")
    assert persons["number"].to_pylist() == [number(name) for name in ("zoe", "amy", "max", "bea")]
