"""Why a pair is doubtful."""

import pytest

from riskscreen.linkage.claims import DECISIONS
from riskscreen.linkage.queue import doubtful_pairs, waterfall
from tests.linkage.made import claim, decision, run, table


def test_the_steps_of_a_doubtful_pair_name_its_levels_and_add_up_to_its_weight():
    ann = claim(0, id=7, name="Ann Archer", birth="19800314")
    found = run([ann, claim(1, "clinic", name="Annie Archer", birth="19800321")])
    (pair,) = found.doubtful.to_pylist()
    steps = waterfall(found.parameters, pair)
    assert sum(step.bits for step in steps) == pytest.approx(pair["weight"], abs=1e-5)
    said = {step.name: step.level for step in reversed(steps)}
    assert (said["given"], said["surname"], said["birth"]) == ("near", "equal", "two of year, month, day equal")
    assert not [step for step in steps if "Archer" in f"{step}"]


ANN = (
    claim(0, id=7, name="Ann Archer", birth="19800314"),
    claim(1, "clinic", name="Annie Archer", birth="19800321"),
)


def queued(rows, *decisions):
    """What a run over claims and decisions leaves for people to decide."""
    found = run(list(rows), decisions=list(decisions))
    return doubtful_pairs(found, table(rows), table(decisions, DECISIONS), "person{}".format)


def test_a_doubtful_pair_is_told_by_numbers_feeds_and_pseudonyms_alone():
    (pair,) = queued(ANN)
    assert (pair.claim, pair.other, pair.feeds) == (0, 1, ("register", "clinic"))
    assert pair.entity_ids == ("person0", "person1")
    assert sum(step.bits for step in pair.steps) == pytest.approx(pair.weight, abs=1e-5)
    assert not [word for word in ("Ann", "Archer", "1980") if word in f"{pair}"]


def test_a_pair_that_people_have_decided_is_doubtful_no_more():
    assert queued(ANN, decision(1, 0, 1, "together")) == []
    assert queued(ANN, decision(1, 0, 1, "apart")) == []


def test_nor_is_it_by_another_claim_of_the_same_persons():
    more = [*ANN, claim(2, "school", id=7, name="Ann Archer", birth="19800314")]
    assert [(pair.claim, pair.other) for pair in queued(more)] == [(0, 1)]
    assert queued(more, decision(1, 1, 2, "apart")) == []
