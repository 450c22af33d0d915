"""Whether a delivery is as its feed leads one to expect; and the list of those that are held, in ``HOME/held``."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from riskscreen.declare import Feed
from riskscreen.eventstore.files import write_json
from riskscreen.ingest.staging import Stage

LAST = 6  # deliveries that tell what is usual
DAY_IN_NAME = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")


class Held(Exception):
    """A delivery is held, for the reasons in ``why``: nothing of it is landed."""

    def __init__(self, why: tuple[str, ...]) -> None:
        super().__init__(*why)
        self.why = why


def unexpected(stage: Stage, feed: Feed, file: str, of_form: Sequence[str]) -> tuple[str, ...]:
    """A sentence for each way in which a delivery is not as expected; ``of_form`` are those that its form gives."""
    return (*of_form, *_of_size(stage, feed), *_of_days(stage, feed, file))


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
    until, days, before = day_in(file), feed.expected.period_days, _last_delivery(stage, feed)
    if until is None or days is None or before is None:
        return []
    inside = total = 0
    for kind in feed.records:
        last = until + timedelta(kind.lag_days)
        after = min(last - timedelta(days), before)  # a month that was left out comes with the next
        for piece in stage.pieces:
            stated = stage.keys(kind.name, piece, "stated_on")["stated_on"].to_numpy()
            inside += int(((stated > np.datetime64(after)) & (stated <= np.datetime64(last))).sum())
            total += len(stated)
    if 2 * inside >= total:
        return []
    far = f"{total - inside:,} of its {total:,} records became known at other times than the days up to {until}"
    return [f"{far}, the day in its name: it may be for another month"]


def _last_delivery(stage: Stage, feed: Feed) -> date | None:
    """The day for which the latest delivery of a feed speaks."""
    loads = stage.landing.loads()
    return max((load.delivered_on for load in loads if load.feed == feed.name and load.delivered_on), default=None)


def day_in(file: str) -> date | None:
    """The first day of the calendar in a file's name, as YYYY-MM-DD or YYYYMMDD."""
    for parts in DAY_IN_NAME.findall(file):
        try:
            return date(*map(int, parts))
        except ValueError:
            continue
    return None
