"""A deployment: the declarations found in one folder, with the references between them checked."""

import hashlib
import importlib
import importlib.util
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import NoReturn, TypeVar

from riskscreen.declare.areas import Area, AreaTree, Region
from riskscreen.declare.city import WayOfLife
from riskscreen.declare.columns import Address, Column, Placed, Sensitivity
from riskscreen.declare.feeds import Feed, Zone
from riskscreen.declare.linkage import Linkage
from riskscreen.declare.models import AlertRule, AreaRate, AuditGroup, ModelSpec, SignalOrder
from riskscreen.declare.records import RecordKind
from riskscreen.declare.signals import (
    ColumnSignal,
    CountMembers,
    Derived,
    Distinct,
    Latest,
    OverHousehold,
    RecordSignal,
    Signal,
    SpellLength,
    StateAt,
    Trend,
    columns_read,
)
from riskscreen.declare.text import Text, check_name
from riskscreen.errors import DeclarationError, RiskscreenError

Named = TypeVar("Named")
SILENT = Text("-", "-")


@dataclass(frozen=True, kw_only=True)
class Place:
    """What holds for the whole deployment; stands once, in its ``__init__.py``.

    ``area_of`` names the signal whose value is the code of a person's area; without it everybody belongs to the one
    declared area. ``themes`` names the themes under which reasons are grouped. ``linkage`` says how people are named.
    ``made_up_until`` is for a place whose people are made up and live ahead of us: the last day that counts as past.
    """

    name: str
    label: Text
    time_zone: str
    currency: str
    themes: Mapping[str, Text]
    area_of: str | None = None
    buckets: int = 8
    linkage: Linkage = field(default_factory=Linkage)
    made_up_until: date | None = None

    def __post_init__(self) -> None:
        check_name("a deployment", self.name)
        if self.buckets < 1:
            raise DeclarationError(f"deployment {self.name!r} has {self.buckets} buckets: give at least 1")


