"""Made-up claims for tests, and parameters that nobody had to estimate."""

from datetime import date
from math import log2

import pyarrow as pa

from riskscreen.declare.linkage import Linkage, Script
from riskscreen.ingest.zone import OPENED, SAID, Claims
from riskscreen.linkage.claims import CLAIMS, DECISIONS, RELATIONS
from riskscreen.linkage.comparing import DUCKDB, comparisons
from riskscreen.linkage.identify import Before, identify
from riskscreen.linkage.scoring import Parameters, splink_settings

# What share of one person's records, and of strangers', agree so far.
EQUAL_BY_CHANCE = {"given": 0.005, "surname": 0.01, "middle": 0.05, "birth": 0.0001, "sex": 0.5, "home": 0.001}
OTHER_LEVELS = {"differs": (0.04, 0.95), "another spelling equal": (0.08, 0.001), "another date equal": (0.08, 0.0001)}
AT_HOME = {"given": 0.02, "surname": 0.7, "middle": 0.1, "birth": 0.003, "sex": 0.5}


def parameters(settings, dialect=DUCKDB):
    compared = comparisons(settings, 0.0005, dialect)
    kin = {}
    for comparison in compared:
        name, levels = comparison["output_column_name"], comparison["comparison_levels"][1:]
        for level in levels:
            usual = (0.02, 0.005) if level["label_for_charts"] != "equal" else (0.9, EQUAL_BY_CHANCE.get(name, 0.01))
            m, u = OTHER_LEVELS.get(level["label_for_charts"], usual)
            level.update(m_probability=m, u_probability=u)
        if name in AT_HOME:
            top = len(levels) - 1
            kin[name] = {str(top): log2(0.9 / AT_HOME[name]), "0": log2(0.04 / (1 - AT_HOME[name]))}
    return Parameters(splink_settings(compared, 0.001), kin, -2.0, 0.05, 8.0).stored()


def claim(at, /, feed="register", **said):
    given = said.pop("name", "").split()
    words = dict(zip(("given", "surname"), given, strict=False)) if len(given) == 2 else {}
    row = {"claim": at, "feed": feed, "known_on": said.pop("known", date(2024, 1, 1)), "rows": said.pop("rows", 2)}
    return row | words | said


def table(rows, schema=CLAIMS):
    return pa.Table.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema=schema)


def claims(*rows):
    """Claims as linking reads them, by number, each with words of its own."""
    told = table(rows)
    return Claims(told.select(SAID.names).cast(SAID), lambda: [told.select(OPENED.names)])


def decision(number, a, b, verdict):
    return {"decision": number, "claim": a, "other": b, "verdict": verdict}


STRANGER = 1_000_000
NAMES = {
    Script.LATIN: (
        "Ada Ben Cyd Dot Eli Fay Gus Hal Ivy Jon Kit Lou Max Nan Oda Pip",
        "Ash Bay Cole Dean Eaves Ford Gray Hill",
    ),
    Script.HAN: ("梅 兰 菊 松 柏 桃 李 杏 荷 桂 枫 槐 柳 杨 榆 桐", "赵 钱 孙 周 吴 郑 冯 陈"),
}
LATIN = Linkage(one_record=("census",))


def strangers(settings):
    """People with ids of whom nothing is asked: among too few, every name is common."""
    first, last = (names.split() for names in NAMES[settings.script])
    return [
        claim(
            STRANGER + n,
            id=STRANGER + n,
            given=first[n % 16] * (1 + n // 128),
            surname=last[n // 16 % 8],
            birth=f"{1930 + n % 70}0{1 + n % 9}{10 + n % 17}",
        )
        for n in range(256)
    ]


def run(claims, settings=LATIN, decisions=(), before=None, relations=()):
    return identify(
        table([*claims, *strangers(settings)]),
        table(relations, RELATIONS),
        table(decisions, DECISIONS),
        settings,
        Before(None if before is None else before.links, parameters(settings)),
    )


def links(identified):
    """The links of those who are asked about."""
    return [row for row in identified.links.to_pylist() if row["claim"] < STRANGER]


def persons(identified):
    """The claims of each person."""
    return grouped(links(identified))


def grouped(rows):
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row["person"], []).append(row["claim"])
    return sorted(found.values())


SURNAMES = [
    "Archer",
    "Baxter",
    "Crowley",
    "Dunmore",
    "Eastwick",
    "Fulbright",
    "Goodhue",
    "Hawthorne",
    "Inglewood",
    "Jessup",
    "Kilpatrick",
    "Lomax",
]
HOUSE = 100  # claims, and ids, of one house are numbered below that


def moved(house, row):
    """A claim of the Archers, where they live in another house: its number, surname and years of birth are others."""
    row = dict(row)
    for name in ("claim", "id"):
        if row.get(name) is not None:
            row[name] += house * HOUSE
    if "surname" in row:
        row["surname"] = row["surname"].replace("Archer", SURNAMES[house])
    if "birth" in row:
        row["birth"] = f"{int(row['birth'][:4]) + house}{row['birth'][4:]}"
    if "number" in row:
        row["number"] = str(int(row["number"]) + 100 * house)
    return row


class Town:
    """Many houses in one run: each is a story of the Archers that no other house knows of."""

    def __init__(self, houses, relations=None):
        self.houses = list(houses)
        rows = [moved(at, row) for at, name in enumerate(self.houses) for row in houses[name]]
        told = [
            row | {end: row[end] + self.houses.index(name) * HOUSE for end in ("claim", "other")}
            for name, some in (relations or {}).items()
            for row in some
        ]
        self.found = run(rows, relations=told)

    def rows(self, house, rows, names=("claim", "person")):
        """Those rows of a table of the run that are of one house, numbered as in its story."""
        first = self.houses.index(house) * HOUSE
        mine = [row for row in rows.to_pylist() if first <= row[names[0]] < first + HOUSE]
        return [row | {name: row[name] - first for name in names} for row in mine]

    def links(self, house):
        return self.rows(house, self.found.links)

    def persons(self, house):
        return grouped(self.links(house))
