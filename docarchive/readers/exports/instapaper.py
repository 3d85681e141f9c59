"""The reader of Instapaper's exports: CSV, and the older HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docarchive.article import Article
from docarchive.readers.exports.entries import entry, quotes, tags_of
from docarchive.readers.exports.links import Link, table_or_links
from docarchive.readers.exports.sheets import Cells
from docarchive.readers.protocol import Record, Refusal, Source


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the entries."""
    return table_or_links(source, _read_row, _read_link)


def _read_row(cells: Cells) -> Article:
    return entry(
        cells.get("url"),
        cells.get("title"),
        quotes([(cells.get("selection"), None)]),
        tags=tags_of(cells.get("tags")),
        saved=cells.get("timestamp"),
        **_state_of_folder(cells.get("folder") or ""),
    )


def _read_link(link: Link) -> Article:
    return entry(link.url, link.title, **_state_of_folder(link.folders[-1] if link.folders else ""))


def _state_of_folder(folder: str) -> dict[str, Any]:
    """Returns the metadata that a folder stands for: three of Instapaper's folders are states."""
    name = folder.strip().lower()
    if name == "starred":
        return {"favourite": True}
    if name in ("unread", "archive"):
        return {"state": "archived" if name == "archive" else name}
    return {"folder": folder.strip()}
