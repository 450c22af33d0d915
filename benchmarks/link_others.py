"""How rightly records that nobody here made are linked, with their truth used for scoring alone.

Records of seven American agencies made by pseudopeople (Haddock and others 2024), of one population in many years, and
FEBRL's third and fourth data sets (Christen 2008) of people with errors in every part of what they say, each with the
social security numbers that it has, and without any. Thresholds and all else are the defaults: nothing is fitted.
"""

import json
import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from riskscreen.declare.linkage import Linkage
from riskscreen.linkage.claims import CLAIMS, DECISIONS, RELATIONS, WORDS
from riskscreen.linkage.evaluate import evaluate
from riskscreen.linkage.identify import Before, Identified, identify
from riskscreen.linkage.words import birth, digits

DATA = Path(__file__).parents[2] / "shared" / "data"
PAGE, FIGURES = Path("docs/linkage.md"), Path("docs/figures/link_others.json")
TABLE = re.compile(r"(<!-- others -->\n).*?(<!-- /others -->)", re.DOTALL)
HEAD = ("data", "records", "which pairs", "precision", "recall", "F1", "compared pairs a record", "processor s")
ANEW = Before()


@dataclass(frozen=True)
class Source:
    """A file, and the SQL expression of each word of a claim."""

    feed: str
    table: str
    words: dict[str, str]
    truth: str
    id: str = "NULL"
    wave: str = "NULL"
    order: str = "YYYYMMDD"


SHORT_STREETS = """
    street st, avenue ave, road rd, drive dr, lane ln, court ct, place pl, boulevard blvd, circle cir, terrace ter,
    highway hwy, parkway pkwy, trail trl, north n, south s, east e, west w
"""
US = Linkage(
    short_streets=tuple((long, short) for long, short in (pair.split() for pair in SHORT_STREETS.split(","))),
    one_record=("census", "wic", "tax_1040"),
)
NAME = {"given": "first_name", "middle": "middle_initial", "surname": "last_name"}
LIVES = {"number": "street_number", "street": "street_name", "unit": "unit_number", "place": "zipcode", "town": "city"}
MAIL = {
    "number": "coalesce(mailing_address_street_number, "
    "CASE WHEN mailing_address_street_name IS NULL THEN mailing_address_po_box END)",
    "street": "coalesce(mailing_address_street_name, CASE WHEN mailing_address_po_box IS NOT NULL THEN 'po box' END)",
    "unit": "mailing_address_unit_number",
    "place": "mailing_address_zipcode",
    "town": "mailing_address_city",
}
BORN = {"birth": "date_of_birth", "sex": "sex::VARCHAR"}


def pseudopeople() -> list[Source]:
    def source(feed: str, file: str, words: dict[str, str], **more: str) -> Source:
        return Source(feed, f"'{DATA}/pseudopeople/{file}.parquet'", words, "simulant_id", **more)

    named, lived = NAME | MAIL, NAME | LIVES | BORN
    return [
        source("census", "decennial_census", lived, wave="year", order="MMDDYYYY"),
        source("ssa", "social_security", NAME | {"middle": "middle_name"} | BORN, id="ssn"),
        source("w2", "taxes_w2_and_1099", named, id="ssn"),
        source("tax_1040", "taxes_1040", named, id="ssn", wave="tax_year"),
        source("wic", "women_infants_and_children", lived, wave="year", order="MMDDYYYY"),
        source("acs", "american_community_survey", lived, order="MMDDYYYY"),
        source("cps", "current_population_survey", lived, order="MMDDYYYY"),
    ]


def febrl(*files: str, one_record: bool = False) -> list[Source]:
    words = {
        "given": "given_name",
        "surname": "surname",
        "birth": "date_of_birth",
        "number": "street_number",
        "street": "address_1",
        "place": "postcode",
        "town": "suburb",
    }
    return [
        Source(
            file,
            f"read_csv('{DATA}/linkage/{file}.csv', all_varchar = true, header = true)",
            words,
            "regexp_extract(rec_id, 'rec-([0-9]+)', 1)",
            id="soc_sec_id",
            wave="'once'" if one_record else "NULL",
        )
        for file in files
    ]


def claims(sources: list[Source], id_pattern: str) -> tuple[pa.Table, pa.Table]:
    """The claims, and the rows behind them: ``claim``, ``feed``, ``wave`` and ``truth``."""
    with duckdb.connect(config={"threads": 2}) as db:
        db.execute("CREATE TABLE row AS " + " UNION ALL BY NAME ".join(_rows(source, id_pattern) for source in sources))
        said = ", ".join(("feed", "id_text", *WORDS))
        db.execute(f"""
            CREATE TABLE numbered AS SELECT *, dense_rank() OVER (ORDER BY {said}) AS claim,
                CASE WHEN id_text IS NOT NULL THEN dense_rank() OVER (ORDER BY id_text) END AS id FROM row
        """)
        made = db.sql(f"""
            SELECT claim, feed, wave, id, DATE '2024-01-01' AS known_on, count(*) AS rows, NULL AS disagrees,
                {", ".join(WORDS)}
            FROM numbered GROUP BY ALL ORDER BY claim, wave
        """).to_arrow_table()
        rows = db.sql("SELECT claim, feed, wave, truth FROM numbered ORDER BY claim").to_arrow_table()
        return made.cast(CLAIMS), rows


