"""The reference work in pandas: a column for each signal and window, grouped at once by what is done with them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.peer_sql import NOT_ZERO, REGISTER, columns_of, is_then, may_be_unknown, then_kinds
from riskscreen.declare import (
    AtLeast,
    AtMost,
    Average,
    Condition,
    Count,
    CountMembers,
    DaysSinceFirst,
    DaysSinceLast,
    Deployment,
    Distinct,
    Is,
    Known,
    Largest,
    Latest,
    OverHousehold,
    RecordSignal,
    Share,
    Smallest,
    SpellLength,
    StateAt,
    Total,
    Trend,
)

Frame = Any  # pandas' types do not know of columns that are made here
Read = Callable[[str, list[str]], Frame]
HOW: Mapping[type[RecordSignal], str] = {
    **dict.fromkeys((Count, Total, Share, Trend), "sum"),
    **dict.fromkeys((Largest, DaysSinceLast, StateAt), "max"),
    **dict.fromkeys((Smallest, DaysSinceFirst, SpellLength), "min"),
    Average: "mean",
}
KEPT = ("record", "version", "person", "happened_on", "known_on", "withdrawn")


def answer(deployment: Deployment, as_of: date, read: Read) -> Frame:
    """A row a person with every signal; ``read`` gives columns of the event table of a kind, days as numpy's."""
    signals = list(deployment.signals.values())
    own = [signal for signal in signals if isinstance(signal, RecordSignal)]
    kinds = [kind for kind in deployment.record_kinds if kind != REGISTER]
    day = np.datetime64(as_of)
    lived = _lived(_visible(read(REGISTER, [*KEPT, "household", "ends_on"]), day))
    visible = {kind: _visible(read(kind, [*KEPT, *columns_of(deployment, kind)]), day) for kind in kinds}
    parts = [_grouped(visible[kind], ["person"], [s for s in own if s.records == kind], as_of) for kind in kinds]
    homes = lived[_at(lived, day)].set_index("person")["household"]
    whole = pd.concat([*parts, homes], axis=1).reindex(_everybody([*parts, lived.set_index("person")]))
    zero = [signal.name for signal in own if not isinstance(signal, NOT_ZERO)]
    whole[zero] = whole[zero].fillna(0)
    whole["unit"] = whole["household"].fillna(pd.Series(-1 - whole.index.to_numpy(), whole.index)).astype(np.int64)
    now = [s for s in signals if isinstance(s, OverHousehold | CountMembers) and not is_then(s)]
    of_unit = [_rolled(whole, now)]
    for kind, (rolled, inner) in then_kinds(signals).items():
        of_unit.append(_rolled(_then(visible[kind], lived, whole, list(inner.values()), as_of), rolled))
    whole = whole.join(pd.concat(of_unit, axis=1), on="unit")
    named = {signal.name: signal for signal in own}
    counted = [s.name for s in signals if is_then(s) and not may_be_unknown(s, named)]
    whole[counted] = whole[counted].fillna(0)
    return whole[list(deployment.signals)]


def sums(rows: Frame) -> dict[str, Any]:
    """How many people, and the sum of every signal."""
    return {"people": len(rows)} | {name: rows[name].sum() for name in rows.columns}


def _visible(stated: Frame, day: Any) -> Frame:
    known = stated[(stated["known_on"] <= day) & (stated["happened_on"] <= day)]
    newest = known[known["version"] > 1].groupby("record")["version"].max()
    kept = known["version"] == known["record"].map(newest).fillna(known["version"])
    if not len(newest):
        kept[:] = True
    return known[kept & ~known["withdrawn"]].drop(columns=["record", "version", "known_on", "withdrawn"])


def _lived(statements: Frame) -> Frame:
    lived = statements.sort_values(["person", "happened_on"]).rename(columns={"happened_on": "since"})
    lived["until"] = lived.groupby("person")["since"].shift(-1)
    return lived


def _at(lived: Frame, day: Any) -> Frame:
    """Whether a stay holds on a day; a comparison with a day that is not there is false."""
    return (lived["since"] <= day) & ~(lived["until"] <= day) & ~(lived["ends_on"] < day)


def _everybody(parts: Sequence[Frame]) -> Any:
    return np.unique(np.concatenate([part.index.to_numpy() for part in parts]))


def _inside(frame: Frame, signal: RecordSignal, as_of: date, shift: int = 0) -> Any:
    end = np.datetime64(as_of - timedelta(shift))
    inside = (frame["happened_on"] <= end).to_numpy()
    if isinstance(signal, StateAt | SpellLength):
        inside = inside & ~(frame["ends_on"] < end).to_numpy()
    elif signal.window is not None:
        inside = inside & (frame["happened_on"] > end - np.timedelta64(signal.window.days, "D")).to_numpy()
    for condition in signal.where:
        inside = inside & holds(frame, condition).to_numpy()
    return inside


