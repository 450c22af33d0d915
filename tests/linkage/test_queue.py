"""Why a pair is doubtful."""

import pytest

from riskscreen.linkage.queue import waterfall
from tests.linkage.made import claim, run


def test_the_steps_of_a_doubtful_pair_name_its_levels_and_add_up_to_its_weight():
    ann = claim(0, id=7, name="Ann Archer", birth="19800314")
    found = run([ann, claim(1, "clinic", name="Annie Archer", birth="19800321")])
    (pair,) = found.doubtful.to_pylist()
    steps = waterfall(found.parameters, pair)
    assert sum(step.bits for step in steps) == pytest.approx(pair["weight"], abs=1e-5)
    said = {step.name: step.level for step in reversed(steps)}
    assert (said["given"], said["surname"], said["birth"]) == ("near", "equal", "two of year, month, day equal")
    assert not [step for step in steps if "Archer" in f"{step}"]
