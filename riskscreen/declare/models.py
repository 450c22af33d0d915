"""Cohorts, outcomes, alert rules, baselines and model specs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from riskscreen.clock import Horizon, month_end, year_end
from riskscreen.declare.conditions import Condition
from riskscreen.declare.text import Text, check_name
from riskscreen.errors import DeclarationError


@dataclass(frozen=True)
class Called:
    """How pages call whom a cohort holds: one of them, and all."""

    one: Text
    many: Text


CALLED: Mapping[str, Called] = {
    "person": Called(Text("Person", "人员"), Text("People", "人员")),
    "household": Called(Text("Family", "家庭"), Text("Families", "家庭")),
}


@dataclass(frozen=True, kw_only=True)
class Cohort:
    """Who is scored: people, or households, whose signals meet every condition at ``as_of``.

    With ``unit="household"`` there is one row a household, and every signal must be one of the household: a roll-up, a
    count of members, or derived from such. A person without a household is a household of one. What came true for one
    of those who are members at ``as_of`` came true for the household. ``called`` is how pages call them, where
    "person" and "family" do not say it.
    """

    label: Text
    where: tuple[Condition, ...]
    unit: Literal["person", "household"] = "person"
    called: Called | None = None

    @property
    def words(self) -> Called:
        """How pages call whom it holds: as declared, else by the unit."""
        return self.called or CALLED[self.unit]

    def __post_init__(self) -> None:
        if not self.where:
            raise DeclarationError("a cohort has no condition: say who belongs to it")


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came true: a record of a kind, within the horizon, that meets every condition of ``where``.

    ``judged_by="record"``: a person without any record of the kind in the horizon is not judged.
    ``judged_by="absence"``: no record means that it did not come true, once ``lag_days`` after the horizon's end.
    """

    label: Text
    records: str
    where: tuple[Condition, ...]
    horizon: Horizon
    judged_by: Literal["record", "absence"]
    lag_days: int = 0

    def known_by(self, as_of: date) -> date:
        """The first day on which every outcome of ``as_of`` is known."""
        return self.horizon.end(as_of) + timedelta(days=self.lag_days)


@dataclass(frozen=True, kw_only=True)
class AlertRule:
    """A threshold over signals that is in use today; all conditions must hold. Each is a baseline to beat."""

    name: str
    label: Text
    where: tuple[Condition, ...]
    source: str = ""

    def __post_init__(self) -> None:
        check_name("an alert rule", self.name)
        if not self.where:
            raise DeclarationError(f"alert rule {self.name!r} has no condition: give at least one")


@dataclass(frozen=True)
class RandomOrder:
    """A seeded random order: what a list is worth when nothing is known."""

    name: str = "random"


@dataclass(frozen=True)
class AreaRate:
    """The share of positives in the person's area, as far as it was known when training."""

    name: str = "area_rate"


@dataclass(frozen=True)
class SignalOrder:
    """One signal, largest first (``descending``) or smallest first; not known comes last."""

    name: str
    signal: str
    descending: bool = True


@dataclass(frozen=True)
class BestSignal:
    """The one signal of the model, and its direction, that ranks the training examples best."""

    name: str = "best_signal"


@dataclass(frozen=True)
class AlertRules:
    """How many of the deployment's alert rules fire."""

    name: str = "alert_rules"


Baseline = RandomOrder | AreaRate | SignalOrder | BestSignal | AlertRules


