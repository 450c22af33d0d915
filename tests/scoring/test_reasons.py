"""Reasons: which signals are said, and in which words."""

from dataclasses import replace
from datetime import date
from typing import Any, cast

import numpy as np
import pytest

from riskscreen.clock import Window
from riskscreen.declare import (
    AtLeast,
    Count,
    CountMembers,
    Derived,
    Largest,
    OverHousehold,
    Sensitivity,
    Share,
    Text,
    Total,
)
from riskscreen.features import Evidence
from riskscreen.learning.baselines import FittedBaseline
from riskscreen.scoring import Ranker
from riskscreen.scoring.reasons import _heaviest, _speaks, choose, reasons, rule_reasons, sentence
from tests.factories import columns, deployment, feed, place, rule, signal, text

THEMES = {"health": text("health"), "work": text("work")}
DAY = date(2023, 12, 31)


def said(it, value, language="en", day=DAY, others=()):
    town = deployment(*others, it, place=place(themes=THEMES))
    return sentence(town, it.name, Evidence(value, day), language)


def bill(kind, en="{value} yuan in {days} days", zh="近 {days} 天 {value} 元", **changes):
    return signal(kind, **({"records": "bills", "window": Window(90), "reason": Text(en, zh)} | changes))


def test_a_reason_has_number_window_agency_and_date_in_both_languages():
    it = bill(Total, column="own")
    assert said(it, 38_400_00) == "38,400 yuan in 90 days (Town hall, 2023-12-31)"
    assert said(it, 38_400_00, "zh") == "近 90 天 38,400 元 (镇政府, 2023-12-31)"


def test_a_roll_up_speaks_of_the_window_of_what_it_rolls_up():
    it = signal(OverHousehold, of="own", how="sum", reason=text("{value} yuan in {days} days"))
    assert said(it, 9_00, others=(bill(Total, name="own", column="own"),), day=None).startswith("9 yuan in 90 days")


def test_what_is_not_known_is_said_so():
    it = replace(bill(Largest, column="own"), label=Text("largest bill", "最大一笔"))
    assert said(it, None, day=None) == "largest bill: nothing on record (Town hall)"
    assert said(it, None, "zh", day=None) == "最大一笔: 无记录 (镇政府)"


OWN = bill(Total, name="own", column="own")
N = signal(CountMembers, name="n")


