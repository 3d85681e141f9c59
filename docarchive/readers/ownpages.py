"""Pages that docarchive wrote itself: of these the text need not be guessed."""

from __future__ import annotations

from typing import Final

_MARK: Final = '<meta name="generator" content="docarchive"'
_TEXT: Final = '<div class="text" dir="auto">'
_HEAD: Final = 10_000


def own_text(html: str) -> str | None:
    """Returns the HTML of the text in a page or a chapter of docarchive's, or None if it is another's."""
    start = html.find(_TEXT) if _MARK in html[:_HEAD] else -1
    end = html.rfind("</div>", start, html.find("</article>", start)) if start >= 0 else -1
    return html[start + len(_TEXT) : end] if end > start else None
