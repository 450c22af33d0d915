"""Records → what is new about them: corrections, and in a snapshot the withdrawals that absence means.

A record is compared with the version of it that is visible on the day it became known, so a file that is loaded
late or again says nothing new. Of one record, a load lands one version a day.
"""

from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from riskscreen.declare import Delivery, Feed, RecordKind
from riskscreen.eventstore.landing import Landing, landed_schema
from riskscreen.ingest.contract import fault, value
from riskscreen.ingest.mapping import content, mapped, parts, record_id
from riskscreen.ingest.reasons import Reason
from riskscreen.ingest.sql import Sql, arrow, fill, join, literal, name, number


def accepted(kind: RecordKind) -> Sql:
    """The name of the table with a kind's accepted records, each with its ``known_on``."""
    return name(f"accepted {kind.name}")


@dataclass(frozen=True)
class Changes:
    """What a file changes in a kind: landed rows, and whether quarantined rows kept absence from meaning anything."""

    rows: pa.Table
    absence_unclear: bool


def reject(connection: duckdb.DuckDBPyConnection, feed: Feed) -> int:
    """Make ``rejected``: ``row``, ``reason``, ``reason_column`` of each row that is quarantined; gives their number.

    Of rows that contradict each other, the first that has no other fault stands.
    """
    wrong = [Sql("SELECT row, 0 AS stage, 0 AS part, reason, reason_column FROM typed WHERE reason IS NOT NULL")]
    wrong += [
        fill(
            "SELECT row, {stage}, part, reason, reason_column FROM {mapped} WHERE reason IS NOT NULL",
            stage=literal(stage),
            mapped=mapped(kind),
        )
        for stage, kind in enumerate(feed.records, start=1)
    ]
    connection.execute(fill("CREATE TABLE rejected AS {first}", first=_first_of_each_row(wrong)))
    contradicting = [_contradicting(feed, stage, kind) for stage, kind in enumerate(feed.records)]
    if contradicting:
        connection.execute(fill("INSERT INTO rejected {first}", first=_first_of_each_row(contradicting)))
    return number(connection, Sql("SELECT count(*) FROM rejected"))


def accept(connection: duckdb.DuckDBPyConnection, feed: Feed, received: date | None) -> date | None:
    """Make the table :func:`accepted` of every kind; gives the latest day on which the contract lets one be known.

    A file received later than its contract says is known from that day; of one record's versions that fall on one
    day, the latest stands.
    """
    for kind in feed.records:
        connection.execute(
            fill(
                "CREATE TABLE {accepted} AS SELECT *, greatest(stated_on, {received}) AS known_on"
                " FROM {mapped} ANTI JOIN rejected USING (row) QUALIFY row_number() OVER"
                " (PARTITION BY record_id, known_on ORDER BY stated_on DESC, row, part) = 1",
                accepted=accepted(kind),
                received=fill("CAST({day} AS DATE)", day=literal(received)),
                mapped=mapped(kind),
            )
        )
    days = [fill("SELECT max(stated_on) AS day FROM {accepted}", accepted=accepted(kind)) for kind in feed.records]
    if not days:
        return None
    latest = connection.execute(fill("SELECT max(day) FROM ({days})", days=join(" UNION ALL ", days))).fetchone()
    return latest[0] if latest else None


def changes(
    connection: duckdb.DuckDBPyConnection,
    landing: Landing,
    feed: Feed,
    kind: RecordKind,
    *,
    load: int,
    received: date | None,
    delivered_on: date | None,
) -> Changes:
    """What the accepted records of a kind change in the landing log, as rows of its schema."""
    schema = landed_schema(feed, kind)
    connection.register("landed", landing.scan(kind.name, schema))
    try:
        always = received is not None or feed.delivery is Delivery.SNAPSHOT
        rows = [arrow(connection, _new_versions(kind, schema, load, same_on_any_day=always))]
        unclear = False
        if feed.delivery is Delivery.SNAPSHOT and delivered_on is not None:
            unclear = _is_absence_unclear(connection, feed, kind)
            rows += [] if unclear else [arrow(connection, _withdrawals(feed, kind, schema, load, delivered_on))]
    finally:
        connection.unregister("landed")
    return Changes(pa.concat_tables([part.cast(schema) for part in rows]), unclear)


def _first_of_each_row(selected: list[Sql]) -> Sql:
    return fill(
        "SELECT row, reason, reason_column FROM ({all})"
        " QUALIFY row_number() OVER (PARTITION BY row ORDER BY stage, part) = 1",
        all=join(" UNION ALL ", selected),
    )


