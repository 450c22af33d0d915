"""Which files are meant, and of which feed each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from riskscreen.declare import Deployment, Feed
from riskscreen.errors import CallerError

TRUTH = "truth"


@dataclass(frozen=True)
class Found:
    """A file to ingest, its feed, and what to say about the folder that it was found in."""

    path: Path
    feed: Feed
    warnings: tuple[str, ...] = ()


def find_files(paths: Sequence[Path], deployment: Deployment, feed: str | None = None) -> list[Found]:
    """The files that ``paths`` name, in their order; a folder stands for its files, by path from it.

    With ``feed``, a named file is of that feed whatever it is called, and a folder gives the files of that feed
    alone. A folder's ``truth/`` is left alone. Raises ``CallerError`` for a path that is not there, for a file that
    fits no feed or several, and for a folder in which no file fits one.
    """
    only = _feed(deployment, feed) if feed is not None else None
    found: list[Found] = []
    for path in paths:
        if path.is_dir():
            found += _in_folder(path, deployment, only)
        elif path.is_file():
            found.append(Found(path, only or _feed_of(path, deployment)))
        else:
            raise CallerError(f"{path} is not there: give a file, or a folder with files")
    return found


def nearest(wanted: str, among: Sequence[str], otherwise: str) -> str:
    """``did you mean X?``, or ``otherwise`` where nothing is near."""
    near = get_close_matches(wanted, among, n=1)
    return f"did you mean {near[0]!r}?" if near else otherwise


def _feed(deployment: Deployment, wanted: str) -> Feed:
    if wanted not in deployment.feeds:
        names = list(deployment.feeds)
        hint = nearest(wanted, names, f"the feeds are {', '.join(names)}")
        raise CallerError(f"deployment {deployment.name} has no feed {wanted!r}: {hint}")
    return deployment.feeds[wanted]


def _fitting(path: Path, deployment: Deployment) -> list[Feed]:
    return [feed for feed in deployment.feeds.values() if feed.matches(path.name)]


def _feed_of(path: Path, deployment: Deployment) -> Feed:
    fitting = _fitting(path, deployment)
    if len(fitting) > 1:
        names = ", ".join(feed.name for feed in fitting)
        raise CallerError(f"{path.name} matches several feeds of deployment {deployment.name} ({names}): use --feed")
    if not fitting:
        patterns = ", ".join(pattern for feed in deployment.feeds.values() for pattern in feed.files)
        raise CallerError(
            f"{path.name} matches no feed of deployment {deployment.name}: "
            f"the patterns are {patterns or 'none'}; name it with --feed"
        )
    return fitting[0]


def _in_folder(folder: Path, deployment: Deployment, only: Feed | None) -> list[Found]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and _counts(path.relative_to(folder))]
    fitting = [path for path in files if _fitting(path, deployment)]
    if not fitting:
        raise CallerError(f"no file in {folder} matches a feed of deployment {deployment.name}: name one with --feed")
    found = [Found(path, _feed_of(path, deployment)) for path in fitting if only is None or only.matches(path.name)]
    if not found:
        raise CallerError(f"no file in {folder} matches a pattern of feed {only.name if only else ''}: name the file")
    others = [path.relative_to(folder).as_posix() for path in files if path not in set(fitting)]
    if others:
        found[0] = Found(found[0].path, found[0].feed, (f"left alone, being of no feed: {', '.join(others)}",))
    return found


def _counts(inside: Path) -> bool:
    return TRUTH not in inside.parts[:-1] and not any(part.startswith(".") for part in inside.parts)
