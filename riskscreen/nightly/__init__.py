"""The night: take what was delivered, link, then for each model score, list, write and publish."""

from riskscreen.nightly.night import Night, Publisher, run_night

__all__ = ["Night", "Publisher", "run_night"]
