"""Splits, training, calibration, evaluation, group audit and gates; ``registry`` alone speaks to MLflow."""
