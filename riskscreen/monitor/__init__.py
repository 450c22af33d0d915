"""Whether what comes in is what it should be: the quality of data by feed and delivery, and of who is who."""

from riskscreen.monitor.linkage_page import linkage_page
from riskscreen.monitor.quality import FeedQuality, KindQuality, ValueQuality, quality
from riskscreen.monitor.quality_page import quality_page

__all__ = ["FeedQuality", "KindQuality", "ValueQuality", "linkage_page", "quality", "quality_page"]
