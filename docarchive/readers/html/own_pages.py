"""Pages that docarchive wrote itself: of these the text need not be guessed, and lists of a site hold none."""

from __future__ import annotations

import json
from typing import Any, Final

from docarchive.formats.pages import ABOUT, GENERATOR, KIND, SCHEMA_ORG, STYLE_SHEET, TEXT

_MARK: Final = f'<meta name="generator" content="{GENERATOR}"'
_STYLE: Final = f'{STYLE_SHEET}">'
_OF_ARTICLES: Final = f'<meta property="{KIND}"'
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
    metadata: dict[str, Any] = {
        "authors": _named(record.get("author")),
        "source": "".join(_named([record.get("publisher")])[:1]),
        "tags": [tag for tag in record.get("keywords") or () if isinstance(tag, str)],
        **{key: value for key, name in SCHEMA_ORG.items() if isinstance(value := record.get(name), str)},
        **{key: _named(record.get("about"), kind) for key, kind in ABOUT.items()},
    }
    return {key: value for key, value in metadata.items() if value}


def _named(found: object, kind: str = "") -> list[str]:
    each = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
    return [str(item["name"]) for item in each if item.get("name") and kind in ("", item.get("@type"))]


def own_text(html: str) -> str | None:
    """Returns the HTML of the text in a page or chapter of docarchive's; None if it is another's, or has several."""
    start = html.find(TEXT) if _MARK in html[:_HEAD] and html.count(TEXT) == 1 else -1
    end = html.rfind("</div>", start, html.find("</article>", start)) if start >= 0 else -1
    return html[start + len(TEXT) : end] if end > start else None
