"""The signals by which the city's question is measured know nothing of what was stated later."""

from pathlib import Path

import numpy as np

from benchmarks.city_signals import signals, tables
from benchmarks.city_truth import auc, out_of_fold
from riskscreen.city.state import day_number
from riskscreen.declare import load


def stated_by(told, day):
    """The same events without those stated later."""
    out = {}
    for kind, table in told.items():
        stated = table["updated"] if kind == "bill" else table["stated"]
        out[kind] = {name: column[stated <= day] for name, column in table.items()}
    return out


def test_signals_of_a_day_are_the_same_when_nothing_had_happened_since(small):
    day = day_number(small.first) + 200
    told, homes = tables(small), len(small.state.homes)
    later, then = signals(small, told, day, homes), signals(small, stated_by(told, day), day, homes)
    assert len(later) >= 25
    for name, column in later.items():
        np.testing.assert_array_equal(column, then[name], name)


def test_most_signals_are_not_the_same_for_everybody(small):
    known = signals(small, tables(small), day_number(small.first) + 300, len(small.state.homes))
    assert sum(len(np.unique(column)) > 1 for column in known.values()) > 0.7 * len(known)


def test_every_alert_rule_of_the_city_can_be_asked_of_its_signals(small):
    known = signals(small, tables(small), day_number(small.first) + 300, len(small.state.homes))
    rules = load(Path(__file__).parents[2] / "models" / "suzhou").alert_rules.values()
    assert {condition.field for rule in rules for condition in rule.where} <= set(known)


def test_the_area_under_the_curve_counts_pairs_and_ties_as_half():
    true, score = np.array([True, False, True, False]), np.array([3.0, 1.0, 2.0, 2.0])
    assert auc(true, score) == (2 + 1 + 0.5) / 4


def test_odds_out_of_fold_do_not_know_their_own_outcome():
    draw = np.random.default_rng(1)
    home = np.arange(4000)
    outcome = draw.random(4000) < 0.1
    odds = out_of_fold({"number": home.astype(float)}, outcome, home)
    assert abs(auc(outcome, odds) - 0.5) < 0.1