def _rows(source: Source, id_pattern: str) -> str:
    words = {word: f"({source.words[word]})::VARCHAR" if word in source.words else "NULL::VARCHAR" for word in WORDS}
    if "birth" in source.words:
        words["birth"] = birth(words["birth"], source.order)
    known = digits(f"({source.id})::VARCHAR")
    columns = ", ".join(f"{sql} AS {word}" for word, sql in words.items())
    return f"""
        SELECT '{source.feed}' AS feed, ({source.wave})::VARCHAR AS wave, ({source.truth})::VARCHAR AS truth,
            CASE WHEN regexp_full_match({known}, '{id_pattern}') THEN {known} END AS id_text, {columns}
        FROM {source.table}
    """


def linked(table: pa.Table, settings: Linkage, before: Before = ANEW) -> Identified:
    """The persons of claims about which nobody decided anything."""
    return identify(table, RELATIONS.empty_table(), DECISIONS.empty_table(), settings, before)


def right(identified: Identified, rows: pa.Table) -> dict[str, Any]:
    """How right the persons of the claims in ``rows`` are."""
    with duckdb.connect() as db:
        db.register("rows", rows)
        db.register("links", identified.links)
        return evaluate(db.sql("SELECT feed, wave, person, truth FROM rows JOIN links USING (claim)").to_arrow_table())


def measure() -> list[dict[str, Any]]:
    """Figures of each data set."""
    four = ("dataset4a", "dataset4b")
    febrl_3, febrl_4 = febrl("dataset3"), febrl(*four, one_record=True)
    twice = Linkage(one_record=four)
    return [
        _measured("pseudopeople", pseudopeople(), US, "[0-9]{9}"),
        _measured("FEBRL 3", febrl_3, Linkage(), "[0-9]{7}"),
        _measured("FEBRL 4", febrl_4, twice, "[0-9]{7}"),
        _measured("FEBRL 3 without ids", [replace(source, id="NULL") for source in febrl_3], Linkage(), "[0-9]{7}"),
        _measured("FEBRL 4 without ids", [replace(source, id="NULL") for source in febrl_4], twice, "[0-9]{7}"),
    ]


def _measured(name: str, sources: list[Source], settings: Linkage, id_pattern: str) -> dict[str, Any]:
    table, rows = claims(sources, id_pattern)
    cpu = time.process_time()
    found = linked(table, settings)
    cpu_s = round(time.process_time() - cpu, 1)
    return {"data": name, "records": rows.num_rows, "cpu_s": cpu_s, **found.figures, **right(found, rows)}


SHOWN = {"wic~census": "WIC and census", "w2~ssa": "W-2 and social security", "census~census": "census of two decades"}


def table(figures: list[dict[str, Any]]) -> str:
    """The figures as a table: all pairs of records, and those of the feeds that others report."""
    rows = [HEAD, ("---", "---:", "---", *["---:"] * 5)]
    for figure in figures:
        pairs = f"{figure['candidate_pairs'] / figure['records']:.2f}"
        shared = (figure["data"], f"{figure['records']:,}"), (pairs, f"{figure['cpu_s']:,.0f}")
        rows.append((*shared[0], "all", *_shares(figure["pairwise"]), *shared[1]))
        rows.append(("", "", "B-cubed", *_shares(figure["bcubed"]), "", ""))
        rows += [
            ("", "", shown, *_shares(figure["by_feeds"][feeds]), "", "")
            for feeds, shown in SHOWN.items()
            if feeds in figure["by_feeds"]
        ]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _shares(figures: dict[str, float]) -> tuple[str, str, str]:
    precision, recall, f1 = (f"{figures[name]:.4f}" for name in ("precision", "recall", "f1"))
    return precision, recall, f1


def keep(root: Path, figures: list[dict[str, Any]]) -> None:
    """Keep the figures in docs/figures, and write the page anew."""
    (root / FIGURES).write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    (root / PAGE).write_text(with_table(root), encoding="utf-8")


def with_table(root: Path) -> str:
    """The page's text with the table that the kept figures give."""
    said = table(json.loads((root / FIGURES).read_text(encoding="utf-8")))
    text = (root / PAGE).read_text(encoding="utf-8")
    return TABLE.sub(lambda marks: f"{marks[1]}\n{said}\n\n{marks[2]}", text)
