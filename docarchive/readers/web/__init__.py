"""Pages of the web: HTML, MHTML, and what crawlers keep of them."""

from __future__ import annotations

from typing import Final

from docarchive.readers.protocol import Reader
from docarchive.readers.web.html import HtmlReader
from docarchive.readers.web.mhtml import MhtmlReader

#: In the order in which they are asked.
READERS: Final[tuple[Reader, ...]] = (MhtmlReader(), HtmlReader())
