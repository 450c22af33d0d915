"""Whether a delivery is as its feed leads one to expect; and the list of those that are held, in ``HOME/held``."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from riskscreen.declare import Action, Delivery, Feed
from riskscreen.eventstore.files import write_json
from riskscreen.ingest.staging import Stage

LAST = 6  # deliveries that tell what is usual
DAY_IN_NAME = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


@dataclass(frozen=True)
class Held(Exception):
    """A delivery is held: nothing of it is landed."""

    why: tuple[str, ...]


def is_held(feed: Feed) -> bool:
    """Whether a delivery that is not as expected is held."""
    action = feed.expected.action
    return action is Action.HOLD or (action is None and feed.delivery is Delivery.SNAPSHOT)


def unexpected(stage: Stage, feed: Feed, file: str, other_columns: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each way in which a delivery is not as expected."""
    return (*other_columns, *_of_size(stage, feed), *_of_days(stage, feed, file))


def hold(home: Path, feed: str, file: str, digest: str, why: Sequence[str]) -> None:
    """List a delivery among the held."""
    write_json(_place(home, feed, digest), {"feed": feed, "file": file, "sha256": digest, "why": list(why)})


def release(home: Path, feed: str, digest: str) -> None:
    """Take a delivery off the list of the held, if it is there."""
    _place(home, feed, digest).unlink(missing_ok=True)


def _place(home: Path, feed: str, digest: str) -> Path:
    return home / "held" / feed / f"{digest[:16]}.json"


def _of_size(stage: Stage, feed: Feed) -> list[str]:
    rows = sum(piece.rows for piece in stage.pieces)
    before = [load.read for load in stage.landing.loads() if load.feed == feed.name]
    if len(before) < feed.expected.after:
        return []
    usual = median(before[-LAST:])
    if max(rows, usual) < feed.expected.least:
        return []
    if rows < feed.expected.fewest * usual:
        return [f"it has {rows:,} rows, and deliveries of feed {feed.name} usually have {usual:,.0f}: far fewer"]
    if rows >= feed.expected.most * usual and rows > usual:
        return [f"it has {rows:,} rows, and deliveries of feed {feed.name} usually have {usual:,.0f}: far more"]
    return []


def _of_days(stage: Stage, feed: Feed, file: str) -> list[str]:
    until, days = day_in(file), feed.expected.period_days
    if until is None or days is None:
        return []
    inside = total = 0
    for kind in feed.records:
        last = np.datetime64(until + timedelta(kind.lag_days))
        for piece in stage.pieces:
            stated = stage.keys(kind.name, piece, "stated_on")["stated_on"].to_numpy()
            inside += int(((stated > last - days) & (stated <= last)).sum())
            total += len(stated)
    if 2 * inside >= total:
        return []
    far = f"{total - inside:,} of its {total:,} records became known outside the {days} days up to {until}"
    return [f"{far}, the day in its name: it may be for another month"]


def day_in(file: str) -> date | None:
    """The first day of the calendar in a file's name, as YYYY-MM-DD or YYYYMMDD."""
    for parts in DAY_IN_NAME.findall(file):
        try:
            return date(*map(int, parts))
        except ValueError:
            continue
    return None
