"""Claims, with the truth beside them, of data that nobody here made: read from ../shared/data where that is there."""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from riskscreen.declare.linkage import Linkage
from riskscreen.linkage.claims import CLAIMS, WORDS
from riskscreen.linkage.words import birth, digits

DATA = Path(__file__).parents[3] / "shared" / "data"


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
    "number": "coalesce(mailing_address_street_number, CASE WHEN mailing_address_street_name IS NULL THEN mailing_address_po_box END)",
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
            SELECT claim, feed, wave, id, DATE '2024-01-01' AS known_on, count(*) AS rows, NULL AS disagrees, {", ".join(WORDS)}
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
