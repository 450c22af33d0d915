"""The commands ``init`` and ``doctor``: a new deployment; what is wrong here, and what to do."""

import fcntl
import os
import runpy
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

import riskscreen
from riskscreen.cli.output import AsJson, print_json, print_table
from riskscreen.cli.session import Session, deployments
from riskscreen.declare import Deployment, ModelSpec
from riskscreen.declare.text import check_name
from riskscreen.errors import CallerError, HomeError, RiskscreenError
from riskscreen.identity.keys import is_given
from riskscreen.settings import read_settings

# The template is never imported, only copied and run: what it holds is declarations, as in any deployment.
EXAMPLE = Path(riskscreen.__file__).parent / "example"
EXAMPLE_NAME = "exampletown"
EXAMPLE_MODEL = "hardship"
LEFT_OUT = ("__pycache__", "*.pyc", "sample.py")

LEAST_PYTHON = (3, 11)
LIBRARIES = ("duckdb", "fairlearn", "lightgbm", "mlflow", "numpy", "pandas", "pyarrow", "scipy", "sklearn")
LOADED = ("duckdb", "lightgbm")  # these bring machine code that may not fit the machine
LEAST_FREE = 10**9  # bytes
SOMETHING_WRONG = 2


# init


def init(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="The new folder; its name is the deployment's.", show_default=False)],
    as_json: AsJson = False,
) -> None:
    """Make a new deployment: a worked example of each declaration, with sample deliveries to try it."""
    session: Session = context.obj
    name = folder.resolve().name
    _check_new(folder, name)
    last_day = _make(folder.resolve(), name)
    commands = _next_commands(folder, session.home_given, last_day)
    if as_json:
        print_json({"deployment": name, "folder": str(folder), "next": commands})
        return
    typer.echo(f"deployment {name!r} stands in {folder}: change its files; to try them as they are:")
    for command in commands:
        typer.echo(f"  {command}")


def _check_new(folder: Path, name: str) -> None:
    """Raise ``CallerError`` where no deployment of that name may be made there."""
    check_name("a deployment", name)
    if name in deployments():
        raise CallerError(f"there is a deployment {name!r} already, with the home var/{name}: choose another name")
    if folder.is_dir() and any(folder.iterdir()):
        raise CallerError(f"{folder} is not empty: give a folder that is empty, or not there yet")
    if folder.exists() and not folder.is_dir():
        raise CallerError(f"{folder} is a file: give a folder that is empty, or not there yet")


def _make(folder: Path, name: str) -> str:
    """Build the deployment beside its place, then move it there whole; returns the last day of the samples."""
    try:
        with tempfile.TemporaryDirectory(prefix=".riskscreen-init-", dir=_existing(folder.parent)) as scratch:
            made = Path(scratch) / name
            last_day = _build(made, name)
            folder.parent.mkdir(parents=True, exist_ok=True)
            made.rename(folder)
    except OSError as error:
        raise CallerError(
            f"{folder} cannot be written ({error.strerror}): free space, or give another folder"
        ) from None
    return last_day


def _build(made: Path, name: str) -> str:
    shutil.copytree(EXAMPLE, made, ignore=shutil.ignore_patterns(*LEFT_OUT), copy_function=shutil.copyfile)
    place = made / "__init__.py"
    said = place.read_text(encoding="utf-8")
    place.write_text(said.replace(f'name="{EXAMPLE_NAME}"', f'name="{name}"'), encoding="utf-8")
    sample = runpy.run_path(str(EXAMPLE / "sample.py"))
    sample["write_samples"](made / "samples")
    return str(sample["LAST"])


def _next_commands(folder: Path, home: Path | None, last_day: str) -> list[str]:
    text = str(folder)
    where = text if os.sep in text or text.startswith(".") else f".{os.sep}{text}"
    options = ["--deployment", where] + (["--home", str(home)] if home else [])
    commands = [
        ["ingest", str(folder / "samples")],
        ["link"],
        ["train", EXAMPLE_MODEL],
        ["promote", EXAMPLE_MODEL],
        ["nightly", "--as-of", last_day],
    ]
    return [shlex.join(["riskscreen", *options, *command]) for command in commands]


