"""Measurements that the documentation prints, each by one command: ``python -m benchmarks NAME``."""
