"""The example as a reader's tutorial: it holds one of everything, and nothing in it is half done."""

import dataclasses
import inspect
import re
import typing
from pathlib import Path

import pytest

import riskscreen
from riskscreen import declare
from riskscreen.cli.session import deployments
from riskscreen.declare import conditions, load

EXAMPLE = Path(riskscreen.__file__).parent / "example"
CHECKOUT = Path(riskscreen.__file__).parent.parent
FOLDERS = {"example": EXAMPLE} | {
    name: folder for name, folder in deployments().items() if folder.is_relative_to(CHECKOUT)
}


@pytest.fixture(scope="module")
def example():
    return load(EXAMPLE)


def exported(kind):
    """The kinds that a deployment can write, of a class or a union that :mod:`riskscreen.declare` exports."""
    if typing.get_args(kind):
        return set(typing.get_args(kind))
    found = {getattr(declare, name) for name in declare.__all__}
    kinds = {item for item in found if inspect.isclass(item) and issubclass(item, kind)}
    return {item for item in kinds if not any(issubclass(other, item) for other in kinds - {item})}


def test_what_counts_as_a_kind_is_what_can_be_written():
    assert {declare.Count, declare.Derived} <= exported(declare.Signal)
    assert exported(declare.Signal).isdisjoint({declare.Signal, declare.RecordSignal})
    assert declare.RandomOrder in exported(declare.Baseline)


def test_every_kind_of_signal_is_used(example):
    assert {type(signal) for signal in example.signals.values()} == exported(declare.Signal)


def test_every_kind_of_baseline_is_used(example):
    (model,) = example.models.values()
    assert {type(baseline) for baseline in model.baselines} == exported(declare.Baseline)


def test_every_type_of_column_is_used(example):
    used = {type(column.type) for feed in example.feeds.values() for column in feed.columns}
    needs_a_library = {declare.Address, declare.Placed}
    assert used == exported(declare.ColumnType) - needs_a_library


def test_every_way_of_delivery_is_used(example):
    assert {feed.delivery for feed in example.feeds.values()} == set(declare.Delivery)


def test_members_now_and_members_then_are_both_used(example):
    rolled = [signal for signal in example.signals.values() if isinstance(signal, declare.OverHousehold)]
    assert {signal.members for signal in rolled} == {"now", "then"}


def test_every_feature_of_a_record_is_shown(example):
    kinds = [kind for _, kind in example.record_kinds.values()]
    for feature in ("each", "ends", "household", "known", "lag_days", "when", "withdrawn"):
        assert any(getattr(kind, feature) for kind in kinds), feature
    days = {type(day) for kind in kinds for day in (kind.happened, kind.known, kind.ends) if day is not None}
    assert days == {declare.DayOf, declare.MonthEnd, declare.YearEnd}
    assert any(kind.household and kind.household.collective for kind in kinds)


def test_a_protected_column_reaches_an_audit_and_no_signal(example):
    (protected,) = [c.name for feed in example.feeds.values() for c in feed.columns if c.protected]
    assert protected in {group.column for group in example.audit_groups.values()}
    assert protected not in {getattr(signal, "column", None) for signal in example.signals.values()}


def test_a_condition_on_a_signal_and_one_on_a_record_are_shown(example):
    assert any(signal.where for signal in example.signals.values() if isinstance(signal, declare.RecordSignal))
    used = {type(c) for rule in example.alert_rules.values() for c in rule.where}
    assert used <= set(typing.get_args(conditions.Condition))


def test_there_are_two_alert_rules(example):
    assert len(example.alert_rules) == 2


def test_every_signal_is_in_the_model_or_serves_something_else(example):
    (model,) = example.models.values()
    used = {example.place.area_of, *model.signals}
    used |= {condition.field for condition in model.cohort.where}
    used |= {b.signal for b in model.baselines if isinstance(b, declare.SignalOrder)}
    used |= {c.field for rule in example.alert_rules.values() for c in rule.where}
    assert {signal.name for signal in example.closure(sorted(used))} == set(example.signals)


@pytest.mark.parametrize("value", ["0", "1", "12", "1,234", "45%", "yes"])
def test_a_reason_takes_any_value(example, value):
    for signal in example.signals.values():
        for language in ("en", "zh"):
            said = signal.reason.of(language).format(value=value, days=signal.days or "")
            assert value in said
            assert "  " not in said


def test_a_reason_names_days_only_where_its_signal_has_a_window(example):
    for signal in example.signals.values():
        if signal.days is None:
            assert "{days}" not in signal.reason.en + signal.reason.zh, signal.name


def test_a_reason_speaks_chinese_where_it_says_so(example):
    texts = [signal.reason for signal in example.signals.values()]
    texts += [signal.label for signal in example.signals.values()]
    texts += [rule.label for rule in example.alert_rules.values()]
    assert [text.zh for text in texts if not re.search(r"[\u4e00-\u9fff]", text.zh)] == []
    assert [text.en for text in texts if re.search(r"[\u4e00-\u9fff]", text.en)] == []


def test_every_file_opens_by_saying_what_may_be_changed():
    files = [path for path in EXAMPLE.rglob("*.py") if path.name not in ("sample.py", "__init__.py")]
    assert len(files) >= 10
    for path in files:
        assert "May be changed:" in path.read_text(encoding="utf-8").split('"""')[1], path.name


@pytest.mark.parametrize("name", FOLDERS)
def test_every_model_has_its_card(name):
    assert models_without_card(FOLDERS[name]) == []


def test_a_model_without_a_card_is_found(tmp_path):
    (tmp_path / "cards").mkdir()
    assert models_without_card(EXAMPLE, cards=tmp_path / "cards") == ["hardship"]


@pytest.mark.parametrize("name", FOLDERS)
def test_every_card_belongs_to_a_model(name):
    cards = {path.stem for path in (FOLDERS[name] / "cards").glob("*.md")}
    assert cards <= set(load(FOLDERS[name]).models)


@pytest.mark.parametrize("name", FOLDERS)
def test_every_card_says_purpose_and_limits(name):
    for path in (FOLDERS[name] / "cards").glob("*.md"):
        said = path.read_text(encoding="utf-8")
        assert "**Purpose" in said, path.name
        assert "**Limits" in said, path.name


@pytest.mark.parametrize("name", FOLDERS)
def test_every_feed_can_be_told_by_a_file_of_its_own(name):
    deployment = load(FOLDERS[name])
    for feed in deployment.feeds.values():
        for pattern in feed.files:
            assert deployment.feed_of(pattern.replace("*", "2023").replace("?", "1")) == feed, pattern


def models_without_card(folder, cards=None):
    cards = cards or folder / "cards"
    return [name for name in load(folder).models if not (cards / f"{name}.md").is_file()]


def test_declarations_are_frozen(example):
    with pytest.raises(dataclasses.FrozenInstanceError):
        example.place.name = "elsewhere"
