"""What a deployment cannot say: each is refused with a sentence, when it is read."""

import os
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from riskscreen.clock import Horizon, Window
from riskscreen.declare import (
    Area,
    AreaTree,
    AtLeast,
    Average,
    Cohort,
    Column,
    Count,
    CountMembers,
    Day,
    DayOf,
    Derived,
    Each,
    HouseholdKey,
    Id,
    Is,
    Largest,
    Latest,
    ModelSpec,
    MonthEnd,
    Origins,
    Outcome,
    OverHousehold,
    RandomOrder,
    Sensitivity,
    SignalOrder,
    StateAt,
    Text,
    Total,
    Trend,
    Whole,
    YearEnd,
    load,
)
from riskscreen.errors import DeclarationError
from tests.factories import (
    T,
    bills,
    columns,
    deployment,
    feed,
    group,
    homes,
    place,
    rule,
    signal,
    spells,
    text,
)

COUNT = signal(Count, records="bills")


def model(**changes: Any) -> ModelSpec:
    said: dict[str, Any] = {
        "name": "hardship",
        "label": T,
        "purpose": T,
        "cohort": Cohort(label=T, where=(AtLeast("it", 1),)),
        "outcome": Outcome(
            label=T, records="bills", where=(Is("ward", "a"),), horizon=Horizon(180), judged_by="absence"
        ),
        "signals": ("it",),
        "origins": Origins(every="month"),
        "baselines": (RandomOrder(), SignalOrder("most_bills", "it")),
        "fallback": "most_bills",
    }
    return ModelSpec(**(said | changes))


