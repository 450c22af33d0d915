"""The two candidates for champion; each gives a raw margin, in log-odds."""

from collections.abc import Mapping

import lightgbm
import numpy as np
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from riskscreen.declare import ModelSpec
from riskscreen.learning.artefact import Candidate, Linear, Trees
from riskscreen.learning.examples import Floats

TREE_DEFAULTS: Mapping[str, float | int | str] = {
    "learning_rate": 0.03,
    "num_leaves": 15,
    "min_data_in_leaf": 40,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "lambda_l2": 5.0,
}
LOGISTIC_DEFAULTS: Mapping[str, float | int] = {"C": 0.1, "max_iter": 200}
MANY_ROWS = 20_000  # fewer are fitted faster by one thread


KINDS = (Linear.kind, Trees.kind)  # the simpler one first: it wins a tie


def fit_candidate(
    kind: str, signals: Floats, label: Floats, spec: ModelSpec, directions: Mapping[str, int]
) -> Candidate:
    """The candidate of a kind: see :func:`fit_lightgbm` and :func:`fit_logistic`."""
    if kind == Trees.kind:
        return fit_lightgbm(signals, label, spec, directions)
    return fit_logistic(signals, label, spec)


def fit_lightgbm(signals: Floats, label: Floats, spec: ModelSpec, directions: Mapping[str, int]) -> Trees:
    """Boosted trees on signals [n, p], in the spec's order, and labels [n] of both outcomes.

    ``directions`` names each signal's direction, -1, 0 or 1; a monotone spec holds the trees to them. What
    makes the fit repeatable, and the number of threads (by the number of rows), is not the spec's to say.
    """
    rows = lightgbm.Dataset(signals, label=label, feature_name=list(spec.signals), params={"verbosity": -1})
    booster = lightgbm.train(_tree_parameters(spec, directions, len(label)), rows, num_boost_round=spec.trees)
    return Trees(_without_parameters(booster.model_to_string()))


def fit_logistic(signals: Floats, label: Floats, spec: ModelSpec) -> Linear:
    """Logistic regression on signals [n, p], in the spec's order, and labels [n] of both outcomes.

    A signal that is not known counts as its mean; that it was not known is a column of its own.
    """
    unknown = np.isnan(signals)
    known = np.maximum((~unknown).sum(axis=0), 1)
    means = np.where(unknown, 0.0, signals).sum(axis=0) / known
    deviations = np.where(unknown, 0.0, signals - means)
    sds = np.sqrt((deviations**2).sum(axis=0) / known)
    sds = np.where(sds > 0, sds, 1.0)
    shares = unknown.mean(axis=0)
    places = np.flatnonzero(shares)
    model = LogisticRegression(solver="newton-cholesky", **{**LOGISTIC_DEFAULTS, **spec.logistic})
    with threadpool_limits(limits=1):  # the order of additions, and so the last bits, depend on the threads
        model.fit(np.hstack([deviations / sds, unknown[:, places] - shares[places]]), label)
    coefficients = model.coef_[0].tolist()
    signal_count = signals.shape[1]
    return Linear(
        means=tuple(means.tolist()),
        sds=tuple(sds.tolist()),
        coefficients=tuple(coefficients[:signal_count]),
        missing=_missing(places.tolist(), shares[places].tolist(), coefficients[signal_count:]),
        base=float(model.intercept_[0]),
    )


def _missing(places: list[int], shares: list[float], coefficients: list[float]) -> dict[int, tuple[float, float]]:
    return dict(zip(places, zip(shares, coefficients, strict=True), strict=True))


def _tree_parameters(spec: ModelSpec, directions: Mapping[str, int], rows: int) -> dict[str, object]:
    fixed: dict[str, object] = {
        "objective": "binary",
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1 if rows < MANY_ROWS else 2,
        "seed": spec.seed % 2**31,
        "verbosity": -1,
    }
    if spec.monotone:
        fixed["monotone_constraints"] = [directions.get(name, 0) for name in spec.signals]
    return {**TREE_DEFAULTS, **spec.lightgbm, **fixed}


def _without_parameters(text: str) -> str:
    """The model string up to its parameters: they repeat the spec, and name threads and files."""
    return text[: text.index("\nparameters:")] + "\n"
