"""What a command works with: the deployment, the home, its key and its lock."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import riskscreen
from riskscreen.declare import Deployment, load
from riskscreen.errors import CallerError, HomeError, LockHeld, RiskscreenError
from riskscreen.identity import Key, create_key
from riskscreen.identity.keys import is_given, standing_key
from riskscreen.settings import Settings, read_settings

if TYPE_CHECKING:
    from riskscreen.runners import Runner


@dataclass(frozen=True)
class Session:
    """The global options, and what they lead to; nothing is read before it is asked for."""

    deployment_name: str
    home_given: Path | None

    @cached_property
    def deployment(self) -> Deployment:
        """The deployment, read and checked."""
        return load(find_deployment(self.deployment_name))

    @cached_property
    def home(self) -> Path:
        """The home folder, which may not exist yet."""
        return self.home_given or Path("var") / self.deployment.name

    @cached_property
    def settings(self) -> Settings:
        """The settings of the home and the environment, read and checked."""
        return read_settings(self.home, os.environ)

    @property
    def runner(self) -> "Runner":
        """Where work on buckets is done."""
        from riskscreen.runners import Local
        from riskscreen.runners.spark import Spark

        if self.settings.runner == "spark":
            return Spark(self.settings.spark.master, self.settings.spark.conf)
        return Local(self.settings.processes)

    @property
    def store_url(self) -> str | None:
        """Where the store is; ``None`` for the home's own."""
        return os.environ.get("RISKSCREEN_STORE_URL")

    def key(self) -> Key:
        """The home's key; ``HomeError`` where there is none or others can read it."""
        return standing_key(self.home, os.environ, self._landed_key)

    def _landed_key(self) -> str | None:
        from riskscreen.eventstore.landing import Landing

        return Landing(self.home).key_id

    def key_or_new(self) -> Key:
        """The home's key, made on the first call where neither the environment nor the home has one."""
        if is_given(os.environ) or (self.home / "key").exists() or (self.home / "landing" / "manifest.json").exists():
            return self.key()
        return create_key(self.home)

    def existing_home(self) -> Path:
        """The home; ``CallerError`` where nothing was ever ingested into it."""
        name = self.deployment.name
        if not self.home.is_dir():
            raise CallerError(f"{name!r} has no home {self.home}: run `riskscreen ingest FILE…` first, or check --home")
        self._check_settings()
        return self.home

    @contextmanager
    def lock(self, command: str) -> Iterator[None]:
        """Hold the home for a command that writes; ``LockHeld`` where another run has it."""
        self._check_settings()
        new = [path for path in (self.home, *self._own_files()) if not path.exists()]
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise HomeError(
                f"home {self.home} cannot be written ({error.strerror}): check --home and its rights"
            ) from None
        try:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                holder = os.read(handle, 100).decode(errors="replace") or "unknown"
                raise LockHeld(f"another run ({holder}) works on home {self.home}: wait until it has ended") from None
            self._say_who(handle, command)
            yield
        except RiskscreenError:
            self._forget(new)
            raise
        finally:
            os.close(handle)

    def _say_who(self, handle: int, command: str) -> None:
        try:
            os.ftruncate(handle, 0)
            os.write(handle, f"{command}, process {os.getpid()}".encode())
        except OSError as error:
            raise HomeError(
                f"home {self.home} cannot be written ({error.strerror}): free space, or give another --home"
            ) from None

    def _check_settings(self) -> None:
        """Refuse what is no setting before anything is done, whether or not the command would read it."""
        _ = self.settings

    def _own_files(self) -> tuple[Path, Path]:
        """What a command puts into a home before it has done anything."""
        return self.home / "lock", self.home / "key"

    def _forget(self, new: list[Path]) -> None:
        """Take back what a refused command began a home with, unless something was landed in it."""
        if (self.home / "landing").exists():
            return
        for path in self._own_files():
            if path in new:
                path.unlink(missing_ok=True)
        if self.home in new and not any(self.home.iterdir()):
            self.home.rmdir()


def find_deployment(name: str) -> Path:
    """The folder of a deployment: a path, a name under ``models/`` of this checkout, or an installed one."""
    if os.sep in name or name.startswith("."):
        return _existing(Path(name))
    known = deployments()
    if name in known:
        return known[name]
    if (Path(name) / "__init__.py").is_file():
        return Path(name)
    raise CallerError(
        f"there is no deployment {name!r}: known are {', '.join(sorted(known)) or 'none'}; or give a folder"
    )


def deployments() -> dict[str, Path]:
    """The deployments known by name: installed ones, and those under ``models/`` of this checkout."""
    found = {}
    for entry in entry_points(group="riskscreen.deployments"):
        package, _, inner = entry.module.partition(".")
        spec = find_spec(package)
        for place in (spec.submodule_search_locations or []) if spec else []:
            found[entry.name] = Path(place, *inner.split("."))
    checkout = Path(riskscreen.__file__).parent.parent / "models"
    found |= {path.parent.name: path.parent for path in checkout.glob("*/__init__.py")}
    return found


def _existing(folder: Path) -> Path:
    if not folder.is_dir():
        raise CallerError(f"there is no deployment folder {folder}: `riskscreen init {folder}` makes one")
    return folder
