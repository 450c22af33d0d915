"""The model as MLflow serves it: models-from-code that needs numpy, lightgbm and mlflow, not riskscreen.

It restates the scoring of ``artefact.py``; a test holds the two to the same bits. Nothing imports this file:
MLflow runs it when it loads the model.
"""

import json
from pathlib import Path
from typing import Any

import lightgbm
import mlflow
import numpy as np
import pandas as pd


class ServedModel(mlflow.pyfunc.PythonModel):  # type: ignore[misc, name-defined]
    """The calibrated probability of each row of a table that has the model's signals as columns."""

    told: dict[str, Any]
    booster: Any

    def load_context(self, context: Any) -> None:
        """Read ``model.json`` and, for trees, ``model.txt``."""
        folder = Path(context.artifacts["model"])
        self.told = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        trees = self.told["kind"] == "lightgbm"
        self.booster = lightgbm.Booster(model_file=str(folder / "model.txt")) if trees else None

    def predict(self, context: Any, model_input: pd.DataFrame, params: Any = None) -> Any:
        """float64 [n]; a signal that is not known is NaN."""
        signals = np.ascontiguousarray(model_input[self.told["signals"]].to_numpy(dtype=np.float64))
        raw = self._linear(signals) if self.booster is None else self._trees(signals)
        calibration = self.told["calibration"]
        margin = np.clip(calibration["slope"] * raw + calibration["intercept"], -700.0, 700.0)
        return 1.0 / (1.0 + np.exp(-margin))

    def _trees(self, signals: Any) -> Any:
        return self.booster.predict(signals, raw_score=True, num_threads=1)

    def _linear(self, signals: Any) -> Any:
        told = self.told["logistic"]
        means, sds, coefficients = (np.array(told[name]) for name in ("means", "sds", "coefficients"))
        unknown = np.isnan(signals)
        parts = np.where(unknown, 0.0, (signals - means) / sds) * coefficients
        for place, share, coefficient in told["missing"]:
            parts[:, place] += coefficient * (unknown[:, place] - share)
        margin = np.full(len(signals), told["base"])
        for column in parts.T:
            margin += column
        return margin


mlflow.models.set_model(ServedModel())