def holds(frame: Frame, condition: Condition) -> Frame:
    """A condition on a column."""
    column = frame[condition.field]
    match condition:
        case Is(values=values):
            return column == values[0] if len(values) == 1 else column.isin(values)
        case AtLeast(bound=bound):
            return column >= bound
        case AtMost(bound=bound):
            return column <= bound
        case Known():
            return column.notna()


def _grouped(frame: Frame, by: list[str], signals: Sequence[RecordSignal], as_of: date) -> Frame:
    """The signals of each group: what they need is laid side by side, one frame a way of reducing it."""
    needed: dict[str, dict[str, Any]] = {"sum": {}, "max": {}, "min": {}, "mean": {}}
    apart = {}
    for signal in signals:
        inside = _inside(frame, signal, as_of)
        if isinstance(signal, Distinct):
            seen = frame.loc[inside, [*by, signal.column]].dropna().drop_duplicates()
            apart[signal.name] = seen.groupby(by).size()
        elif isinstance(signal, Latest):
            seen = frame.loc[inside, [*by, "happened_on", signal.column]].sort_values("happened_on")
            apart[signal.name] = seen.groupby(by)[signal.column].last()
        else:
            for how, name, values in _needs(frame, signal, inside, as_of):
                needed[how][name] = values
    keys = [frame[name] for name in by]
    found = [
        getattr(pd.DataFrame(columns, index=frame.index).groupby(keys), how)()
        for how, columns in needed.items()
        if columns
    ]
    whole = pd.concat([*found, *(series.rename(name) for name, series in apart.items())], axis=1)
    return pd.DataFrame({signal.name: _finished(whole, signal, as_of) for signal in signals}, index=whole.index)


Need = tuple[str, str, Any]


def _needs(frame: Frame, signal: Any, inside: Any, as_of: date) -> list[Need]:
    """How, under which name, and what has to be reduced for a signal."""
    name, how = signal.name, HOW[type(signal)]
    if how == "sum":
        column = getattr(signal, "column", None)
        added = _added(frame, column, inside)
        if isinstance(signal, Trend):
            assert signal.window is not None
            added = added - _added(frame, column, _inside(frame, signal, as_of, signal.window.days))
        parts = [(how, name, added)]
        return (
            [*parts, (how, f"{name}:whole", _added(frame, signal.whole, inside))]
            if isinstance(signal, Share)
            else parts
        )
    if isinstance(signal, StateAt):
        return [(how, name, inside.astype(np.int64))]
    return [(how, name, frame[getattr(signal, "column", "happened_on")].where(inside))]


def _added(frame: Frame, column: str | None, inside: Any) -> Any:
    return inside.astype(np.int64) if column is None else frame[column].to_numpy() * inside


def _finished(whole: Frame, signal: RecordSignal, as_of: date) -> Frame:
    column = whole[signal.name]
    if isinstance(signal, Share):
        return column / whole[f"{signal.name}:whole"].replace(0, np.nan)
    if isinstance(signal, DaysSinceLast | DaysSinceFirst):
        return (np.datetime64(as_of) - column).dt.days
    return ((np.datetime64(as_of) - column).dt.days + 1).fillna(0) if isinstance(signal, SpellLength) else column


def _rolled(people: Frame, signals: Sequence[OverHousehold | CountMembers]) -> Frame:
    ways: Mapping[str, dict[str, Any]] = {"sum": {}, "max": {}, "min": {}, "mean": {}}
    for signal in signals:
        if isinstance(signal, CountMembers):
            counted = holds(people, signal.where) if signal.where else np.ones(len(people), bool)
            ways["sum"][signal.name] = np.asarray(counted).astype(np.int64)
        elif signal.how == "any":
            ways["max"][signal.name] = (people[signal.of] > 0).astype(np.int64)
        else:
            ways[signal.how][signal.name] = people[signal.of]
    frames = {how: pd.DataFrame(columns, index=people.index) for how, columns in ways.items() if columns}
    return pd.concat([getattr(frame.groupby(people["unit"]), how)() for how, frame in frames.items()], axis=1)


def _then(visible: Frame, lived: Frame, whole: Frame, inner: Sequence[RecordSignal], as_of: date) -> Frame:
    """The signals of each unit and person, of records by the household in which they happened."""
    inside = np.logical_or.reduce([_inside(visible, signal, as_of) for signal in inner])
    seen = visible[inside]
    stays = seen.drop(columns="ends_on", errors="ignore").merge(lived, on="person")
    housed = stays[_at(stays, stays["happened_on"])].rename(columns={"household": "unit"})
    alone = seen[seen["person"].map(whole["household"]).isna().to_numpy()].assign(unit=lambda rows: -1 - rows["person"])
    both = pd.concat([housed[[*seen.columns, "unit"]], alone])
    return _grouped(both, ["unit", "person"], inner, as_of).reset_index()
