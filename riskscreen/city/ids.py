"""Ids and names of made-up people: no two of one city are the same, in whatever piece they live."""

import numpy as np
import pyarrow as pa

from riskscreen.city.state import EPOCH, Column, State, day_number
from riskscreen.declare import WayOfLife
from riskscreen.errors import CallerError

GROUPS = 10  # pieces in a row use regions elsewhere of their own
A_PIECE = 24  # people of one region, day and sex: more a piece cannot have
MOST = 499


def fields_of_people(state: State, way: WayOfLife) -> dict[str, pa.Array]:
    """Id, name, day of birth and year of birth of each person."""
    born = state.people["born"]
    years = born.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + EPOCH.year
    names = [way.names.of(number + 1_000_003 * state.piece) for number in range(len(born))]
    return {
        "id": ids(state, way),
        "name": pa.array(names, pa.string()),
        "born": pa.array(born),
        "birth_year": pa.array(years).cast(pa.string()),
    }


def ids(state: State, way: WayOfLife) -> pa.Array:
    """Each person's id; ``CallerError`` where a piece has more people of one day than ids allow."""
    regions, region, block = _regions(state, way)
    born, male = state.people["born"], state.people["male"]
    rank = _rank(region, born, male)
    if rank.max(initial=0) >= A_PIECE or (block.max(initial=0) + 1) * A_PIECE > MOST:
        raise CallerError("too many people of one region were born on one day: take a city of fewer or smaller pieces")
    sequence = 2 * (block * A_PIECE + rank) + np.where(male, 1, 2)
    head = np.array([int(code) for code in regions])[region]
    days = born.astype("datetime64[D]")
    year = days.astype("datetime64[Y]").astype(np.int64) + EPOCH.year
    month = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (days - days.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
    number = ((head * 10_000 + year) * 10_000 + month * 100 + day) * 1000 + sequence
    return _with_check(number, way)


def _regions(state: State, way: WayOfLife) -> tuple[list[str], Column, Column]:
    """All regions, the region of each person's id by its number there, and the piece's block of sequences."""
    district, piece = way.places.district(state.piece), state.piece
    merged = day_number(way.places.merged_on)
    others = [code for number, code in enumerate(way.person_id.elsewhere) if number % GROUPS == piece % GROUPS]
    regions = [district.code, *district.formerly, *others]
    here, origin = state.people["origin"] == 0, state.people["origin"].astype(np.int64)
    before = 1 + np.arange(len(here)) % max(len(district.formerly), 1)
    local = np.where((state.people["born"] < merged) & bool(district.formerly), before, 0)
    elsewhere = 1 + len(district.formerly) + origin % max(len(others), 1)
    block = np.where(here, way.places.block(piece), piece // GROUPS)
    return regions, np.where(here, local, elsewhere), block


def _rank(region: Column, born: Column, male: Column) -> Column:
    """How many before a person have the same region, day of birth and sex."""
    order = np.lexsort((male, born, region))
    new = np.ones(len(order), bool)
    same = [column[order] for column in (region, born, male)]
    new[1:] = np.any([column[1:] != column[:-1] for column in same], axis=0)
    begins = np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order)) - begins
    return rank


def _with_check(number: Column, way: WayOfLife) -> pa.Array:
    digits = len(way.person_id.weights)
    each = number[:, None] // 10 ** np.arange(digits - 1, -1, -1) % 10
    total = each @ np.array(way.person_id.weights)
    check = np.array(list(way.person_id.characters))[total % len(way.person_id.characters)]
    return pa.array(np.char.add(number.astype(str), check), pa.string())
