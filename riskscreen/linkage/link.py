"""Link: read the landing log, extend the crosswalk, and write the event store's next version."""

import hashlib
import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import Deployment
from riskscreen.errors import CallerError, HomeError
from riskscreen.eventstore.landing import LandedFile, Landing, Load, landed_schema
from riskscreen.eventstore.store import FORMAT, EventStore, Part, Stored, Version, current, is_whole
from riskscreen.eventstore.writing import Draft, drafted, known_between
from riskscreen.identity import Key
from riskscreen.ingest.zone import read_claims
from riskscreen.linkage.claims import DECISIONS, LINKS
from riskscreen.linkage.crosswalk import Crosswalk, dealt, extend, in_buckets
from riskscreen.linkage.database import in_memory
from riskscreen.linkage.households import STAYS, guardians, households
from riskscreen.linkage.persons import Earlier, Persons, Said, persons
from riskscreen.linkage.queue import PAIRS, doubtful_pairs, pairs_table
from riskscreen.linkage.rebucket import can_rebucket, rebucket
from riskscreen.linkage.renewed import KindLanded, Renewed, if_of_old, renewed, small_files, whole
from riskscreen.linkage.routing import Routes, moved_numbers, moved_rows, of_part, parts_in, parts_of, placed, routed
from riskscreen.linkage.same import settle_same
from riskscreen.linkage.staying import bonds, stays

# Where more than one in so many of a kind's rows would be routed again, all are: that is quicker than to compare them.
WORTH_ALL = 4
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
    before_all, in_force = current(home), DECISIONS.empty_table() if decisions is None else decisions
    old = _in_buckets(home, before_all, deployment.place.buckets, say)
    if is_current(home, deployment, in_force):
        return _linked(EventStore.open(home), changed=old != before_all)
    say("who is who")
    said = Said(*read_claims(home, key), in_force)
    before = None if old is None else _before(EventStore(home, old))
    told = _told_of(landing, list(schemas))
    found = persons(told, said, deployment.place.linkage, before)
    say("people and households")
    so_far = _crosswalk(home, old, deployment)
    people = dealt(so_far, _labels(landing, list(schemas), found.numbers))
    numbers = _dense(found.numbers, people)
    lived = _stays(landing, schemas, deployment, numbers)
    live = households(lived.select(STAYS.names), bonds(said.relations, numbers), deployment.place.linkage)
    crosswalk, live = extend(so_far, people, live, lived, key, deployment.place.buckets)
    routes = Routes(numbers, crosswalk, placed(live, lived))
    kept = _kept(found, said, routes)
    kept |= {"members": live.members, "guardians": guardians(said.relations, _links(numbers))}
    kept |= _small(landing, schemas, _base(home, landing, deployment))
    state = _state(landing, deployment, in_force)
    with drafted(home, 1 + (old.number if old else 0)) as draft:
        stored = _stored(draft, landing, schemas, routes, deployment, say)
        draft.finish(
            _version(landing, schemas, state, _people(told, numbers), deployment.place.buckets, stored), old, kept
        )
    return _linked(EventStore.open(home), changed=True)


def is_current(home: Path, deployment: Deployment, decisions: pa.Table | None = None) -> bool:
    """Whether the event store is whole and holds all that was landed and decided, as the deployment declares it."""
    landing, version = Landing(home), current(home)
    state = _state(landing, deployment, DECISIONS.empty_table() if decisions is None else decisions)
    if version is None or (version.landing, version.buckets) != (state, deployment.place.buckets):
        return False
    return version.format == FORMAT and "lived" in version.crosswalk and is_whole(EventStore(home, version))


def _in_buckets(home: Path, old: Version | None, buckets: int, say: Callable[[str], None]) -> Version | None:
    """The version in as many buckets as are declared; as it is where it cannot be laid out, and is written anew."""
    if old is None or old.buckets == buckets or not can_rebucket(EventStore(home, old)):
        return old
    return rebucket(home, buckets, say)


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


def _kept(found: Persons, said: Said, routes: Routes) -> dict[str, pa.Table]:
    """The tables that are kept beside the records."""
    crosswalk = routes.crosswalk
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
        "lived": crosswalk.lived,
        "numbers": routes.numbers,
        "placed": routes.placed,
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
    store, buckets = EventStore(home, old), deployment.place.buckets
    persons, households = store.crosswalk("persons"), store.crosswalk("households")
    so_far = replace(Crosswalk.empty(), persons=persons, households=households)
    return so_far if old.buckets == buckets else in_buckets(so_far, buckets)


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


def _links(numbers: pa.Table) -> pa.Table:
    """Whose each number is, as ``LINKS``."""
    return numbers.rename_columns({"number": "claim"}).select(LINKS.names)


def _stored(
    draft: Draft,
    landing: Landing,
    schemas: dict[str, pa.Schema],
    routes: Routes,
    deployment: Deployment,
    say: Callable[[str], None],
) -> list[Stored]:
    """The parts of the store, kind by kind: added to those that stand where the kind is read as it was then."""
    base, buckets = _base(draft.home, landing, deployment), deployment.place.buckets
    earlier = None if base is None else _earlier(EventStore(draft.home, base))
    moved = None if earlier is None else moved_numbers(earlier, routes)
    stored: list[Stored] = []
    for kind, schema in schemas.items():
        say(kind)
        told = _told(landing, kind, schema, base)
        again = None
        if base is not None and earlier is not None and base.columns.get(kind) == _columns(schema):
            again = renewed(told, moved, moved_rows(kind, earlier, routes))
        if base is None or earlier is None or again is None or WORTH_ALL * len(again.old) > landing.rows(kind):
            stored += _whole(draft, told, routes, buckets)
        else:
            stored += _added(draft, kind, again, base, (earlier, routes))
    return stored