@dataclass(frozen=True, kw_only=True)
class AuditGroup:
    """A grouping for audits: the latest value of a column, protected or not, cut into bands or taken as it is.

    ``bands`` are lower bounds of half-open bands: ``(0, 18, 65)`` gives 0–17, 18–64, 65+.
    """

    name: str
    label: Text
    records: str
    column: str
    bands: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        check_name("an audit group", self.name)

    def group_of(self, value: str | float | None) -> str:
        """The group of a value, as text; ``unknown`` where it is not known.

        >>> ages = AuditGroup(name="age", label=Text("age", "年龄"), records="r", column="c", bands=(0, 18, 65))
        >>> ages.group_of(17), ages.group_of(18), ages.group_of(90), ages.group_of(None)
        ('0-17', '18-64', '65+', 'unknown')
        """
        if value is None:
            return "unknown"
        if not self.bands:
            return str(value)
        reached = [index for index, bound in enumerate(self.bands) if float(value) >= bound]
        if not reached:
            return f"below {self.bands[0]}"
        last = reached[-1]
        return (
            f"{self.bands[last]}+" if last == len(self.bands) - 1 else f"{self.bands[last]}-{self.bands[last + 1] - 1}"
        )


@dataclass(frozen=True, kw_only=True)
class Gates:
    """What a version must show, out of fold, before it may be promoted.

    ``leak_auc``: a single signal that ranks better than this is taken for a leak of the outcome.
    """

    calibration_error: float = 0.02
    min_positives: int = 50
    leak_auc: float = 0.98


@dataclass(frozen=True, kw_only=True)
class Origins:
    """The days from which a model is trained and judged: the end of every ``month`` or ``year``.

    Of those whose outcomes are known, the newest ``at_most`` are learnt from.
    """

    every: Literal["month", "year"]
    at_most: int = 12

    def up_to(self, first: date, last: date) -> list[date]:
        """The origins in ``first..last``, ends included, oldest first.

        >>> Origins(every="year").up_to(date(2012, 6, 1), date(2013, 12, 31))
        [datetime.date(2012, 12, 31), datetime.date(2013, 12, 31)]
        """
        years = range(first.year, last.year + 1)
        if self.every == "year":
            days = [year_end(year) for year in years]
        else:
            days = [month_end(year, month) for year in years for month in range(1, 13)]
        return [day for day in days if first <= day <= last]


@dataclass(frozen=True, kw_only=True)
class ModelSpec:
    """A model: whom it scores, what it foresees, from which signals, and against which simple baselines.

    ``lightgbm`` and ``logistic`` are parameters of the two candidates; ``trees`` is the number of boosting rounds.
    ``monotone`` holds LightGBM to the signals' declared directions. ``fallback`` names the baseline that orders the
    list when there is no champion and no evaluation has ranked the baselines. A person of whom fewer than
    ``min_known`` (share) of the signals are known gets no odds.
    """

    name: str
    label: Text
    purpose: Text
    cohort: Cohort
    outcome: Outcome
    signals: tuple[str, ...]
    origins: Origins
    baselines: tuple[Baseline, ...]
    fallback: str
    audit: tuple[str, ...] = ()
    trees: int = 300
    lightgbm: Mapping[str, float | int | str] = field(default_factory=dict)
    logistic: Mapping[str, float | int] = field(default_factory=dict)
    monotone: bool = False
    folds: int = 5
    seed: int = 20240101
    min_known: float = 0.3
    gates: Gates = Gates()

    def __post_init__(self) -> None:
        check_name("a model", self.name)
        if not self.signals:
            raise DeclarationError(f"model {self.name!r} uses no signal: name at least one")
        if len(set(self.signals)) != len(self.signals):
            raise DeclarationError(f"model {self.name!r} names a signal twice: keep each once")
        names = [baseline.name for baseline in self.baselines]
        if self.fallback not in names:
            raise DeclarationError(
                f"model {self.name!r} falls back on {self.fallback!r}, which is none of its baselines {names}"
            )
        if isinstance(self.baselines[names.index(self.fallback)], AreaRate | BestSignal):
            raise DeclarationError(
                f"model {self.name!r} falls back on {self.fallback!r}, which needs outcomes: take a signal or the rules"
            )
        if self.folds < 2:
            raise DeclarationError(f"model {self.name!r} has {self.folds} folds: give at least 2")