# doctor


@dataclass(frozen=True)
class Check:
    """What was looked at, whether it is as it must be, and one sentence that says so, or what to do."""

    check: str
    ok: bool
    sentence: str


def doctor(context: typer.Context, as_json: AsJson = False) -> int:
    """Say what is wrong here, and what to do; writes nothing."""
    checks = list(_examine(context.obj))
    wrong = [check for check in checks if not check.ok]
    if as_json:
        print_json([asdict(check) for check in checks])
    else:
        rows = [["ok" if check.ok else "WRONG", check.check, check.sentence] for check in checks]
        print_table("Doctor", ["", "check", "what was found"], rows)
        typer.echo(f"{len(wrong)} of {len(checks)} checks found something wrong" if wrong else "nothing is wrong here")
    return SOMETHING_WRONG if wrong else 0


def _examine(session: Session) -> Iterator[Check]:
    """All checks in their order; what rests on something that is wrong is left out."""
    yield _look("python", _python)
    libraries = _look("libraries", _libraries)
    yield libraries
    declared = _look("deployment", lambda: _deployment(session))
    yield declared
    if declared.ok:
        yield from (
            _look(f"card of {name}", partial(_card, session.deployment, name)) for name in session.deployment.models
        )
    if declared.ok or session.home_given:
        yield from _examine_home(session, declared.ok, libraries.ok)


def _examine_home(session: Session, declared: bool, libraries: bool) -> Iterator[Check]:
    home = session.home
    yield _look("home", lambda: _home(home))
    yield _look("disk", lambda: _disk(home))
    yield _look("lock", lambda: _lock(home))
    yield _look("settings", lambda: _settings(home))
    landing = _look("landing log", lambda: _landing(home))
    yield landing
    yield _look("key", lambda: _key(session, landing.ok))
    if declared and landing.ok:
        yield _look("event store", lambda: _event_store(home, session.deployment, session.store_url))
    if declared and libraries:
        for spec in session.deployment.models.values():
            yield _look(f"champion of {spec.name}", partial(_champion, home, session.deployment, spec))


def _look(name: str, look: Callable[[], str]) -> Check:
    """The check of a function that returns a sentence where all is well, and raises one where it is not."""
    try:
        return Check(name, True, look())
    except RiskscreenError as error:
        return Check(name, False, str(error))
    except OSError as error:
        return Check(name, False, f"cannot be looked at ({error.strerror}): see to its rights")
    except Exception as error:  # what is broken in a way that nobody foresaw is wrong too, and the others still count
        return Check(name, False, f"cannot be checked, a fault of ours ({type(error).__name__}): please report it")


def _python() -> str:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < LEAST_PYTHON:
        raise CallerError(f"Python is {version}: install 3.11 or later")
    return f"Python {version}"


def _libraries() -> str:
    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise CallerError(f"not installed: {', '.join(missing)}; run `make setup`, or install riskscreen again")
    for name in LOADED:
        _load_library(name)
    return f"{len(LIBRARIES)} libraries are installed; {' and '.join(LOADED)} load"


def _load_library(name: str) -> None:
    try:
        import_module(name)
    except (ImportError, OSError) as error:
        said = str(error).splitlines()[0]
        lacks = "libgomp is missing: install it (on Debian and Ubuntu the package libgomp1)"
        remedy = lacks if "libgomp" in said else f"{said}: install riskscreen again"
        raise CallerError(f"{name} does not load: {remedy}") from None


def _deployment(session: Session) -> str:
    found = session.deployment
    return (
        f"{found.name}: {len(found.feeds)} feeds, {len(found.signals)} signals, {len(found.models)} models, "
        f"{len(found.areas)} areas"
    )


def _card(deployment: Deployment, model: str) -> str:
    card = f"cards/{model}.md"
    if not (deployment.folder / card).is_file():
        raise CallerError(f"{deployment.folder.name}/{card} is missing: write what the model is for, and its limits")
    return f"{card} is there"


