"""``python -m benchmarks figures|city|city_truth``."""

import argparse
import json
from pathlib import Path

from benchmarks import city, city_pages, figures

ROOT = Path(__file__).parent.parent
SUZHOU = ROOT / "models" / "suzhou"


def main() -> None:
    """Measure, and keep what the documents print in docs/figures.

    figures: real people, from --data. city: the speed of a made-up city of a --size. city_truth: what a made-up city is
    like, for --persons and --seeds, and on --fresh seeds after its numbers were fixed.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("name", choices=["figures", "city", "city_truth"])
    parser.add_argument("--data", type=Path, default=ROOT.parent / "shared" / "data" / "meps")
    parser.add_argument("--size", choices=sorted(city.SIZES), default="S")
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--seeds", type=_numbers, default=[1, 2, 3])
    parser.add_argument("--fresh", type=_numbers, default=[])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.name == "figures":
        figures.write(ROOT, figures.measure(ROOT, arguments.data))
        return
    if arguments.name == "city":
        said: object = city.measure(SUZHOU, arguments.size)
    else:
        said = city_pages.measure(SUZHOU, arguments.persons, arguments.seeds, arguments.fresh)
        if not arguments.json:
            city_pages.write(ROOT, said)
    print(json.dumps(said, indent=None if arguments.name == "city" else 1))


def _numbers(said: str) -> list[int]:
    return [int(one) for one in said.split(",") if one]


if __name__ == "__main__":
    main()
