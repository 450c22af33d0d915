"""From landed records to persons, households and families, and each record into its bucket."""

from riskscreen.linkage.link import Linked, is_current, link
from riskscreen.linkage.rebucket import rebucket

__all__ = ["Linked", "is_current", "link", "rebucket"]
