"""Agency files → contract check → quarantine, or records in the landing log."""

from riskscreen.ingest.finding import Found, find_files
from riskscreen.ingest.loading import LoadResult, Progress, ingest, summary
from riskscreen.ingest.reasons import Reason

__all__ = ["Found", "LoadResult", "Progress", "Reason", "find_files", "ingest", "summary"]
