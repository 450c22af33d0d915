"""From the landing log to persons, households, families and buckets."""

from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
import pytest

from riskscreen.declare import CountMembers, HouseholdKey, OverHousehold, RecordKind, Total
from riskscreen.errors import CallerError, HomeError
from riskscreen.eventstore.landing import Landing, Load, contract_fingerprint, landed_schema
from riskscreen.eventstore.store import EventStore
from riskscreen.features import FeatureSet
from riskscreen.features.local import compute
from riskscreen.identity import Key
from riskscreen.linkage import link
from tests.factories import bills, check_same, deployment, feed, homes, place, signal

KEY = Key("k" * 16, b"s" * 32)
TOWN = deployment(feeds={"town_feed": feed()})


def digest(name):
    return name.encode().ljust(16, b".")


def number(name):
    """The number that a name was dealt at the door."""
    return None if name is None else int.from_bytes(name.encode()[:7])


def name(number):
    return number.to_bytes(7).decode().lstrip("\0")


def row(person, home=None, happened="2024-01-01", **said):
    return {
        "person": number(person),
        "household": number(home),
        "collective": said.pop("collective", False),
        "record_id": digest(said.pop("id", f"{person}{home}{happened}"[:16])),
        "happened_on": date.fromisoformat(happened),
        "known_on": date.fromisoformat(said.pop("known", happened)),
        "ends_on": None,
        "withdrawn": said.pop("withdrawn", False),
    } | said


def land(home, town=TOWN, **rows):
    """Land rows by record kind as one load."""
    landing = Landing(home)
    number = len(landing.manifest()) + 1
    tables = {}
    for kind, given in rows.items():
        schema = landed_schema(*town.record_kinds[kind])
        full = [
            {name: {"load": number, "row": at}.get(name, r.get(name)) for name in schema.names}
            for at, r in enumerate(given)
        ]
        tables[kind] = pa.Table.from_pylist(full, schema=schema)
    count = sum(len(given) for given in rows.values())
    landing.append(
        Load(
            number=number, feed="town_feed", file_sha256=str(number), received=None, loaded_on=date(2024, 6, 1),
            delivered_on=None, key_id=KEY.id, contract=contract_fingerprint(feed()), read=count, accepted=count,
            quarantined=0, warnings=0, files={},
        ),
        tables,
    )  # fmt: skip


def people(home):
    """Person, family and bucket of everybody, by name."""
    rows = EventStore.open(home).crosswalk("persons").to_pylist()
    return {name(r["number"]): (r["person"], r["family"], r["bucket"]) for r in rows}


def families(home):
    groups: dict[int, set[str]] = {}
    for name, (_, family, _) in people(home).items():
        groups.setdefault(family, set()).add(name)
    return sorted(map(sorted, groups.values()))


def records(home, kind="bills"):
    store = EventStore.open(home)
    return [r for bucket in store.buckets() for r in store.read(kind, bucket).to_pylist()]


def test_the_same_token_is_the_same_person_in_every_kind(tmp_path):
    land(tmp_path, bills=[row("ann"), row("bob")], homes=[row("bob", "h1"), row("cyd", "h1")])
    done = link(tmp_path, TOWN, KEY)
    assert (done.people, done.households, done.records, done.changed) == (3, 1, 4, True)
    assert {r["person"] for r in records(tmp_path)} == {people(tmp_path)["ann"][0], people(tmp_path)["bob"][0]}


def test_people_who_share_a_household_are_one_family_also_through_others(tmp_path):
    land(
        tmp_path,
        homes=[row("ann", "h1"), row("bob", "h1"), row("bob", "h2", "2024-02-01"), row("cyd", "h2"), row("dan", "h3")],
    )
    link(tmp_path, TOWN, KEY)
    assert families(tmp_path) == [["ann", "bob", "cyd"], ["dan"]]


def void_days(home):
    return {str(r["void_on"]) for r in records(home, "homes")}


def test_a_collective_household_joins_nobody(tmp_path):
    land(tmp_path, homes=[row("ann", "dorm", collective=True), row("bob", "dorm", collective=True)])
    link(tmp_path, TOWN, KEY)
    assert families(tmp_path) == [["ann"], ["bob"]]
    assert void_days(tmp_path) == {"2024-01-01"}


def test_a_household_found_to_be_collective_later_still_joins_those_known_before(tmp_path):
    later = row("cyd", "h1", happened="2024-01-02", known="2024-03-01", collective=True)
    land(tmp_path, homes=[row("ann", "h1"), row("bob", "h1"), later])
    link(tmp_path, TOWN, KEY)
    assert families(tmp_path) == [["ann", "bob"], ["cyd"]]
    assert void_days(tmp_path) == {"2024-03-01"}


