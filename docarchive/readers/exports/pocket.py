"""The reader of Pocket's exports: ``ril_export.html``, and the later ``part_000000.csv``."""

from __future__ import annotations

from collections.abc import Iterator

from docarchive.article import Article
from docarchive.readers.exports.entries import entry, tags_of
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
        tags=tags_of(cells.get("tags")),
        saved=cells.get("time_added"),
        state="archived" if cells.get("status") == "archive" else cells.get("status"),
    )


def _read_link(link: Link) -> Article:
    heading = link.folders[-1].lower() if link.folders else ""
    return entry(
        link.url,
        link.title,
        tags=tags_of(link.attributes.get("tags")),
        saved=link.attributes.get("time_added"),
        state="archived" if "archive" in heading else heading,
    )
