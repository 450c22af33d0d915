"""The three use cases of learning: train and register, evaluate a version, promote a version."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from riskscreen.declare import Deployment, ModelSpec
from riskscreen.errors import CallerError, RiskscreenError
from riskscreen.eventstore.store import EventStore
from riskscreen.learning.artefact import Artefact
from riskscreen.learning.assemble import Progress, examples_on, judged_origins, training_examples
from riskscreen.learning.candidates import KINDS
from riskscreen.learning.champions import Champion, champions, exported, remember_baseline, write_champions
from riskscreen.learning.evaluation import evaluate
from riskscreen.learning.gates import GateResult, check_gates
from riskscreen.learning.registry import Registry
from riskscreen.learning.training import train


def train_and_register(
    home: Path,
    deployment: Deployment,
    spec: ModelSpec,
    as_of: date | None = None,
    progress: Progress | None = None,
    say: Callable[[str], None] | None = None,
    candidate: str | None = None,
) -> dict[str, Any]:
    """Train a model on what was known on ``as_of`` (default: all that is known) and register it as challenger.

    ``candidate`` names the one kind to train, ``lightgbm`` or ``logistic``; without it the better of both is taken.

    Returns the evaluation out of fold with ``model, version, as_of, chosen, sha256`` and the ``gates``.
    """
    if candidate is not None and candidate not in KINDS:
        raise CallerError(f"there is no candidate {candidate!r}: choose from {', '.join(KINDS)}")
    card = _card(deployment, spec)
    store = EventStore.open(home)
    day = as_of or _last_known(store)
    store.check_covers(day)
    examples = training_examples(store, deployment, spec, day, progress)
    directions = {name: deployment.signals[name].direction for name in spec.signals}
    kinds = KINDS if candidate is None else (candidate,)
    trained = train(examples, spec, directions, day, deployment.fingerprint(spec.signals), say, kinds)
    version = Registry(home, deployment.name).register(trained, card, f"{spec.name} as of {day}")
    (best,) = (fitted for fitted in trained.baselines if fitted.name == trained.best_baseline)
    remember_baseline(home, spec.name, day, best)
    return {
        "model": spec.name,
        "version": version,
        "as_of": day.isoformat(),
        "sha256": trained.artefact.sha256,
        **trained.evaluation,
        "gates": [asdict(gate) for gate in trained.gates],
    }


def evaluate_version(
    home: Path,
    deployment: Deployment,
    spec: ModelSpec,
    version: int | None = None,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Score a past day with a version (default: the newest) and hold it against what came true.

    ``as_of`` defaults to the last origin whose outcomes are known. Raises ``CallerError`` for a day before the one
    as of which the version was trained: it would be judged on what it learnt from.
    """
    store = EventStore.open(home)
    registry = Registry(home, deployment.name)
    number = version or registry.newest_version(spec.name)
    artefact = _downloaded(registry, spec.name, number)
    known_by = _last_known(store)
    day = as_of or _last_judged(store, spec, known_by)
    store.check_covers(day)
    if day < artefact.training_as_of:
        raise CallerError(
            f"version {number} of {spec.name!r} was trained as of {artefact.training_as_of} and cannot be judged on "
            f"{day}: it may have learnt from that day; give a later --as-of, or an older --version"
        )
    _check_fingerprint(deployment, spec, artefact, number)
    examples = examples_on(store, deployment, spec, [day], known_by, progress)
    figures = evaluate(artefact, registry.baselines(spec.name, number), examples, spec)
    return {"model": spec.name, "version": number, "as_of": day.isoformat(), **figures}


def promote_version(home: Path, deployment: Deployment, spec: ModelSpec, version: int | None = None) -> dict[str, Any]:
    """Make a version (default: the newest) champion where it passes every gate, and export it to ``HOME/models``.

    Raises ``CallerError`` with the sentences of the gates that it does not pass.
    """
    registry = Registry(home, deployment.name)
    number = version or registry.newest_version(spec.name)
    gates = check_gates(spec, registry.evaluation(spec.name, number))
    failed = [gate.sentence for gate in gates if not gate.passed]
    if failed:
        raise CallerError(f"version {number} of {spec.name!r} is not promoted: {'; '.join(failed)}")
    artefact = _downloaded(registry, spec.name, number)
    _check_fingerprint(deployment, spec, artefact, number)
    artefact.save(exported(home, spec.name, number))
    champion = Champion(spec.name, number, artefact.sha256, artefact.training_as_of.isoformat())
    before = champions(home, spec.name)
    write_champions(home, spec.name, [*before, champion] if before[-1:] != [champion] else before)
    try:
        registry.set_champion(spec.name, number)
    except RiskscreenError:
        write_champions(home, spec.name, before)
        raise
    return {**asdict(champion), "gates": _told(gates)}


def _told(gates: list[GateResult]) -> list[dict[str, Any]]:
    return [asdict(gate) for gate in gates]


def _card(deployment: Deployment, spec: ModelSpec) -> str:
    path = deployment.folder / "cards" / f"{spec.name}.md"
    if not path.is_file():
        raise CallerError(f"model {spec.name!r} has no card: write {deployment.folder.name}/cards/{spec.name}.md")
    return path.read_text(encoding="utf-8")


def _downloaded(registry: Registry, model: str, version: int) -> Artefact:
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as scratch:
        registry.download(model, version, Path(scratch))
        return Artefact.load(Path(scratch))


def _last_known(store: EventStore) -> date:
    last = store.version.last_known
    if last is None:
        raise CallerError("the event store holds no record: run `riskscreen ingest` and `link` first")
    return date.fromisoformat(last)


def _last_judged(store: EventStore, spec: ModelSpec, known_by: date) -> date:
    origins = judged_origins(store, spec, known_by)
    if not origins:
        raise CallerError(f"no outcome of model {spec.name!r} is known yet: land the feed of its outcome first")
    return origins[-1]


def _check_fingerprint(deployment: Deployment, spec: ModelSpec, artefact: Artefact, version: int) -> None:
    if deployment.fingerprint(artefact.signals) != artefact.fingerprint:
        raise CallerError(
            f"the signals of version {version} of {spec.name!r} have changed since it was trained: "
            f"run `riskscreen train {spec.name}` again"
        )
