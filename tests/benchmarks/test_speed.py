"""What is kept of figures: those measured anew take the place of their own, and no others."""

import json

from benchmarks import speed


def figure(engine, work, seconds):
    return {"engine": engine, "work": work, "rows": 10, "cpu_s": seconds, "wall_s": seconds, "peak_mb": 1}


def test_a_figure_measured_anew_takes_its_place_and_leaves_the_others(tmp_path):
    (tmp_path / "docs/figures").mkdir(parents=True)
    kept = [figure("ours", "one day", 1.0), figure("a peer", "one day", 2.0), figure("ours", "twelve days", 3.0)]
    said = {"S": {"machine": "one of two cores", "figures": kept}}
    (tmp_path / "docs/figures/features.json").write_text(json.dumps(said))
    anew = [figure("ours", "twelve days", 2.5), figure("another peer", "one day", 9.0)]
    found = speed.beside(tmp_path, "features", "S", anew)
    assert [(each["engine"], each["work"], each["cpu_s"]) for each in found] == [
        ("ours", "one day", 1.0),
        ("a peer", "one day", 2.0),
        ("ours", "twelve days", 2.5),
        ("another peer", "one day", 9.0),
    ]
    assert speed.beside(tmp_path, "features", "M", anew) == anew
