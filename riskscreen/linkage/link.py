"""Link: read the landing log, extend the crosswalk, and write the event store's next version."""

import hashlib
from collections.abc import Callable, Mapping
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
from riskscreen.linkage.crosswalk import Crosswalk, extend
from riskscreen.linkage.same import settle_same


@dataclass(frozen=True)
class Linked:
    """What a link did; ``changed`` is false where nothing had been landed since the last one."""

    version: int
    people: int
    households: int
    records: int
    changed: bool


def link(home: Path, deployment: Deployment, key: Key, progress: Callable[[str], None] | None = None) -> Linked:
    """Bring crosswalk and event store up to the landing log; the same log twice changes nothing.

    Raises ``CallerError`` where nothing was landed and ``HomeError`` where the key is not the home's.
    """
    say = progress or (lambda step: None)
    landing = Landing(home)
    schemas = _schemas(landing, deployment)
    if not schemas:
        raise CallerError(f"nothing was landed in {home.name!r}: run `riskscreen ingest FILE…` first")
    if landing.key_id != key.id:
        raise HomeError(f"the key is {key.id}, but this home was built with key {landing.key_id}: give that one")
    old = current(home)
    if is_current(home, deployment):
        return _linked(EventStore.open(home), changed=False)
    say("people and households")
    crosswalk = extend(
        _crosswalk(home, old, deployment), _members(landing, list(schemas)), key, deployment.place.buckets
    )
    tables: dict[tuple[str, int], pa.Table] = {}
    for kind, schema in schemas.items():
        say(kind)
        tables |= _routed(kind, settle_same(landing.read(kind, schema=schema)), crosswalk, deployment.place.buckets)
    version = _version(old, _state(landing, schemas), deployment.place.buckets, crosswalk, tables)
    write(home, version, tables, {"persons": crosswalk.persons, "households": crosswalk.households})
    return _linked(EventStore.open(home), changed=True)


def is_current(home: Path, deployment: Deployment) -> bool:
    """Whether the event store holds all that was landed, as the deployment declares it now."""
    landing, version = Landing(home), current(home)
    state = _state(landing, _schemas(landing, deployment))
    return version is not None and (version.landing, version.buckets) == (state, deployment.place.buckets)


def _schemas(landing: Landing, deployment: Deployment) -> dict[str, pa.Schema]:
    """The columns of each record kind of which something was landed."""
    kinds = deployment.record_kinds
    return {kind: landed_schema(*kinds[kind]) for kind in kinds if landing.paths(kind)}


def _state(landing: Landing, schemas: Mapping[str, pa.Schema]) -> str:
    """A hash of everything landed, and of the columns in which it is read."""
    files = [f"{file.path} {file.sha256}" for load in landing.manifest() for file in load.all_files]
    said = files + [f"{kind} {field}" for kind, schema in schemas.items() for field in schema]
    return hashlib.sha256("\n".join(said).encode()).hexdigest()


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


def _members(landing: Landing, kinds: list[str]) -> pa.Table:
    """Each combination of person and household once, in the order of landing."""
    columns = ["person", "household", "collective", "known_on", "load", "row"]
    landed = pa.concat_tables([landing.read(kind, columns) for kind in kinds])
    with duckdb.connect(config={"temp_directory": ""}) as connection:
        connection.register("landed", landed)
        return connection.sql("""
            select person, household, min(known_on) as known_on,
                min(known_on) filter (collective and household is not null) as collective_on
            from landed group by person, household order by min((load, row)), household
        """).to_arrow_table()


def _routed(kind: str, landed: pa.Table, crosswalk: Crosswalk, buckets: int) -> dict[tuple[str, int], pa.Table]:
    """A kind's records with persons for the numbers of ids, a table a bucket, ordered by person and time.

    A record that a correction gives to another person is withdrawn from the earlier one on the day of the correction.
    """
    values = landed.column_names[landed.column_names.index("row") + 1 :]
    kept = ", ".join(f'"{name}"' for name in values)
    with duckdb.connect(config={"temp_directory": ""}) as connection:
        connection.register("landed", landed)
        connection.register("persons", crosswalk.persons)
        connection.register("households", crosswalk.households)
        routed = connection.sql(f"""
            with versions as (
                select *, lag(person) over (partition by record_id order by known_on, load, "row") as earlier,
                from landed
            ), moved as (
                select * exclude (earlier) replace (earlier as person, true as withdrawn) from versions
                where earlier is not null and earlier <> person
            ), whole as (
                select * from landed union all by name select * from moved
            )
            select persons.bucket, persons.person, households.household as household, void_on,
                record_id, happened_on, known_on, ends_on, withdrawn, load, "row" {"," if kept else ""} {kept}
            from whole
            join persons on persons.number = whole.person
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
        people=crosswalk.persons.num_rows,
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
        changed=changed,
    )
