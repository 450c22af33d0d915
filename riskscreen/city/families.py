"""Families: births, marriages, divorces, and the young who leave their parents."""

import numpy as np

from riskscreen.city.illness import BORN, entered
from riskscreen.city.residence import arrival, rehouse
from riskscreen.city.settle import CHILD, HEAD, NOBODY, OTHER, PARTNER, Newcomers, new_homes, new_people
from riskscreen.city.state import PRESENT, WEEKS, YEAR, Column, Events, Flags, State
from riskscreen.declare import WayOfLife

FAMILIES = 2
MARRIED, DIVORCED = 0, 1


def change_families(state: State, way: WayOfLife) -> list[Events]:
    """A week of births, weddings, divorces and young people who move out."""
    draw = state.draw(FAMILIES)
    said = _are_born(state, way, draw)
    return said + _marry(state, way, draw) + _divorce(state, way, draw) + _leave_parents(state, way, draw)


def _are_born(state: State, way: WayOfLife, draw: np.random.Generator) -> list[Events]:
    people, families = state.people, way.families
    who = state.some_people(draw, families.births / WEEKS)
    age = state.age_of(who)
    mothers = who[~people["male"][who] & (people["partner"][who] != NOBODY) & (age > 21) & (age < 41)]
    mothers = np.repeat(mothers, 1 + (draw.random(len(mothers)) < families.twins))
    n = len(mothers)
    newborn = Newcomers(
        home=people["home"][mothers],
        book=people["book"][people["partner"][mothers]],
        local=people["local"][mothers],
        age=np.zeros(n),
        relation=np.full(n, CHILD),
        male=draw.random(n) < 0.52,
        mother=mothers,
        father=people["partner"][mothers],
    )
    babies = people.add(new_people(state, way, newborn, draw))
    told = arrival(state, babies, state.today + draw.integers(10, 70, n))
    return [told, entered(state, babies, BORN, draw)]


def _single(state: State, who: Column, youngest: float, oldest: float) -> Flags:
    age, people = state.age_of(who), state.people
    free = (people["partner"][who] == NOBODY) & (people["away"][who] == PRESENT)
    return np.asarray(free & (age >= youngest) & (age < oldest))


def _marry(state: State, way: WayOfLife, draw: np.random.Generator) -> list[Events]:
    """Women and men of about one age become couples; she or he moves into the other's home, or both into a new one."""
    people = state.people
    who = state.some_people(draw, way.families.marries / WEEKS * 2)
    who = who[_single(state, who, 22, 50)]
    women, men = (_by_age(state, who[people["male"][who] == male]) for male in (False, True))
    couples = min(len(women), len(men))
    wife, husband = women[:couples], men[:couples]
    strangers = people["home"][wife] != people["home"][husband]
    wife, husband = wife[strangers], husband[strangers]
    people["partner"][wife], people["partner"][husband] = husband, wife
    pair = np.concatenate([wife, husband])
    people["married_on"][pair] = state.today
    said = _move_together(state, way, wife, husband, draw)
    return [*said, _wedding(state, pair, np.concatenate([husband, wife]), MARRIED, draw)]


def _by_age(state: State, who: Column) -> Column:
    return np.asarray(who[np.argsort(state.people["born"][who], kind="stable")])


def _move_together(
    state: State, way: WayOfLife, wife: Column, husband: Column, draw: np.random.Generator
) -> list[Events]:
    people = state.people
    late = state.today + draw.integers(10, 60, len(wife))
    stays = draw.random(len(husband)) < way.families.lives_with_his
    heads = (people["relation"][husband] == HEAD) | stays
    heads &= state.homes["host"][people["home"][husband]] == NOBODY
    joins, husbands = wife[heads], husband[heads]
    people["relation"][joins] = np.where(people["relation"][husbands] == HEAD, PARTNER, OTHER)
    said = rehouse(state, joins, people["home"][husbands], people["book"][husbands], late[heads])
    young, new = husband[~heads], wife[~heads]
    home = state.homes.add(new_homes(state, way, people["local"][young], draw))
    state.homes["roots"][home] = np.where(people["relation"][young] == HEAD, NOBODY, people["home"][young])
    people["relation"][young], people["relation"][new] = HEAD, PARTNER
    book = _kept_book(state, way, young, home, draw)
    return said + rehouse(state, young, home, book, late[~heads]) + rehouse(state, new, home, book, late[~heads])


