"""Link: read the landing log, extend the crosswalk, and write the event store's next version."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from riskscreen.declare import HOME, SAME, Deployment
from riskscreen.errors import CallerError, HomeError
from riskscreen.eventstore.landing import FIXED, LandedFile, Landing, Load, landed_schema
from riskscreen.eventstore.store import FORMAT, EventStore, Part, Stored, Version, current, is_whole
from riskscreen.eventstore.writing import Draft, drafted, known_between
from riskscreen.identity import Key
from riskscreen.ingest.zone import read_claims
from riskscreen.linkage.claims import DECISIONS, LINKS
from riskscreen.linkage.crosswalk import Crosswalk, dealt, extend, in_buckets
from riskscreen.linkage.database import in_memory
from riskscreen.linkage.households import STAYS, guardians, households
from riskscreen.linkage.looking import LAID_OUT, lay_out, read_routes, routes_of
from riskscreen.linkage.persons import Earlier, Persons, Said, persons
from riskscreen.linkage.queue import PAIRS, doubtful_pairs, pairs_table
from riskscreen.linkage.ranges import Kind, ranges_of, route_kind
from riskscreen.linkage.rebucket import can_rebucket, rebucket
from riskscreen.linkage.renewed import KindLanded, Renewed, if_of_old, renewed, small_files
from riskscreen.linkage.routing import PLACED, Routes, by_part, moved_numbers, moved_rows, placed, routed, with_buckets
from riskscreen.linkage.routing import part as part_of
from riskscreen.linkage.same import settle_same
from riskscreen.linkage.staying import bonds, stays
from riskscreen.linkage.told import TOLD, told_of
from riskscreen.runners import LOCAL, Runner

# Where more than one in so many of a kind's rows would be routed again, all are: that is quicker than to compare them.
WORTH_ALL = 4
AT_ONCE = 1_000_000  # new rows of a kind that are looked at together, however few there were before
MUCH = 5_000_000  # fewer rows of the parts that are added to are looked through before processes have begun
NUMBERS_TOLD = "numbers-told"  # the name in the crosswalk of the table of ``TOLD``
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


@dataclass(frozen=True)
class _Log:
    """What was landed, the columns of each kind of which something was, and the deployment that says what it means.

    ``base`` is the version to which what is new is added (``None``: all is written anew), ``told`` what of each kind
    was landed before it and since.
    """

    landing: Landing
    schemas: Mapping[str, pa.Schema]
    deployment: Deployment
    base: Version | None
    told: Mapping[str, KindLanded]

    @property
    def buckets(self) -> int:
        """How many buckets the store has."""
        return self.deployment.place.buckets


def link(
    home: Path,
    deployment: Deployment,
    key: Key,
    progress: Callable[[str], None] | None = None,
    *,
    decisions: pa.Table | None = None,
    runner: Runner = LOCAL,
) -> Linked:
    """Bring crosswalk and event store up to the landing log; the same log twice changes nothing.

    ``decisions`` are those in force, of ``DECISIONS``; ``runner`` says where records are routed and written. Raises
    ``CallerError`` where nothing was landed or decisions contradict each other, and ``HomeError`` where the key is not
    the home's, or a file or a process was lost.
    """
    say = progress or (lambda step: None)
    landing = Landing(home)
    schemas = _schemas(landing, deployment)
    if not schemas:
        raise CallerError(f"nothing was landed in {home.name!r}: run `riskscreen ingest FILE…` first")
    landing.check_key(key.id)
    before_all, in_force = current(home), DECISIONS.empty_table() if decisions is None else decisions
    old = _in_buckets(home, before_all, deployment.place.buckets, say, runner)
    if is_current(home, deployment, in_force):
        return _linked(EventStore.open(home), changed=old != before_all)
    log = _log(landing, schemas, deployment)
    state = _state(landing, deployment, in_force)
    with drafted(home, 1 + (old.number if old else 0)) as draft:
        crosswalk, people = _who_is_who(log, key, old, in_force, say, draft)
        stored, kept = _stored(draft, log, crosswalk, runner, say)
        draft.finish(_version(log, state, people, {**crosswalk, **kept}, stored), old)
    return _linked(EventStore.open(home), changed=True)


def is_current(home: Path, deployment: Deployment, decisions: pa.Table | None = None) -> bool:
    """Whether the event store is whole and holds all that was landed and decided, as the deployment declares it."""
    landing, version = Landing(home), current(home)
    state = _state(landing, deployment, DECISIONS.empty_table() if decisions is None else decisions)
    if version is None or (version.landing, version.buckets) != (state, deployment.place.buckets):
        return False
    return version.format == FORMAT and "lived" in version.crosswalk and is_whole(EventStore(home, version))


def _in_buckets(
    home: Path, old: Version | None, buckets: int, say: Callable[[str], None], runner: Runner
) -> Version | None:
    """The version in as many buckets as are declared; as it is where it cannot be laid out, and is written anew."""
    if old is None or old.buckets == buckets or not can_rebucket(EventStore(home, old)):
        return old
    return rebucket(home, buckets, say, runner=runner)


def _log(landing: Landing, schemas: Mapping[str, pa.Schema], deployment: Deployment) -> _Log:
    base = _base(landing.home, landing, deployment)
    told = {
        kind: KindLanded(landing, kind, schema, *_old_and_new(landing, kind, base)) for kind, schema in schemas.items()
    }
    return _Log(landing, schemas, deployment, base, told)


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


def _who_is_who(
    log: _Log, key: Key, old: Version | None, in_force: pa.Table, say: Callable[[str], None], draft: Draft
) -> tuple[dict[str, str], int]:
    """The files of the crosswalk, and how many people there is a record of; what it took is let go of then."""
    say("who is who")
    home, linkage = draft.home, log.deployment.place.linkage
    claims, relations = read_claims(home, key)
    before = None if old is None else _before(EventStore(home, old))
    told = told_of(log.told, _numbers_told(log))
    found = persons(told.select(["number", "known_on"]), Said(claims, relations, in_force), linkage, before)
    feeds = claims.said.select(["claim", "feed"])
    del claims  # what else is said of them is let go of
    say("people and households")
    so_far = _crosswalk(home, old, log.deployment)
    people = dealt(so_far, _labels(told, found.numbers))
    numbers = _dense(found.numbers, people)
    lived = _stays(log, numbers)
    live = households(lived.select(STAYS.names), bonds(relations, numbers), linkage)
    say("crosswalk")
    crosswalk, live = extend(so_far, people, live, lived, key, log.buckets)
    kept = _kept(found, feeds, in_force, Routes(numbers, crosswalk, placed(live, lived)))
    kept |= {NUMBERS_TOLD: told, "members": live.members, "guardians": guardians(relations, _links(numbers))}
    return draft.keep(kept), _people(told, numbers)


def _before(store: EventStore) -> Earlier:
    """What the last link found of who is who."""
    numbers, labels = store.crosswalk("numbers"), store.crosswalk("persons")["number"]
    at = numbers.column_names.index("person")
    (said,) = store.crosswalk("linkage").to_pylist()
    return Earlier(numbers.set_column(at, "label", pc.take(labels, numbers["person"])), json.loads(said["parameters"]))


def _kept(found: Persons, feeds: pa.Table, decisions: pa.Table, routes: Routes) -> dict[str, pa.Table]:
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
        entity = _entities(crosswalk.persons, told.doubtful)
        pairs = pairs_table(doubtful_pairs(told, feeds, decisions, entity.__getitem__))
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


def _entities(persons: pa.Table, doubtful: pa.Table) -> dict[int, str]:
    """The pseudonyms of the persons of doubtful pairs."""
    asked = pa.concat_arrays([doubtful[side].combine_chunks() for side in ("person", "other_person")])
    own = persons.filter(pc.is_in(persons["number"], value_set=asked))
    return dict(zip(*(own[name].to_pylist() for name in ("number", "entity_id")), strict=True))


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


def _numbers_told(log: _Log) -> pa.Table | None:
    """What ``base`` kept of the numbers of whom something was landed before it."""
    if log.base is None or NUMBERS_TOLD not in log.base.crosswalk:
        return None
    if {*log.base.columns} != {kind for kind, told in log.told.items() if told.old}:  # other kinds were declared then
        return None
    with suppress(HomeError):  # it is made anew
        return EventStore(log.landing.home, log.base).crosswalk(NUMBERS_TOLD).cast(TOLD)
    return None


def _labels(told: pa.Table, numbers: pa.Table) -> pa.ChunkedArray:
    """The labels of persons in the order of landing; those of whom rows only tell beside somebody else come last."""
    with in_memory() as connection:
        connection.register("told", told)
        connection.register("numbers", numbers)
        found = connection.sql("""
            select label from numbers left join told using (number) group by label order by min(place) nulls last, label
        """).to_arrow_table()
        return found["label"]


def _stays(log: _Log, numbers: pa.Table) -> pa.Table:
    """The stays of which records of the kinds with a household key tell."""
    keyed = [kind for kind in log.schemas if log.deployment.record_kinds[kind][1].household]
    landed = {}
    for kind in keyed:
        schema = pa.schema([field for field in log.schemas[kind] if field.name in (*FIXED.names, HOME, SAME)])
        landed[kind] = settle_same(log.landing.read(kind, schema=schema))
    return stays(landed, numbers)


def _links(numbers: pa.Table) -> pa.Table:
    """Whose each number is, as ``LINKS``."""
    return numbers.rename_columns({"number": "claim"}).select(LINKS.names)


def _stored(
    draft: Draft, log: _Log, crosswalk: Mapping[str, str], runner: Runner, say: Callable[[str], None]
) -> tuple[list[Stored], dict[str, str]]:
    """The parts of the store, kind by kind: added to those that stand where the kind is read as it was then.

    And the files of the crosswalk with what is kept of small landed files.
    """
    moves = None if log.base is None else _moves(log.base, draft.home, crosswalk)
    stored, kept = list[Stored](), dict[str, str]()
    for kind in log.schemas:
        say(kind)
        told, rows = _with_small(log, kind), log.landing.rows(kind)
        kept |= draft.keep({_landed(kind): small_files(told)})
        again = _again(log, told, rows, moves)
        if log.base is None or moves is None or again is None or WORTH_ALL * again.records > rows:
            stored += route_kind(Kind(draft, told, _routes(draft, crosswalk), log.buckets, ranges_of(rows)), runner)
        else:
            held = {part: some for part, some in log.base.parts.items() if part.kind == kind}
            stored += _added(draft, again, held, moves, runner)
    return stored, kept


@dataclass(frozen=True)
class _Moves:
    """Where records went at the last link, and where they go now; the numbers and the landed rows that moved."""

    before: Routes
    now: Routes
    numbers: pa.Array
    rows: pa.Table

    def rows_of(self, kind: str) -> pa.Table:
        """The rows of a kind that moved: ``load`` and ``row``."""
        return self.rows.filter(pc.equal(self.rows["kind"], kind)).select(["load", "row"])


def _moves(base: Version, home: Path, crosswalk: Mapping[str, str]) -> _Moves:
    before, now = read_routes(home, base.crosswalk), read_routes(home, crosswalk)
    return _Moves(before, now, moved_numbers(before, now), moved_rows(before, now))


def _again(log: _Log, told: KindLanded, rows: int, moves: _Moves | None) -> Renewed | None:
    """What is routed again of a kind, of which so many ``rows`` were landed; ``None`` where that is all."""
    if log.base is None or moves is None or log.base.columns.get(told.kind) != _columns(told.schema):
        return None
    new = sum(file.rows for file in told.new)
    worth = new <= AT_ONCE or WORTH_ALL * new <= rows
    return renewed(told, moves.numbers, moves.rows_of(told.kind)) if worth else None


def _routes(draft: Draft, crosswalk: Mapping[str, str]) -> Path:
    """The folder with the routes of a draft's crosswalk."""
    folder = draft.between / LAID_OUT
    if not folder.exists():
        lay_out(draft.home, crosswalk, folder)
    return folder