def _told(landing: Landing, kind: str, schema: pa.Schema, base: Version | None) -> KindLanded:
    """What was landed of a kind before ``base`` and since, and what a link kept of it."""
    told = KindLanded(landing, kind, schema, *_old_and_new(landing, kind, base))
    if base is None or _landed(kind) not in base.crosswalk:
        return told
    with suppress(HomeError):  # it is made anew
        return replace(told, small=if_of_old(EventStore(landing.home, base).crosswalk(_landed(kind)), told))
    return told


def _landed(kind: str) -> str:
    """The name in the crosswalk of what is kept of a kind's small landed files."""
    return f"landed-{kind}"


def _small(landing: Landing, schemas: dict[str, pa.Schema], base: Version | None) -> dict[str, pa.Table]:
    """What is kept of the small landed files of each kind, by its name in the crosswalk."""
    return {_landed(kind): small_files(_told(landing, kind, schema, base)) for kind, schema in schemas.items()}


def _whole(draft: Draft, told: KindLanded, routes: Routes, buckets: int) -> list[Stored]:
    """Every part of a kind, written anew, one by one; each bucket has a file, if one without rows."""
    rows, guests = routed(told.kind, whole(told), routes), routes.crosswalk.guests
    parts = {*parts_in(told.kind, rows, guests), *(Part(told.kind, bucket) for bucket in range(buckets))}
    return [draft.write(part, of_part(rows, guests, part)) for part in sorted(parts)]


def _added(draft: Draft, kind: str, again: Renewed, base: Version, routes: tuple[Routes, Routes]) -> list[Stored]:
    """Every part of a kind, with what is told now of the records that are routed again; ``routes``: before, and now."""
    before, now = routes
    rows, guests = routed(kind, again.landed, now), now.crosswalk.guests
    of_old = before.numbers.filter(pc.is_in(before.numbers["number"], value_set=again.numbers))["person"]
    held = {part: stored for part, stored in base.parts.items() if part.kind == kind}
    may_hold = parts_of(kind, of_old.combine_chunks(), before.crosswalk) & held.keys()
    changed = {
        part: draft.add(part, held.get(part, Stored()), of_part(rows, guests, part), again.old)
        for part in sorted({*parts_in(kind, rows, guests), *may_hold})
    }
    return list((held | changed).values())


def _earlier(store: EventStore) -> Routes:
    """Where records went at the last link."""
    told = {name: store.crosswalk(name) for name in ("persons", "households", "guests")}
    return Routes(store.crosswalk("numbers"), replace(Crosswalk.empty(), **told), store.crosswalk("placed"))


def _base(home: Path, landing: Landing, deployment: Deployment) -> Version | None:
    """The current version where what is new can be added to it: it is whole, of this format, and of the same loads."""
    version = current(home)
    if version is None or version.format != FORMAT or version.buckets != deployment.place.buckets:
        return None
    same = version.loaded == _loaded(landing.loads()[: version.loads])
    return version if same and is_whole(EventStore(home, version)) else None


def _old_and_new(landing: Landing, kind: str, base: Version | None) -> tuple[list[LandedFile], list[LandedFile]]:
    """The files of a kind that ``base`` was made from, and those of later loads."""
    loads, known = landing.loads(), base.loads if base else 0
    old, new = ([file for load in some for file in load.files.get(kind, ())] for some in (loads[:known], loads[known:]))
    return old, new


def _loaded(loads: Sequence[Load]) -> str:
    """A hash of all records of some loads."""
    files = [f"{file.path} {file.sha256}" for load in loads for file in load.all_files]
    return hashlib.sha256("\n".join(files).encode()).hexdigest()


def _columns(schema: pa.Schema) -> str:
    return ", ".join(map(str, schema))


def _people(told: pa.Table, numbers: pa.Table) -> int:
    """How many people there is a record of."""
    return len(
        pc.unique(numbers.filter(pc.is_in(numbers["number"], value_set=told["number"].combine_chunks()))["person"])
    )


def _version(
    landing: Landing,
    schemas: dict[str, pa.Schema],
    state: str,
    people: int,
    buckets: int,
    stored: list[Stored],
) -> Version:
    files = tuple(file for part in stored for file in part.files)
    first, last = known_between(file for file in files if not file.guests)
    loads = landing.loads()
    return Version(
        number=0,  # the draft's
        landing=state,
        buckets=buckets,
        people=people,
        first_known=first,
        last_known=last,
        crosswalk={},
        files=files,
        sidecars=tuple(part.sidecar for part in stored if part.sidecar),
        loads=len(loads),
        loaded=_loaded(loads),
        columns={kind: _columns(schema) for kind, schema in schemas.items()},
    )


def _linked(store: EventStore, *, changed: bool) -> Linked:
    return Linked(
        version=store.version.number,
        people=store.version.people,
        households=store.crosswalk("households").num_rows,
        records=store.version.records,
        doubtful=store.crosswalk("doubtful").num_rows,
        contested=store.crosswalk("contested").num_rows,
        sentences=tuple(json.loads(store.crosswalk("linkage")["sentences"][0].as_py())),
        changed=changed,
    )
