"""Processor seconds and memory of a process and all that it starts.

Memory is the proportional set size (a page that several processes share counts once, spread over them), summed over
the tree and asked for ten times a second; a peak between two looks is not seen.
"""

import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

PROCESSES = Path("/proc")
SECONDS_BETWEEN = 0.1
TICKS = os.sysconf("SC_CLK_TCK")

Figure = dict[str, float]
Look = tuple[float, int]  # when (as time.perf_counter tells it), and the memory then, in kB


def alone(
    prepare: Callable[[], Any], work: Callable[..., Any], *arguments: Any, looks: list[Look] | None = None
) -> tuple[Any, Figure]:
    """What a function gives in a new process, and its ``cpu_s``, ``wall_s`` and ``peak_mb``.

    ``prepare`` is called there before, and is not counted as time. Every look at its memory is added to ``looks``.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=_run, args=(there, prepare, work, arguments))
    process.start()
    there.close()
    seen: list[Look] = [] if looks is None else looks
    while not here.poll(SECONDS_BETWEEN):
        seen.append((time.perf_counter(), _memory(process.pid or 0)))
    try:
        answer, figure = here.recv()
    except EOFError:
        raise SystemExit("the measured process ended without an answer") from None
    process.join()
    return answer, figure | {"peak_mb": round(max((memory for _, memory in seen), default=0) / 1000)}


def _run(to: Connection, prepare: Callable[[], Any], work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    prepare()
    cpu, wall = cpu_seconds(), time.perf_counter()
    answer = work(*arguments)
    spent = {"cpu_s": round(cpu_seconds() - cpu, 2), "wall_s": round(time.perf_counter() - wall, 2)}
    to.send((answer, spent))


def cpu_seconds() -> float:
    """Of this process, of those that it started and that ended, and of those that still run."""
    ended = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    spent = sum(each.ru_utime + each.ru_stime for each in ended)
    running = [stat for pid in _below(os.getpid()) if (stat := _stat(pid))]
    return spent + sum(int(tick) for stat in running for tick in stat[11:15]) / TICKS


def _memory(root: int) -> int:
    """The memory of a process and all below it, in kB."""
    return sum(_proportional(pid) for pid in (root, *_below(root)))


def _below(root: int) -> list[int]:
    """Every process that a process, or one below it, started."""
    parents = {int(path.name): _stat(int(path.name)) for path in PROCESSES.iterdir() if path.name.isdigit()}
    children: dict[int, list[int]] = {}
    for pid, stat in parents.items():
        if stat:
            children.setdefault(int(stat[1]), []).append(pid)
    found, asked = [], [root]
    while asked:
        below = children.get(asked.pop(), [])
        found += below
        asked += below
    return found


def _stat(pid: int) -> list[str]:
    """The fields of a process's state behind its name; none where it has ended."""
    try:
        return (PROCESSES / str(pid) / "stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return []


def _proportional(pid: int) -> int:
    try:
        lines = (PROCESSES / str(pid) / "smaps_rollup").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)
