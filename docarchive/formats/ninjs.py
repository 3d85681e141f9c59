"""News items in ninjs (IPTC): choices that the standard leaves, the same for the writer and the reader."""

from __future__ import annotations

from typing import Final

#: Media types of an item's bodies. Of several bodies, the reader reads the one in Markdown: it is the original text.
HTML: Final = "text/html"
MARKDOWN: Final = "text/markdown"
#: Keys of items that are no known keys, and their names in ninjs 3.
KEPT: Final = {
    "version": "version",
    "profile": "profile",
    "urgency": "urgency",
    "pubstatus": "pubStatus",
    "slugline": "slugline",
}
