"""Moves: homes that move within the city, that leave it, and that come."""

import numpy as np

from riskscreen.city.collective import DORMITORY, enter_office_books, is_house, some_houses, take_in
from riskscreen.city.places import grid_areas, some_grids
from riskscreen.city.residence import LEFT, arrival, farewell
from riskscreen.city.settle import NOBODY, Founders, settle
from riskscreen.city.state import WEEKS, Column, Events, Floats, State, sample, thinned
from riskscreen.declare import WayOfLife

MOVES = 3


def move(state: State, way: WayOfLife) -> list[Events]:
    """A week of moves; who lives in a home moves together."""
    draw = state.draw(MOVES)
    lived_in = state.members() > 0
    return [*_leave(state, way, lived_in, draw), _arrive(state, way, lived_in, draw), _within(state, way, draw)]


def _leave(state: State, way: WayOfLife, lived_in: np.ndarray, draw: np.random.Generator) -> list[Events]:
    homes = state.homes
    most = max(way.families.leaves_local, way.families.leaves_other, way.collective.dormitory_leaves) / WEEKS
    leaving = sample(draw, len(homes), most)
    yearly = _leaving_rates(state, way, leaving)
    leaving = thinned(draw, leaving[lived_in[leaving]], (yearly / WEEKS / most)[lived_in[leaving]])
    gone = np.zeros(len(homes), bool)
    gone[leaving] = True
    who = np.flatnonzero(state.here & gone[state.people["home"]])
    return [farewell(state, who, LEFT, state.today + draw.integers(5, 60, len(who)))]


def _leaving_rates(state: State, way: WayOfLife, homes: Column) -> Floats:
    """How often a year homes leave the city: nobody leaves it from a care home."""
    table, host = state.homes, state.homes["host"][homes]
    yearly = np.where(table["local"][homes], way.families.leaves_local, way.families.leaves_other)
    hosted = np.where(table["kind"][host] == DORMITORY, way.collective.dormitory_leaves, 0.0)
    return np.asarray(np.where(host == NOBODY, yearly, hosted))


def _arrive(state: State, way: WayOfLife, lived_in: np.ndarray, draw: np.random.Generator) -> Events:
    """About as many homes come as leave, and a few more: cities grow."""
    families, homes = way.families, state.homes
    hosted = homes["host"] != NOBODY
    roomed = lived_in & hosted & (homes["kind"][homes["host"]] == DORMITORY)
    stay = [lived_in & ~hosted & ~homes["local"], lived_in & ~hosted & homes["local"], roomed]
    rates = np.array([families.arrives_other, families.arrives_local, way.collective.dormitory_arrives]) / WEEKS
    other, local, workers = draw.poisson(rates * np.array([kind.sum() for kind in stay]))
    ages = [draw.triangular(18, 22, 48, other), draw.uniform(22, 60, local)]
    families_came = Founders(
        np.repeat([False, True], [other, local]), np.concatenate(ages), np.full(other + local, NOBODY)
    )
    came = settle(state, way, families_came, draw)
    enter_office_books(state, way, came, draw)
    came = np.concatenate([came, move_into_dormitories(state, way, int(workers), draw)])
    return arrival(state, came, state.today + draw.integers(3, 90, len(came)))


def move_into_dormitories(state: State, way: WayOfLife, count: int, draw: np.random.Generator) -> Column:
    """So many workers come from elsewhere, alone, and are given rooms; returns their numbers."""
    hosts = some_houses(state, DORMITORY, count, draw)
    ages = draw.triangular(*way.collective.dormitory_ages, count)
    who = settle(state, way, Founders(np.zeros(count, bool), ages, hosts), draw)
    take_in(state, way, state.people["home"][who], hosts, draw)
    return who


def _within(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Homes move to another grid and stay together: the same residence, corrected; one in ten is told late."""
    homes = state.homes
    moving = sample(draw, len(homes), way.families.moves_within / WEEKS)
    moving = moving[~is_house(state)[moving]]
    grids = some_grids(state, way, len(moving), draw)
    homes["grid"][moving], homes["area"][moving] = grids, grid_areas(way.places, state.piece)[grids]
    homes["dwelling"][moving] = state.number("dwelling", len(moving))
    moved = np.zeros(len(homes), bool)
    moved[moving] = True
    who = np.flatnonzero(state.here & moved[state.people["home"]])
    late = np.where(draw.random(len(who)) < 0.1, 180, draw.integers(3, 30, len(who)))
    return arrival(state, who, state.today + late)
