"""School: who is on the roll, who comes, who drops out, and whom schools help."""

import numpy as np

from riskscreen.city.means import aided, in_hardship
from riskscreen.city.settle import NOBODY
from riskscreen.city.state import (
    IN_PRISON,
    IN_TREATMENT,
    MISSING,
    PRESENT,
    WORKS_AWAY,
    Column,
    Events,
    Flags,
    State,
    day_of,
    thinned,
)
from riskscreen.declare import WayOfLife

SCHOOL = 10
ENROLLED, DROPPED_OUT = 0, 1
YEAR_BEGINS, AID_GIVEN = 9, 10  # months
HOLIDAYS = (2, 7, 8)
SCHOOL_DAYS = 21


def go_to_school(state: State, way: WayOfLife) -> list[Events]:
    """In the week in which a month begins: the roll, the attendance of the month before, and aid of schools."""
    if not state.month_begins:
        return []
    draw, month = state.draw(SCHOOL), day_of(state.today + 6).month
    people, school = state.people, way.school
    age = state.age
    pupils = np.flatnonzero(state.here & (age >= 6) & (age < 18) & ~people["dropped_out"])
    pupils = pupils[_on_roll(state, way, pupils)]
    hard = in_hardship(state)[people["home"][pupils]]
    old_enough = age[pupils] > 14
    odds = np.where(old_enough, np.where(hard, school.drops_out_hard, school.drops_out), 0.0)
    left = thinned(draw, pupils, odds)
    people["dropped_out"][left] = True
    said = [_roll(state, left, DROPPED_OUT, draw)]
    if month == YEAR_BEGINS:
        said.append(_roll(state, np.setdiff1d(pupils, left), ENROLLED, draw))
    if (month - 2) % 12 + 1 not in HOLIDAYS:
        said.append(_attendance(state, way, pupils, draw))
    if month == AID_GIVEN:
        said.append(_aid(state, way, pupils, draw))
    return said


def _on_roll(state: State, way: WayOfLife, who: Column) -> Flags:
    """Whether a school here knows of a child: fixed for each, less often for those from elsewhere."""
    seen = np.where(state.people["local"][who], way.school.seen_local, way.school.seen_other)
    return np.asarray(who * 2654435761 % 1000 < 1000 * seen)


def absent(state: State, parent: Column) -> tuple[Flags, Flags]:
    """Whether a parent can care for nobody (dead, in custody, missing), and whether a parent works elsewhere."""
    people, known = state.people, parent != NOBODY
    away = np.where(known, people["away"][parent], PRESENT)
    cannot = known & (people["died"][parent] | np.isin(away, (IN_PRISON, IN_TREATMENT, MISSING)))
    return np.asarray(cannot), np.asarray(known & (away == WORKS_AWAY))


def _roll(state: State, who: Column, status: int, draw: np.random.Generator) -> Events:
    people = state.people
    mother, father = people["mother"][who], people["father"][who]
    elsewhere = absent(state, mother)[1].astype(int) + absent(state, father)[1]
    dead = (people["died"][mother] & (mother != NOBODY), people["died"][father] & (father != NOBODY))
    day = np.full(len(who), state.today, np.int32)
    event = {
        "person": who,
        "grade": np.clip(state.age_of(who) - 5, 1, 12).astype(np.int8),
        "health": np.where(people["disabled"][who], 3, np.digitize(people["frailty"][who], (1.0, 1.6))).astype(np.int8),
        "boards": (who % 9 == 0).astype(np.int8),
        "left_behind": elsewhere.astype(np.int8),
        "migrant": (~people["local"][who]).astype(np.int8),
        "orphan": (dead[0] & dead[1]).astype(np.int8),
        "male": people["male"][who],
        "grid": state.homes["grid"][people["home"][who]],
        "dwelling": state.homes["dwelling"][people["home"][who]],
        "mother": mother,
        "father": father,
        "status": np.full(len(who), status, np.int8),
        "day": day,
        "stated": day + draw.integers(3, 40, len(who)).astype(np.int32),
    }
    return {"pupil": event}


def _attendance(state: State, way: WayOfLife, who: Column, draw: np.random.Generator) -> Events:
    """Days missed in the month before: illness, a home in hardship, nobody to see to it, and the child itself."""
    people, school = state.people, way.school
    hard = in_hardship(state)[people["home"][who]]
    cannot, elsewhere = absent(state, people["mother"][who])
    more = np.where(hard, school.absent_hard, 1.0) * np.where(cannot | elsewhere, school.absent_unseen, 1.0)
    ill = np.where(people["course_left"][who] > 0, 6.0, 1.0)
    unexcused = draw.poisson(school.truant_days * more * np.exp(people["truant"][who]))
    absent_days = unexcused + draw.poisson(school.ill_days * ill * np.exp(0.5 * people["frailty"][who]))
    absent_days = np.minimum(absent_days, SCHOOL_DAYS)
    month = day_of(state.today + 6).replace(day=1)
    before = np.datetime64(month, "M") - 1
    day = np.full(len(who), before.astype("datetime64[D]").astype(int), np.int32)
    event = {
        "person": who.astype(np.int32),
        "day": day,
        "days": np.full(len(who), SCHOOL_DAYS, np.int8),
        "absent": absent_days.astype(np.int8),
        "unexcused": np.minimum(unexcused, absent_days).astype(np.int8),
        "stated": np.full(len(who), state.today + 10, np.int32),
    }
    return {"attendance": event}


def _aid(state: State, way: WayOfLife, pupils: Column, draw: np.random.Generator) -> Events:
    people, school = state.people, way.school
    home = people["home"][pupils]
    odds = np.where(aided(state)[home], school.aids_aided, np.where(in_hardship(state)[home], school.aids_hard, 0.01))
    who = thinned(draw, pupils, odds)
    day = np.full(len(who), state.today, np.int32)
    event = {
        "number": state.number("award", len(who)),
        "person": who,
        "level": np.digitize(state.age_of(who), (15,)).astype(np.int8),
        "year": np.full(len(who), day_of(state.today).year, np.int16),
        "amount": np.round(school.aid_amount * 100 * draw.choice([0.5, 1.0, 1.5], len(who))).astype(np.int32),
        "day": day,
        "stated": day + draw.integers(10, 40, len(who)),
    }
    return {"award": event}
