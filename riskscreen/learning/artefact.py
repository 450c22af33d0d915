"""The model on disk: a folder with ``model.json`` and, for trees, ``model.txt``; needs numpy and lightgbm.

Nothing in it tells when or where it was made, so the same examples give the same bytes. ``served_model.py``
restates the scoring for MLflow, which must not need riskscreen; a test holds the two to the same bits.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskscreen.errors import CallerError
from riskscreen.learning.calibration import Calibration
from riskscreen.learning.examples import Bools, Floats

if TYPE_CHECKING:  # imported where trees are read: who reads lists alone does without it
    import lightgbm

MODEL = "model.json"
TREES = "model.txt"


@dataclass(frozen=True)
class Trees:
    """A LightGBM candidate; ``text`` is its model string, less the parameters, which name threads or files."""

    text: str
    kind = "lightgbm"

    def __getstate__(self) -> dict[str, str]:
        """What goes to another process: the text, from which it makes trees of its own."""
        return {"text": self.text}

    @cached_property
    def booster(self) -> "lightgbm.Booster":
        """The trees, ready to score."""
        import lightgbm

        return lightgbm.Booster(model_str=self.text)

    def raw(self, signals: Floats) -> Floats:
        """The margin of each row [n] from the signals [n, p]."""
        return np.asarray(self.booster.predict(signals, raw_score=True, num_threads=1))

    def contributions(self, signals: Floats) -> Floats:
        """What each signal adds to the base [n, p]: exact tree SHAP."""
        parts: Floats = self._with_base(signals)[:, :-1]
        return parts

    @cached_property
    def base(self) -> float:
        """The margin to which the contributions add up."""
        return float(self._with_base(np.zeros((1, self.booster.num_feature())))[0, -1])

    def _with_base(self, signals: Floats) -> Floats:
        return np.asarray(self.booster.predict(signals, pred_contrib=True, num_threads=1))


@dataclass(frozen=True)
class Linear:
    """A logistic regression on standardised signals; a signal that is not known counts as its mean.

    ``means``, ``sds``, ``coefficients`` are a signal each. ``missing`` maps a signal's place to the share of
    the training examples in which it was not known, and the coefficient of its not being known.
    """

    means: tuple[float, ...]
    sds: tuple[float, ...]
    coefficients: tuple[float, ...]
    missing: Mapping[int, tuple[float, float]]
    base: float
    kind = "logistic"

    def raw(self, signals: Floats) -> Floats:
        """The margin of each row [n] from the signals [n, p], added up in the signals' order.

        Column by column and not as a matrix product, whose last bits depend on how many rows there are.
        """
        margin = np.full(len(signals), self.base)
        for column in self.contributions(signals).T:
            margin += column
        return margin

    def contributions(self, signals: Floats) -> Floats:
        """Coefficient times deviation from the mean [n, p]; a signal's not being known is folded into it."""
        unknown = np.isnan(signals)
        means, sds, coefficients = np.array(self.means), np.array(self.sds), np.array(self.coefficients)
        parts: Floats = np.where(unknown, 0.0, (signals - means) / sds) * coefficients
        for place, (share, coefficient) in self.missing.items():
            parts[:, place] += coefficient * (unknown[:, place] - share)
        return parts


Candidate = Trees | Linear


