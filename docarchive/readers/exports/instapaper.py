"""The reader of Instapaper's exports: CSV, and the older HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.exports.entries import entry, quotes, tags_of
from docarchive.readers.exports.links import Link, links_in
from docarchive.readers.exports.sheets import Cells, sheet
from docarchive.readers.protocol import Record, Refusal, Source

_HTML: Final = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<", re.IGNORECASE)


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each entry."""
    with source.open() as file:
        is_html = _HTML.match(file.read(64))
    if not is_html:
        yield from sheet(source, _read_row)
        return
    number = 0
    for number, link in enumerate(links_in(read_text(source).text), start=1):
        yield Record(f"entry {number}", link.raw(), partial(_read_link, link))
    if not number:
        raise ReaderError("there is no entry in it")


def _read_row(cells: Cells) -> Article:
    return entry(
        cells.get("url"),
        cells.get("title"),
        quotes([(cells.get("selection"), None)]),
        tags=tags_of(cells.get("tags")),
        saved=cells.get("timestamp"),
        **_place(cells.get("folder") or ""),
    )


def _read_link(link: Link) -> Article:
    return entry(link.url, link.title, **_place(link.folders[-1] if link.folders else ""))


def _place(folder: str) -> dict[str, Any]:
    """Returns what a folder says: three of them are states."""
    name = folder.strip().lower()
    if name == "starred":
        return {"favourite": True}
    if name in ("unread", "archive"):
        return {"state": "archived" if name == "archive" else name}
    return {"folder": folder.strip()}
