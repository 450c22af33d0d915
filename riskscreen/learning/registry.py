"""The registry: runs, versions and aliases in MLflow. The only file of riskscreen/ that speaks to it.

What is kept there is about models: figures, parameters, the model's files, its card. No row of anybody's, no
id, no name and no entity_id, so that whoever may see the experiments need not be allowed to see people.
"""

import json
import logging
import os
import shutil
import sqlite3
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from importlib.metadata import version as installed
from pathlib import Path
from typing import Any

from riskscreen.errors import CallerError, HomeError
from riskscreen.learning.baselines import FittedBaseline
from riskscreen.learning.training import Trained

CHAMPION, CHALLENGER = "champion", "challenger"
SERVED = "model"
SERVED_MODEL = Path(__file__).with_name("served_model.py")
NOISY = ("alembic", "mlflow")
PATIENCE = 5.0  # seconds that a locked database is waited for


@dataclass(frozen=True)
class Registry:
    """One deployment's models: in ``home/mlflow.db`` and ``home/mlartifacts``, or at ``MLFLOW_TRACKING_URI``.

    ``model`` is everywhere the model's name as its spec says it. Raises ``CallerError`` where a version is
    not there, ``HomeError`` where the database cannot be used.
    """

    home: Path
    deployment: str

    @property
    def tracking_uri(self) -> str:
        """Where MLflow keeps its records."""
        return os.environ.get("MLFLOW_TRACKING_URI") or f"sqlite:///{self._database.absolute()}"

    def register(self, trained: Trained, card_text: str, run_name: str) -> int:
        """Record a training and its candidates, register its artefact; the new version, now challenger."""
        name = self.registered_name(trained.artefact.name)
        with self._connected() as client:
            experiment = self._experiment(client, name)
            run = _record(client, experiment, run_name, trained.evaluation, _tags(trained))
            for kind, figures in trained.evaluation["candidates"].items():
                child = {"mlflow.parentRunId": run, "candidate": kind}
                client.set_terminated(_record(client, experiment, f"{run_name} {kind}", figures, child))
            for key, value in _parameters(trained).items():
                client.log_param(run, key, value)
            for file, content in _texts(trained, card_text).items():
                client.log_text(run, content, file)
            version = _register_model(client, run, name, trained)
            client.set_registered_model_alias(name, CHALLENGER, str(version))
            client.set_terminated(run)
        return version

    def newest_version(self, model: str) -> int:
        """The newest version of a model."""
        with self._existing(model) as client:
            return max(self._versions(client, model))

    def champion(self, model: str) -> int | None:
        """The version that is champion, if any."""
        return self._alias(model, CHAMPION)

    def challenger(self, model: str) -> int | None:
        """The version that was registered last and not promoted since, if any."""
        return self._alias(model, CHALLENGER)

    def set_champion(self, model: str, version: int) -> None:
        """Give a version the alias ``champion``; it is challenger no more."""
        name = self.registered_name(model)
        with self._existing(model) as client:
            self._run_of(client, model, version)
            client.set_registered_model_alias(name, CHAMPION, str(version))
            if self._alias(model, CHALLENGER) == version:
                client.delete_registered_model_alias(name, CHALLENGER)

    def evaluation(self, model: str, version: int) -> dict[str, Any]:
        """The evaluation of a version's training, as :class:`Trained` holds it."""
        evaluation: dict[str, Any] = self._logged(model, version, "evaluation.json")
        return evaluation

    def baselines(self, model: str, version: int) -> tuple[FittedBaseline, ...]:
        """The baselines that were fitted beside a version."""
        return tuple(FittedBaseline.from_json(told) for told in self._logged(model, version, "baselines.json"))

    def download(self, model: str, version: int, to: Path) -> None:
        """Write a version's artefact into a folder, ready for ``Artefact.load``; the folder is made."""
        with self._existing(model) as client, tempfile.TemporaryDirectory() as scratch:
            run = self._run_of(client, model, version)
            folder = Path(client.download_artifacts(run, f"{SERVED}/artifacts", scratch))
            shutil.copytree(_artefact_in(folder), to, dirs_exist_ok=True)

    def model_uri(self, model: str, version: int) -> str:
        """The address under which ``mlflow.pyfunc.load_model`` finds a version."""
        return f"models:/{self.registered_name(model)}/{version}"

    def registered_name(self, model: str) -> str:
        """The name of a model's experiment and of its versions."""
        return f"{self.deployment}.{model}"

    @property
    def _database(self) -> Path:
        return self.home / "mlflow.db"

    @property
    def _is_local(self) -> bool:
        return not os.environ.get("MLFLOW_TRACKING_URI")

    @property
    def _is_empty(self) -> bool:
        """Whether nothing was ever registered here; asking MLflow would make the database first."""
        return self._is_local and not self._database.exists()

    def _alias(self, model: str, alias: str) -> int | None:
        if self._is_empty:
            return None
        with self._connected() as client:
            found = client.search_registered_models(f"name = '{self.registered_name(model)}'")
            version = client.get_registered_model(found[0].name).aliases.get(alias) if found else None
            return None if version is None else int(version)

    def _versions(self, client: Any, model: str) -> list[int]:
        found = client.search_model_versions(f"name = '{self.registered_name(model)}'", max_results=10_000)
        if not found:
            raise CallerError(_nothing(model))
        return [int(known.version) for known in found]

    def _run_of(self, client: Any, model: str, version: int) -> str:
        """The run that made a version."""
        versions = self._versions(client, model)
        if version not in versions:
            raise CallerError(f"model {model!r} has no version {version}: the newest is {max(versions)}")
        return str(client.get_model_version(self.registered_name(model), str(version)).run_id)

    def _logged(self, model: str, version: int, file: str) -> Any:
        with self._existing(model) as client, tempfile.TemporaryDirectory() as scratch:
            run = self._run_of(client, model, version)
            return json.loads(Path(client.download_artifacts(run, file, scratch)).read_text(encoding="utf-8"))

    def _experiment(self, client: Any, name: str) -> str:
        known = client.get_experiment_by_name(name)
        if known is not None:
            return str(known.experiment_id)
        location = (self.home / "mlartifacts").absolute().as_uri() if self._is_local else None
        return str(client.create_experiment(name, artifact_location=location))

    @contextmanager
    def _existing(self, model: str) -> Iterator[Any]:
        """A client of a registry that holds something."""
        if self._is_empty:
            raise CallerError(_nothing(model))
        with self._connected() as client:
            yield client

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        """A client of this registry; MLflow's own idea of where it tracks stays as it is."""
        if self._is_local:
            _check_database(self._database)
        mlflow = _mlflow()
        try:
            yield mlflow.MlflowClient(tracking_uri=self.tracking_uri, registry_uri=self.tracking_uri)
        except (mlflow.exceptions.MlflowException, OSError) as fault:
            raise HomeError(
                f"the model registry at {_without_secret(self.tracking_uri)} could not be used "
                f"({type(fault).__name__}): see that it can be reached and written"
            ) from fault


