"""What other tools that keep articles, notes and bookmarks export."""

from __future__ import annotations

from typing import Final

from docarchive.readers.exports.bookmarks import BookmarksReader
from docarchive.readers.exports.enex import EnexReader
from docarchive.readers.exports.instapaper import InstapaperReader
from docarchive.readers.exports.journals import DayOneReader, JoplinReader
from docarchive.readers.exports.objects import (
    DeliciousReader,
    OmnivoreReader,
    PinboardReader,
    ReadabilityReader,
    WallabagReader,
)
from docarchive.readers.exports.pocket import PocketReader
from docarchive.readers.exports.raindrop import RaindropReader
from docarchive.readers.exports.readwise import ReadwiseReader
from docarchive.readers.protocol import Reader

#: In the order in which they are asked.
READERS: Final[tuple[Reader, ...]] = (
    PocketReader(),
    InstapaperReader(),
    ReadwiseReader(),
    RaindropReader(),
    WallabagReader(),
    OmnivoreReader(),
    PinboardReader(),
    DeliciousReader(),
    ReadabilityReader(),
    BookmarksReader(),
    EnexReader(),
    JoplinReader(),
    DayOneReader(),
)
