"""What a process and all that it starts take. The measured process loads this file, so it imports nothing large."""

from benchmarks import tree


def spend(megabytes):
    held = bytearray(megabytes * 1_000_000)
    for _ in range(10):
        sum(range(2_000_000))
    return len(held)


def test_a_measured_process_tells_its_seconds_and_memory():
    answer, small = tree.alone(int, spend, 1)
    _, large = tree.alone(int, spend, 200)
    assert answer == 1_000_000
    assert small["cpu_s"] > 0
    assert 150 < large["peak_mb"] - small["peak_mb"] < 250
