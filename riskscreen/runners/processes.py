"""Single-threaded processes over the buckets of a home; one that is killed is a sentence that names its bucket."""

import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import forkserver, get_context, parent_process
from multiprocessing.connection import Connection, wait
from signal import Signals
from threading import Thread
from types import FunctionType
from typing import Any, TypeVar

import pyarrow as pa

from riskscreen.errors import HomeError

Part = TypeVar("Part")
Answer = TypeVar("Answer")
Task = Callable[[int, Part], Answer]

# A process has one core: threads within it would only wait for each other. Read where each library is loaded.
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1")
# What a file is read into is given back, and asked for again by the next one: so much stays with the process, where
# else each page would go to the system and come back from it (mallopt(3); other C libraries than GNU's pass it over).
KEPT = {"MALLOC_TRIM_THRESHOLD_": str(128 << 20), "MALLOC_MMAP_THRESHOLD_": str(32 << 20)}
ENVIRONMENT = ONE_THREAD | KEPT
# Costly to load: where the one was needed here, the other is loaded before processes are forked.
HEAVY = {"lightgbm": "lightgbm", "numba": "riskscreen.runners.compiled"}

_loaded = set[str]()  # by what processes are forked from


class Lost(HomeError):
    """A process, or an executor, was lost; ``how`` says so in words that fit any work."""

    def __init__(self, sentence: str, how: str) -> None:
        super().__init__(sentence)
        self.how = how


@dataclass
class _Process:
    """A process, our end of its pipe, and the bucket that it works on."""

    process: Any
    pipe: Connection
    bucket: int


def in_processes(
    task: Task[Part, Answer], parts: Mapping[int, Part], processes: int, report: Callable[[int, int], None]
) -> list[Answer]:
    """What a task answers of each bucket's part, in the order of ``parts``; ``report`` is told (done, of).

    An exception of the task ends all and is raised here. Raises ``HomeError`` where a process was killed.
    """
    waiting, answers = iter(parts.items()), dict[int, Answer]()
    running: dict[Connection, _Process] = {}
    try:
        with environment():
            for _ in range(min(processes, len(parts))):
                one = _start(task)
                running[one.pipe] = one
                _feed(one, waiting)
        while len(answers) < len(parts):
            for pipe in wait(list(running)):
                one = running[pipe]  # type: ignore[index]
                answers[one.bucket] = _answer(one)
                report(len(answers), len(parts))
                if not _feed(one, waiting):
                    del running[one.pipe]
                    _end(one)
    finally:
        for one in running.values():
            one.process.terminate()
            _end(one)
    return [answers[bucket] for bucket in parts]


@contextmanager
def environment() -> Iterator[None]:
    """The environment in which processes are started."""
    before = {name: os.environ.get(name) for name in ENVIRONMENT}
    os.environ.update(ENVIRONMENT)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _start(task: Task[Any, Any]) -> _Process:
    """A process forked from one that has loaded what the task needs: it begins at once, and shares that memory."""
    preload(_modules(task) | {HEAVY[name] for name in HEAVY if name in sys.modules})
    context = get_context("forkserver")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, task), daemon=True)
    process.start()
    theirs.close()  # so that its end tells us of the process's
    return _Process(process, ours, -1)


def preload(modules: set[str]) -> None:
    """Have what processes are forked from load some modules; where it runs without them, another takes its place."""
    if modules <= _loaded:
        return
    _loaded.update(modules)
    server: Any = forkserver._forkserver
    server._stop()  # of what is public nothing ends it, or has it load more
    forkserver.set_forkserver_preload(sorted(_loaded))


def _modules(task: object) -> set[str]:
    """The modules in which a task, a function or a partial of one, and those that it is given are defined."""
    if isinstance(task, partial):
        return {name for part in (task.func, *task.args) for name in _modules(part)}
    return {task.__module__} if isinstance(task, FunctionType) else set()


def _feed(one: _Process, waiting: Iterator[tuple[int, Any]]) -> bool:
    """Give a process its next part; false where none is left."""
    following = next(waiting, None)
    with suppress(BrokenPipeError):  # it was killed: reading its answer tells so
        one.pipe.send(following)
    if following is not None:
        one.bucket = following[0]
    return following is not None


def _answer(one: _Process) -> Any:
    try:
        done, answer = one.pipe.recv()
    except (EOFError, ConnectionResetError):
        raise _killed(one) from None
    if not done:
        raise answer
    return answer


def _killed(one: _Process) -> Lost:
    one.process.join()
    code = int(one.process.exitcode or 0)
    how = f"by {Signals(-code).name}" if code < 0 else f"with code {code}"
    return Lost(
        f"the process that worked on bucket {one.bucket} of the event store was ended {how}, and nothing of it was "
        f"kept: see to it that there is memory (fewer processes, or more buckets), then give the same command again",
        f"a process was ended {how}",
    )


def _end(one: _Process) -> None:
    one.pipe.close()
    one.process.join()


def _work(pipe: Connection, task: Task[Any, Any]) -> None:
    """What a process does: one part after the other, until there is none."""
    begin()
    Thread(target=_end_with_parent, daemon=True).start()
    with suppress(EOFError, BrokenPipeError):  # whoever asked is gone
        for bucket, part in _parts(pipe):
            pipe.send(tried(task, bucket, part))


def begin() -> None:
    """Settle Arrow as a process has it: one thread, and memory that numpy, too, can have again."""
    pa.set_memory_pool(pa.system_memory_pool())
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)


def _end_with_parent() -> None:
    """End when whoever asked is gone: what is written after that would be in the way of who comes next."""
    parent = parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _parts(pipe: Connection) -> Iterator[tuple[int, Any]]:
    while (part := pipe.recv()) is not None:
        yield part


def tried(task: Task[Any, Any], bucket: int, part: object) -> tuple[bool, Any]:
    """Whether a task is done, and its answer; else what it raised, to be raised where it was asked for."""
    try:
        return True, task(bucket, part)
    except Exception as fault:
        return False, fault
