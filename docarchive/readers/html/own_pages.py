"""Pages that docarchive wrote itself: of these the text need not be guessed, and lists of a site hold none."""

from __future__ import annotations

import json
from typing import Any, Final

_MARK: Final = '<meta name="generator" content="docarchive"'
_TEXT: Final = '<div class="text" dir="auto">'
_STYLE: Final = 'assets/site.css">'
_OF_ARTICLES: Final = '<meta property="og:type"'
_NAMES: Final = {
    "title": "headline",
    "date": "datePublished",
    "updated": "dateModified",
    "section": "articleSection",
    "language": "inLanguage",
    "summary": "description",
    "url": "url",
}
_ABOUT: Final = {"people": "Person", "organizations": "Organization", "places": "Place"}
_HEAD: Final = 10_000


def is_own_list(head: str) -> bool:
    """Tells by the beginning of a page whether it is a list, or the search, of a site of docarchive's."""
    return _MARK in head and _STYLE in head and _OF_ARTICLES not in head


def own_metadata(stated: str) -> dict[str, Any]:
    """Returns what a page of docarchive's states of its article: all that it knows, so nothing is guessed.

    Args:
        stated: Its JSON-LD; may be empty or broken, as a stranger may have written it.
    """
    try:
        record = json.loads(stated)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(record, dict):
        return {}
    found = {key: record[name] for key, name in _NAMES.items() if isinstance(record.get(name), str) and record[name]}
    found |= {"authors": _named(record.get("author")), "source": "".join(_named([record.get("publisher")])[:1])}
    found["tags"] = [tag for tag in record.get("keywords") or () if isinstance(tag, str)]
    found |= {key: _named(record.get("about"), kind) for key, kind in _ABOUT.items()}
    return {key: value for key, value in found.items() if value}


def _named(found: object, kind: str = "") -> list[str]:
    each = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    return [str(item["name"]) for item in each if item.get("name") and kind in ("", item.get("@type"))]


def own_text(html: str) -> str | None:
    """Returns the HTML of the text in a page or chapter of docarchive's; None if it is another's, or has several."""
    start = html.find(_TEXT) if _MARK in html[:_HEAD] and html.count(_TEXT) == 1 else -1
    end = html.rfind("</div>", start, html.find("</article>", start)) if start >= 0 else -1
    return html[start + len(_TEXT) : end] if end > start else None
