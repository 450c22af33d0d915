"""From landed records to persons, households and families, and each record into its bucket."""

from riskscreen.linkage.link import Linked, link

__all__ = ["Linked", "link"]
