"""Every hand-counted table is held against both engines."""

import pytest

from riskscreen.features import ENGINES
from tests import factories


@pytest.fixture(params=sorted(ENGINES))
def either_engine(request, monkeypatch):
    monkeypatch.setattr(factories, "ENGINE", request.param)
    return request.param
