"""Entries of other tools' exports: address, title, notes, time of saving and state become an article."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape, escaped_line
from docarchive.readers.html.to_markdown import to_line, to_markdown
from docarchive.readers.protocol import Source
from docarchive.readers.values.cells import is_empty, read_list
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.written_dates import read_date
from docarchive.texts import one_line

#: The size in bytes of the largest file with the text of an entry.
_MAX_PAGE: Final = 20_000_000
_WEB: Final = re.compile(r"https?://[^\s/]", re.IGNORECASE)
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,20}:")


def entry(url: object, title: object = "", text: str = "", *, html: str = "", **metadata: Any) -> Article:
    """Makes an article of an entry; the text of one without text is a link.

    Args:
        url: Its address; entries without one must have a title.
        title: Its title; may hold HTML entities, or be the address again.
        text: Notes, highlights or the like, as Markdown.
        html: The text, as HTML.
        metadata: Further keys and values; empty ones are left out. ``saved`` is the time of saving, which is not the
            article's date (decision 0023).

    Raises:
        ReaderError: There is neither address nor title, or the address is not that of a web page.
        ArticleError: A value is not valid.
    """
    address = _line(url)
    if address and not _WEB.match(address):
        scheme = _SCHEME.match(address)
        raise ReaderError(f"it is not a web page ({scheme[0] if scheme else 'no address'})")
    name = to_line(_line(title))
    if not address and not name and not text and not html:
        raise ReaderError("there is neither an address nor a title")
    body = to_markdown(html, base=address) if html.strip() else text.strip()
    stated = {"title": name or address, "url": address, **metadata}
    if "saved" in stated:
        stated["saved"] = read_date(stated["saved"]) or stated["saved"]
    values = {key: value for key, value in stated.items() if not is_empty(value) and value is not False and value != []}
    return make_article(values, body or link(name, address))


def times_of_note(created: str, updated: str, url: str) -> dict[str, Any]:
    """Returns the metadata of the times of a note; one of a page was saved then, and says nothing of the page's dates.

    Args:
        created: When the note was made.
        updated: When it was last changed.
        url: The address that it was taken from; a note without one, or from mail, was written then.
    """
    if not _WEB.match(url):
        return {"date": created, "updated": updated}
    return {"saved": read_date(created) or created, "note_updated": updated if updated != created else ""}


def bytes_of(source: Source, *paths: str) -> bytes:
    """Returns the bytes of the first of some other files of an export; none if all are missing or too large."""
    for path in paths:
        sibling = source.sibling(path)
        if sibling is not None and sibling.size <= _MAX_PAGE:
            return sibling.read(_MAX_PAGE)
    return b""


def link(title: str, url: str) -> str:
    """Returns a link in Markdown."""
    if not url:
        return escape(title)
    target = re.sub(r"[\s<>]", lambda match: f"%{ord(match[0]):02X}", url)
    if not title or title == url:
        return f"<{target}>"
    return f"[{escaped_line(title)}](<{target}>)"


def tags_of(value: object) -> list[str]:
    """Returns tags: of a list of strings or objects, or of a string that holds a list in any of the usual forms."""
    tags = read_list(value)
    if isinstance(tags, str):
        tags = re.split("[,;]", tags)
    items: Iterable[object] = tags if isinstance(tags, list) else []
    names = (item.get("name") or item.get("label") if isinstance(item, dict) else item for item in items)
    return [name for name in (_line(name) for name in names) if name]


def quotes(texts: Iterable[tuple[object, object]]) -> str:
    """Returns highlights with their notes as Markdown."""
    paragraphs: list[str] = []
    for quote, note in texts:
        if isinstance(quote, str) and quote.strip():
            paragraphs.append("\n".join(f"> {escape(line)}".rstrip() for line in quote.strip().splitlines()))
        if isinstance(note, str) and note.strip():
            paragraphs.append(note.strip())
    return "\n\n".join(paragraphs)


def highlight(text: object, note: object = "", **more: object) -> dict[str, Any]:
    """Returns a marked passage with its note; without a passage, the note alone.

    Args:
        text: The passage.
        note: The note.
        more: Other keys, such as ``color``; ``created`` is a time in any form. Empty ones are left out.
    """
    created = read_date(more.pop("created", None))
    words = {"text": _words(text), "note": _words(note)}
    stated = {**words, "created": str(created) if created else "", **more}
    return {key: value for key, value in stated.items() if not is_empty(value) and value != []}


def annotated(items: Iterable[dict[str, Any]]) -> dict[str, Any]:
    """Returns the metadata of what ``highlight`` returned: ``highlights``, and ``notes`` that are on no passage."""
    marks = [item for item in items if item.get("text") or item.get("note")]
    notes = [{"text": item["note"], **item, "note": ""} for item in marks if not item.get("text")]
    return {
        "highlights": [item for item in marks if item.get("text")],
        "notes": [{key: value for key, value in note.items() if value} for note in notes],
    }


def quotes_of(items: Iterable[dict[str, Any]]) -> str:
    """Returns what ``highlight`` returned as Markdown; see ``quotes``."""
    return quotes((item.get("text"), item.get("note")) for item in items)


def _words(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _line(value: object) -> str:
    return one_line(value) if isinstance(value, str) else str(value) if isinstance(value, int | float) else ""
