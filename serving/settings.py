"""What the service is told by whoever starts it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from riskscreen.declare import Called, Text
from riskscreen.store import Throttle, Timeouts


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Model:
    """How pages speak of a model: what it foresees, and how they call those whom its lists name."""

    label: Text
    called: Called


@dataclass(frozen=True)
class Settings:
    """``models`` are the deployment's, by name; stamps on pages are in ``zone``; ``now`` is the service's clock."""

    models: Mapping[str, Model] = field(default_factory=dict)
    zone: tzinfo = field(default_factory=partial(ZoneInfo, "Asia/Shanghai"))
    timeouts: Timeouts = field(default_factory=Timeouts)
    throttle: Throttle = field(default_factory=Throttle)
    now: Callable[[], datetime] = _now
