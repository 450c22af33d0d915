"""Settings of a home: ``HOME/riskscreen.toml``, and the environment, which goes before it.

Secrets and where the store is come from the environment alone, and are read where they are needed. A key that is not
known is an error, in the file and in the environment, so that a slip of the pen does not pass for a setting.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from riskscreen.errors import CallerError, HomeError

FILE = "riskscreen.toml"
PREFIX = "RISKSCREEN_"
RUNNERS = ("local", "spark")

# Read elsewhere: what is secret, what comes before a home is known, and what tests ask for.
ELSEWHERE = ("DEPLOYMENT", "KEY", "KEY_FILE", "NEW_KEY", "NEW_KEY_FILE", "STORE_URL", "SKIP_NOTHING")


@dataclass(frozen=True)
class SparkSettings:
    """The Spark cluster: its ``master`` (``None``: what Spark itself is told), and settings of Spark's own."""

    master: str | None = None
    conf: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Settings:
    """How a home's work is done.

    ``runner``: ``local``, processes of this machine, or ``spark``. ``processes``: how many, ``None`` for one a core.
    Raises ``CallerError`` for what cannot be.
    """

    runner: str = "local"
    processes: int | None = None
    spark: SparkSettings = SparkSettings()

    def __post_init__(self) -> None:
        if self.runner not in RUNNERS:
            raise CallerError(f"there is no runner {self.runner!r}: set runner to {' or '.join(RUNNERS)}")
        if self.processes is not None and self.processes < 1:
            raise CallerError(f"processes is {self.processes}: set 1 or more, or leave it out for one a core")


def read_settings(home: Path, env: Mapping[str, str]) -> Settings:
    """The settings of a home; ``HomeError`` for a file, ``CallerError`` for an environment that says what cannot be."""
    _check_environment(env)
    said = _read(home / FILE)
    spark = _table(said, "spark")
    conf = _table(spark, "conf")
    _check_known(f"{FILE}, [spark]", spark, ("master",))
    _check_known(FILE, said, ("runner", "processes"))
    runner = env.get(f"{PREFIX}RUNNER", said.get("runner", "local"))
    master = env.get(f"{PREFIX}SPARK_MASTER", spark.get("master"))
    processes = _processes(env.get(f"{PREFIX}PROCESSES"), said.get("processes"))
    return Settings(_text("runner", runner), processes, SparkSettings(_text_or_none("master", master), _texts(conf)))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):  # of a home that is a file, whoever uses it tells
        return {}
    except (OSError, ValueError) as fault:
        raise HomeError(f"{FILE} of the home cannot be read ({type(fault).__name__}): mend it") from None


def _table(said: dict[str, Any], name: str) -> dict[str, Any]:
    table = said.pop(name, {})
    if not isinstance(table, dict):
        raise HomeError(f"{FILE}: {name} is no table: write [spark] or [spark.conf], and its keys below")
    return table


def _check_known(where: str, said: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in said:
        if name not in known:
            raise HomeError(f"{where}: {name!r} is no setting{_nearest(name, known)}")


def _check_environment(env: Mapping[str, str]) -> None:
    known = ("RUNNER", "PROCESSES", "SPARK_MASTER", *ELSEWHERE)
    for name in env:
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in known:
            raise CallerError(
                f"{name} in the environment is no setting{_nearest(name, [PREFIX + one for one in known])}"
            )


def _nearest(name: str, known: list[str] | tuple[str, ...]) -> str:
    near = get_close_matches(name, known, n=1)
    return f": did you mean {near[0]}?" if near else f": known are {', '.join(known)}"


def _processes(given: str | None, said: object) -> int | None:
    if given is not None and not given.strip().isdigit():
        raise CallerError(f"{PREFIX}PROCESSES is no whole number: set 1 or more, or leave it out for one a core")
    if given is not None:
        return int(given)
    if said is not None and (not isinstance(said, int) or isinstance(said, bool)):
        raise HomeError(f"{FILE}: processes is no whole number: write one, as in processes = 4")
    return said


def _text(name: str, value: object) -> str:
    if not isinstance(value, str):
        raise HomeError(f"{FILE}: {name} is no text: write it in quotes")
    return value


def _text_or_none(name: str, value: object) -> str | None:
    return None if value is None else _text(name, value)


def _texts(conf: Mapping[str, Any]) -> Mapping[str, str]:
    return {name: _text(f"spark.conf's {name!r}", value) for name, value in conf.items()}
