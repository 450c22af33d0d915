"""The example, from ``init`` to the night, once: its commands are those that ``init`` prints."""

import contextlib
import io
import json
import shlex
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from riskscreen.cli import main


@dataclass(frozen=True)
class Town:
    """A deployment that was made by ``init``, its home, and what each command of ``next`` gave as JSON.

    ``temporary`` is where the commands put their temporary files.
    """

    folder: Path
    home: Path
    temporary: Path
    commands: list[str]
    results: dict[str, Any]


def run(*arguments: str) -> tuple[Any, str]:
    """A command's exit code and its standard output."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), pytest.raises(SystemExit) as left:
        main(list(arguments))
    return left.value.code, out.getvalue()


def run_json(*arguments: str) -> Any:
    code, out = run(*arguments, "--json")
    assert code == 0, out
    return json.loads(out)


@pytest.fixture(scope="session")
def town(tmp_path_factory):
    work = tmp_path_factory.mktemp("town")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(work)
        (work / "temporary").mkdir()
        patch.setattr(tempfile, "tempdir", str(work / "temporary"))
        patch.setenv("TMPDIR", str(work / "temporary"))
        for name in ("RISKSCREEN_KEY", "RISKSCREEN_KEY_FILE", "RISKSCREEN_DEPLOYMENT", "MLFLOW_TRACKING_URI"):
            patch.delenv(name, raising=False)
        commands = run_json("init", "smalltown")["next"]
        results = {}
        for command in commands:
            _, *arguments = shlex.split(command)
            results[arguments[2]] = run_json(*arguments)
    return Town(work / "smalltown", work / "var" / "smalltown", work / "temporary", commands, results)