def test_a_whole_deployment_can_be_read_and_sent_to_another_process():
    town = deployment(COUNT, models={"hardship": model()}, alert_rules={"r": rule("r", AtLeast("it", 3))})
    assert pickle.loads(pickle.dumps(town)) == town
    assert town.model("hardship").signals == ("it",)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: deployment(COUNT, models={"m": model(signals=("itt",))}), "signal 'itt', which is not declared: did you mean 'it'"),
        (lambda: deployment(COUNT).model("hardhsip"), "model 'hardhsip', which is not declared"),
        (lambda: deployment(signal(Count, records="bils")), "record kind 'bils', which is not declared: did you mean 'bills'"),
        (lambda: deployment(signal(Total, records="bills", column="yaun")), "'yaun', which is not declared: did you mean 'yuan'"),
        (lambda: deployment(signal(Total, records="bills", column="ward")), "computes with 'ward', which is no number"),
        (lambda: deployment(signal(Trend, records="bills", column="ward", window=Window(30))), "which is no number"),
        (lambda: deployment(signal(Latest, records="bills", column="sex")), "protected column 'sex'"),
        (lambda: deployment(signal(Count, records="bills", where=(Is("sex", "f"),))), "protected column 'sex'"),
        (lambda: deployment(signal(Count, records="bills", theme="helth")), "theme 'helth', which is not declared"),
        (lambda: deployment(signal(StateAt, records="bills")), "declares no ends"),
        (lambda: deployment(signal(OverHousehold, of="me", how="sum")), "signal 'me', which is not declared"),
        (lambda: deployment(COUNT, signal(CountMembers, name="n"), signal(OverHousehold, name="o", of="n", how="sum")), "roll-up itself"),
        (lambda: deployment(COUNT, signal(Derived, name="d", how="sum", of=("it", "it")), signal(OverHousehold, name="o", of="d", how="sum", members="then")), "must be a record signal"),
        (lambda: deployment(signal(Latest, records="bills", column="ward"), signal(OverHousehold, name="o", of="it", how="max")), "which is no number"),
        (lambda: deployment(signal(Latest, records="bills", column="ward"), models={"m": model()}), "'it', which is no number"),
        (lambda: deployment(signal(Derived, name="a", how="sum", of=("b", "b")), signal(Derived, name="b", how="sum", of=("a", "a"))), "made of itself: a → b → a"),
        (lambda: deployment(COUNT, alert_rules={"r": rule("r", AtLeast("them", 1))}), "alert rule 'r' names the signal 'them'"),
        (lambda: deployment(COUNT, audit_groups={"g": group("g", column="gender")}), "audit group 'g'"),
        (lambda: deployment(COUNT, models={"m": model(audit=("sexes",))}), "audit group 'sexes'"),
        (lambda: deployment(COUNT, areas=AreaTree([])), "declares 0 areas"),
        (lambda: AreaTree([Area(code="a", label=T, parent="b")]), "area 'a' lies in 'b', which is not there"),
        (lambda: AreaTree([Area(code="a", label=T, parent="b"), Area(code="b", label=T, parent="a")]), "would lie below itself"),
        (lambda: deployment(COUNT, place=place(area_of="here")), "area_of of 'town' names the signal 'here'"),
        (lambda: deployment(COUNT, feeds={"a": feed(name="a"), "b": feed(name="b")}), "two record kinds are called 'bills'"),
        (lambda: deployment(COUNT, models={"m": model(cohort=Cohort(label=T, where=(AtLeast("it", 1),), unit="household"))}), "scores households, but signal 'it' is one of a person"),
        (lambda: model(fallback="nothing"), "falls back on 'nothing'"),
        (lambda: model(signals=()), "uses no signal"),
        (lambda: model(signals=("it", "it")), "names a signal twice"),
        (lambda: feed(columns=(*columns(), columns()[0])), "declares column 'person' twice"),
        (lambda: feed(records=(bills(key=("bil",)),)), "reads column 'bil', which the feed does not declare"),
        (lambda: feed(records=(bills(person="ward"),)), "person is column 'ward', which is no Id"),
        (lambda: feed(records=(bills(values=("bill",)),)), "keeps the id 'bill' as a value"),
        (lambda: feed(records=(bills(happened=DayOf("grade")),)), "DayOf needs a Day column, not 'grade'"),
        (lambda: feed(records=(bills(happened=YearEnd("day")),)), "YearEnd needs a Whole column, not 'day'"),
        (lambda: feed(columns=tuple(c if c.name != "ward" else Column(name="ward", type=Whole(), label=T, truth=True) for c in columns())), "which is truth"),
        (lambda: feed(records=()), "maps its rows to no record"),
        (lambda: feed(files=()), "has no file-name pattern"),
        (lambda: bills(key=()), "has no key"),
        (lambda: bills(values=("person",)), "a value called 'person', which every record has"),
        (lambda: feed(records=(bills(when=(Is("sex", "f"),), values=()),)), "is made by the protected column 'sex'"),
        (lambda: bills(lag_days=-1), "a lag of -1 days"),
        (lambda: homes(household=HouseholdKey("home", ())), "names no column"),
        (lambda: Each("month", ()), "lists no value"),
        (lambda: Is("ward"), "lists no value"),
        (lambda: Id("Citizen"), "use lower-case letters"),
        (lambda: Id("citizen", "["), "no regular expression"),
        (lambda: Column(name="a", type=Whole(at_least=2, at_most=1), label=T), "allows nothing"),
        (lambda: Day(()), "has no format"),
        (lambda: Text("only English", " "), "lacks a language"),
        (lambda: signal(Trend, records="bills"), "trend without a window"),
        (lambda: signal(StateAt, records="spells", window=Window(3)), "takes no window"),
        (lambda: signal(Derived, how="ratio", of=("a", "b", "c")), "a ratio of 3 signals"),
        (lambda: signal(Count, name="as_of", records="bills"), "as a column that every row has"),
        (lambda: signal(Count, name="Bad Name", records="bills"), "use lower-case letters"),
    ],
)  # fmt: skip
def test_what_cannot_hold_is_refused_with_a_sentence(make, sentence):
    with pytest.raises(DeclarationError, match=None) as refused:
        make()
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_signal_takes_the_highest_class_of_what_it_reads():
    secret = tuple(
        c if c.name != "own" else Column(name="own", type=c.type, label=T, sensitivity=Sensitivity.SENSITIVE)
        for c in columns()
    )
    town = deployment(
        signal(Total, name="own", records="bills", column="own"),
        signal(Total, name="all", records="bills", column="yuan"),
        signal(OverHousehold, name="home", of="own", how="sum"),
        feeds={"town_feed": feed(columns=secret)},
    )
    assert [town.sensitivity(name) for name in ("own", "all", "home")] == [2, 1, 2]
    assert [owner.name for owner in town.owners("home")] == ["town_feed"]