@dataclass(frozen=True, kw_only=True)
class Deployment:
    """Everything that a deployment declares, by name."""

    place: Place
    feeds: Mapping[str, Feed]
    signals: Mapping[str, Signal]
    models: Mapping[str, ModelSpec]
    alert_rules: Mapping[str, AlertRule]
    audit_groups: Mapping[str, AuditGroup]
    areas: AreaTree
    folder: Path
    regions: Mapping[str, Region] = field(default_factory=dict)
    way_of_life: WayOfLife | None = None

    def __post_init__(self) -> None:
        self._check_records()
        self._check_regions()
        for feed in self.feeds.values():
            self._check_addresses(feed)
        for signal in self.signals.values():
            self._check_signal(signal)
        self._check_cycles()
        for rule in self.alert_rules.values():
            for condition in rule.where:
                self._known("signal", condition.field, self.signals, f"alert rule {rule.name!r}")
        for group in self.audit_groups.values():
            self._column(group.records, group.column, f"audit group {group.name!r}")
        for spec in self.models.values():
            self._check_model(spec)
        self._check_areas()
        self._check_way_of_life()

    @property
    def name(self) -> str:
        """The deployment's name."""
        return self.place.name

    @property
    def record_kinds(self) -> dict[str, tuple[Feed, RecordKind]]:
        """Every record kind with the feed that gives it, by the kind's name."""
        return {kind.name: (feed, kind) for feed in self.feeds.values() for kind in feed.records}

    def feed_of(self, file_name: str) -> Feed | None:
        """The feed whose pattern a file's name fits; ``None`` where none or several do."""
        found = [feed for feed in self.feeds.values() if feed.matches(file_name)]
        return found[0] if len(found) == 1 else None

    def model(self, name: str) -> ModelSpec:
        """The spec of a model; ``DeclarationError`` with the nearest name where there is none."""
        self._known("model", name, self.models, f"deployment {self.name!r}")
        return self.models[name]

    def column_of(self, records: str, column: str) -> Column:
        """A column that a kind of record keeps as a value."""
        feed, kind = self.record_kinds[records]
        return feed.column(kind.filled_in(column))

    def owners(self, name: str) -> list[Feed]:
        """The feeds that a signal is made from, in the order of declaration."""
        kinds = self.record_kinds
        used = {kinds[s.records][0].name for s in self.closure([name]) if isinstance(s, RecordSignal)}
        return [feed for feed in self.feeds.values() if feed.name in used]

    def sensitivity(self, name: str) -> Sensitivity:
        """The highest class of the columns that a signal reads, the days of its records among them."""
        classes = [
            self.record_kinds[signal.records][0].column(column).sensitivity
            for signal in self.closure([name])
            if isinstance(signal, RecordSignal)
            for column in self._columns_behind(signal)
        ]
        return max(classes, default=Sensitivity.PERSONAL)

    def _columns_behind(self, signal: RecordSignal) -> set[str]:
        """The feed's columns that a signal's values and days come from: that there is a spell may say it all."""
        kind = self.record_kinds[signal.records][1]
        days = [kind.happened, *([kind.ends] if kind.ends and isinstance(signal, StateAt | SpellLength) else [])]
        values = [column for column in columns_read(signal) if column in kind.values]
        patterns = [*values, *(name for day in days for name in day.fields() if name in kind.columns())]
        return {kind.filled_in(pattern) for pattern in patterns}

    def closure(self, names: Iterable[str]) -> list[Signal]:
        """The named signals and all that they are made of, inputs first, each once."""
        done: dict[str, Signal] = {}

        def add(name: str) -> None:
            if name not in done:
                for needed in self.signals[name].inputs():
                    add(needed)
                done[name] = self.signals[name]

        for name in names:
            add(name)
        return list(done.values())

    def is_number(self, name: str) -> bool:
        """Whether a signal is a number, so that a model can use it."""
        signal = self.signals[name]
        if isinstance(signal, Latest):
            return self.column_of(signal.records, signal.column).is_number
        return True

    def fingerprint(self, names: Iterable[str]) -> str:
        """A hash of what the named signals mean, and of the records that they read: 16 hex digits.

        Words for people are left out: a better label changes no feature.
        """
        signals = self.closure(names)
        kinds = sorted({signal.records for signal in signals if isinstance(signal, RecordSignal)})
        said = [repr(replace(signal, label=SILENT, reason=SILENT, words=(), theme="", unit="")) for signal in signals]
        said += [self._meaning(kind) for kind in kinds]
        return hashlib.sha256("\n".join(said).encode()).hexdigest()[:16]

    def _meaning(self, records: str) -> str:
        """What decides the records of a kind: the mapping, and the columns that it reads."""
        feed, kind = self.record_kinds[records]
        read = [(column.name, column.type, column.missing) for column in feed.columns if column.name in kind.columns()]
        return repr((replace(kind, label=SILENT), read))

    # Checks. Each raises a DeclarationError that names the declaration and, where one is near, the name meant.

    def _known(self, what: str, name: str, among: Iterable[str], where: str) -> None:
        among = list(among)
        if name not in among:
            near = get_close_matches(name, among, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"declared are: {', '.join(among) or 'none'}"
            raise DeclarationError(f"{where} names the {what} {name!r}, which is not declared: {hint}")

    def _column(self, records: str, column: str, where: str) -> Column:
        self._open_records(records, where)
        kind = self.record_kinds[records][1]
        self._known(f"column of {records!r}", column, kind.values, where)
        return self.column_of(records, column)

    def _open_records(self, records: str, where: str) -> None:
        self._known("record kind", records, self.record_kinds, where)
        feed = self.record_kinds[records][0]
        if feed.zone is Zone.MEANS_CHECK:
            raise DeclarationError(
                f"{where} reads {records!r} of feed {feed.name!r}, which is for means checks of single cases: "
                "nothing of it may take part in screening"
            )

    def _check_regions(self) -> None:
        for region in self.regions.values():
            if region.became is not None:
                self._known("region", region.became, self.regions, f"region {region.code!r}")

    def _check_addresses(self, feed: Feed) -> None:
        for column in feed.columns:
            if isinstance(column.type, Address):
                where = f"column {column.name!r} of feed {feed.name!r}"
                self._known("address library", column.type.library, self._libraries(), where)
            if isinstance(column.type, Placed):
                address = feed.column(column.type.address).type
                library = self.feeds[address.library] if isinstance(address, Address) else feed
                where = f"column {column.name!r} of feed {feed.name!r}"
                self._known("column", column.type.part, [each.name for each in library.columns], where)

    def _libraries(self) -> list[str]:
        return [feed.name for feed in self.feeds.values() if feed.reference is not None and feed.reference.spelling]

    def _check_records(self) -> None:
        names = [kind.name for feed in self.feeds.values() for kind in feed.records]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise DeclarationError(f"two record kinds are called {twice[0]!r}: give each its own name")
        for name in self.place.linkage.one_record:
            self._known("feed", name, self.feeds, "linkage's one_record")

    def _check_signal(self, signal: Signal) -> None:
        where = f"signal {signal.name!r}"
        self._known("theme", signal.theme, self.place.themes, where)
        for name in signal.inputs():
            self._known("signal", name, self.signals, where)
        if isinstance(signal, RecordSignal):
            self._check_record_signal(signal, where)
        if isinstance(signal, OverHousehold | CountMembers):
            self._check_roll_up(signal, where)

    def _check_record_signal(self, signal: RecordSignal, where: str) -> None:
        self._open_records(signal.records, where)
        for name in sorted(columns_read(signal)):
            column = self._column(signal.records, name, where)
            if column.protected:
                raise DeclarationError(f"{where} reads the protected column {name!r}: it may reach audits only")
        if isinstance(signal, StateAt | SpellLength) and self.record_kinds[signal.records][1].ends is None:
            raise DeclarationError(f"{where} asks for a spell, but record kind {signal.records!r} declares no ends")
        adds = [getattr(signal, part) for part in ("column", "whole") if hasattr(signal, part)]
        if isinstance(signal, ColumnSignal | Trend) and not isinstance(signal, Latest | Distinct):
            for name in adds:
                if name is not None and not self.column_of(signal.records, name).is_number:
                    raise DeclarationError(f"{where} computes with {name!r}, which is no number")

    def _check_roll_up(self, signal: OverHousehold | CountMembers, where: str) -> None:
        for name in signal.inputs():
            inner = self.signals[name]
            if isinstance(inner, OverHousehold | CountMembers):
                raise DeclarationError(f"{where} rolls up {name!r}, which is a roll-up itself: use Derived")
            if signal.members == "then" and not isinstance(inner, RecordSignal):
                raise DeclarationError(f"{where} is rolled up over members then: {name!r} must be a record signal")
            if isinstance(signal, OverHousehold) and not self.is_number(name):
                raise DeclarationError(f"{where} computes with {name!r}, which is no number")

    def _check_cycles(self) -> None:
        done: set[str] = set()

        def visit(name: str, path: tuple[str, ...]) -> None:
            if name in path:
                raise DeclarationError(f"signal {name!r} is made of itself: {' → '.join((*path, name))}")
            if name not in done:
                for needed in self.signals[name].inputs():
                    visit(needed, (*path, name))
                done.add(name)

        for name in self.signals:
            visit(name, ())

    def _check_model(self, spec: ModelSpec) -> None:
        where = f"model {spec.name!r}"
        for name in spec.signals:
            self._known("signal", name, self.signals, where)
            if not self.is_number(name):
                raise DeclarationError(f"{where} uses signal {name!r}, which is no number")
        self._check_cohort(spec, where)
        self._open_records(spec.outcome.records, f"the outcome of {where}")
        for condition in spec.outcome.where:
            if self._column(spec.outcome.records, condition.field, f"the outcome of {where}").protected:
                raise DeclarationError(f"the outcome of {where} reads the protected column {condition.field!r}")
        for name in spec.audit:
            self._known("audit group", name, self.audit_groups, where)
        for baseline in spec.baselines:
            if isinstance(baseline, SignalOrder):
                self._known("signal", baseline.signal, self.signals, f"baseline {baseline.name!r} of {where}")
            if isinstance(baseline, AreaRate) and self.place.area_of is None:
                raise DeclarationError(f"{where} has an area rate for a baseline, but the place has no area_of")

    def _check_cohort(self, spec: ModelSpec, where: str) -> None:
        for condition in spec.cohort.where:
            self._known("signal", condition.field, self.signals, f"the cohort of {where}")
        if spec.cohort.unit == "person":
            return
        named = {*spec.signals, *(condition.field for condition in spec.cohort.where)}
        named |= {baseline.signal for baseline in spec.baselines if isinstance(baseline, SignalOrder)}
        for name in sorted(named):
            if not self.is_of_household(name):
                raise DeclarationError(f"{where} scores households, but signal {name!r} is one of a person: roll it up")

    def is_of_household(self, name: str) -> bool:
        """Whether all members of a household share a signal's value."""
        signal = self.signals[name]
        if isinstance(signal, Derived):
            return all(self.is_of_household(part) for part in signal.of)
        return isinstance(signal, OverHousehold | CountMembers)

    def _check_areas(self) -> None:
        if self.place.area_of is not None:
            self._known("signal", self.place.area_of, self.signals, f"area_of of {self.name!r}")
        elif len(self.areas) != 1:
            raise DeclarationError(f"deployment {self.name!r} declares {len(self.areas)} areas: give one, or area_of")

    def _check_way_of_life(self) -> None:
        if self.way_of_life is None:
            return
        where = f"the way of life of {self.name!r}"
        for district in self.way_of_life.places.districts:
            for area in district.areas:
                self._known("area", area.code, self.areas, where)
        for file in self.way_of_life.files:
            self._known("feed", file.feed, self.feeds, where)
            declared = [column.name for column in self.feeds[file.feed].columns]
            for column in file.columns:
                self._known("column", column, declared, f"{where}, feed {file.feed!r}")


def load(folder: Path) -> Deployment:
    """Read the declarations in a deployment's folder.

    Every ``.py`` file below it is imported, and each declaration that stands at the top level of a file, or in a tuple
    or list there, is taken. Raises ``DeclarationError`` for a folder that is no deployment, for a file that cannot be
    read, and for references that lead nowhere.
    """
    folder = folder.resolve()
    if not (folder / "__init__.py").is_file():
        raise DeclarationError(f"{folder.name!r} is no deployment: it has no __init__.py; `riskscreen init` makes one")
    found = _declarations(_modules(folder))
    places = [item for item in found if isinstance(item, Place)]
    if len(places) != 1:
        raise DeclarationError(f"deployment {folder.name!r} declares {len(places)} places: give exactly one Place")
    lives = [item for item in found if isinstance(item, WayOfLife)]
    if len(lives) > 1:
        raise DeclarationError(f"deployment {folder.name!r} declares {len(lives)} ways of life: give one at most")
    return Deployment(
        place=places[0],
        way_of_life=lives[0] if lives else None,
        feeds=_by_name(found, Feed),
        signals=_by_name(found, Signal),
        models=_by_name(found, ModelSpec),
        alert_rules=_by_name(found, AlertRule),
        audit_groups=_by_name(found, AuditGroup),
        areas=AreaTree(_by_name(found, Area, key="code").values()),
        regions=_by_name(found, Region, key="code"),
        folder=folder,
    )


def _modules(folder: Path) -> list[ModuleType]:
    package = f"riskscreen_deployment_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    for name in [name for name in sys.modules if name == package or name.startswith(package + ".")]:
        del sys.modules[name]
    paths = sorted(folder.rglob("*.py"), key=lambda path: (path.name != "__init__.py", path))
    with _as_written():
        return [_module(package, folder, path) for path in paths]


class _FromSource(SourceFileLoader):
    """Reads a file as it is written now: a cached compilation may be a second, and an edit, behind."""

    def path_stats(self, path: str) -> NoReturn:  # this is how a loader says: no cache
        raise OSError(path)


@contextmanager
def _as_written() -> Iterator[None]:
    """Files that declarations import from each other are neither read from caches nor cached."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def _module(package: str, folder: Path, path: Path) -> ModuleType:
    parts = path.relative_to(folder).with_suffix("").parts
    parts = parts[:-1] if parts[-1] == "__init__" else parts
    name = ".".join((package, *parts))
    if name in sys.modules:
        return sys.modules[name]
    search = [str(path.parent)] if path.name == "__init__.py" else None
    loader = _FromSource(name, str(path))
    spec = importlib.util.spec_from_file_location(name, path, loader=loader, submodule_search_locations=search)
    if spec is None:
        raise DeclarationError(f"{path.name} cannot be imported: it is no Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        loader.exec_module(module)
    except Exception as error:
        del sys.modules[name]
        raise DeclarationError(_where(folder, path, error)) from None
    return module


def _where(folder: Path, path: Path, error: Exception) -> str:
    if isinstance(error, SyntaxError):
        line = error.lineno
    else:
        lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if Path(f.filename) == path]
        line = lines[-1] if lines else None
    said = str(error) if isinstance(error, RiskscreenError) else f"{type(error).__name__}: {error}"
    return f"{folder.name}/{path.relative_to(folder)}, line {line}: {said}"


def _declarations(modules: list[ModuleType]) -> list[object]:
    kinds = (Place, Feed, Signal, ModelSpec, AlertRule, AuditGroup, Area, Region, WayOfLife)
    found: dict[int, object] = {}
    for module in modules:
        for value in vars(module).values():
            for item in value if isinstance(value, tuple | list) else (value,):
                if isinstance(item, kinds):
                    found[id(item)] = item
    return list(found.values())


def _by_name(found: list[object], kind: type[Named], key: str = "name") -> dict[str, Named]:
    named: dict[str, Named] = {}
    for item in found:
        if isinstance(item, kind):
            name = getattr(item, key)
            if name in named:
                raise DeclarationError(f"two declarations of {kind.__name__} are called {name!r}: rename one")
            named[name] = item
    return named