def _home(home: Path) -> str:
    if home.exists() and not home.is_dir():
        raise HomeError(f"home {home} is a file: give a folder with --home")
    nearest = _existing(home)
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise HomeError(f"{nearest} cannot be written: see to its rights, or give another --home")
    return f"{home} can be written" if home.is_dir() else f"{home} is not there yet: the first ingest makes it"


def _disk(home: Path) -> str:
    free = shutil.disk_usage(_existing(home)).free
    said = f"{free / 10**9:,.1f} GB are free"
    if free < LEAST_FREE:
        raise HomeError(f"{said}: free some space, at least {LEAST_FREE / 10**9:.0f} GB")
    return said


def _lock(home: Path) -> str:
    """Whether no run holds the home; tries the lock without waiting, and gives it back at once."""
    if not (home / "lock").exists():
        return "no run was here yet"
    handle = os.open(home / "lock", os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.read(handle, 100).decode(errors="replace") or "unknown"
        raise HomeError(f"another run ({holder}) works on the home: wait until it has ended") from None
    finally:
        os.close(handle)
    return "no run holds the home"


def _settings(home: Path) -> str:
    settings = read_settings(home, os.environ)
    processes = "a process a core" if settings.processes is None else f"{settings.processes} processes"
    return f"buckets are worked on by {settings.spark.master or 'Spark' if settings.runner == 'spark' else processes}"


def _landing(home: Path) -> str:
    from riskscreen.eventstore.landing import Landing

    loads = Landing(home).manifest()
    if not loads:
        return "nothing was landed yet: run `riskscreen ingest FILE…`"
    return f"{len(loads)} loads, all their files are there"


def _key(session: Session, landing_ok: bool) -> str:
    from riskscreen.eventstore.landing import Landing

    landing = Landing(session.home)
    if not is_given(os.environ) and not (session.home / "key").exists() and landing_ok and landing.key_id is None:
        return "no key yet: the first ingest makes one"
    key = session.key()
    if landing_ok:
        landing.check_key(key.id)
    return f"key {key.id}, for its owner alone to read"


def _event_store(home: Path, deployment: Deployment, store_url: str | None) -> str:
    from riskscreen.eventstore.landing import Landing
    from riskscreen.eventstore.store import EventStore, current
    from riskscreen.linkage import is_current
    from riskscreen.nightly import in_force

    if not Landing(home).manifest():
        return "nothing was landed yet"
    version = current(home)
    if version is None:
        raise HomeError("nothing was linked yet: run `riskscreen link`")
    summed = EventStore.open(home).check_bytes()
    declared = deployment.place.buckets
    if version.buckets != declared:
        raise HomeError(f"it has {version.buckets} buckets, and {declared} are declared: run `riskscreen rebucket`")
    if not is_current(home, deployment, in_force(home, store_url)):
        raise HomeError("it is older than what was landed or decided since: run `riskscreen link`")
    return (
        f"version {version.number}, made from all that was landed: {version.people:,} people; "
        f"{summed:,} files are as they were written"
    )


def _champion(home: Path, deployment: Deployment, spec: ModelSpec) -> str:
    from riskscreen.learning.champions import champions, load_champion

    promoted = champions(home, spec.name)
    if not promoted:
        return f"none yet, so lists follow a baseline: run `riskscreen train {spec.name}`, then promote it"
    artefact = load_champion(home, promoted[-1])
    if artefact.fingerprint != deployment.fingerprint(artefact.signals):
        raise HomeError(
            f"the signals of version {promoted[-1].version} have changed since it was trained: "
            f"run `riskscreen train {spec.name}` and promote the new version"
        )
    return f"version {promoted[-1].version}, holds from {promoted[-1].holds_from}; files and signals are as promoted"


def _existing(path: Path) -> Path:
    """The path, or the nearest folder above it that is there."""
    path = path.absolute()
    return next(folder for folder in (path, *path.parents) if folder.exists())
