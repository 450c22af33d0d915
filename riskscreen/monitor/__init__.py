"""Whether what comes in is what it should be: the quality of data, feed by feed and delivery by delivery."""

from riskscreen.monitor.quality import FeedQuality, KindQuality, ValueQuality, quality
from riskscreen.monitor.quality_page import quality_page

__all__ = ["FeedQuality", "KindQuality", "ValueQuality", "quality", "quality_page"]