@cache
def _mlflow() -> Any:
    """MLflow, which tells nobody that it is used, and keeps its progress to itself."""
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    import mlflow
    import mlflow.pyfunc

    for name in NOISY:
        logging.getLogger(name).setLevel(logging.ERROR)
    return mlflow


def _nothing(model: str) -> str:
    return f"model {model!r} has no version yet: run `riskscreen train {model}`"


def _record(client: Any, experiment: str, name: str, figures: Mapping[str, Any], tags: Mapping[str, str]) -> str:
    """A running run; started by the client, which adds neither the user's name nor the program's path."""
    run = str(client.create_run(experiment, tags=dict(tags), run_name=name).info.run_id)
    for key, value in _numbers(figures).items():
        client.log_metric(run, key, value)
    return run


def _tags(trained: Trained) -> dict[str, str]:
    passed = all(gate.passed for gate in trained.gates)
    return {"model": trained.artefact.name, "gates": "passed" if passed else "failed"}


def _texts(trained: Trained, card_text: str) -> dict[str, str]:
    return {
        "card.md": card_text,
        "evaluation.json": _json(trained.evaluation),
        "baselines.json": _json([fitted.to_json() for fitted in trained.baselines]),
        "gates.json": _json([asdict(gate) for gate in trained.gates]),
    }


