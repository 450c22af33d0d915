"""The local runner: tasks in processes of this machine, a process a core."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar

from riskscreen.runners.processes import in_processes

Part = TypeVar("Part")
Answer = TypeVar("Answer")
Progress = Callable[[int, int], None]


class Runner(Protocol):
    """Where the work on buckets is done; what is done there does not depend on it."""

    @property
    def at_once(self) -> int:
        """How many parts are done at a time."""
        ...

    def each(
        self,
        task: Callable[[int, Part], Answer],
        parts: Mapping[int, Part],
        progress: Progress | None = None,
        *,
        much: bool = True,
    ) -> list[Answer]:
        """What ``task(bucket, part)`` answers of each bucket's part, in the order of ``parts``.

        ``progress`` is called with (parts done, parts). Unless there is ``much`` to do, it is not worth a start of
        processes. Raises what the task raises, and ``HomeError`` where a process was lost.
        """
        ...


@dataclass(frozen=True)
class Local:
    """Single-threaded processes of this machine: ``processes``, or one a core."""

    processes: int | None = None

    @property
    def at_once(self) -> int:
        """See :class:`Runner`."""
        return self.processes or os.cpu_count() or 1

    def each(
        self,
        task: Callable[[int, Part], Answer],
        parts: Mapping[int, Part],
        progress: Progress | None = None,
        *,
        much: bool = True,
    ) -> list[Answer]:
        """See :class:`Runner`; the work stays in this process where one will do."""
        report = progress or (lambda done, of: None)
        processes = min(len(parts), self.at_once) if much else 1
        if processes > 1:
            return in_processes(task, parts, processes, report)
        answers = []
        for bucket, part in parts.items():
            answers.append(task(bucket, part))
            report(len(answers), len(parts))
        return answers


LOCAL = Local()
