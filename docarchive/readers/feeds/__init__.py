"""Feeds, and lists of them."""

from __future__ import annotations

from typing import Final

from docarchive.readers.feeds.feed import FeedReader
from docarchive.readers.feeds.jsonfeed import JsonFeedReader
from docarchive.readers.feeds.opml import OpmlReader
from docarchive.readers.protocol import Reader

#: In the order in which they are asked.
READERS: Final[tuple[Reader, ...]] = (FeedReader(), JsonFeedReader(), OpmlReader())
