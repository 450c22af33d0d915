"""The Spark runner: the same work on buckets as tasks of a Spark cluster that is there; needs ``riskscreen[spark]``.

Tasks read and write the home's files themselves, so the home must be on a path that the driver and all executors share.
"""

import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar

from riskscreen.errors import CallerError
from riskscreen.runners.processes import ENVIRONMENT, Lost, tried

Part = TypeVar("Part")
Answer = TypeVar("Answer")

# A task of Spark's has one core; and a bucket that is slow is not begun a second time.
DEFAULTS: Mapping[str, str] = {
    **{f"spark.executorEnv.{name}": value for name, value in ENVIRONMENT.items()},
    "spark.speculation": "false",
    "spark.ui.showConsoleProgress": "false",
}


@dataclass(frozen=True)
class Spark:
    """A Spark cluster: ``master`` (``None``: what Spark itself is told), and settings of Spark's own."""

    master: str | None = None
    conf: Mapping[str, str] = field(default_factory=dict)

    @property
    def at_once(self) -> int:
        """See :class:`riskscreen.runners.Runner`."""
        return int(self._context().defaultParallelism)

    def each(
        self,
        task: Callable[[int, Part], Answer],
        parts: Mapping[int, Part],
        progress: Callable[[int, int], None] | None = None,
        *,
        much: bool = True,
    ) -> list[Answer]:
        """See :class:`riskscreen.runners.Runner`; ``progress`` is told of the end alone."""
        if not parts:
            return []
        shared = self._context().broadcast(task)
        try:
            found = self._context().parallelize(list(parts.items()), len(parts)).map(partial(_do, shared)).collect()
        except _lost() as fault:
            raise Lost(
                f"Spark gave up a step over {len(parts)} buckets: an executor was lost as often as it tries again "
                f"(spark.task.maxFailures); see its log, give executors more memory, then give the same command again",
                "Spark lost an executor as often as it tries again (spark.task.maxFailures)",
            ) from fault
        finally:
            shared.unpersist()
        if progress:
            progress(len(parts), len(parts))
        return [_answer(*one) for one in found]

    def _context(self) -> Any:
        """The session's context; one session serves all steps of a command."""
        try:
            from pyspark.sql import SparkSession
        except ImportError:
            raise CallerError("the runner is spark, but pyspark is not installed: install riskscreen[spark]") from None
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
        builder = SparkSession.builder.appName("riskscreen")
        if self.master is not None:
            builder = builder.master(self.master)
        for name, value in {**DEFAULTS, **self.conf}.items():
            builder = builder.config(name, value)
        try:
            context = builder.getOrCreate().sparkContext
        except Exception as fault:
            raise CallerError(
                f"no Spark session can be had ({type(fault).__name__}): check [spark] in riskscreen.toml, and Java"
            ) from fault
        context.setLogLevel("ERROR")
        return context


def _do(shared: Any, work: tuple[int, Any]) -> tuple[bool, Any]:
    """What a task of Spark's does; what it raises is an answer, which no second try would change."""
    import pyarrow as pa

    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    return tried(shared.value, *work)


def _answer(done: bool, answer: Any) -> Any:
    if not done:
        raise answer
    return answer


def _lost() -> tuple[type[Exception], ...]:
    from py4j.protocol import Py4JError
    from pyspark.errors import PySparkException

    return (Py4JError, PySparkException)