@pytest.mark.parametrize(("size", "joined", "void"), [(20, 1, {"None"}), (21, 21, {"2024-01-01"})])
def test_a_household_of_more_than_20_joins_nobody(tmp_path, size, joined, void):
    land(tmp_path, homes=[row(f"p{number}", "h1") for number in range(size)])
    link(tmp_path, TOWN, KEY)
    assert len(families(tmp_path)) == joined
    assert void_days(tmp_path) == void


def test_the_21st_member_ends_a_household_on_the_day_on_which_they_are_known(tmp_path):
    land(tmp_path, homes=[row(f"p{number}", "h1") for number in range(20)])
    land(tmp_path, homes=[row("p20", "h1", happened="2024-02-01", known="2024-02-09")])
    link(tmp_path, TOWN, KEY)
    assert sorted(len(family) for family in families(tmp_path)) == [1, 20]
    assert void_days(tmp_path) == {"2024-02-09"}


def test_everything_of_a_family_lies_in_one_bucket(tmp_path):
    land(tmp_path, homes=[row(f"p{n}", f"h{n // 3}") for n in range(60)], bills=[row(f"p{n}") for n in range(60)])
    link(tmp_path, TOWN, KEY)
    found = people(tmp_path).values()
    assert len({bucket for _, _, bucket in found}) == 2
    assert len({(family, bucket) for _, family, bucket in found}) == 20


def test_a_later_link_keeps_numbers_names_and_buckets_and_adds_to_them(tmp_path):
    land(tmp_path, bills=[row("ann"), row("bob")])
    link(tmp_path, TOWN, KEY)
    before, names = people(tmp_path), EventStore.open(tmp_path).crosswalk("persons")["entity_id"].to_pylist()
    land(tmp_path, bills=[row("aaa"), row("bob", happened="2024-02-01")])
    link(tmp_path, TOWN, KEY)
    after = people(tmp_path)
    assert {name: after[name] for name in before} == before
    assert EventStore.open(tmp_path).crosswalk("persons")["entity_id"].to_pylist()[:2] == names


REMARRIED = deployment(
    signal(Total, name="yuan", records="bills", column="yuan"),
    signal(OverHousehold, name="now", of="yuan", how="sum"),
    signal(OverHousehold, name="then", of="yuan", how="sum", members="then"),
    signal(CountMembers, name="members"),
    feeds={"town_feed": feed()},
)


def town_of_remarriages(home):
    """Each of 60 people lives with the next, one after another, and half of them in a dormitory at last."""
    days = [date(2020, 1, 1) + timedelta(days=20 * n) for n in range(61)]
    lives = [row(f"p{n + side}", f"h{n}", str(days[n])) for n in range(60) for side in (0, 1)]
    lives += [row(f"p{n}", "dorm", "2024-01-01", collective=True) for n in range(30)]
    land(home, homes=lives, bills=[row(f"p{n}", happened=str(days[n]), yuan=10**5 + n) for n in range(61)])


@pytest.mark.parametrize("engine", ["kernel", "reference"])
def test_remarriages_through_a_town_make_no_giant_family_and_features_are_those_of_one_bucket(tmp_path, engine):
    answers = {}
    for buckets in (1, 7):
        town, home = replace(REMARRIED, place=place(buckets=buckets)), tmp_path / str(buckets)
        town_of_remarriages(home)
        link(home, town, KEY)
        store = EventStore.open(home)
        assert any(file.guests for file in store.version.files) == (buckets > 1)
        wanted = FeatureSet(town, ("now", "then", "members"))
        days = [date(2020, 2, 1), date(2022, 1, 1), date(2024, 2, 1)]
        answers[buckets] = compute(store, days, wanted, engine=engine)
        assert max(len(family) for family in families(home)) == 20
    check_same(answers[7], answers[1])
    assert set(answers[1]["members"].to_pylist()) == {1, 2}


def test_households_keep_number_and_name_from_link_to_link(tmp_path):
    land(tmp_path, homes=[row("ann", "h1"), row("bob", "h2")])
    link(tmp_path, TOWN, KEY)
    before = EventStore.open(tmp_path).crosswalk("households").to_pylist()
    land(tmp_path, homes=[row("aaa", "h0", "2024-02-01"), row("cyd", "h1", "2024-02-01")])
    link(tmp_path, TOWN, KEY)
    after = EventStore.open(tmp_path).crosswalk("households").to_pylist()
    assert (after[:2], len(after)) == (before, 3)


