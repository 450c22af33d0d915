"""Deaths: the older and the sicker, the likelier."""

import numpy as np

from riskscreen.city.illness import DIED_OF, entered
from riskscreen.city.residence import DIED, farewell
from riskscreen.city.settle import NOBODY
from riskscreen.city.state import WEEKS, Events, State, thinned
from riskscreen.declare import WayOfLife

DEATHS = 1
MOST = 0.02  # a week: nobody's odds are higher


def die(state: State, way: WayOfLife) -> list[Events]:
    """A week of deaths: the register learns of some late, the funeral office of most at once."""
    draw, people, families = state.draw(DEATHS), state.people, way.families
    who = state.some_people(draw, MOST)
    yearly = families.death_at_birth * np.exp(families.death_growth * state.age_of(who))
    yearly *= np.where(people["course_left"][who] > 0, families.death_when_ill, 1.0)
    who = thinned(draw, who, np.minimum(yearly / WEEKS / MOST, 1.0))
    late = np.where(draw.random(len(who)) < 0.1, draw.integers(60, 400, len(who)), draw.integers(2, 30, len(who)))
    gone = farewell(state, who, DIED, state.today + late)
    people["died"][who] = True
    widowed = people["partner"][who]
    people["partner"][widowed[widowed != NOBODY]] = NOBODY
    told = who[draw.random(len(who)) < families.funerals_seen]
    funeral = {
        "number": state.number("funeral", len(told)),
        "person": told,
        "day": np.full(len(told), state.today, np.int32),
        "stated": state.today + draw.integers(1, 8, len(told)),
    }
    return [gone, {"funeral": funeral}, entered(state, told, DIED_OF, draw)]
