"""A reader sees the old list or the new one, whole; what came, stayed and left is said."""

from datetime import date

import pytest

from riskscreen.errors import CallerError, Forbidden, HomeError, NotFound
from riskscreen.store import (
    Action,
    Came,
    Change,
    Cursor,
    Left,
    LeftBecause,
    Role,
    current_lists,
    current_page,
    left_entries,
    lists,
    publish,
    roll_back,
)
from riskscreen.store import entry as read_entry
from tests.store.made import NOW, PUBLISHED, account, contents, entry, event, new_list, reason

WORKER = account("grid")


def published(store, *entities, **changes):
    return publish(store, new_list(*entities, **changes), PUBLISHED)


def read(store, after=None):
    return current_page(store, WORKER, "hardship", "grid", after)


def people(store):
    return [one.entity_id for one in read(store).entries]


def test_a_list_reads_back_as_it_was_published(store):
    one = entry(1, "ann", "bills", "job")
    name = published(store, entries=(one, entry(2, "bob", score=None)), inputs="hash")
    page = read(store)
    assert (page.head.id, page.head.length, page.head.as_of) == (name, 2, date(2024, 2, 29))
    assert (page.head.made_at, page.head.data_up_to, page.head.model_version) == (NOW, date(2024, 2, 28), "version-1")
    ann, bob = page.entries
    assert (ann.entity_id, ann.score, ann.abstained, ann.odds_known) == ("ann", 0.3, False, True)
    assert ann.reasons == (reason("bills", 1.0), reason("job", 0.5)) == one.reasons
    assert (bob.score, bob.abstained, bob.odds_known, bob.reasons) == (None, True, False, ())
    assert read_entry(store, WORKER, ann.id) == ann


def test_an_empty_list_is_a_list(store):
    published(store)
    assert (read(store).entries, read(store).next) == ((), None)


def test_the_same_list_again_changes_nothing(store):
    first = published(store, "ann", "bob")
    before = contents(store)
    assert published(store, "ann", "bob") == first
    assert contents(store) == before


def test_a_list_published_before_does_not_come_back_by_publishing_it_again(store):
    published(store, "ann")
    published(store, "bob")
    published(store, "ann")
    assert people(store) == ["bob"]


def test_the_first_list_says_so_and_gives_each_its_heaviest_signal(store):
    published(store, entries=(entry(1, "ann", "bills", "job"), entry(2, "bob")))
    assert [one.came for one in read(store).entries] == [
        Came(Change.FIRST, "bills", None),
        Came(Change.FIRST, None, None),
    ]


def test_the_next_list_says_who_came_who_stayed_and_what_is_new_about_them(store):
    published(store, entries=(entry(1, "ann", "bills"), entry(2, "bob", "bills"), entry(3, "cy", "bills")))
    published(
        store, entries=(entry(1, "dee", "job"), entry(2, "ann", "bills"), entry(3, "bob", "bills", "job")), inputs="2"
    )
    assert [one.came for one in read(store).entries] == [
        Came(Change.NEW, "job", None),
        Came(Change.STAYED, None, 1),
        Came(Change.STAYED, "job", 2),
    ]


def test_the_next_list_says_who_left_and_why(store):
    published(store, "ann", "bob", "cy")
    by_hand = {"bob": LeftBecause.CASE_OPEN}
    name = publish(store, new_list("dee", "ann"), PUBLISHED, by_hand)
    assert left_entries(store, WORKER, name) == [
        Left("bob", 2, LeftBecause.CASE_OPEN),
        Left("cy", 3, LeftBecause.OUTRANKED),
    ]


def test_where_nobody_came_the_list_is_shorter(store):
    published(store, "ann", "bob")
    assert left_entries(store, WORKER, published(store, "ann")) == [Left("bob", 2, LeftBecause.SHORTER_LIST)]


def test_each_model_and_area_has_its_own_list_before(store):
    published(store, "ann")
    published(store, "ann", model="child")
    south = (entry(1, "ann", "bills", area="south"),)
    published(store, area="south", entries=south)
    page = current_page(store, account("south"), "hardship", "south")
    assert page.entries[0].came.change is Change.FIRST


# Half of a list is never seen


@pytest.mark.parametrize("step", ["_write_batch", "_write_left", "_flip"])
@pytest.mark.parametrize("batches_first", [0, 1])
def test_a_crash_between_batches_leaves_the_old_list_and_the_next_run_finishes(store, monkeypatch, step, batches_first):
    published(store, "ann", "bob")
    before = contents(store)
    whole, calls = getattr(lists, step), []

    def crashes(*arguments):
        calls.append(step)
        if step != "_write_batch" or len(calls) > batches_first:
            raise KeyboardInterrupt
        whole(*arguments)

    names = [f"p{number}" for number in range(120)]
    with monkeypatch.context() as broken:
        broken.setattr(lists, step, crashes)
        with pytest.raises(KeyboardInterrupt):
            published(store, *names)
    assert contents(store) == before
    assert people(store) == ["ann", "bob"]
    name = published(store, *names)
    assert read(store).head.id == name
    assert [one.because for one in left_entries(store, WORKER, name)] == [LeftBecause.OUTRANKED] * 2


def test_a_reader_between_batches_sees_the_old_list(store, monkeypatch):
    published(store, "ann")
    whole, seen = lists._write_batch, []

    def watched(*arguments):
        whole(*arguments)
        seen.append(people(store))

    monkeypatch.setattr(lists, "_write_batch", watched)
    published(store, *[f"p{number}" for number in range(120)])
    assert seen == [["ann"]] * 3


