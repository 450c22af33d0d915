"""How fast a made-up city lives and is written: processor seconds, seconds, and memory at its peak."""

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from riskscreen.city import FIRST, LAST, History, make, run
from riskscreen.declare import WayOfLife, load

SIZES = {"S": 20_000, "M": 100_000, "L": 5_000_000}
WHAT = ("life", "files")


def measure(deployment: Path, size: str) -> list[dict[str, Any]]:
    """A row for life alone (of one piece) and one for life and all files, each in a process of its own."""
    rows = []
    for what in WHAT:
        if size == "L" and what == "life":
            continue
        command = [sys.executable, "-m", "benchmarks.city", str(deployment), size, what]
        said = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
        cpu, wall, peak = map(float, said)
        work = f"{SIZES[size]} people, {FIRST} to {LAST}, {what}"
        rows.append({"engine": "riskscreen", "work": work, "cpu_s": cpu, "wall_s": wall, "peak_mb": peak})
    return rows


def _timed(work: Callable[[], object]) -> str:
    begun, wall = time.process_time(), time.perf_counter()
    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return f"{time.process_time() - begun:.1f} {time.perf_counter() - wall:.1f} {peak:.0f}"


def _life(way: WayOfLife, persons: int) -> History:
    return run(way, persons, 1, (FIRST, LAST))


def main() -> None:
    """Live, or live and write, in this process: ``DEPLOYMENT SIZE life|files``."""
    deployment, size, what = sys.argv[1:]
    way = load(Path(deployment)).way_of_life
    assert way is not None
    with TemporaryDirectory() as folder:
        if what == "life":
            print(_timed(lambda: _life(way, SIZES[size])))
        else:
            print(_timed(lambda: make(way, SIZES[size], 1, (FIRST, LAST), Path(folder) / "city")))


if __name__ == "__main__":
    main()