def test_people_of_one_book_who_live_apart_are_two_households(tmp_path):
    home = RecordKind(**(vars(homes()) | {"household": HouseholdKey("home", ("home",), home="ward")}))
    town = deployment(feeds={"town_feed": feed(records=(bills(), home))})
    lives = [row(who, "b1") | {"home": at} for who, at in (("ann", 1), ("bob", 1), ("cyd", 2), ("dan", None))]
    land(tmp_path, town, homes=lives)
    link(tmp_path, town, KEY)
    members = EventStore.open(tmp_path).crosswalk("members").to_pylist()
    lived = {name(r["number"]): r["person"] for r in EventStore.open(tmp_path).crosswalk("persons").to_pylist()}
    groups: dict[int, set[int]] = {}
    for r in members:
        groups.setdefault(r["household"], set()).add(r["person"])
    assert sorted(map(sorted, groups.values())) == [[lived["ann"], lived["bob"]], [lived["cyd"]], [lived["dan"]]]
    assert "home" not in EventStore.open(tmp_path).read("homes", 0).column_names


def test_the_same_log_twice_changes_nothing(tmp_path):
    land(tmp_path, bills=[row("ann")])
    link(tmp_path, TOWN, KEY)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert link(tmp_path, TOWN, KEY).changed is False
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_correction_that_names_somebody_else_withdraws_the_record_from_the_first(tmp_path):
    land(tmp_path, bills=[row("ann", id="bill 7")])
    land(tmp_path, bills=[row("bob", id="bill 7", known="2024-03-01")])
    link(tmp_path, TOWN, KEY)
    number = {name: of[0] for name, of in people(tmp_path).items()}
    told = sorted((r["person"], str(r["known_on"]), r["withdrawn"]) for r in records(tmp_path))
    assert told == [
        (number["ann"], "2024-01-01", False),
        (number["ann"], "2024-03-01", True),
        (number["bob"], "2024-03-01", False),
    ]


def test_another_number_of_buckets_routes_everything_anew(tmp_path):
    land(tmp_path, bills=[row(f"p{n}") for n in range(10)])
    link(tmp_path, TOWN, KEY)
    more = deployment(feeds={"town_feed": feed()}, place=place(buckets=5))
    assert link(tmp_path, more, KEY).changed is True
    assert {bucket for _, _, bucket in people(tmp_path).values()} == set(range(5))
    assert len(records(tmp_path)) == 10


def test_readers_of_the_version_before_are_not_disturbed_and_older_ones_are_removed(tmp_path):
    readers = []
    for number in range(3):
        land(tmp_path, bills=[row(f"p{number}")])
        link(tmp_path, TOWN, KEY)
        readers.append(EventStore.open(tmp_path))
    reader = readers[1]
    assert sum(reader.read("bills", bucket).num_rows for bucket in reader.buckets()) == 2
    last = readers[2].version
    files = {path.relative_to(tmp_path).as_posix() for path in (tmp_path / "events").rglob("*") if path.is_file()}
    assert files == last.paths | reader.version.paths | {"events/manifest.json"}
    assert not (tmp_path / readers[0].version.crosswalk["persons"]).exists()


def test_nothing_landed_another_key_and_a_missing_file_are_a_sentence_each(tmp_path):
    with pytest.raises(CallerError, match="nothing was landed"):
        link(tmp_path, TOWN, KEY)
    land(tmp_path, bills=[row("ann")])
    with pytest.raises(HomeError, match="was built with key"):
        link(tmp_path, TOWN, replace(KEY, id="another"))
    link(tmp_path, TOWN, KEY)
    (tmp_path / EventStore.open(tmp_path).version.files[0].path).unlink()
    with pytest.raises(HomeError, match="which is missing: run `riskscreen link` again"):
        EventStore.open(tmp_path)


def test_a_bucket_file_cut_in_half_is_a_sentence(tmp_path):
    land(tmp_path, bills=[row("ann")])
    link(tmp_path, TOWN, KEY)
    store = EventStore.open(tmp_path)
    path = tmp_path / store.version.files[0].path
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(HomeError, match="cannot be read"):
        store.read("bills", store.version.files[0].bucket)


def test_a_day_before_the_first_record_was_known_is_refused(tmp_path):
    land(tmp_path, bills=[row("ann", known="2024-02-01")])
    link(tmp_path, TOWN, KEY)
    store = EventStore.open(tmp_path)
    store.check_covers(date(2024, 2, 1))
    with pytest.raises(CallerError, match="the first became known on 2024-02-01"):
        store.check_covers(date(2024, 1, 31))


def test_no_bar_of_the_database_goes_to_where_results_are_printed():
    from riskscreen.ingest.sql import connect
    from riskscreen.linkage.database import in_memory

    asked = "SELECT current_setting('enable_progress_bar'), current_setting('temp_directory')"
    with in_memory() as ours, connect(1) as theirs:
        assert [database.execute(asked).fetchone() for database in (ours, theirs)] == [(False, ""), (False, "")]
