"""Our own faults: the place goes to the log, a reference goes to the screen, values go nowhere."""

import hashlib
import tempfile
import traceback
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import typer


def report_fault(error: Exception, arguments: list[str]) -> int:
    """Log where an unexpected error arose and print a reference; returns the exit code 1.

    Messages of foreign errors may hold values of a feed, so the log holds their type and the lines of code alone.
    """
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames]
    body = "\n".join([type(error).__name__, *lines])
    reference = hashlib.sha256(body.encode()).hexdigest()[:8]
    log = _log_folder(arguments) / "riskscreen-faults.log"
    stamp = datetime.now(UTC).isoformat(timespec="seconds")
    command = next((word for word in arguments if word.isalpha()), "")
    try:
        with log.open("a", encoding="utf8") as file:
            file.write(f"{stamp} {reference} {command}\n{body}\n")
        where = f"the log {log} says where"
    except OSError:
        where = "the log could not be written"
    typer.echo(f"riskscreen: a fault of ours (reference {reference}); {where}; please report it", err=True)
    return 1


def _log_folder(arguments: list[str]) -> Path:
    """The home that the command named, where it is there; else the folder for temporary files."""
    named = [after for option, after in pairwise(arguments) if option == "--home"]
    named += [word.removeprefix("--home=") for word in arguments if word.startswith("--home=")]
    homes = [Path(name) for name in named if Path(name).is_dir()]
    return homes[0] if homes else Path(tempfile.gettempdir())
