"""What the service is told by whoever starts it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from riskscreen.declare import Called, Text
from riskscreen.store import Throttle, Timeouts

# From numbers of claims to what each says in plain words (``given``, ``birth``, ``id`` …). What it raises of
# riskscreen's own errors means that the vault cannot be opened; a number that it does not know it leaves out.
Opener = Callable[[Sequence[int]], Mapping[int, Mapping[str, str]]]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Model:
    """How pages speak of a model: what it foresees, and how they call those whom its lists name."""

    label: Text
    called: Called


@dataclass(frozen=True)
class Settings:
    """``models`` are the deployment's, by name; stamps on pages are in ``zone``; ``now`` is the service's clock.

    ``feeds`` says how people call the feeds; ``opener`` opens the vault, and is ``None`` where this server has no key.
    """

    models: Mapping[str, Model] = field(default_factory=dict)
    feeds: Mapping[str, Text] = field(default_factory=dict)
    opener: Opener | None = None
    zone: tzinfo = field(default_factory=partial(ZoneInfo, "Asia/Shanghai"))
    timeouts: Timeouts = field(default_factory=Timeouts)
    throttle: Throttle = field(default_factory=Throttle)
    now: Callable[[], datetime] = _now
