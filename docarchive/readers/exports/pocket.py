"""The reader of Pocket's exports: ``ril_export.html``, and the later ``part_000000.csv``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import read_text
from docarchive.readers.exports.entries import entry, tags_of
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
