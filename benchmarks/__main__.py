"""``python -m benchmarks NAME``: speed, memory and quality, measured and kept in the documents."""

import argparse
import json
from pathlib import Path

from benchmarks import (
    agencies,
    city,
    city_pages,
    features,
    figures,
    ingest,
    link,
    link_city,
    link_others,
    night,
    routing,
    sizing,
    speed,
    store,
)

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared" / "data"
SUZHOU = ROOT / "models" / "suzhou"
PERSONS = 20_000


def main() -> None:
    """Measure, print, and keep in docs/figures what the documents' tables are written from.

    figures: real people, from --data. city: the speed of a made-up city of a --size. city_truth: what a made-up city is
    like, for --persons and --seeds, and on --fresh seeds after its numbers were fixed. ingest: the widest feed and a
    narrow one, of a --size, beside its peers. features: 125 signals of a --size, beside its peers. link: a population
    of a --size, from claims to persons. link_others: how rightly records that others made are linked. link_city: a
    made-up city of --persons, for --seeds, as it delivers: three years, and a day more. link_past: what its crosswalk
    of today tells of a past day. night: a whole night over a city of a --size, or of --persons. routing: what it costs
    to route a kind of a --size, all at once or in ranges, by either runner. store: what it costs to build the event
    store of a --size, and to add to it. agencies: seven agencies' tables, from --data. sizing: what more people cost,
    from what was kept.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=main.__doc__)
    parser.add_argument("name", choices=sorted(MEASURES))
    parser.add_argument("--data", type=Path, help="default: where ../shared/data has them")
    parser.add_argument("--size", choices=sorted(city.SIZES), default="S")
    parser.add_argument("--persons", type=int, help="of cities: 20,000 unless told")
    parser.add_argument("--seeds", type=_numbers, default=[1, 2, 3])
    parser.add_argument("--fresh", type=_numbers, default=[])
    parser.add_argument("--folder", type=Path, help="where the measured files are made and kept; they are large")
    parser.add_argument("--engines", type=_names, default=[], help="of features: these alone, by their names")
    parser.add_argument("--days", type=int, default=0, help="of night: also after so many daily additions to the store")
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--keep", action="store_true", help="write the figures into the documents, where that is not done anyway"
    )
    arguments = parser.parse_args()
    MEASURES[arguments.name](arguments)


def _figures(arguments: argparse.Namespace) -> None:
    figures.write(ROOT, figures.measure(ROOT, arguments.data or SHARED / "meps"))


def _agencies(arguments: argparse.Namespace) -> None:
    agencies.write(ROOT, agencies.measure(ROOT, arguments.data or SHARED / "pseudopeople"))


def _city(arguments: argparse.Namespace) -> None:
    print(json.dumps(city.measure(SUZHOU, arguments.size)))


def _city_truth(arguments: argparse.Namespace) -> None:
    said = city_pages.measure(SUZHOU, arguments.persons or PERSONS, arguments.seeds, arguments.fresh)
    if not arguments.json:
        city_pages.write(ROOT, said)
    print(json.dumps(said, indent=1))


def _ingest(arguments: argparse.Namespace) -> None:
    measured = []
    for figure in ingest.measure(arguments.size, arguments.folder):
        measured.append(figure)
        if arguments.keep:  # one by one: those of a large file take long
            speed.keep(ROOT, arguments.name, arguments.size, ingest.processor(), measured)
    print(json.dumps(measured, indent=1) if arguments.json else speed.table(measured))


def _features(arguments: argparse.Namespace) -> None:
    measured = []
    for figure in features.measure(arguments.size, arguments.folder, arguments.engines):
        measured.append(figure)
        if arguments.keep:
            whole = speed.beside(ROOT, arguments.name, arguments.size, measured) if arguments.engines else measured
            speed.keep(ROOT, arguments.name, arguments.size, ingest.processor(), whole)
    print(json.dumps(measured, indent=1) if arguments.json else speed.table(measured))


def _link(arguments: argparse.Namespace) -> None:
    measured = link.measure(arguments.size)
    print(json.dumps(measured, indent=1) if arguments.json else speed.table(measured))
    if arguments.keep:
        speed.keep(ROOT, arguments.name, arguments.size, ingest.processor(), measured)


def _store(arguments: argparse.Namespace) -> None:
    measured = store.measure(SUZHOU, arguments.size)
    print(json.dumps(measured, indent=1) if arguments.json else speed.table(measured))
    if arguments.keep:
        speed.keep(ROOT, arguments.name, arguments.size, ingest.processor(), measured)


def _routing(arguments: argparse.Namespace) -> None:
    measured = []
    for figure in routing.measure(SUZHOU, arguments.size):
        measured.append(figure)
        if arguments.keep:
            speed.keep(ROOT, arguments.name, arguments.size, ingest.processor(), measured)
    print(json.dumps(measured, indent=1) if arguments.json else speed.table(measured))


def _link_others(arguments: argparse.Namespace) -> None:
    measured = link_others.measure()
    print(json.dumps(measured, indent=1) if arguments.json else link_others.table(measured))
    if arguments.keep:
        link_others.keep(ROOT, measured)


def _link_city(arguments: argparse.Namespace) -> None:
    arguments.persons = arguments.persons or PERSONS
    link_city.main(SUZHOU, ROOT, arguments)


def _night(arguments: argparse.Namespace) -> None:
    persons = arguments.persons or night.SIZES[arguments.size]
    sizes = [size for size, of_size in night.SIZES.items() if of_size == persons]
    if arguments.keep and not sizes:
        raise SystemExit(f"figures are kept of {', '.join(f'{each:,}' for each in night.SIZES.values())} people alone")
    measured = night.measure(SUZHOU, persons, arguments.folder, arguments.days)
    print(json.dumps(measured, indent=1) if arguments.json else speed.table(measured))
    if arguments.keep:
        speed.keep(ROOT, arguments.name, sizes[0], ingest.processor(), measured)


def _sizing(arguments: argparse.Namespace) -> None:
    (ROOT / sizing.PAGE).write_text(sizing.with_table(ROOT), encoding="utf-8")
    print(sizing.table(ROOT))


MEASURES = {
    "agencies": _agencies,
    "features": _features,
    "figures": _figures,
    "city": _city,
    "city_truth": _city_truth,
    "ingest": _ingest,
    "link": _link,
    "link_city": _link_city,
    "link_others": _link_others,
    "link_past": _link_city,
    "night": _night,
    "routing": _routing,
    "sizing": _sizing,
    "store": _store,
}


def _names(said: str) -> list[str]:
    return [name.strip() for name in said.split(";")]


def _numbers(said: str) -> list[int]:
    return [int(one) for one in said.split(",") if one]


if __name__ == "__main__":
    main()