@dataclass(frozen=True, kw_only=True)
class Artefact:
    """A candidate with its calibration, and what is needed to use it rightly.

    ``signals`` in the order of the columns that it reads; ``fingerprint`` of the feature set;
    ``training_as_of``: the day after which it knew nothing; ``min_known``: the share of signals below which a
    person gets no odds.
    """

    name: str
    signals: tuple[str, ...]
    candidate: Candidate
    calibration: Calibration
    seed: int
    fingerprint: str
    training_as_of: date
    min_known: float

    @property
    def kind(self) -> str:
        """``lightgbm`` or ``logistic``."""
        return self.candidate.kind

    def raw(self, signals: Floats) -> Floats:
        """The margin of each row [n], by which people are ranked, from the signals [n, p]."""
        return self.candidate.raw(self._checked(signals))

    def probability(self, raw: Floats) -> Floats:
        """The calibrated probability of each margin [n]."""
        return self.calibration.probability(raw)

    def contributions(self, signals: Floats) -> Floats:
        """What each signal adds to the margin [n, p]: a row adds up to ``raw - base``."""
        return self.candidate.contributions(self._checked(signals))

    @property
    def base(self) -> float:
        """The margin of somebody about whom no signal says anything."""
        return self.candidate.base

    def abstains(self, signals: Floats) -> Bools:
        """Whether too little is known of a row [n] to name its odds."""
        return np.asarray((~np.isnan(self._checked(signals))).mean(axis=1) < self.min_known)

    def files(self) -> dict[str, bytes]:
        """The files of the folder, in the order of their names."""
        told = json.dumps(self._to_json(), sort_keys=True, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
        trees = {TREES: self.candidate.text.encode()} if isinstance(self.candidate, Trees) else {}
        return {MODEL: told.encode()} | trees

    @cached_property
    def sha256(self) -> str:
        """The hash over the names and contents of the files."""
        digest = hashlib.sha256()
        for name, content in self.files().items():
            digest.update(f"{name} {len(content)}\n".encode() + content)
        return digest.hexdigest()

    def save(self, folder: Path) -> None:
        """Write the files; the folder is made, and what it held under these names is replaced."""
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in self.files().items():
            (folder / name).write_bytes(content)

    @classmethod
    def load(cls, folder: Path) -> "Artefact":
        """The artefact in a folder.

        Raises ``CallerError`` where the folder does not hold one.
        """
        from lightgbm.basic import LightGBMError

        try:
            told = json.loads((folder / MODEL).read_text(encoding="utf-8"))
            return cls(
                name=told["name"],
                signals=tuple(told["signals"]),
                candidate=_candidate(told, folder),
                calibration=Calibration.from_json(told["calibration"]),
                seed=told["seed"],
                fingerprint=told["fingerprint"],
                training_as_of=date.fromisoformat(told["training_as_of"]),
                min_known=told["min_known"],
            )
        except (OSError, ValueError, KeyError, TypeError, LightGBMError) as fault:
            raise CallerError(
                f"{folder} holds no model that can be read ({type(fault).__name__}): promote a version again"
            ) from fault

    def _checked(self, signals: Floats) -> Floats:
        if signals.ndim != 2 or signals.shape[1] != len(self.signals):
            raise CallerError(
                f"model {self.name!r} reads {len(self.signals)} signals, but was given a table of shape "
                f"{signals.shape}: compute the features that it was trained on"
            )
        return signals

    def _to_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "kind": self.kind,
            "signals": list(self.signals),
            "calibration": self.calibration.to_json(),
            "seed": self.seed,
            "fingerprint": self.fingerprint,
            "training_as_of": self.training_as_of.isoformat(),
            "min_known": self.min_known,
            "logistic": _linear_to_json(self.candidate) if isinstance(self.candidate, Linear) else None,
        }


def _linear_to_json(linear: Linear) -> dict[str, Any]:
    return {
        "base": linear.base,
        "means": list(linear.means),
        "sds": list(linear.sds),
        "coefficients": list(linear.coefficients),
        "missing": [[place, share, coefficient] for place, (share, coefficient) in sorted(linear.missing.items())],
    }


def _candidate(told: dict[str, Any], folder: Path) -> Candidate:
    if told["kind"] == Trees.kind:
        trees = Trees((folder / TREES).read_text(encoding="utf-8"))
        trees.booster.num_trees()  # a broken file shows now, not in the night
        return trees
    linear = told["logistic"]
    return Linear(
        means=tuple(linear["means"]),
        sds=tuple(linear["sds"]),
        coefficients=tuple(linear["coefficients"]),
        missing={place: (share, coefficient) for place, share, coefficient in linear["missing"]},
        base=linear["base"],
    )
