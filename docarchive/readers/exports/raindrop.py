"""The reader of Raindrop's CSV export."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from docarchive.article import Article
from docarchive.readers.exports.entries import entry, quotes, tags_of
from docarchive.readers.exports.sheets import Cells, row_records
from docarchive.readers.protocol import Record, Refusal, Source

_HIGHLIGHT: Final = re.compile(r"^Highlight:", re.MULTILINE)


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the bookmarks, one per row."""
    yield from row_records(source, _read)


def _read(cells: Cells) -> Article:
    texts = (cells.get("note"), _as_quotes(cells.get("highlights") or ""))
    return entry(
        cells.get("url"),
        cells.get("title"),
        "\n\n".join(text.strip() for text in texts if text and text.strip()),
        summary=cells.get("excerpt") or cells.get("description"),
        tags=tags_of(cells.get("tags")),
        saved=cells.get("created"),
        folder=cells.get("folder"),
        favourite=cells.get("favorite") == "true",
    )


def _as_quotes(highlights: str) -> str:
    """Returns highlights as quotes; each begins with ``Highlight:``, and its note follows as ``Note:…``."""
    beginning, *entries = _HIGHLIGHT.split(highlights.replace("\r\n", "\n"))
    highlights_and_notes = (highlight.partition("\nNote:") for highlight in entries)
    return "\n\n".join(
        filter(None, (beginning.strip(), quotes((quote, note) for quote, _, note in highlights_and_notes)))
    )