def _with_small(log: _Log, kind: str) -> KindLanded:
    """What was landed of a kind, with what the last link kept of its small files."""
    told, base = log.told[kind], log.base
    if base is None or _landed(kind) not in base.crosswalk:
        return told
    with suppress(HomeError):  # it is made anew
        return replace(told, small=if_of_old(EventStore(log.landing.home, base).crosswalk(_landed(kind)), told))
    return told


def _landed(kind: str) -> str:
    """The name in the crosswalk of what is kept of a kind's small landed files."""
    return f"landed-{kind}"


def _added(draft: Draft, again: Renewed, held: Mapping[Part, Stored], moves: _Moves, runner: Runner) -> list[Stored]:
    """Every part of a kind, with what is told now of the records that are routed again."""
    if not again.landed.num_rows and not again.old.num_rows:
        return list(held.values())
    before = routes_of(moves.before, again.old["number"], PLACED.empty_table())
    now = routes_of(moves.now, again.landed["person"], _placed(moves.now, again))
    rows = routed(again.kind, again.landed, now)
    new = by_part(rows, now.crosswalk.guests)
    touched = by_part(with_buckets(again.old, before), before.crosswalk.guests)
    none, nobody = rows.drop_columns(["bucket"]).slice(0, 0), again.old.slice(0, 0)
    given: dict[int, list[_Addition]] = {}
    for number in sorted({*new, *(number for number in touched if part_of(again.kind, number) in held)}):
        part = part_of(again.kind, number)
        ids = touched.get(number, nobody)["record_id"].combine_chunks().unique()
        addition = _Addition(part, held.get(part, Stored()), new.get(number, none), ids)
        given.setdefault(part.bucket, []).append(addition)
    stand = sum(file.rows for some in given.values() for one in some for file in one.stored.files)
    done = runner.each(partial(_add, draft), given, much=stand >= MUCH)
    changed = {
        one.part: stored
        for some, made in zip(given.values(), done, strict=True)
        for one, stored in zip(some, made, strict=True)
    }
    return list(({**held} | changed).values())


