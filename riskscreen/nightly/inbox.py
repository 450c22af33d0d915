"""What was delivered to ``HOME/inbox`` since the last night."""

from datetime import date
from pathlib import Path
from typing import Any

from riskscreen.declare import Deployment
from riskscreen.errors import DeliveryError
from riskscreen.eventstore.files import file_sha256
from riskscreen.eventstore.landing import Landing
from riskscreen.identity import Key
from riskscreen.ingest import find_files, ingest
from riskscreen.runners import LOCAL, Runner

Step = dict[str, Any]


def take_inbox(home: Path, deployment: Deployment, key: Key, as_of: date, runner: Runner = LOCAL) -> list[Step]:
    """Ingest the files of ``HOME/inbox`` that were not landed before, as received on ``as_of``: one step a file.

    A night before the last delivery takes none: what came later was not known then.
    """
    inbox = home / "inbox"
    if not inbox.is_dir() or not any(deployment.feed_of(path.name) for path in inbox.rglob("*")):
        return []
    loads = Landing(home).manifest()
    last = max((load.received or load.loaded_on for load in loads), default=as_of)
    if as_of < last:
        said = f"the inbox was left alone: {as_of} is before the last delivery, of {last}"
        return [{"step": "ingest", "changed": False, "sentence": said}]
    landed = {(load.feed, load.file_sha256) for load in loads}
    new = [file for file in find_files([inbox], deployment) if (file.feed.name, file_sha256(file.path)) not in landed]
    return [_take(file.path, home, deployment, key, as_of, runner) for file in new]


def _take(path: Path, home: Path, deployment: Deployment, key: Key, as_of: date, runner: Runner) -> Step:
    step = {"step": "ingest", "file": path.name}
    try:
        (result,) = ingest([path], deployment, home, key, loaded_on=as_of, received=as_of, runner=runner)
    except DeliveryError as refusal:
        return step | {"changed": False, "held_back": True, "sentence": f"refused: {refusal}"}
    if result.held:
        return step | {"changed": False, "held_back": True, "sentence": f"{path.name}: {result.warnings[-1]}"}
    said = f"{path.name}: {result.accepted:,} of {result.read:,} rows accepted, {result.quarantined:,} quarantined"
    counts = {"read": result.read, "accepted": result.accepted, "quarantined": result.quarantined}
    return step | counts | {"changed": True, "held_back": result.above_limit, "sentence": said}