def _kept_book(state: State, way: WayOfLife, who: Column, home: Column, draw: np.random.Generator) -> Column:
    """The book in which those stand who move out of their parents' home: for many locals it is still the parents'."""
    keeps = (draw.random(len(who)) < way.families.keeps_book) & state.people["local"][who]
    grew_up = state.homes["roots"][home]
    return np.where(keeps & (grew_up != NOBODY) & (state.people["book"][who] == grew_up), grew_up, home)


def _divorce(state: State, way: WayOfLife, draw: np.random.Generator) -> list[Events]:
    """One of a couple moves out; children mostly stay, savings are shared."""
    people = state.people
    who = state.some_people(draw, way.families.divorces / WEEKS)
    partner = people["partner"][who]
    who = who[(partner != NOBODY) & (people["relation"][who] == PARTNER)]
    other = people["partner"][who]
    people["partner"][who], people["partner"][other] = NOBODY, NOBODY
    home = state.homes.add(new_homes(state, way, people["local"][who], draw))
    former = people["home"][who]
    shared = 0.5 * np.maximum(state.homes["reserve"][former], 0)
    state.homes["reserve"][home] = np.minimum(shared, state.homes["target"][home])
    state.homes["reserve"][former] = np.minimum(state.homes["reserve"][former], shared)
    people["relation"][who] = HEAD
    said = rehouse(state, who, home, home, state.today + draw.integers(10, 90, len(who)))
    return [*said, _wedding(state, np.concatenate([who, other]), np.concatenate([other, who]), DIVORCED, draw)]


def _wedding(state: State, who: Column, other: Column, kind: int, draw: np.random.Generator) -> Events:
    """What the marriage office is told: a row for each of the two."""
    day = np.full(len(who), state.today, np.int32)
    half = state.number("registration", len(who) // 2)
    event = {
        "number": np.concatenate([half, half]),
        "person": who,
        "other": other,
        "kind": np.full(len(who), kind, np.int8),
        "day": day,
        "stated": day + draw.integers(0, 5, len(who)),
    }
    return {"marriage": event}


def _leave_parents(state: State, way: WayOfLife, draw: np.random.Generator) -> list[Events]:
    people = state.people
    who = state.some_people(draw, way.families.leaves_parents / WEEKS)
    age = state.age_of(who)
    who = who[(people["relation"][who] == CHILD) & (age > 21) & (age < 36)]
    home = state.homes.add(new_homes(state, way, people["local"][who], draw))
    state.homes["reserve"][home] *= 0.5
    state.homes["roots"][home] = people["home"][who]
    people["relation"][who] = HEAD
    book = _kept_book(state, way, who, home, draw)
    return rehouse(state, who, home, book, np.full(len(who), state.today + 20))


def succeed(state: State) -> None:
    """A home whose head died or left has another: the partner, else the eldest who is grown."""
    people, homes = state.people, len(state.homes)
    here, head = state.here, people["relation"] == HEAD
    headed = np.bincount(people["home"][here & head], minlength=homes) > 0
    who = np.flatnonzero(here & ~headed[people["home"]] & (state.today - people["born"] > 18 * YEAR))
    order = who[np.lexsort((people["born"][who], people["relation"][who] != PARTNER, people["home"][who]))]
    first = np.append(True, np.diff(people["home"][order]) != 0)[: len(order)]
    people["relation"][order[first]] = HEAD
    rest = order[~first]
    people["relation"][rest] = np.where(people["relation"][rest] == CHILD, OTHER, people["relation"][rest])
