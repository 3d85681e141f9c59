"""News items in ninjs (IPTC): what the writer puts where the standard leaves a choice, and where the reader looks."""

from __future__ import annotations

from typing import Final

#: Media types of an item's bodies. Of several bodies, the reader takes the one in Markdown: it is the text itself.
HTML: Final = "text/html"
MARKDOWN: Final = "text/markdown"
#: Keys that articles keep beside the known ones, and their names in ninjs 3.
KEPT: Final = {
    "version": "version",
    "profile": "profile",
    "urgency": "urgency",
    "pubstatus": "pubStatus",
    "slugline": "slugline",
}
