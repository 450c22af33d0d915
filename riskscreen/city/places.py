"""Where homes stand: every home has a grid and a dwelling in it, with road, gate, building, stairway and room."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.city.state import NEVER, Column, Flags, State, Table, day_number
from riskscreen.declare import Places, WayOfLife

UNITS, FLOORS, DOORS, BUILDINGS = 2, 6, 4, 8  # of a building, of a stairway, of a floor, of a gate
MOST_GRIDS = 200  # of a piece
A_BUILDING = UNITS * FLOORS * DOORS
OPENED = day_number(np.datetime64("1990-01-01").astype(object))
WIDE = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x21, 0x7F)})


def addresses(state: State, way: WayOfLife, count: int, draw: np.random.Generator) -> Table:
    """A grid and a dwelling for each of ``count`` homes."""
    grid = some_grids(state, way, count, draw)
    return {
        "grid": grid,
        "area": grid_areas(way.places, state.piece)[grid].astype(np.int16),
        "dwelling": state.number("dwelling", count).astype(np.int32),
    }


def some_grids(state: State, way: WayOfLife, count: int, draw: np.random.Generator) -> Column:
    """The numbers of grids of this piece, drawn by the shares of their areas."""
    areas = grid_areas(way.places, state.piece)
    shares = np.array([area.share for area in way.places.district(state.piece).areas])
    odds = shares[areas] / np.bincount(areas)[areas]
    return np.asarray(draw.choice(len(areas), count, p=odds / odds.sum()).astype(np.int16))


def grid_areas(places: Places, piece: int) -> Column:
    """The area (by its number in the district) of each grid of a piece."""
    each = places.communities * places.grids
    return np.repeat(np.arange(len(places.district(piece).areas)), each)


def grid_code(places: Places, piece: int, grid: int) -> str:
    """The code of a grid: that of its area, three digits of the community, two of the grid."""
    area, rest = divmod(grid, places.communities * places.grids)
    community, number = divmod(rest, places.grids)
    code = places.district(piece).areas[area].code
    return f"{code}{places.block(piece) * places.communities + community + 1:03d}{number + 1:02d}"


def grid_names(places: Places, piece: int) -> dict[str, pa.Array]:
    """For each grid of a piece: code, names of district and town, the district's former name, village and road."""
    district = places.district(piece)
    areas = grid_areas(places, piece)
    codes = [grid_code(places, piece, grid) for grid in range(len(areas))]
    said = {
        "grid_code": codes,
        "district": [places.names[district.code]] * len(codes),
        "former_code": [former_code(places, piece, code) for code in codes],
        "former": [places.names[former_code(places, piece, code)[: len(district.code)]] for code in codes],
        "town": [places.names.get(district.areas[area].code, district.areas[area].code) for area in areas],
        "village": [places.parts["village"].format(number=int(code[-5:-2])) for code in codes],
        "road": [_road(places, piece * MOST_GRIDS + grid) for grid in range(len(areas))],
    }
    return {name: pa.array(texts, pa.string()) for name, texts in said.items()}


def former_code(places: Places, piece: int, code: str) -> str:
    """What the code of an area or grid was before districts merged: its district's was another, if any merged."""
    district = places.district(piece)
    area = next(number for number, area in enumerate(district.areas) if code.startswith(area.code))
    former = district.formerly or (district.code,)
    return former[area % len(former)] + code[len(district.code) :]


def _road(places: Places, number: int) -> str:
    """A name that no other grid's road has: three characters, as in a number written with them for digits."""
    base, name = len(places.roads), ""
    for _ in range(3):
        number, digit = divmod(number, base)
        name = places.roads[digit] + name
    return places.parts["road"].format(name=name)


def address_parts(
    places: Places, piece: int, grid: Column, dwelling: Column, before: Flags | None = None
) -> dict[str, pa.Array]:
    """The parts of the addresses of dwellings, as text; of some as they were ``before`` districts merged."""
    names = {name: column.take(pa.array(grid)) for name, column in grid_names(places, piece).items()}
    if before is not None:
        then = {"district": "former", "grid_code": "former_code"}
        names |= {now: pc.if_else(pa.array(before), names[old], names[now]) for now, old in then.items()}
    building, inside = np.divmod(dwelling, A_BUILDING)
    numbers = {
        "gate": building // BUILDINGS + 1,
        "building": building % BUILDINGS + 1,
        "unit": inside // (FLOORS * DOORS) + 1,
        "room": (inside // DOORS % FLOORS + 1) * 100 + inside % DOORS + 1,
    }
    return names | {part: _numbered(places.parts[part], number) for part, number in numbers.items()}


def _numbered(pattern: str, number: Column) -> pa.Array:
    before, after = pattern.split("{number}")
    return pc.binary_join_element_wise(before, pa.array(number).cast(pa.string()), after, "")


def spelled(places: Places, piece: int, grid: Column, dwelling: Column) -> pa.Array:
    """Addresses as people write them: each dwelling's in a spelling that its number decides."""
    shares = np.cumsum([spelling.share for spelling in places.spellings])
    chosen = np.searchsorted(shares, (dwelling.astype(np.int64) * 7919 + 13) % 1000 / 1000 + 1e-9)
    order = np.argsort(chosen, kind="stable")
    ends = np.searchsorted(chosen[order], np.arange(len(shares) + 1))
    texts = []
    for spelling, begin, end in zip(places.spellings, ends, ends[1:], strict=False):
        rows = order[begin:end]
        text = _joined(spelling.pattern, address_parts(places, piece, grid[rows], dwelling[rows]))
        texts.append(
            pa.array([one.translate(WIDE) for one in text.to_pylist()], pa.string()) if spelling.wide else text
        )
    back = np.empty(len(order), np.int64)
    back[order] = np.arange(len(order))
    return pa.concat_arrays(texts).take(pa.array(back))


def _joined(pattern: str, parts: dict[str, pa.Array]) -> pa.Array:
    pieces = [parts[word[1:-1]] if word.startswith("{") else word for word in re.split(r"(\{\w+\})", pattern) if word]
    return pc.binary_join_element_wise(*pieces, "")


def library(places: Places, piece: int, table: Table) -> Table:
    """A row for each dwelling that anybody lives or lived in: its number, and from when to when it is called so.

    Where districts merged, those of the city's founding have another, of the time before.
    """
    grid, dwelling = table["grid"].astype(np.int64), table["dwelling"].astype(np.int64)
    _, first = np.unique(dwelling * 10_000 + grid, return_index=True)
    merged = bool(places.district(piece).formerly)
    old = np.flatnonzero((table["stated"][first] == table["stated"].min(initial=NEVER)) & merged)
    number = np.concatenate([old, np.arange(len(first))])
    before = np.arange(len(number)) < len(old)
    return {
        "grid": table["grid"][first][number],
        "dwelling": table["dwelling"][first][number],
        "number": number,
        "former": before,
        "since": np.where(before | (not merged), OPENED, day_number(places.merged_on)),
        "until": np.where(before, day_number(places.merged_on), NEVER),
        "stated": table["stated"][first][number],
    }
