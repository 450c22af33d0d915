"""Records → what is new about them: corrections, and in a snapshot the withdrawals that absence means.

A record is compared with the version of it that is visible on the day it became known, so a file that is loaded
late or again says nothing new. Of one record, a load lands one version a day.

The queries here compare the tables ``suspects`` (records of one file, with ``stated_on`` and ``part``) and ``landed``.
"""

import duckdb
import pyarrow as pa

from riskscreen.declare import HOME, SAME, Delivery, Feed, RecordKind
from riskscreen.eventstore.landing import landed_schema
from riskscreen.ingest.contract import fault
from riskscreen.ingest.mapping import content, mapped, parts
from riskscreen.ingest.sql import Sql, arrow, fill, join, literal, name, number


def reject(connection: duckdb.DuckDBPyConnection, feed: Feed) -> None:
    """Make ``rejected``: ``row``, ``reason``, ``reason_column`` of each row that is quarantined for itself."""
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


def unclear(connection: duckdb.DuckDBPyConnection, feed: Feed) -> frozenset[str]:
    """The kinds of which a quarantined row may be any record, its key being broken: then nobody is absent for sure."""
    return frozenset(kind.name for kind in feed.records if _is_absence_unclear(connection, feed, kind))


def contradictions(connection: duckdb.DuckDBPyConnection, kind: RecordKind) -> pa.Table:
    """``row`` and ``part`` of each of the ``suspects`` that says otherwise than an earlier row of its file."""
    return arrow(
        connection,
        fill(
            "SELECT row, part FROM (SELECT row, part, content, first_value(content) OVER"
            " (PARTITION BY record_id, stated_on ORDER BY row, part) AS first_content"
            " FROM (SELECT *, {content} AS content FROM suspects)) WHERE content <> first_content",
            content=content(kind, _said(kind)),
        ),
    )


def key_column(feed: Feed, kind: RecordKind) -> str | None:
    """The column in which it shows that two rows contradict each other."""
    part = parts(feed, kind)[0]
    columns = [part.column(pattern).name for pattern in kind.key if not part.is_variable(pattern)]
    return columns[0] if columns else None


def news(connection: duckdb.DuckDBPyConnection, feed: Feed, kind: RecordKind, *, load: int, received: bool) -> pa.Table:
    """``row`` and ``part`` of the ``suspects`` that say something else than the version before them.

    Of one record's versions that are known from one day on, the one stated last stands. History (an increment without
    ``received``) may come in any order, so there a record that says the same as the version before it is new all the
    same where it was known on another day: a third version may yet come between. Where the contract alone says when a
    record was known, one that says the same as the newest landed version is not new on any day: only the contract's
    lag can have changed, and what was landed keeps the day it was landed with.
    """
    values = content(kind, _said(kind))
    accepted = fill(
        "SELECT record_id, known_on, {load} AS load, {content} AS content, row, part FROM suspects"
        " QUALIFY row_number() OVER (PARTITION BY record_id, known_on ORDER BY stated_on DESC, row, part) = 1",
        load=literal(load),
        content=values,
    )
    return arrow(
        connection,
        fill(
            "SELECT row, part FROM (SELECT *, lag(content) OVER w AS before, lag(known_on) OVER w AS known_before,"
            " first_value(content) OVER newest AS newest, bool_or(row IS NULL) OVER newest AS is_landed FROM ("
            "SELECT record_id, known_on, load, {content} AS content, NULL AS row, NULL AS part FROM landed"
            " SEMI JOIN suspects USING (record_id) UNION ALL {accepted})"
            " WINDOW w AS (PARTITION BY record_id ORDER BY known_on, load),"
            " newest AS (PARTITION BY record_id ORDER BY row IS NULL DESC, known_on DESC, load DESC"
            " ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING))"
            " WHERE row IS NOT NULL AND NOT coalesce(before = content AND ({always} OR known_before = known_on), FALSE)"
            " AND NOT ({by_lag} AND is_landed AND newest = content)",
            content=values,
            accepted=accepted,
            always=_truth(received or feed.delivery is Delivery.SNAPSHOT),
            by_lag=_truth(kind.known is None),
        ),
    )


def told_twice(connection: duckdb.DuckDBPyConnection, load: int) -> int:
    """How many records of a load tell of an event that an earlier one of those ``told`` tells of and that stands."""
    return number(
        connection,
        fill(
            "SELECT count(*) FROM (SELECT load, row_number() OVER (PARTITION BY same ORDER BY load, row) AS place FROM"
            " (SELECT * FROM told QUALIFY row_number() OVER"
            " (PARTITION BY record_id ORDER BY known_on DESC, load DESC, row DESC) = 1)"
            " WHERE NOT withdrawn AND same IS NOT NULL) WHERE place > 1 AND load = {load}",
            load=literal(load),
        ),
    )


def withdrawals(connection: duckdb.DuckDBPyConnection, feed: Feed, kind: RecordKind, load: int, day: Sql) -> pa.Table:
    """A withdrawal of each ``landed`` record that is live and not among the ``present``, as it is to be landed."""
    schema = landed_schema(feed, kind)
    replaced = {
        "withdrawn": Sql("TRUE"),
        "known_on": fill("greatest(known_on, {day})", day=day),
        "load": literal(load),
        "row": literal(-1),
    }
    columns = [fill("{x} AS {c}", x=replaced.get(column, name(column)), c=name(column)) for column in schema.names]
    query = fill(
        "SELECT {columns} FROM (SELECT * FROM landed QUALIFY row_number() OVER"
        " (PARTITION BY record_id ORDER BY known_on DESC, load DESC) = 1)"
        " ANTI JOIN present USING (record_id) WHERE NOT withdrawn ORDER BY record_id",
        columns=join(", ", columns),
    )
    return arrow(connection, query).cast(schema)


def _said(kind: RecordKind) -> list[Sql]:
    """What a kind's records say beyond the columns that all have; ``same`` as text, for it is bytes."""
    home = [name(HOME)] if kind.household and kind.household.home else []
    same = [fill("hex({s})", s=name(SAME))] if kind.same else []
    return [*(name(column) for column in kind.values), *home, *same]


def _first_of_each_row(selected: list[Sql]) -> Sql:
    return fill(
        "SELECT row, reason, reason_column FROM ({all})"
        " QUALIFY row_number() OVER (PARTITION BY row ORDER BY stage, part) = 1",
        all=join(" UNION ALL ", selected),
    )


def _truth(holds: bool) -> Sql:
    return Sql("TRUE" if holds else "FALSE")


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
