"""The landing log, and files that are either whole or not there."""

from riskscreen.eventstore.landing import LandedFile, Landing, Load, landed_schema
from riskscreen.eventstore.store import EventStore

__all__ = ["EventStore", "LandedFile", "Landing", "Load", "landed_schema"]
