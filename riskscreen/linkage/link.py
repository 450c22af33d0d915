"""Link: read the landing log, extend the crosswalk, and write the event store's next version."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import HOME, Deployment
from riskscreen.errors import CallerError
from riskscreen.eventstore.landing import Landing, landed_schema
from riskscreen.eventstore.store import EventStore, Version, current, write
from riskscreen.identity import Key
from riskscreen.ingest.zone import read_claims
from riskscreen.linkage.claims import DECISIONS, LINKS
from riskscreen.linkage.crosswalk import Crosswalk, dealt, extend
from riskscreen.linkage.database import in_memory
from riskscreen.linkage.households import STAYS, Households, guardians, households
from riskscreen.linkage.persons import Earlier, Persons, Said, persons
from riskscreen.linkage.queue import PAIRS, doubtful_pairs, pairs_table
from riskscreen.linkage.same import settle_same
from riskscreen.linkage.staying import bonds, stays

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
    landing.check_key(key.id)
    old, in_force = current(home), DECISIONS.empty_table() if decisions is None else decisions
    if is_current(home, deployment, in_force):
        return _linked(EventStore.open(home), changed=False)
    say("who is who")
    said = Said(*read_claims(home, key), in_force)
    before = None if old is None else _before(EventStore(home, old))
    found = persons(_told_of(landing, list(schemas)), said, deployment.place.linkage, before)
    say("people and households")
    so_far = _crosswalk(home, old, deployment)
    people = dealt(so_far, _labels(landing, list(schemas), found.numbers))
    numbers = _dense(found.numbers, people)
    lived = _stays(landing, schemas, deployment, numbers)
    live = households(lived.select(STAYS.names), bonds(said.relations, numbers), deployment.place.linkage)
    crosswalk, live = extend(so_far, people, live, lived, key, deployment.place.buckets)
    named = _by_place(live, lived)
    tables: dict[tuple[str, int], pa.Table] = {}
    guests: dict[tuple[str, int], pa.Table] = {}
    for kind, schema in schemas.items():
        say(kind)
        landed = settle_same(landing.read(kind, schema=schema))
        routed = _routed(landed, numbers, crosswalk, named.filter(pc.equal(named["kind"], kind)))
        tables |= {(kind, bucket): table for bucket, table in _by_bucket(routed, deployment.place.buckets).items()}
        guests |= {(kind, bucket): table for bucket, table in _visiting(routed, crosswalk).items()}
    version = _version(old, _state(landing, deployment, in_force), deployment.place.buckets, tables)
    kept = _kept(found, said, numbers, crosswalk)
    kept |= {"members": live.members, "guardians": guardians(said.relations, _links(numbers))}
    write(home, version, tables, kept, guests)
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
        "guests": crosswalk.guests,
        "numbers": numbers,
        "doubtful": pairs,
        "contested": contested,
        "linkage": pa.Table.from_pylist([linkage]),
    }


def _dense(numbers: pa.Table, people: pa.Table) -> pa.Table:
    """Numbers with their dense ``person`` for its label."""
    with in_memory() as connection:
        connection.register("numbers", numbers)
        connection.register("persons", people)
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
    return Crosswalk(persons, households, store.crosswalk("guests"))


def _told_of(landing: Landing, kinds: list[str]) -> pa.Table:
    """Every number of whom something was landed, and the first day on which that was known."""
    tables = [landing.read(kind, ["person", "known_on"]) for kind in kinds]
    with in_memory() as connection:
        connection.register("landed", pa.concat_tables(tables))
        return connection.sql("""
            select person as number, min(known_on) as known_on from landed group by person order by person
        """).to_arrow_table()


def _labels(landing: Landing, kinds: list[str], numbers: pa.Table) -> pa.ChunkedArray:
    """The labels of persons in the order of landing; those of whom rows only tell beside somebody else come last."""
    landed = pa.concat_tables([landing.read(kind, ["person", "load", "row"]) for kind in kinds])
    with in_memory() as connection:
        connection.register("landed", landed)
        connection.register("numbers", numbers)
        found = connection.sql("""
            select label from numbers left join landed on number = person group by label
            order by min((load, row)) nulls last, label
        """).to_arrow_table()
        return found["label"]


def _stays(landing: Landing, schemas: dict[str, pa.Schema], deployment: Deployment, numbers: pa.Table) -> pa.Table:
    """The stays of which records of the kinds with a household key tell."""
    keyed = [kind for kind in schemas if deployment.record_kinds[kind][1].household]
    return stays({kind: settle_same(landing.read(kind, schema=schemas[kind])) for kind in keyed}, numbers)


def _by_place(live: Households, stays: pa.Table) -> pa.Table:
    """The household of each landed record: ``kind``, ``place`` among its records, ``household``, ``known_on``."""
    at = stays.select(["kind", "place"]).take(live.named["stay"])
    return at.append_column("household", live.named["household"]).append_column("stated_on", live.named["known_on"])


def _links(numbers: pa.Table) -> pa.Table:
    """Whose each number is, as ``LINKS``."""
    return numbers.rename_columns({"number": "claim"}).select(LINKS.names)


def _routed(landed: pa.Table, numbers: pa.Table, crosswalk: Crosswalk, named: pa.Table) -> pa.Table:
    """A kind's records with persons for the numbers of ids, ordered by bucket, person and time.

    A record is known of a person from the day on which it was known whose it is.
    A record that a correction gives to another person is withdrawn from the earlier one on the day of the correction.
    ``named`` says in which household each is from when on: where that changes, there is a version more.
    """
    values = [name for name in landed.column_names[landed.column_names.index("row") + 1 :] if name != HOME]
    kept = ", ".join(f'"{name}"' for name in values)
    with in_memory() as connection:
        connection.register("landed", landed.append_column("place", pa.array(range(landed.num_rows), pa.int64())))
        connection.register("numbers", numbers)
        connection.register("persons", crosswalk.persons)
        connection.register("households", crosswalk.households)
        connection.register("named", named)
        return connection.sql(f"""
            with known as (
                select landed.* replace (
                    numbers.person as person, named.household as household,
                    greatest(coalesce(stated_on, landed.known_on), numbers."from") as known_on
                )
                from landed join numbers on numbers.number = landed.person left join named using (place)
            ), versions as (
                select *, lag(person) over (partition by record_id order by known_on, load, "row") as earlier,
                from known
            ), moved as (
                select * exclude (earlier) replace (earlier as person, true as withdrawn) from versions
                where earlier is not null and earlier <> person
            ), whole as (
                select * from known union all by name select * from moved
            )
            select persons.bucket, persons.person, whole.household, void_on,
                record_id, happened_on, known_on, ends_on, withdrawn, load, "row" {"," if kept else ""} {kept}
            from whole
            join persons on persons.person = whole.person
            left join households on households.household = whole.household
            order by bucket, persons.person, happened_on, known_on, load, "row", record_id, withdrawn
        """).to_arrow_table()


def _by_bucket(routed: pa.Table, buckets: int) -> dict[int, pa.Table]:
    """A table a bucket."""
    return {
        bucket: routed.filter(pc.equal(routed["bucket"], bucket)).drop_columns(["bucket"]) for bucket in range(buckets)
    }


def _visiting(routed: pa.Table, crosswalk: Crosswalk) -> dict[int, pa.Table]:
    """A table a bucket that reads records of people of other buckets."""
    guests = crosswalk.guests
    found: dict[int, pa.Table] = {}
    for bucket in sorted(guests["bucket"].unique().to_pylist()):
        people = guests.filter(pc.equal(guests["bucket"], bucket))["person"].combine_chunks()
        table = routed.filter(pc.is_in(routed["person"], people)).drop_columns(["bucket"])
        found |= {bucket: table} if table.num_rows else {}
    return found


def _version(
    old: Version | None,
    landing: str,
    buckets: int,
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
        records=sum(file.rows for file in store.version.files if not file.guests),
        doubtful=store.crosswalk("doubtful").num_rows,
        contested=store.crosswalk("contested").num_rows,
        sentences=tuple(json.loads(store.crosswalk("linkage")["sentences"][0].as_py())),
        changed=changed,
    )