def _register_model(client: Any, run: str, name: str, trained: Trained) -> int:
    """The version that MLflow gives to the artefact, which it serves through ``served_model.py``."""
    with tempfile.TemporaryDirectory() as scratch:
        _save_served(trained, Path(scratch))
        client.log_artifacts(run, f"{scratch}/{SERVED}", SERVED)
    if not client.search_registered_models(f"name = '{name}'"):
        client.create_registered_model(name)
    tags = {"sha256": trained.artefact.sha256, "training_as_of": trained.artefact.training_as_of.isoformat()}
    made = client.create_model_version(name, f"runs:/{run}/{SERVED}", run, tags, await_creation_for=None)
    return int(made.version)


def _save_served(trained: Trained, folder: Path) -> None:
    artefact = folder / "artefact"
    trained.artefact.save(artefact)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it asks for an example of the input: rows of people
        _mlflow().pyfunc.save_model(
            path=str(folder / SERVED),
            python_model=str(SERVED_MODEL),
            artifacts={"model": str(artefact)},
            signature=_signature(trained.artefact.signals),
            pip_requirements=[f"{package}=={installed(package)}" for package in ("lightgbm", "numpy")],
        )


def _signature(signals: tuple[str, ...]) -> Any:
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    inputs = Schema([ColSpec("double", name) for name in signals])
    return ModelSignature(inputs=inputs, outputs=Schema([ColSpec("double")]))


def _parameters(trained: Trained) -> dict[str, Any]:
    artefact, evaluation = trained.artefact, trained.evaluation
    return {
        "chosen": artefact.kind,
        "seed": artefact.seed,
        "signals": len(artefact.signals),
        "fingerprint": artefact.fingerprint,
        "training_as_of": artefact.training_as_of.isoformat(),
        "split": evaluation["split"],
        "folds": len(evaluation["folds"]),
        "best_baseline": trained.best_baseline,
        "sha256": artefact.sha256,
    }


def _numbers(figures: Mapping[str, Any]) -> dict[str, float]:
    """The figures that are one number, those of baselines and shares by a path."""
    told: dict[str, float] = {}
    for name, value in figures.items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            told[name] = float(value)
        elif isinstance(value, Mapping) and name in ("precision_at", "lead"):
            told |= {f"{name}/{key}": number for key, number in _numbers(value).items()}
        elif isinstance(value, Mapping) and name == "baselines":
            told |= {f"{name}/{key}/{of}": number for key in value for of, number in _numbers(value[key]).items()}
    return told


def _artefact_in(folder: Path) -> Path:
    """MLflow names the folder of an artefact after the folder that was logged."""
    (found,) = {path.parent for path in folder.rglob("model.json")}
    return found


def _check_database(database: Path) -> None:
    """Raise ``HomeError`` now: MLflow would try for minutes to open what cannot be opened."""
    if not database.exists():
        database.parent.mkdir(parents=True, exist_ok=True)
        return
    try:
        connection = sqlite3.connect(database, timeout=PATIENCE, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        finally:
            connection.close()
    except sqlite3.Error as fault:
        raise HomeError(_broken(database, fault)) from fault


def _broken(database: Path, fault: sqlite3.Error) -> str:
    if "locked" in str(fault):
        return f"{database} is locked by another program: close it, such as `mlflow ui`, and run again"
    return f"{database} cannot be used ({fault}): restore it from a copy, or move it away and train again"


def _json(told: Any) -> str:
    return json.dumps(told, sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _without_secret(uri: str) -> str:
    """A tracking address without the user and password that it may hold."""
    scheme, _, rest = uri.partition("://")
    return f"{scheme}://{rest.rpartition('@')[2]}"
