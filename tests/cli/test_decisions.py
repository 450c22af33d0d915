"""The command ``decisions``."""

import json

from riskscreen.store import Action, Because, Role, decide, prepare_store, publish_pairs, take_back
from tests.store.made import NOW, account, doubtful, event
from tests.store.test_pairs import OTHERS, SAME

LIN = account(name="lin", role=Role.DATA_STEWARD)


def test_decisions_are_told_by_numbers_and_those_in_force_apart(riskscreen, home):
    store = prepare_store(home)
    publish_pairs(store, 1, [doubtful(1, 2, 2.0), doubtful(3, 4)], event(Action.PAIRS_PUBLISHED))
    decide(store, LIN, 1, SAME, NOW)
    decide(store, LIN, 2, OTHERS, NOW)
    take_back(store, LIN, 1, Because.MISTAKE, NOW)
    store.close()
    code, out, _ = riskscreen("decisions", "--json")
    told = [(one["number"], one["claim"], one["other"], one["verdict"], one["in_force"]) for one in json.loads(out)]
    assert code == 0
    assert told == [(1, 1, 2, "together", False), (2, 3, 4, "apart", True), (3, 1, 2, "takes back 1", False)]
    assert [one["number"] for one in json.loads(riskscreen("decisions", "--in-force", "--json")[1])] == [2]
    assert "takes back 1" in riskscreen("decisions")[1]


def test_without_a_store_it_says_so(riskscreen, home):
    code, _, err = riskscreen("decisions")
    assert (code, "There is no store" in err, home.exists()) == (2, True, False)