def test_the_fingerprint_changes_with_the_signal_its_inputs_and_its_contract_and_with_nothing_else():
    whole = signal(Total, name="whole", records="bills", column="yuan")
    part = signal(OverHousehold, of="whole", how="sum")
    other = signal(Average, name="other", records="spells", column="own")
    first = deployment(whole, part).fingerprint(["it"])
    assert deployment(whole, part, other).fingerprint(["it"]) == first
    longer = signal(Total, name="whole", records="bills", column="yuan", window=Window(30))
    assert deployment(longer, part).fingerprint(["it"]) != first
    called = deployment(replace(whole, label=text("better")), replace(part, reason=text("words")))
    assert called.fingerprint(["it"]) == first
    later = feed(records=(bills(lag_days=3), spells(), homes()))
    assert deployment(whole, part, feeds={"town_feed": later}).fingerprint(["it"]) != first


def write(folder: Path, **files: str) -> Path:
    folder.mkdir()
    (folder / "__init__.py").write_text(
        "from riskscreen.declare import Area, Place, Text\n"
        "place = Place(name='small', label=Text('a', 'b'), time_zone='UTC', currency='x', themes={'t': Text('t', 't')})\n"
        "area = Area(code='all', label=Text('a', 'b'), weekly_visits=1)\n"
    )
    for name, body in files.items():
        (folder / f"{name}.py").write_text(body)
    return folder


def test_declarations_are_found_in_lists_in_subfolders_and_once(tmp_path):
    folder = write(
        tmp_path / "small",
        one="from riskscreen.declare import AlertRule, AtLeast, CountMembers, Text\nT = Text('a', 'b')\n"
        "size = [CountMembers(name='size', label=T, theme='t', reason=T)]\n",
        two="from .one import size, T\nfrom riskscreen.declare import AlertRule, AtLeast\n"
        "large = AlertRule(name='large', label=T, where=(AtLeast('size', 9),))\n",
    )
    (folder / "more").mkdir()
    (folder / "more" / "__init__.py").write_text("")
    (folder / "more" / "three.py").write_text(
        "from ..one import T\nfrom riskscreen.declare import Derived\n"
        "twice = Derived(name='twice', label=T, theme='t', reason=T, how='sum', of=('size', 'size'))\n"
    )
    found = load(folder)
    assert list(found.signals) == ["twice", "size"] or set(found.signals) == {"twice", "size"}
    assert list(found.alert_rules) == ["large"]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("x = = 1", "small/broken.py, line 1: SyntaxError"),
        ("\nimport nowhere_to_be_found", "small/broken.py, line 2: ModuleNotFoundError"),
        ("from riskscreen.clock import Window\n\n\nWindow(0)", "small/broken.py, line 4: a window has 0 days"),
        ("from riskscreen.declare import Count\nCount(nmae='x')", "line 2: TypeError"),
        ("from riskscreen.declare import Area, Text\nb = Area(code='all', label=Text('a', 'b'), weekly_visits=2)", "two declarations of Area are called 'all'"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_named_with_its_line(tmp_path, body, sentence):
    with pytest.raises(DeclarationError) as refused:
        load(write(tmp_path / "small", broken=body))
    assert sentence in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_edit_of_the_same_length_in_the_same_second_is_seen(tmp_path):
    body = "from riskscreen.declare import AlertRule, AtLeast, CountMembers, Text\nT = Text('a', 'b')\n"
    body += "size = CountMembers(name='size', label=T, theme='t', reason=T)\n"
    folder = write(tmp_path / "small", one=body)
    stamp = (folder / "one.py").stat()
    assert list(load(folder).signals) == ["size"]
    (folder / "one.py").write_text(body.replace("'size'", "'many'"))
    os.utime(folder / "one.py", ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert list(load(folder).signals) == ["many"]
    assert not list(folder.rglob("__pycache__"))


def test_a_folder_that_is_no_deployment_is_refused(tmp_path):
    with pytest.raises(DeclarationError, match="is no deployment"):
        load(tmp_path)


def test_columns_filled_in_by_each_are_those_of_the_file():
    kind = bills(
        happened=MonthEnd(year="grade", month="month"),
        known=None,
        key=("bill", "month"),
        values=(),
        each=Each("month", (1, 2)),
        when=(Is("status{month}", 1),),
    )
    assert kind.columns() == {"person", "bill", "grade", "status1", "status2"}


def test_largest_and_smallest_need_no_window():
    assert signal(Largest, records="bills", column="yuan").days is None
    assert text("x").of("zh") == "x"
