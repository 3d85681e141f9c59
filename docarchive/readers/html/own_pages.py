"""Pages and chapters that docarchive exported: their text and metadata need not be guessed. See decision 0053."""

from __future__ import annotations

import json
from typing import Any, Final

from docarchive.formats.pages import ABOUT, GENERATOR, KIND, SCHEMA_ORG, STYLE_SHEET, TEXT

_MARK: Final = f'<meta name="generator" content="{GENERATOR}"'
_STYLE: Final = f'{STYLE_SHEET}">'
_OF_ARTICLES: Final = f'<meta property="{KIND}"'
_HEAD: Final = 10_000


def is_own_list(head: str) -> bool:
    """Returns whether a page, by its beginning, is a list or the search of a site that docarchive exported."""
    return _MARK in head and _STYLE in head and _OF_ARTICLES not in head


def own_metadata(stated: str) -> dict[str, Any]:
    """Returns the metadata of a page that docarchive exported, by its JSON-LD; anybody may have written it."""
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


def _named(value: object, kind: str = "") -> list[str]:
    """Returns the names of the objects in a list, of those of one type if a type is given."""
    items = [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
    return [str(item["name"]) for item in items if item.get("name") and kind in ("", item.get("@type"))]


def own_text(html: str) -> str | None:
    """Returns the HTML of the text in a page or chapter that docarchive exported; None for any other page.

    A page with several articles is one too.
    """
    start = html.find(TEXT) if _MARK in html[:_HEAD] and html.count(TEXT) == 1 else -1
    end = html.rfind("</div>", start, html.find("</article>", start)) if start >= 0 else -1
    return html[start + len(TEXT) : end] if end > start else None
