"""``python -m benchmarks figures [--data DIR]``."""

import argparse
from pathlib import Path

from benchmarks.figures import measure, write

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measure on real people, keep the figures in docs/figures, and print them into the documents' tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("name", choices=["figures"])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "meps")
    arguments = parser.parse_args()
    write(ROOT, measure(ROOT, arguments.data))


if __name__ == "__main__":
    main()
