"""Settings for all tests: a slow machine is no failure, so generated cases have no deadline."""

import pytest
from argon2 import PasswordHasher
from hypothesis import settings

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")


@pytest.fixture
def quick_passwords(monkeypatch):
    """Argon2id in a millisecond; `store/test_accounts.py` holds the real cost."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr("riskscreen.store.accounts.HASHER", quick)
