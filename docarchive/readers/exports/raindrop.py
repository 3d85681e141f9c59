"""The reader of Raindrop's CSV export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docarchive.article import Article
from docarchive.readers.exports.entries import entry, quotes, tags_of
from docarchive.readers.exports.sheets import Cells, sheet
from docarchive.readers.protocol import Record, Refusal, Source

_HIGHLIGHT: Final = re.compile(r"^Highlight:", re.MULTILINE)


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each bookmark, one a row."""
    yield from sheet(source, _read)


def _read(cells: Cells) -> Article:
    parts = (cells.get("note"), _quoted(cells.get("highlights") or ""))
    return entry(
        cells.get("url"),
        cells.get("title"),
        "\n\n".join(part.strip() for part in parts if part and part.strip()),
        summary=cells.get("excerpt") or cells.get("description"),
        tags=tags_of(cells.get("tags")),
        saved=cells.get("created"),
        folder=cells.get("folder"),
        favourite=cells.get("favorite") == "true",
    )


def _quoted(highlights: str) -> str:
    """Returns highlights as quotes: ``Highlight:…`` begins one, and its note stands below it as ``Note:…``."""
    before, *marked = _HIGHLIGHT.split(highlights.replace("\r\n", "\n"))
    parted = (each.partition("\nNote:") for each in marked)
    return "\n\n".join(filter(None, (before.strip(), quotes((quote, note) for quote, _, note in parted))))
