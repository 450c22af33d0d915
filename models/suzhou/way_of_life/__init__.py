"""How people live in the made-up city. Whoever changes a number gives it another version, and measures anew."""

from riskscreen.declare import WayOfLife

from .files import FILES
from .identity import MESS, NAMES, PERSON_ID
from .numbers import (
    CASES,
    CHILDREN,
    COLLECTIVE,
    DISABILITY,
    FAMILIES,
    HELP,
    ILLNESS,
    MEANS,
    PEOPLE,
    REPORTS,
    SCHOOL,
    WEALTH,
    WORK,
)
from .places import PLACES

WAY_OF_LIFE = WayOfLife(
    version="3",
    people=PEOPLE,
    families=FAMILIES,
    collective=COLLECTIVE,
    illness=ILLNESS,
    disability=DISABILITY,
    work=WORK,
    children=CHILDREN,
    means=MEANS,
    wealth=WEALTH,
    school=SCHOOL,
    cases=CASES,
    reports=REPORTS,
    help=HELP,
    places=PLACES,
    files=FILES,
    person_id=PERSON_ID,
    names=NAMES,
    mess=MESS,
    source="DOMAIN.md §2, §3 and §6 where said; else chosen",
)
