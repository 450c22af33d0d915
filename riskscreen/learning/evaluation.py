"""How a model, or the baseline that stands in for one, did on examples whose outcome is known."""

from collections.abc import Sequence
from typing import Any

from riskscreen.declare import ModelSpec
from riskscreen.errors import CallerError
from riskscreen.learning.artefact import Artefact
from riskscreen.learning.audit import audit_groups
from riskscreen.learning.baselines import FittedBaseline
from riskscreen.learning.examples import Examples, Floats
from riskscreen.learning.metrics import TOP, evaluate_ranking, visited
from riskscreen.learning.ties import tie_hash


def evaluate(
    ranker: Artefact | FittedBaseline,
    baselines: Sequence[FittedBaseline],
    examples: Examples,
    spec: ModelSpec,
) -> dict[str, Any]:
    """The figures of ``evaluate --json`` without ``model``, ``version`` and ``as_of``, which the caller adds.

    ``n``, ``positives``, ``roc_auc``, ``average_precision``, ``precision_at``, ``calibration_error``
    (``None`` for a baseline, which has no odds), ``intervals``, ``baselines`` and ``groups``. People of whom
    little is known, who get no odds, are counted in, at the odds that the model would have named.

    Raises ``CallerError`` where no example has a known outcome, or a signal is lacking.
    """
    judged = examples.judged()
    if not len(judged):
        raise CallerError(
            f"model {spec.name!r}: nobody's outcome is known for this day: choose an earlier --as-of, or "
            "ingest the feed of the outcome"
        )
    score, probability = _scored(ranker, judged)
    return (
        figures(judged, spec, score, probability)
        | {"baselines": {fitted.name: figures(judged, spec, fitted.score(judged)) for fitted in baselines}}
        | {"groups": groups(judged, spec, score, probability)}
    )


def figures(judged: Examples, spec: ModelSpec, score: Floats, probability: Floats | None = None) -> dict[str, Any]:
    """The metrics and intervals of a score [n]; ``calibration_error`` is ``None`` without probabilities."""
    return {"calibration_error": None} | evaluate_ranking(
        judged.label,
        score,
        tie_hash(spec.seed, judged.person),
        probability=probability,
        family=judged.family,
        seed=spec.seed,
    )


def groups(judged: Examples, spec: ModelSpec, score: Floats, probability: Floats | None = None) -> dict[str, Any]:
    """The group audit of visiting the top 5%."""
    selected = visited(score, tie_hash(spec.seed, judged.person), TOP[0])
    return audit_groups(judged.audit, judged.label, selected, probability)


def _scored(ranker: Artefact | FittedBaseline, judged: Examples) -> tuple[Floats, Floats | None]:
    if isinstance(ranker, FittedBaseline):
        return ranker.score(judged), None
    raw = ranker.raw(judged.matrix(ranker.signals))
    return raw, ranker.probability(raw)