@pytest.mark.parametrize(
    ("it", "others", "value", "number"),
    [
        (bill(Total, "{value}", column="yuan"), (), 123_456_78, "123,457"),
        (bill(Share, "{value}", column="own", whole="yuan", unit="%"), (), 0.256, "26%"),
        (bill(Total, "{value}", column="size"), (), 1234.56, "1,234.6"),
        (bill(Count, "{value}"), (), 3, "3"),
        (signal(OverHousehold, of="own", how="sum", reason=text("{value}")), (OWN,), 500_00, "500"),
        (signal(OverHousehold, of="own", how="any", reason=text("{value}")), (OWN,), 1, "1"),
        (signal(CountMembers, reason=text("{value}")), (), 4, "4"),
        (signal(Derived, how="sum", of=("own", "own"), reason=text("{value}")), (OWN,), 500_00, "500"),
        (signal(Derived, how="ratio", of=("own", "n"), reason=text("{value}")), (OWN, N), 500_00, "500"),
        (signal(Derived, how="ratio", of=("own", "own"), reason=text("{value}")), (OWN,), 0.5, "0.5"),
        (signal(Derived, how="product", of=("n", "own"), reason=text("{value}")), (OWN, N), 500_00, "500"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_people_write_them(it, others, value, number):
    assert said(it, value, others=others, day=None).split(" (")[0] == number


def test_codes_are_said_in_the_words_declared_for_them():
    it = bill(Largest, "Income: {value}", column="grade", words=((1, Text("poor", "贫困")),))
    assert said(it, 1, day=None).startswith("Income: poor")
    assert said(it, 2, day=None).startswith("Income: 2")


def test_a_signal_without_a_feed_of_its_own_names_no_agency():
    assert said(signal(CountMembers, reason=text("{value} people")), 4, day=None) == "4 people"


def test_the_heaviest_of_each_theme_comes_first_and_only_what_raises_the_margin_counts():
    names, themes = ["a", "b", "c", "d", "e"], ["health", "health", "work", "work", "health"]
    weights = np.array([0.9, 0.8, 0.1, -0.5, 0.7])
    assert _heaviest(weights, names, themes) == (("a", 0.9), ("b", 0.8), ("c", 0.1))
    assert _heaviest(weights[:3], names, themes) == (("a", 0.9), ("b", 0.8), ("c", 0.1))
    assert _heaviest(np.array([0.9, 0.8, 0.7, 0.0, 0.1]), names, themes) == (("a", 0.9), ("b", 0.8), ("c", 0.7))
    assert _heaviest(-weights[:3], names, themes) == ()


def test_a_theme_is_not_crowded_out_by_three_signals_of_another():
    assert _heaviest(np.array([0.9, 0.8, 0.7, 0.1]), ["a", "b", "c", "d"], ["h", "h", "h", "w"]) == (
        ("a", 0.9), ("b", 0.8), ("d", 0.1),
    )  # fmt: skip


def test_what_adds_less_than_a_twentieth_of_the_heaviest_is_no_reason():
    assert _heaviest(np.array([1.0, 0.05, 0.04]), ["a", "b", "c"], ["h", "w", "s"]) == (("a", 1.0), ("b", 0.05))


def test_what_is_not_known_is_no_reason_and_a_zero_only_where_less_is_worse():
    more, less = bill(Count, name="more", direction=1), bill(Count, name="less", direction=-1)
    values = np.array([[np.nan, np.nan], [0.0, 0.0], [2.0, 2.0]])
    assert _speaks(values, [more, less]).tolist() == [[False, False], [False, True], [True, True]]


def test_under_a_baseline_the_reason_is_the_signal_that_it_ranks_by():
    ranker = Ranker(FittedBaseline("latest", "signal", "it"), "baseline:latest", "")
    rows = cast("Any", [0, 0])
    assert choose(rows, ranker, deployment(bill(Count))) == [(("it", 1.0),), (("it", 1.0),)]


def test_under_a_derived_order_the_reasons_are_what_it_is_derived_from():
    ranker = Ranker(FittedBaseline("order", "signal", "it"), "baseline:order", "")
    parts = [bill(Count, name="one"), bill(Count, name="two")]
    town = deployment(*parts, signal(Derived, how="sum", of=("two", "one")))
    assert choose(cast("Any", [0]), ranker, town) == [(("two", 1.0), ("one", 1.0))]


def test_under_the_alert_rules_the_reasons_are_those_that_fire():
    town = deployment(
        signal(Count, name="one", records="bills"),
        signal(Derived, name="two", how="sum", of=("one", "one")),
        alert_rules={"r1": rule("r1", AtLeast("one", 2)), "r2": rule("r2", AtLeast("two", 4), AtLeast("one", 1))},
    )
    fired = {"one": Evidence(1, DAY), "two": Evidence(4, DAY)}
    assert [reason.signal for reason in rule_reasons(fired, town)] == ["r2"]
    assert rule_reasons({"one": Evidence(None, None), "two": Evidence(None, None)}, town) == ()


def test_reasons_carry_theme_and_weight():
    town = deployment(bill(Count))
    (reason,) = reasons((("it", 0.25),), {"it": Evidence(3, DAY)}, town)
    assert (reason.theme, reason.weight, reason.of("zh")) == ("health", 0.25, "近 90 天 3 元 (镇政府, 2023-12-31)")
    assert reason.sensitivity == "personal"


def test_a_reason_carries_the_class_of_the_most_sensitive_column_behind_it():
    secret = tuple(replace(c, sensitivity=Sensitivity.SENSITIVE) if c.name == "own" else c for c in columns())
    own = bill(Total, name="own", column="own")
    town = deployment(
        own,
        signal(OverHousehold, of="own", how="sum"),
        feeds={"town_feed": feed(columns=secret)},
        alert_rules={"r": rule("r", AtLeast("own", 1))},
    )
    (reason,) = reasons((("it", 1.0),), {"it": Evidence(3, DAY)}, town)
    (fired,) = rule_reasons({"own": Evidence(3, DAY)}, town)
    assert (reason.sensitivity, fired.sensitivity) == ("sensitive", "sensitive")
