"""Pages and chapters that docarchive exported: their text and metadata need not be guessed. See decision 0053."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Final

from docarchive.article import ID_FORM
from docarchive.formats.pages import (
    ABOUT,
    BACK_ROLE,
    GENERATOR,
    KIND,
    MARK_ROLE,
    NOTE_ID,
    SCHEMA_ORG,
    STYLE_SHEET,
    TEXT,
)

_MARK: Final = f'<meta name="generator" content="{GENERATOR}"'
_STYLE: Final = f'{STYLE_SHEET}">'
_OF_ARTICLES: Final = f'<meta property="{KIND}"'
_HEAD: Final = 10_000
#: The mark of a footnote, and what is before the first footnote.
_NOTE_MARK = re.compile(
    rf'<sup><a href="#{NOTE_ID}[\w-]{{1,200}}?-(\d{{1,9}})" role="{MARK_ROLE}"[^<>]{{0,300}}>\[\d{{1,9}}\]</a></sup>'
)
_NOTES = re.compile(rf'<hr ?/?>\s{{0,9}}<ol>\s{{0,9}}(?=<li id="{NOTE_ID})')


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
    if metadata.get("url"):  # another article may have it too
        metadata["source_id"] = id_ if ID_FORM.fullmatch(id_ := str(record.get("identifier"))) else ""
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


def own_markdown(html: str, to_markdown: Callable[[str], str]) -> str:
    """Returns the text of a page or chapter as Markdown, with its footnotes as they were written for it.

    Args:
        html: The result of ``own_text``.
        to_markdown: Converts HTML to Markdown.
    """
    start = _NOTES.search(html)
    text = to_markdown(_NOTE_MARK.sub(r"[^\1]", html[: start.start()] if start else html))
    if start is None:
        return text
    from docarchive.readers.html.to_markdown import parse_html

    notes: list[str] = []
    for item in parse_html(html[start.end() :]).find_all("li", recursive=False):
        for link in item.find_all("a", role=BACK_ROLE):
            link.decompose()
        number = str(item.get("id") or "").rpartition("-")[2]
        lines = to_markdown(_NOTE_MARK.sub(r"[^\1]", item.decode_contents())).strip().split("\n")
        notes.append(f"[^{number}]: " + "\n".join([lines[0], *(f"    {line}" if line else "" for line in lines[1:])]))
    return "\n\n".join([text.strip(), *notes])