def _contradicting(feed: Feed, stage: int, kind: RecordKind) -> Sql:
    part = parts(feed, kind)[0]
    columns = [part.column(pattern).name for pattern in kind.key if not part.is_variable(pattern)]
    return fill(
        "SELECT row, {stage} AS stage, part, {reason} AS reason, {column} AS reason_column FROM"
        " (SELECT row, part, content, first_value(content) OVER"
        " (PARTITION BY record_id, stated_on ORDER BY row, part) AS first_content"
        " FROM {mapped} ANTI JOIN rejected USING (row)) WHERE content <> first_content",
        stage=literal(stage),
        reason=literal(Reason.CONTRADICTS_ANOTHER_ROW.value),
        column=literal(columns[0] if columns else None),
        mapped=mapped(kind),
    )


def _new_versions(kind: RecordKind, schema: pa.Schema, load: int, *, same_on_any_day: bool) -> Sql:
    """The accepted records that say something else than the version before them.

    History (an increment without ``received``) may come in any order, so there a record that says the same as the
    version before it is new all the same where it was known on another day: a third version may yet come between.
    Where the contract alone says when a record was known, one that says the same as the newest landed version is not
    new on any day: only the contract's lag can have changed, and what was landed keeps the day it was landed with.
    """
    return fill(
        "SELECT {columns} FROM {accepted} SEMI JOIN ("
        "SELECT row, part FROM (SELECT *, lag(content) OVER w AS before, lag(known_on) OVER w AS known_before,"
        " first_value(content) OVER newest AS newest, bool_or(row IS NULL) OVER newest AS is_landed FROM ("
        "SELECT record_id, known_on, load, {content} AS content, NULL AS row, NULL AS part"
        " FROM landed SEMI JOIN {accepted} USING (record_id)"
        " UNION ALL SELECT record_id, known_on, {load}, content, row, part FROM {accepted})"
        " WINDOW w AS (PARTITION BY record_id ORDER BY known_on, load),"
        " newest AS (PARTITION BY record_id ORDER BY row IS NULL DESC, known_on DESC, load DESC"
        " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))"
        " WHERE row IS NOT NULL AND NOT coalesce(before = content AND ({always} OR known_before = known_on), FALSE)"
        " AND NOT ({by_lag} AND is_landed AND newest = content)"
        ") USING (row, part) ORDER BY row, part",
        columns=_columns(schema, {"load": literal(load), **{column: value(column) for column in kind.values}}),
        accepted=accepted(kind),
        content=content([name(column) for column in kind.values]),
        load=literal(load),
        always=_truth(same_on_any_day),
        by_lag=_truth(kind.known is None),
    )


def _truth(holds: bool) -> Sql:
    return Sql("TRUE" if holds else "FALSE")


def _withdrawals(feed: Feed, kind: RecordKind, schema: pa.Schema, load: int, day: date) -> Sql:
    """A withdrawal of each record that is live in the landing log and absent from the snapshot."""
    replaced = {
        "withdrawn": Sql("TRUE"),
        "known_on": fill("greatest(known_on, {day})", day=literal(day)),
        "load": literal(load),
        "row": literal(-1),
    }
    return fill(
        "SELECT {columns} FROM (SELECT * FROM landed QUALIFY row_number() OVER"
        " (PARTITION BY record_id ORDER BY known_on DESC, load DESC) = 1)"
        " ANTI JOIN ({present}) USING (record_id) WHERE NOT withdrawn ORDER BY record_id",
        columns=_columns(schema, replaced),
        present=_present(feed, kind),
    )


def _present(feed: Feed, kind: RecordKind) -> Sql:
    """The records that are in the file; a quarantined row counts, whether or not it meets ``when``."""
    quarantined = [
        fill("SELECT {id} AS record_id FROM typed SEMI JOIN rejected USING (row)", id=record_id(part))
        for part in parts(feed, kind)
    ]
    mine = fill("SELECT record_id FROM {mapped}", mapped=mapped(kind))
    return join(" UNION ALL ", [mine, *quarantined])


def _is_absence_unclear(connection: duckdb.DuckDBPyConnection, feed: Feed, kind: RecordKind) -> bool:
    """Whether a quarantined row may be any record, its key being broken: then nobody can be said to be absent."""
    broken = []
    for part in parts(feed, kind):
        for pattern in kind.key:
            if not part.is_variable(pattern):
                e, v = fault(part.column(pattern).name), part.value(pattern)
                broken.append(fill("{e} IS NOT NULL OR {v} IS NULL", e=e, v=v))
    query = "SELECT count(*) FROM typed SEMI JOIN rejected USING (row) WHERE {broken}"
    return number(connection, fill(query, broken=join(" OR ", broken) or Sql("FALSE"))) > 0


def _columns(schema: pa.Schema, replaced: dict[str, Sql]) -> Sql:
    selected = [fill("{x} AS {c}", x=replaced.get(column, name(column)), c=name(column)) for column in schema.names]
    return join(", ", selected)
