"""Processes over buckets: in order, one thread each, and a lost one is a sentence."""

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from riskscreen.errors import HomeError
from riskscreen.runners import Local
from riskscreen.runners.processes import ONE_THREAD

ROOT = Path(__file__).parents[2]
TWO = Local(2)


def double(bucket, part):
    return bucket, 2 * part


def threads(bucket, part):
    return [*(os.environ.get(name) for name in ONE_THREAD), str(pa.cpu_count())]


def pages(bucket, part):
    """How many pages of memory the system gives for each of several columns of 4,000 pages, read one after the other."""
    told = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        several = [np.ones(1000 * 512) for _ in range(4)]
        del several
        told.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
    return told


def loaded(bucket, part):
    return "numba.np.linalg" in sys.modules


def refuse(bucket, part):
    raise HomeError(f"bucket {bucket} cannot be read: run `riskscreen link` again")


def end(bucket, part):
    """Bucket 3 is killed in the middle, as where memory runs out, unless the way was cleared."""
    if bucket == 3 and not Path(part).exists():
        os.kill(os.getpid(), signal.SIGKILL)
    return bucket


def test_answers_come_in_the_order_of_the_parts_and_progress_counts_them():
    told = []
    parts = {5: "a", 0: "b", 7: "c", 2: "d"}
    answers = TWO.each(double, parts, lambda done, of: told.append((done, of)))
    assert answers == Local(1).each(double, parts) == [(5, "aa"), (0, "bb"), (7, "cc"), (2, "dd")]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_process_has_one_thread_and_ours_keeps_its_own():
    before = dict(os.environ)
    assert TWO.each(threads, dict.fromkeys(range(2))) == [["1", "1", "1", "1"]] * 2
    assert dict(os.environ) == before


def test_memory_that_is_given_back_stays_with_its_process():
    for first, *again in TWO.each(pages, dict.fromkeys(range(2))):
        assert first >= 4000
        assert max(again) < 400


def test_what_compiled_passes_need_of_numba_is_there_when_a_process_begins():
    """In a command of its own: also where processes were needed before that, for another task."""
    asked = "; ".join(
        [
            "from tests.runners.test_processes import *",
            "print(TWO.each(loaded, dict.fromkeys(range(2))))",
            "import numba",
            "print(TWO.each(loaded, dict.fromkeys(range(2))))",
        ]
    )
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[False, False]\n[True, True]\n"


def test_a_refusal_in_a_process_is_the_same_refusal_here():
    with pytest.raises(HomeError, match=r"bucket [01] cannot be read: run `riskscreen link` again"):
        TWO.each(refuse, {0: None, 1: None})


def test_a_process_that_is_killed_is_a_sentence_that_names_its_bucket_and_the_run_can_be_repeated(tmp_path):
    cleared = tmp_path / "cleared"
    parts = dict.fromkeys(range(6), str(cleared))
    with pytest.raises(HomeError, match=r"worked on bucket 3 .* was ended by SIGKILL.* give the same command again"):
        TWO.each(end, parts)
    cleared.touch()
    assert TWO.each(end, parts) == list(range(6))


def linger(bucket, part):
    (Path(part) / str(os.getpid())).touch()
    time.sleep(60)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0] != "Z"
    except OSError:
        return False


def wait_until(so, seconds=30):
    end = time.monotonic() + seconds
    while not so() and time.monotonic() < end:
        time.sleep(0.05)
    return so()


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")
def test_processes_end_with_the_command_that_is_killed(tmp_path):
    program = (
        "from riskscreen.runners import Local; from tests.runners.test_processes import linger; "
        f"Local(2).each(linger, dict.fromkeys(range(2), {str(tmp_path)!r}))"
    )
    command = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT)
    assert wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    command.kill()
    command.wait()
    assert wait_until(lambda: not any(is_alive(int(path.name)) for path in tmp_path.iterdir()), 10)


def test_little_work_stays_in_this_process():
    assert TWO.each(lambda bucket, part: os.getpid(), {0: None, 1: None}, much=False) == [os.getpid()] * 2
