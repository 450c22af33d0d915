"""Reasons: why somebody is listed, as sentences with number, window, agency and date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from riskscreen.declare import (
    AlertRule,
    Average,
    Deployment,
    Derived,
    Largest,
    Latest,
    Money,
    OverHousehold,
    Share,
    Signal,
    Smallest,
    Total,
    Trend,
)
from riskscreen.features import Evidence
from riskscreen.learning.artefact import Artefact
from riskscreen.learning.examples import Bools, Floats, Rows
from riskscreen.scoring.ranker import Ranker

AT_MOST = 3
LEAST = 0.05  # of the heaviest weight: what adds less is no reason
RULE = "rule"  # the theme of a reason that is an alert rule


@dataclass(frozen=True)
class Reason:
    """One reason of an entry: the signal (or alert rule), its theme, what it adds to the margin, and the sentence.

    ``sensitivity`` is the highest class of the columns behind it: ``ordinary``, ``personal`` or ``sensitive``.
    """

    signal: str
    theme: str
    weight: float
    en: str
    zh: str
    sensitivity: str

    def of(self, language: str) -> str:
        """The sentence in a language: ``"zh"``, else English."""
        return self.zh if language == "zh" else self.en


Weights = tuple[tuple[str, float], ...]


def choose(rows: Rows, ranker: Ranker, deployment: Deployment) -> list[Weights]:
    """For each row the signals to be said and their weights, at most three.

    The heaviest of each theme come first, then the next heaviest. Under a champion a weight is exact tree SHAP, or
    coefficient times deviation; a reason raises the margin, by a twentieth of the heaviest or more, and says what is
    there: what is not known is none, and a zero only where less means more risk. Under a baseline it is the baseline's
    own signal, or what that is derived from; alert rules speak for themselves, see :func:`rule_reasons`.
    """
    if not isinstance(ranker.by, Artefact):
        said = [part for name in ranker.by.signals_used() for part in _parts(deployment, name)]
        return [tuple((name, 1.0) for name in said[:AT_MOST])] * len(rows)
    values = rows.matrix(ranker.by.signals)
    signals = [deployment.signals[name] for name in ranker.by.signals]
    weights = np.where(_speaks(values, signals), ranker.by.contributions(values), 0.0)
    themes = [signal.theme for signal in signals]
    return [_heaviest(row, ranker.by.signals, themes) for row in weights]


def _speaks(values: Floats, signals: Sequence[Signal]) -> Bools:
    """Where a value is something that can be told to a worker: "disabled members: 0" is not."""
    less_is_worse = np.array([signal.direction < 0 for signal in signals])
    return np.asarray(~np.isnan(values) & ((values != 0) | less_is_worse))


def _parts(deployment: Deployment, name: str) -> tuple[str, ...]:
    """What a signal is derived from: an order may add things up that only make sense to people one by one."""
    signal = deployment.signals[name]
    return tuple(dict.fromkeys(signal.of)) if isinstance(signal, Derived) else (name,)


def _heaviest(weights: Floats, names: Sequence[str], themes: Sequence[str]) -> Weights:
    least = max(weights.max(initial=0) * LEAST, np.finfo(float).tiny)
    order = [int(place) for place in np.argsort(-weights, kind="stable") if weights[place] >= least]
    first = [place for at, place in enumerate(order) if themes[place] not in [themes[p] for p in order[:at]]]
    rest = [place for place in order if place not in first]
    taken = sorted((first + rest)[:AT_MOST], key=order.index)
    return tuple((names[place], float(weights[place])) for place in taken)


def reasons(chosen: Weights, evidence: Mapping[str, Evidence], deployment: Deployment) -> tuple[Reason, ...]:
    """The sentences of one entry, from the evidence behind its signals."""
    return tuple(
        Reason(
            signal=name,
            theme=deployment.signals[name].theme,
            weight=weight,
            en=sentence(deployment, name, evidence[name], "en"),
            zh=sentence(deployment, name, evidence[name], "zh"),
            sensitivity=deployment.sensitivity(name).name.lower(),
        )
        for name, weight in chosen
    )


def rule_reasons(evidence: Mapping[str, Evidence], deployment: Deployment) -> tuple[Reason, ...]:
    """The alert rules that fire for one entry, as reasons."""
    fired = [
        rule
        for rule in deployment.alert_rules.values()
        if all(condition.holds(evidence[condition.field].value) for condition in rule.where)
    ]
    return tuple(
        Reason(rule.name, RULE, 1.0, rule.label.en, rule.label.zh, _class_of_rule(deployment, rule))
        for rule in fired[:AT_MOST]
    )


def _class_of_rule(deployment: Deployment, rule: AlertRule) -> str:
    return max(deployment.sensitivity(condition.field) for condition in rule.where).name.lower()


def rule_signals(deployment: Deployment) -> tuple[str, ...]:
    """The signals that the alert rules look at."""
    return tuple({condition.field: 0 for rule in deployment.alert_rules.values() for condition in rule.where})


def sentence(deployment: Deployment, name: str, evidence: Evidence, language: str) -> str:
    """A signal's reason in words: the declared sentence with the number, then agency and day."""
    signal = deployment.signals[name]
    owners = " · ".join(feed.owner.of(language) for feed in deployment.owners(name))
    source = ", ".join(part for part in (owners, str(evidence.day or "")) if part)
    if evidence.value is None:
        unknown = "无记录" if language == "zh" else "nothing on record"
        return f"{signal.label.of(language)}: {unknown}" + (f" ({source})" if source else "")
    called = {code: words.of(language) for code, words in signal.words}
    said = called.get(evidence.value) or number(deployment, signal, evidence.value)
    said = signal.reason.of(language).format(value=said, days=_days(deployment, signal) or "")
    return f"{said} ({source})" if source else said


def number(deployment: Deployment, signal: Signal, value: float) -> str:
    """A value as people write it: money in units, shares in per cent, thousands separated."""
    decimals = _decimals(deployment, signal)
    if decimals is not None:
        return f"{value / 10**decimals:,.0f}"
    if signal.unit == "%":
        return f"{100 * value:.0f}%"
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.1f}"


def _days(deployment: Deployment, signal: Signal) -> int | None:
    """The window that a reason speaks of: the signal's, or that of what the household's members are asked for."""
    return deployment.signals[signal.of].days if isinstance(signal, OverHousehold) else signal.days


def _decimals(deployment: Deployment, signal: Signal) -> int | None:
    """How many decimals a money signal is kept with; ``None`` where the signal is not money."""
    if isinstance(signal, Share):
        return None
    if isinstance(signal, Derived):
        return _combined_decimals(signal.how, [_decimals(deployment, deployment.signals[name]) for name in signal.of])
    if isinstance(signal, OverHousehold) and signal.how != "any":
        return _decimals(deployment, deployment.signals[signal.of])
    if isinstance(signal, Total | Largest | Smallest | Average | Latest | Trend) and signal.column is not None:
        kind = deployment.column_of(signal.records, signal.column).type
        return kind.decimals if isinstance(kind, Money) else None
    return None


def _combined_decimals(how: str, parts: list[int | None]) -> int | None:
    """Money stays money when added, compared, multiplied by a number or divided by one."""
    first, *others = parts
    if how == "ratio":
        return first if others == [None] else None
    if how == "product":
        money = [part for part in parts if part is not None]
        return money[0] if len(money) == 1 else None
    return first
