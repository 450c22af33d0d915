"""The ranked list: whom to visit first, as many as can be visited, with reasons.

Pure: nothing here reads or writes.
"""

from riskscreen.watchlist.entries import Entry, Listed, from_table, listed, odds_words, to_table, unplaced

__all__ = ["Entry", "Listed", "from_table", "listed", "odds_words", "to_table", "unplaced"]