@dataclass(frozen=True)
class _Addition:
    """What is added to a part; see :meth:`Draft.add`."""

    part: Part
    stored: Stored
    rows: pa.Table
    touched: pa.Array


def _add(draft: Draft, _: int, given: Sequence[_Addition]) -> list[Stored]:
    return [draft.add(one.part, one.stored, one.rows, one.touched) for one in given]


def _placed(routes: Routes, again: Renewed) -> pa.Table:
    """Where the rows of a kind are placed that were landed with any of those that are routed again."""
    loads = again.landed["load"].combine_chunks().unique()
    own = pc.and_(pc.equal(routes.placed["kind"], again.kind), pc.is_in(routes.placed["load"], value_set=loads))
    return routes.placed.filter(own)


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


def _version(log: _Log, state: str, people: int, crosswalk: Mapping[str, str], stored: list[Stored]) -> Version:
    files = tuple(file for part in stored for file in part.files)
    first, last = known_between(file for file in files if not file.guests)
    loads = log.landing.loads()
    return Version(
        number=0,  # the draft's
        landing=state,
        buckets=log.buckets,
        people=people,
        first_known=first,
        last_known=last,
        crosswalk=crosswalk,
        files=files,
        sidecars=tuple(part.sidecar for part in stored if part.sidecar),
        loads=len(loads),
        loaded=_loaded(loads),
        columns={kind: _columns(schema) for kind, schema in log.schemas.items()},
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
