"""Moves: homes that move within the city, that leave it, and that come."""

import numpy as np

from riskscreen.city.places import grid_areas, some_grids
from riskscreen.city.residence import LEFT, arrival, farewell
from riskscreen.city.settle import settle
from riskscreen.city.state import WEEKS, Events, State, sample, thinned
from riskscreen.declare import WayOfLife

MOVES = 3


def move(state: State, way: WayOfLife) -> list[Events]:
    """A week of moves; who lives in a home moves together."""
    draw = state.draw(MOVES)
    lived_in = state.members() > 0
    return [*_leave(state, way, lived_in, draw), _arrive(state, way, lived_in, draw), _within(state, way, draw)]


def _leave(state: State, way: WayOfLife, lived_in: np.ndarray, draw: np.random.Generator) -> list[Events]:
    homes, families = state.homes, way.families
    most = max(families.leaves_local, families.leaves_other) / WEEKS
    leaving = sample(draw, len(homes), most)
    yearly = np.where(homes["local"][leaving], families.leaves_local, families.leaves_other)
    leaving = thinned(draw, leaving[lived_in[leaving]], (yearly / WEEKS / most)[lived_in[leaving]])
    gone = np.zeros(len(homes), bool)
    gone[leaving] = True
    who = np.flatnonzero(state.here & gone[state.people["home"]])
    return [farewell(state, who, LEFT, state.today + draw.integers(5, 60, len(who)))]


def _arrive(state: State, way: WayOfLife, lived_in: np.ndarray, draw: np.random.Generator) -> Events:
    """About as many homes come as leave, and a few more: cities grow."""
    families = way.families
    local = state.homes["local"][: len(lived_in)]
    rates = np.array([families.arrives_other, families.arrives_local]) / WEEKS
    counts = draw.poisson(rates * np.array([(lived_in & ~local).sum(), (lived_in & local).sum()]))
    kinds = np.repeat([False, True], counts)
    ages = np.where(kinds, draw.uniform(22, 60, len(kinds)), draw.triangular(18, 22, 48, len(kinds)))
    came = settle(state, way, kinds, ages, draw)
    return arrival(state, came, state.today + draw.integers(3, 90, len(came)))


def _within(state: State, way: WayOfLife, draw: np.random.Generator) -> Events:
    """Homes move to another grid and stay together: the same residence, corrected; one in ten is told late."""
    homes = state.homes
    moving = sample(draw, len(homes), way.families.moves_within / WEEKS)
    grids = some_grids(state, way, len(moving), draw)
    homes["grid"][moving], homes["area"][moving] = grids, grid_areas(way.places, state.piece)[grids]
    homes["dwelling"][moving] = state.number("dwelling", len(moving))
    moved = np.zeros(len(homes), bool)
    moved[moving] = True
    who = np.flatnonzero(state.here & moved[state.people["home"]])
    late = np.where(draw.random(len(who)) < 0.1, 180, draw.integers(3, 30, len(who)))
    return arrival(state, who, state.today + late)