def test_an_unpublished_list_and_its_entries_cannot_be_asked_for(store, monkeypatch):
    monkeypatch.setattr(lists, "_flip", lambda *_: None)
    name = published(store, "ann")
    for ask in (
        lambda: read_entry(store, WORKER, f"{name}-1"),
        lambda: left_entries(store, WORKER, name),
        lambda: read(store, Cursor(0, name)),
        lambda: read(store),
    ):
        with pytest.raises(NotFound):
            ask()


def test_of_two_runs_side_by_side_the_later_to_finish_is_told(store, monkeypatch):
    published(store, "ann")
    flip = lists._flip

    def overtaken(*arguments):
        monkeypatch.setattr(lists, "_flip", flip)
        published(store, "bob")
        flip(*arguments)

    monkeypatch.setattr(lists, "_flip", overtaken)
    with pytest.raises(HomeError, match="Another run published"):
        published(store, "cy")
    assert people(store) == ["bob"]


def test_an_earlier_day_does_not_replace_a_later_one(store):
    published(store, "ann")
    with pytest.raises(CallerError, match="as of 2024-02-29: one as of 2024-02-28 cannot replace it"):
        published(store, "bob", as_of=date(2024, 2, 28))
    assert people(store) == ["ann"]


def test_a_list_of_an_area_that_is_not_there_is_refused(store):
    with pytest.raises(CallerError, match="no area 'west'"):
        published(store, area="west")


def test_a_roll_back_brings_back_the_list_before_and_the_first_has_none(store):
    published(store, "ann")
    published(store, "bob")
    roll_back(store, "hardship", "grid", event(Action.LIST_ROLLED_BACK))
    assert people(store) == ["ann"]
    with pytest.raises(CallerError, match="nothing to go back to"):
        roll_back(store, "hardship", "grid", event(Action.LIST_ROLLED_BACK))


@pytest.mark.parametrize(
    "entries",
    [
        (entry(2, "ann"),),
        (entry(1, "ann"), entry(3, "bob")),
        (entry(1, "ann"), entry(2, "ann")),
        (entry(1, "ann", area="south"),),
    ],
)
def test_a_list_that_is_none_cannot_be_made(entries):
    with pytest.raises(ValueError, match="list"):
        new_list(entries=entries)


# Pages


def test_pages_of_fifty_hold_every_entry_once(store):
    names = [f"p{number}" for number in range(50 + 50 + 1)]
    published(store, *names)
    first = read(store)
    second = read(store, first.next)
    third = read(store, second.next)
    assert [one.entity_id for page in (first, second, third) for one in page.entries] == names
    assert [len(page.entries) for page in (first, second, third)] == [50, 50, 1]
    assert third.next is None


def test_a_full_last_page_has_none_after_it(store):
    published(store, *[f"p{number}" for number in range(50)])
    assert read(store).next is None


def test_the_next_page_is_of_the_list_that_was_begun_even_after_another_was_published(store):
    published(store, *[f"p{number}" for number in range(60)])
    first = read(store)
    published(store, "ann")
    assert [one.entity_id for one in read(store, first.next).entries] == [f"p{number}" for number in range(50, 60)]


def test_a_cursor_from_another_area_or_beyond_the_list_opens_nothing(store):
    name = published(store, area="south", entries=(entry(1, "ann", area="south"),))
    published(store, "bob")
    with pytest.raises(CallerError, match="another list"):
        read(store, Cursor(0, name))
    for position in (-1, 10**30):
        with pytest.raises(CallerError, match="another list"):
            read(store, Cursor(position, read(store).head.id))


@pytest.mark.parametrize("hostile", ["", "x", "-1", "1' OR 1=1 --", "0" * 32 + "-1", "0" * 32 + "-" + "9" * 30, "٣-1"])
def test_an_entry_that_is_not_there_is_not_found(store, hostile):
    published(store, "ann")
    for ask in (hostile, f"{read(store).head.id}-2"):
        with pytest.raises(NotFound):
            read_entry(store, WORKER, ask)


# Who may read


@pytest.mark.parametrize("areas", [["grid"], ["north"], ["city"], ["south", "grid"]])
def test_an_area_and_all_below_it_are_seen(store, areas):
    published(store, "ann")
    asks = account(*areas)
    page = current_page(store, asks, "hardship", "grid")
    assert read_entry(store, asks, page.entries[0].id).entity_id == "ann"
    assert [head.area for head in current_lists(store, asks)] == ["grid"]


@pytest.mark.parametrize(
    "asks",
    [
        account(),
        account("south"),
        account("city", disabled=True),
        *(account("city", role=role) for role in (Role.AUDITOR, Role.DATA_SCIENTIST, Role.ADMIN)),
    ],
)
def test_other_areas_and_other_roles_see_nobody(store, asks):
    name = published(store, "ann")
    for ask in (
        lambda: current_page(store, asks, "hardship", "grid"),
        lambda: current_page(store, asks, "hardship", "grid", Cursor(0, name)),
        lambda: read_entry(store, asks, f"{name}-1"),
        lambda: left_entries(store, asks, name),
        lambda: current_page(store, asks, "hardship", "nowhere"),
    ):
        with pytest.raises(Forbidden):
            ask()


def test_lists_of_foreign_areas_are_not_even_named(store):
    published(store, "ann")
    published(store, "ann", model="child")
    assert current_lists(store, account("south")) == []
    assert [head.model for head in current_lists(store, WORKER)] == ["child", "hardship"]
    assert [head.model for head in current_lists(store, WORKER, "child")] == ["child"]
