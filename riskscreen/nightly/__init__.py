"""The night: take what was delivered, link, then for each model score, list, write and publish."""

from riskscreen.nightly.linking import Publisher, in_force, link_people
from riskscreen.nightly.night import Night, run_night

__all__ = ["Night", "Publisher", "in_force", "link_people", "run_night"]
