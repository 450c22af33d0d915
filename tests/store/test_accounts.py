"""Accounts, log-ins and their throttling, roles."""

from datetime import timedelta

import pytest
from argon2 import Type

from riskscreen.errors import CallerError, Forbidden, NotFound, TooManyAttempts, Unauthorized
from riskscreen.store import (
    MAY,
    Action,
    Permission,
    Role,
    Throttle,
    all_accounts,
    areas_seen,
    can,
    change_account,
    change_password,
    check_may,
    check_password,
    create_account,
    find_account,
    put_areas,
    start_session,
)
from riskscreen.store.accounts import HASHER
from tests.store.made import PASSWORD, TIMES, account, contents, event, later, placed


@pytest.fixture
def wang(store):
    create_account(store, account("grid"), PASSWORD, event(Action.ACCOUNT_CREATED))
    return find_account(store, "wang")


def log_in(store, password=PASSWORD, name="wang", **at):
    return check_password(store, name, password, event(Action.LOG_IN_TRIED, at=later(**at)), Throttle(free=2))


def fail(store, name="wang", **at):
    with pytest.raises(Unauthorized) as refused:
        log_in(store, "wrong", name, **at)
    return str(refused.value)


def test_an_account_reads_back_and_logs_in(store, wang):
    assert wang == account("grid")
    assert all_accounts(store) == [wang]
    assert log_in(store) == wang


def test_a_password_is_kept_under_argon2id_alone(store, wang):
    kept = str(contents(store))
    assert "$argon2id$" in kept
    assert PASSWORD not in kept


def test_the_real_cost_of_a_password_is_that_of_rfc_9106():
    assert HASHER.type is Type.ID
    assert (HASHER.memory_cost, HASHER.time_cost) >= (64 * 1024, 3)


def test_a_wrong_password_an_unknown_name_and_a_disabled_account_get_the_same_answer(store, wang):
    wrong, unknown = fail(store), fail(store, "nobody")
    change_account(store, account("grid", disabled=True), event(Action.ACCOUNT_CHANGED))
    with pytest.raises(Unauthorized) as refused:
        log_in(store)
    assert wrong == unknown == str(refused.value)


def test_after_failures_even_the_right_password_waits_and_then_passes(store, wang):
    fail(store)
    fail(store)
    with pytest.raises(TooManyAttempts, match="wait 30 seconds"):
        log_in(store, seconds=1)
    assert log_in(store, seconds=30) == wang


def test_each_further_failure_doubles_the_wait(store, wang):
    fail(store)
    fail(store)
    fail(store, seconds=30)
    with pytest.raises(TooManyAttempts, match="wait 31 seconds"):
        log_in(store, seconds=30 + 30)
    assert log_in(store, seconds=30 + 60) == wang


def test_an_unknown_name_is_throttled_like_a_known_one(store):
    fail(store, "王芳 13812345678")
    fail(store, "王芳 13812345678")
    with pytest.raises(TooManyAttempts):
        log_in(store, name="王芳 13812345678", seconds=1)
    assert "王芳" not in str(contents(store))


def test_one_account_being_tried_stops_no_other(store, wang):
    fail(store, "li")
    fail(store, "li")
    assert log_in(store, seconds=1) == wang


def test_a_log_in_that_succeeded_forgets_the_failures(store, wang):
    fail(store)
    start_session(store, log_in(store).name, event(Action.SESSION_STARTED), TIMES)
    fail(store)
    assert log_in(store) == wang


@pytest.mark.parametrize("password", ["", "short", "a" * 257])
def test_a_password_too_short_or_too_long_is_refused(store, wang, password):
    with pytest.raises(CallerError, match="12 to 256"):
        change_password(store, "wang", password, event(Action.PASSWORD_CHANGED))


@pytest.mark.parametrize("name", ["", "Wang", "王芳", "a b", "a" * 49, "1a"])
def test_an_unfit_name_is_refused(store, name):
    with pytest.raises(CallerError, match="small letters"):
        create_account(store, account(name=name), PASSWORD, event(Action.ACCOUNT_CREATED))


def test_a_name_that_is_taken_and_an_area_that_is_not_there_are_refused(store, wang):
    with pytest.raises(CallerError, match="already"):
        create_account(store, account(), PASSWORD, event(Action.ACCOUNT_CREATED))
    with pytest.raises(CallerError, match="no area 'west'"):
        change_account(store, account("west"), event(Action.ACCOUNT_CHANGED))
    assert find_account(store, "wang") == wang


def test_an_account_that_is_not_there_cannot_be_changed(store):
    for ask in (
        lambda: change_account(store, account(), event(Action.ACCOUNT_CHANGED)),
        lambda: change_password(store, "wang", PASSWORD, event(Action.PASSWORD_CHANGED)),
        lambda: find_account(store, "wang"),
    ):
        with pytest.raises(NotFound):
            ask()


def test_a_changed_password_is_the_only_one(store, wang):
    change_password(store, "wang", PASSWORD + "!", event(Action.PASSWORD_CHANGED))
    assert log_in(store, PASSWORD + "!") == wang
    fail(store, minutes=1)


def test_the_longest_wait_is_kept_however_many_fail():
    assert Throttle().wait(10**9) == timedelta(minutes=15)


# Roles


def test_every_role_says_what_it_may_and_every_permission_is_somebodys():
    assert set(MAY) == set(Role)
    assert frozenset().union(*MAY.values()) == set(Permission)


@pytest.mark.parametrize("role", Role)
def test_a_role_may_what_its_row_says_and_a_disabled_account_nothing(role):
    assert {one for one in Permission if can(account(role=role), one)} == MAY[role]
    assert not any(can(account(role=role, disabled=True), one) for one in Permission)


def test_nobody_both_sees_people_and_keeps_accounts():
    assert not [role for role in Role if {Permission.SEE_ENTRIES, Permission.MANAGE_ACCOUNTS} <= MAY[role]]


def test_a_refusal_names_role_and_permission():
    with pytest.raises(Forbidden, match="role worker does not include read_audit"):
        check_may(account(), Permission.READ_AUDIT)


# Areas


def codes(store, *areas):
    return [one.code for one in areas_seen(store, account(*areas))]


def test_an_account_sees_its_areas_and_those_below(store):
    assert codes(store, "north") == ["grid", "north"]
    assert codes(store, "city") == ["city", "grid", "north", "south"]
    assert codes(store) == []


def test_an_area_moves_with_what_is_below_it_and_others_stay(store):
    put_areas(store, [placed("grid", "south", visits=7)], event(Action.AREAS_CHANGED))
    assert codes(store, "north") == ["north"]
    assert areas_seen(store, account("south"))[0] == placed("grid", "south", visits=7)


def test_a_child_may_be_named_before_its_parent(store):
    put_areas(store, [placed("lane", "west"), placed("west", "city")], event(Action.AREAS_CHANGED))
    assert codes(store, "west") == ["lane", "west"]


@pytest.mark.parametrize(
    ("areas", "said"),
    [
        ([placed("lane", "nowhere")], "lies in 'nowhere', which is not there"),
        ([placed("city", "grid")], "below itself"),
        ([placed("lane", "lane")], "below itself"),
    ],
)
def test_a_tree_that_is_none_is_refused(store, areas, said):
    before = contents(store)
    with pytest.raises(CallerError, match=said):
        put_areas(store, areas, event(Action.AREAS_CHANGED))
    assert contents(store) == before
