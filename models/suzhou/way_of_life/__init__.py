"""How people live in the made-up city. Whoever changes a number gives it another version, and measures anew."""

from riskscreen.declare import WayOfLife

from .files import FILES
from .numbers import (
    CASES,
    CHILDREN,
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
from .places import NAMES, PERSON_ID, PLACES

WAY_OF_LIFE = WayOfLife(
    version="2",
    people=PEOPLE,
    families=FAMILIES,
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
    source="DOMAIN.md §2, §3 and §6 where said; else chosen",
)
