"""The news industry's own formats."""

from __future__ import annotations

from typing import Final

from docarchive.readers.news.newsml import NewsmlReader
from docarchive.readers.news.ninjs import NinjsReader
from docarchive.readers.news.nitf import NitfReader
from docarchive.readers.news.reuters import ReutersReader
from docarchive.readers.protocol import Reader

#: In the order in which they are asked: a NewsML item may hold NITF.
READERS: Final[tuple[Reader, ...]] = (NewsmlReader(), NitfReader(), ReutersReader(), NinjsReader())
