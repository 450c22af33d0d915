"""Ids of made-up people: no two of one city are the same, in whatever piece they live; a few people have two."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from riskscreen.city.lots import lots, one_of
from riskscreen.city.settle import NOBODY
from riskscreen.city.state import EPOCH, YEAR, Column, Flags, Floats, State, day_number
from riskscreen.declare import WayOfLife
from riskscreen.errors import CallerError

GROUPS = 10  # pieces in a row use regions elsewhere of their own
A_PIECE = 24  # people of one region, day and sex: more a piece cannot have
MOST = 499
LUNAR = (18, 48)  # days by which a birthday of the old calendar, written as one of the new, comes too early


@dataclass(frozen=True)
class Ids:
    """The ids of people: ``own``; ``other``, a second one of a few, else null; ``twin``, the person before one with
    the same region, day of birth and sex, or -1."""

    own: pa.Array
    other: pa.Array
    twin: Column


@dataclass(frozen=True)
class _Made:
    """What ids are made of: the number of a region, its block of sequences, day of birth, sex."""

    region: Column
    block: Column
    born: Column
    male: Flags


def ids(state: State, way: WayOfLife) -> Ids:
    """Each person's ids; ``CallerError`` where a piece has more people of one day than ids allow."""
    regions, own = _own(state, way)
    whose, other = _others(state, way, own, len(regions))
    region, block, born, male = (
        np.concatenate([getattr(own, name), getattr(other, name)]) for name in ("region", "block", "born", "male")
    )
    order, rank = _rank(region, born, male)
    if rank.max(initial=0) >= A_PIECE or (block.max(initial=0) + 1) * A_PIECE > MOST:
        raise CallerError("too many people of one region were born on one day: take a city of fewer or smaller pieces")
    head = np.array([int(code) for code in regions])[region]
    said = _written(head, born, 2 * (block * A_PIECE + rank) + np.where(male, 1, 2), way)
    count = len(own.born)
    second = np.full(count, -1)
    second[whose] = count + np.arange(len(whose))
    before = np.full(len(order), NOBODY)
    before[order[1:]] = order[:-1]
    twin = np.where((rank > 0) & (np.arange(len(rank)) < count), before, NOBODY)[:count]
    return Ids(said[:count], said.take(pa.array(second, mask=second < 0)), twin)


def more_wrong(state: State, way: WayOfLife) -> Floats:
    """How much more often than others each person is held wrongly: those from elsewhere, and the old."""
    others = np.where(state.people["local"], 1.0, way.mess.others)
    return np.asarray(others * np.where(state.age >= way.mess.old_from, way.mess.old, 1.0))


def _own(state: State, way: WayOfLife) -> tuple[list[str], _Made]:
    """All regions, and what each person's id is made of."""
    district, piece = way.places.district(state.piece), state.piece
    merged = day_number(way.places.merged_on)
    others = [code for number, code in enumerate(way.person_id.elsewhere) if number % GROUPS == piece % GROUPS]
    regions = [district.code, *district.formerly, *others]
    here, origin = state.people["origin"] == 0, state.people["origin"].astype(np.int64)
    before = 1 + np.arange(len(here)) % max(len(district.formerly), 1)
    local = np.where((state.people["born"] < merged) & bool(district.formerly), before, 0)
    elsewhere = 1 + len(district.formerly) + origin % max(len(others), 1)
    block = np.where(here, way.places.block(piece), piece // GROUPS)
    return regions, _Made(np.where(here, local, elsewhere), block, state.people["born"], state.people["male"])


def _others(state: State, way: WayOfLife, own: _Made, regions: int) -> tuple[Column, _Made]:
    """Who has a second id, and what it is made of: another region's, or one with a birthday of the old calendar."""
    seed, number = (state.seed, state.piece), np.arange(len(own.born))
    grown = state.today - own.born > 16 * YEAR
    whose = np.flatnonzero(grown & (lots(seed, "two ids", number) < way.mess.two_ids * more_wrong(state, way)))
    moved = (~state.people["local"][whose]) & (lots(seed, "moved", whose) < 0.5)
    former = len(way.places.district(state.piece).formerly)
    elsewhere = 1 + former + (own.region[whose] + 1) % max(regions - 1 - former, 1)
    early = LUNAR[0] + one_of(lots(seed, "lunar", whose), LUNAR[1] - LUNAR[0])
    return whose, _Made(
        np.where(moved, elsewhere, own.region[whose]),
        np.where(moved, state.piece // GROUPS, own.block[whose]),
        np.where(moved, own.born[whose], own.born[whose] - early),
        own.male[whose],
    )


def _rank(region: Column, born: Column, male: Flags) -> tuple[Column, Column]:
    """An order in which those with the same region, day of birth and sex stand together, and their places there."""
    order = np.lexsort((male, born, region))
    new = np.ones(len(order), bool)
    same = [column[order] for column in (region, born, male)]
    new[1:] = np.any([column[1:] != column[:-1] for column in same], axis=0)
    begins = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - begins
    return order, rank


def _written(head: Column, born: Column, sequence: Column, way: WayOfLife) -> pa.Array:
    days = born.astype("datetime64[D]")
    year = days.astype("datetime64[Y]").astype(np.int64) + EPOCH.year
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    number = ((head * 10_000 + year) * 10_000 + month * 100 + day) * 1000 + sequence
    check = way.person_id.check
    each = number[:, None] // 10 ** np.arange(len(check.weights) - 1, -1, -1) % 10
    total = each @ np.array(check.weights)
    last = np.array(list(check.characters))[total % len(check.characters)]
    return pa.array(np.char.add(number.astype(str), last), pa.string())
