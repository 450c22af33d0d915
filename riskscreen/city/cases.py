"""Cases of people: children whom nobody raises, and allowances of disabled people."""

import numpy as np

from riskscreen.city.means import aided
from riskscreen.city.school import absent
from riskscreen.city.settle import NOBODY
from riskscreen.city.state import NEVER, Column, Events, State, thinned
from riskscreen.declare import WayOfLife

CASES = 13
ORPHAN, UNATTENDED, IN_DIFFICULTY, LEFT_BEHIND = 0, 1, 2, 3
LIVING, CARE = 0, 1


def open_and_close(state: State, way: WayOfLife) -> list[Events]:
    """In the week in which a month begins: cases that begin and cases that end."""
    if not state.month_begins:
        return []
    draw = state.draw(CASES)
    return [_children(state, way, draw), _disabled(state, way, draw)]


def child_kinds(state: State, who: Column) -> Column:
    """What a child's guardians make of its case: a kind, or -1 where there is none."""
    people = state.people
    mother, father = people["mother"][who], people["father"][who]
    (no_mother, mother_away), (no_father, father_away) = absent(state, mother), absent(state, father)
    dead = people["died"][mother] & people["died"][father] & (mother != NOBODY) & (father != NOBODY)
    kind = np.where(aided(state)[people["home"][who]] & people["disabled"][who], IN_DIFFICULTY, NOBODY)
    behind = (mother_away | no_mother) & (father_away | no_father)
    kind = np.where(behind & (state.age_of(who) < 16), LEFT_BEHIND, kind)
    kind = np.where(no_mother & no_father, UNATTENDED, kind)
    return np.where(dead, ORPHAN, kind)


def _children(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    people, cases = state.people, way.cases
    known = state.here & (state.people["child_case"] != NOBODY)
    young = np.flatnonzero((state.here & (state.age < 18)) | known)
    kind = np.where(state.age_of(young) < 18, child_kinds(state, young), NOBODY)
    has = people["child_case"][young] != NOBODY
    new = thinned(draw, young[~has & (kind != NOBODY)], cases.child_seen_monthly)
    over = young[has & (kind == NOBODY)]
    people["child_case"][new] = state.number("child case", len(new))
    people["child_kind"][new] = kind[np.searchsorted(young, new)]
    people["child_since"][new] = state.today
    who = np.concatenate([new, over])
    kinds = people["child_kind"][who]
    event = {
        "number": people["child_case"][who],
        "person": who,
        "guardian": np.where(people["mother"][who] == NOBODY, people["father"][who], people["mother"][who]),
        "kind": kinds,
        "amount": np.round(np.array(cases.child_amounts)[kinds] * 100).astype(np.int32),
        "day": people["child_since"][who],
        "until": np.repeat([NEVER, state.today], [len(new), len(over)]),
        "stated": np.full(len(who), state.today, np.int32) + draw.integers(5, 30, len(who)),
    }
    people["child_case"][over] = NOBODY
    return {"child_aid": event}


def _disabled(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """One allowance for living in an aided home, one for care of the severely disabled; many who may do not ask."""
    people, cases = state.people, way.cases
    certified = np.flatnonzero(state.here & (people["certified_on"] <= state.today))
    on_aid = aided(state)[people["home"][certified]]
    severe = people["grade"][certified] <= 2
    has = people["care_case"][certified] != NOBODY
    new = thinned(draw, certified[~has & (on_aid | severe)], cases.care_monthly)
    over = certified[has & ~(on_aid | severe)]
    people["care_case"][new] = state.number("care case", len(new))
    people["care_kind"][new] = np.where(people["grade"][new] <= 2, CARE, LIVING)
    people["care_since"][new] = state.today
    who = np.concatenate([new, over])
    event = {
        "number": people["care_case"][who],
        "person": who,
        "kind": people["care_kind"][who],
        "amount": np.round(np.array(cases.care_amounts)[people["care_kind"][who]] * 100).astype(np.int32),
        "day": people["care_since"][who],
        "until": np.repeat([NEVER, state.today], [len(new), len(over)]),
        "stated": np.full(len(who), state.today, np.int32) + draw.integers(1, 20, len(who)),
    }
    people["care_case"][over] = NOBODY
    return {"care_aid": event}
