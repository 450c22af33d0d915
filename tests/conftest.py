"""Settings for all tests."""

import gc
import os
import sys

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event
from sqlalchemy.engine import Engine

from riskscreen.runners.processes import HEAVY, preload
from tests import order
from tests.cases import register

register()


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: order.place(item.nodeid))


def pytest_collection_finish():
    """What was imported stays: the collector need not look through it again and again, nor a process import it anew."""
    gc.freeze()
    preload({name for name in sys.modules if name.startswith("riskscreen.")} | {HEAVY["numba"]})


def pytest_configure():
    """Only power that fails tells whether a write had reached the disk, and in tests it does not: none waits for it."""
    os.fsync = lambda fd: None
    event.listen(Engine, "connect", _trust_the_cache)


def _trust_the_cache(raw, _):
    if type(raw).__module__.startswith("sqlite3"):
        raw.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def quick_passwords(monkeypatch):
    """Argon2id in a millisecond; `store/test_accounts.py` holds the real cost."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("riskscreen.store.accounts.HASHER", quick)
