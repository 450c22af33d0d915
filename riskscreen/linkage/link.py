"""Link: read the landing log, extend the crosswalk, and write the event store's next version."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Deployment
from riskscreen.errors import CallerError, HomeError
from riskscreen.eventstore.landing import Landing, landed_schema
from riskscreen.eventstore.store import EventStore, Version, current, write
from riskscreen.identity import Key
from riskscreen.ingest.zone import read_claims
from riskscreen.linkage.claims import DECISIONS
from riskscreen.linkage.crosswalk import Crosswalk, extend
from riskscreen.linkage.persons import Earlier, Persons, Said, persons
from riskscreen.linkage.queue import PAIRS, doubtful_pairs, pairs_table
from riskscreen.linkage.same import settle_same

CONTESTED = pa.schema([("id", pa.int64()), ("parts", pa.int64()), ("disagree", pa.int32())])


@dataclass(frozen=True)
class Linked:
    """What a link did; ``changed`` is false where nothing had been landed or decided since the last one.

    ``doubtful`` counts pairs of people who may be one, ``contested`` ids with which clearly different people come;
    ``sentences`` say what was odd in the claims.
    """

    version: int
    people: int
    households: int
    records: int
    doubtful: int
    contested: int
    sentences: tuple[str, ...]
    changed: bool


def link(
    home: Path,
    deployment: Deployment,
    key: Key,
    progress: Callable[[str], None] | None = None,
    *,
    decisions: pa.Table | None = None,
) -> Linked:
    """Bring crosswalk and event store up to the landing log; the same log twice changes nothing.

    ``decisions`` are those in force, of ``DECISIONS``. Raises ``CallerError`` where nothing was landed or decisions
    contradict each other, and ``HomeError`` where the key is not the home's.
    """
    say = progress or (lambda step: None)
    landing = Landing(home)
    schemas = _schemas(landing, deployment)
    if not schemas:
        raise CallerError(f"nothing was landed in {home.name!r}: run `riskscreen ingest FILE…` first")
    if landing.key_id != key.id:
        raise HomeError(f"the key is {key.id}, but this home was built with key {landing.key_id}: give that one")
    old, in_force = current(home), DECISIONS.empty_table() if decisions is None else decisions
    if is_current(home, deployment, in_force):
        return _linked(EventStore.open(home), changed=False)
    say("who is who")
    said = Said(*read_claims(home, key), in_force)
    before = None if old is None else _before(EventStore(home, old))
    found = persons(_told_of(landing, list(schemas)), said, deployment.place.linkage, before)
    say("people and households")
    members = _members(landing, list(schemas), found.numbers)
    crosswalk = extend(_crosswalk(home, old, deployment), members, key, deployment.place.buckets)
    numbers = _dense(found.numbers, crosswalk)
    tables: dict[tuple[str, int], pa.Table] = {}
    for kind, schema in schemas.items():
        say(kind)
        landed = settle_same(landing.read(kind, schema=schema))
        tables |= _routed(kind, landed, numbers, crosswalk, deployment.place.buckets)
    version = _version(old, _state(landing, deployment, in_force), deployment.place.buckets, crosswalk, tables)
    write(home, version, tables, _kept(found, said, numbers, crosswalk))
    return _linked(EventStore.open(home), changed=True)


def is_current(home: Path, deployment: Deployment, decisions: pa.Table | None = None) -> bool:
    """Whether the event store holds all that was landed and decided, as the deployment declares it now."""
    landing, version = Landing(home), current(home)
    state = _state(landing, deployment, DECISIONS.empty_table() if decisions is None else decisions)
    return version is not None and (version.landing, version.buckets) == (state, deployment.place.buckets)


def _schemas(landing: Landing, deployment: Deployment) -> dict[str, pa.Schema]:
    """The columns of each record kind of which something was landed."""
    kinds = deployment.record_kinds
    return {kind: landed_schema(*kinds[kind]) for kind in kinds if landing.paths(kind)}


def _state(landing: Landing, deployment: Deployment, decisions: pa.Table) -> str:
    """A hash of everything landed and decided, of the columns in which it is read, and of how people are named."""
    loads = landing.manifest()
    files = [f"{file.path} {file.sha256}" for load in loads for file in (*load.all_files, *load.zone.values())]
    columns = [f"{kind} {field}" for kind, schema in _schemas(landing, deployment).items() for field in schema]
    said = [*files, *columns, repr(deployment.place.linkage), repr(decisions.sort_by("decision").to_pylist())]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


def _before(store: EventStore) -> Earlier:
    """What the last link found of who is who."""
    numbers, labels = store.crosswalk("numbers"), store.crosswalk("persons")["number"]
    at = numbers.column_names.index("person")
    (said,) = store.crosswalk("linkage").to_pylist()
    return Earlier(numbers.set_column(at, "label", pc.take(labels, numbers["person"])), json.loads(said["parameters"]))


def _kept(found: Persons, said: Said, numbers: pa.Table, crosswalk: Crosswalk) -> dict[str, pa.Table]:
    """The tables that are kept beside the records."""
    linkage = {"parameters": "null", "figures": "{}", "sentences": "[]"}
    pairs, contested = PAIRS.empty_table(), CONTESTED.empty_table()
    if found.found is not None:
        told = found.found
        linkage = {
            "parameters": json.dumps(told.parameters),
            "figures": json.dumps(told.figures),
            "sentences": json.dumps(told.sentences, ensure_ascii=False),
        }
        entity = dict(zip(*(crosswalk.persons[name].to_pylist() for name in ("number", "entity_id")), strict=True))
        pairs = pairs_table(doubtful_pairs(found.found, said.claims, said.decisions, entity.__getitem__))
        contested = found.found.contested.cast(CONTESTED)
    return {
        "persons": crosswalk.persons,
        "households": crosswalk.households,
        "numbers": numbers,
        "doubtful": pairs,
        "contested": contested,
        "linkage": pa.Table.from_pylist([linkage]),
    }


def _dense(numbers: pa.Table, crosswalk: Crosswalk) -> pa.Table:
    """Numbers with their dense ``person`` for its label."""
    with duckdb.connect(config={"temp_directory": ""}) as connection:
        connection.register("numbers", numbers)
        connection.register("persons", crosswalk.persons)
        return connection.sql("""
            select numbers.number, person, "from", how, weight
            from numbers join persons on persons.number = label order by numbers.number
        """).to_arrow_table()


def _crosswalk(home: Path, old: Version | None, deployment: Deployment) -> Crosswalk:
    """The crosswalk so far; with another number of buckets, its people are dealt to buckets anew."""
    if old is None:
        return Crosswalk.empty()
    store = EventStore(home, old)
    persons, households = store.crosswalk("persons"), store.crosswalk("households")
    if old.buckets != deployment.place.buckets:
        wrapped = pc.subtract(
            persons["person"],
            pc.multiply(pc.divide(persons["person"], deployment.place.buckets), deployment.place.buckets),
        )
        persons = persons.set_column(4, persons.schema.field("bucket"), wrapped.cast(pa.int32()))
    return Crosswalk(persons, households)


def _told_of(landing: Landing, kinds: list[str]) -> pa.Table:
    """Every number of whom something was landed, and the first day on which that was known."""
    tables = [landing.read(kind, ["person", "known_on"]) for kind in kinds]
    with duckdb.connect(config={"temp_directory": ""}) as connection:
        connection.register("landed", pa.concat_tables(tables))
        return connection.sql("""
            select person as number, min(known_on) as known_on from landed group by person order by person
        """).to_arrow_table()


def _members(landing: Landing, kinds: list[str], numbers: pa.Table) -> pa.Table:
    """Each combination of person (by label) and household once, in the order of landing.

    Those of whom rows only tell beside somebody else come last.
    """
    columns = ["person", "household", "collective", "known_on", "load", "row"]
    landed = pa.concat_tables([landing.read(kind, columns) for kind in kinds])
    with duckdb.connect(config={"temp_directory": ""}) as connection:
        connection.register("landed", landed)
        connection.register("numbers", numbers)
        return connection.sql("""
            select label as person, household, min(known_on) as known_on,
                min(known_on) filter (collective and household is not null) as collective_on
            from numbers left join landed on number = person group by label, household
            order by min((load, row)) nulls last, label, household
        """).to_arrow_table()


def _routed(
    kind: str, landed: pa.Table, numbers: pa.Table, crosswalk: Crosswalk, buckets: int
) -> dict[tuple[str, int], pa.Table]:
    """A kind's records with persons for the numbers of ids, a table a bucket, ordered by person and time.

    A record is known of a person from the day on which it was known whose it is.
    A record that a correction gives to another person is withdrawn from the earlier one on the day of the correction.
    """
    values = landed.column_names[landed.column_names.index("row") + 1 :]
    kept = ", ".join(f'"{name}"' for name in values)
    with duckdb.connect(config={"temp_directory": ""}) as connection:
        connection.register("landed", landed)
        connection.register("numbers", numbers)
        connection.register("persons", crosswalk.persons)
        connection.register("households", crosswalk.households)
        routed = connection.sql(f"""
            with known as (
                select landed.* replace (numbers.person as person, greatest(known_on, numbers."from") as known_on)
                from landed join numbers on numbers.number = landed.person
            ), versions as (
                select *, lag(person) over (partition by record_id order by known_on, load, "row") as earlier,
                from known
            ), moved as (
                select * exclude (earlier) replace (earlier as person, true as withdrawn) from versions
                where earlier is not null and earlier <> person
            ), whole as (
                select * from known union all by name select * from moved
            )
            select persons.bucket, persons.person, households.household as household, void_on,
                record_id, happened_on, known_on, ends_on, withdrawn, load, "row" {"," if kept else ""} {kept}
            from whole
            join persons on persons.person = whole.person
            left join households on households.number = whole.household
            order by bucket, persons.person, happened_on, known_on, load, "row", record_id, withdrawn
        """).to_arrow_table()
    return {
        (kind, bucket): routed.filter(pc.equal(routed["bucket"], bucket)).drop_columns(["bucket"])
        for bucket in range(buckets)
    }


def _version(
    old: Version | None,
    landing: str,
    buckets: int,
    crosswalk: Crosswalk,
    tables: dict[tuple[str, int], pa.Table],
) -> Version:
    ends = [pc.min_max(table["known_on"]).as_py() for table in tables.values() if table.num_rows]
    return Version(
        number=1 + (old.number if old else 0),
        landing=landing,
        buckets=buckets,
        people=len(set().union(*(pc.unique(table["person"]).to_pylist() for table in tables.values()))),
        first_known=min((end["min"].isoformat() for end in ends), default=None),
        last_known=max((end["max"].isoformat() for end in ends), default=None),
        crosswalk={},
        files=(),
    )


def _linked(store: EventStore, *, changed: bool) -> Linked:
    return Linked(
        version=store.version.number,
        people=store.version.people,
        households=store.crosswalk("households").num_rows,
        records=sum(file.rows for file in store.version.files),
        doubtful=store.crosswalk("doubtful").num_rows,
        contested=store.crosswalk("contested").num_rows,
        sentences=tuple(json.loads(store.crosswalk("linkage")["sentences"][0].as_py())),
        changed=changed,
    )
