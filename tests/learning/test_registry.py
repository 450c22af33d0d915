import json
import os
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from riskscreen.errors import CallerError, HomeError
from riskscreen.learning.artefact import Artefact
from riskscreen.learning.candidates import fit_candidate
from riskscreen.learning.registry import Registry
from riskscreen.learning.training import train
from tests.learning.factories import city, spec

DAY = date(2024, 12, 31)
CARD = "# Hardship\nFor early help."

PREDICT = """
import sys
sys.modules["riskscreen"] = None
import mlflow, numpy, pandas
mlflow.set_tracking_uri(sys.argv[1])
table = pandas.DataFrame(numpy.load("signals.npy"), columns=["bill", "debt"])
for version, uri in enumerate(sys.argv[2:], start=1):
    numpy.save(f"{version}.npy", mlflow.pyfunc.load_model(uri).predict(table[["debt", "bill"]]))
"""


@pytest.fixture(scope="module", autouse=True)
def _no_server():
    patch = pytest.MonkeyPatch()
    patch.delenv("MLFLOW_TRACKING_URI", raising=False)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def trained():
    """One training; its artefact in turn as either candidate."""
    people = city(n=500)
    version = train(people, spec(), {}, DAY, "fingerprint")
    signals = people.matrix(("bill", "debt"))
    return {
        kind: replace(
            version,
            artefact=replace(version.artefact, candidate=fit_candidate(kind, signals, people.label, spec(), {})),
        )
        for kind in ("lightgbm", "logistic")
    }


@pytest.fixture(scope="module")
def registry(trained, tmp_path_factory):
    """A home with version 1, of trees, and version 2, of logistic regression."""
    registry = Registry(tmp_path_factory.mktemp("home"), "suzhou")
    assert registry.register(trained["lightgbm"], CARD, "as of 2024-12-31") == 1
    assert registry.register(trained["logistic"], CARD, "again") == 2
    return registry


def test_a_registered_version_is_challenger_and_only_promotion_makes_it_champion(registry):
    assert registry.newest_version("hardship") == 2
    assert (registry.champion("hardship"), registry.challenger("hardship")) == (None, 2)
    registry.set_champion("hardship", 1)
    assert (registry.champion("hardship"), registry.challenger("hardship")) == (1, 2)
    registry.set_champion("hardship", 2)
    assert (registry.champion("hardship"), registry.challenger("hardship")) == (2, None)


def test_a_downloaded_version_is_the_one_that_was_trained(registry, trained, tmp_path):
    registry.download("hardship", 1, tmp_path / "version")
    assert Artefact.load(tmp_path / "version").sha256 == trained["lightgbm"].artefact.sha256
    assert sorted(path.name for path in (tmp_path / "version").iterdir()) == ["model.json", "model.txt"]


def test_evaluation_and_baselines_come_back(registry, trained):
    assert registry.evaluation("hardship", 1) == json.loads(json.dumps(trained["lightgbm"].evaluation))
    assert registry.baselines("hardship", 1) == trained["lightgbm"].baselines


@pytest.mark.long
def test_mlflow_serves_the_same_bits_without_riskscreen(registry, trained, tmp_path):
    signals = city(n=200, seed=7).matrix(("bill", "debt"))
    np.save(tmp_path / "signals.npy", signals)
    addresses = [registry.tracking_uri, *(registry.model_uri("hardship", version) for version in (1, 2))]
    subprocess.run(
        [sys.executable, "-c", PREDICT, *addresses],
        check=True,
        cwd=tmp_path,
        env=os.environ | {"MLFLOW_DISABLE_TELEMETRY": "true", "PYTHONPATH": ""},
    )
    for version, kind in enumerate(("lightgbm", "logistic"), start=1):
        artefact = trained[kind].artefact
        served = np.load(tmp_path / f"{version}.npy")
        assert served.tobytes() == artefact.probability(artefact.raw(signals)).tobytes()


def test_nothing_about_anybody_and_nothing_pickled_is_kept(registry):
    kept = [path for path in registry.home.rglob("*") if path.is_file()]
    assert {path.name for path in kept} >= {
        "card.md",
        "evaluation.json",
        "baselines.json",
        "model.json",
        "MLmodel",
    }
    assert not [path for path in kept if path.suffix in (".pkl", ".pickle", ".joblib", ".parquet", ".csv")]
    for path in kept:
        content = path.read_bytes()
        assert b"pseudonym" not in content
        assert b"entity_id" not in content
        assert b"input_example" not in content.replace(b"saved_input_example_info: null", b"")


def test_a_run_tells_neither_who_trained_nor_from_which_program(registry):
    with sqlite3.connect(registry.home / "mlflow.db") as database:
        tags = {key for (key,) in database.execute("select key from tags")}
        users = {user for (user,) in database.execute("select user_id from runs")}
    assert not tags & {"mlflow.user", "mlflow.source.name", "mlflow.source.git.commit"}
    assert users <= {"unknown", "", None}


def test_a_model_needs_only_lightgbm_and_numpy_beside_mlflow(registry):
    for needs in registry.home.rglob("requirements.txt"):
        packages = {line.split("==")[0] for line in needs.read_text().split()}
        assert packages == {"mlflow", "lightgbm", "numpy"}


def test_a_model_that_was_never_trained_is_named_with_the_remedy(registry):
    with pytest.raises(CallerError, match="'unheard_of' has no version yet: run `riskscreen train unheard_of`"):
        registry.newest_version("unheard_of")


def test_asking_an_empty_home_makes_no_database(tmp_path):
    registry = Registry(tmp_path, "suzhou")
    assert registry.champion("hardship") is None
    with pytest.raises(CallerError, match="run `riskscreen train hardship`"):
        registry.download("hardship", 1, tmp_path / "version")
    assert list(tmp_path.iterdir()) == []


def test_a_version_that_is_not_there_is_named_with_the_newest(registry):
    with pytest.raises(CallerError, match="no version 9: the newest is 2"):
        registry.evaluation("hardship", 9)


def test_a_locked_database_is_told_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr("riskscreen.learning.registry.PATIENCE", 0.1)
    holder = sqlite3.connect(tmp_path / "mlflow.db", isolation_level=None)
    holder.execute("BEGIN EXCLUSIVE")
    with pytest.raises(HomeError, match=r"mlflow\.db is locked by another program"):
        Registry(tmp_path, "suzhou").newest_version("hardship")
    holder.close()


def test_a_database_that_cannot_be_read_is_told_at_once(tmp_path):
    (tmp_path / "mlflow.db").write_text("not a database, and long enough to be taken for none" * 100)
    with pytest.raises(HomeError, match=r"mlflow\.db cannot be used"):
        Registry(tmp_path, "suzhou").newest_version("hardship")


def test_a_server_takes_the_place_of_the_database(tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "https://user:word@mlflow.example")
    assert Registry(tmp_path, "suzhou").tracking_uri == "https://user:word@mlflow.example"
