"""The reader of Raindrop's CSV export."""

from __future__ import annotations

from collections.abc import Iterator

from docarchive.article import Article
from docarchive.readers.exports.entries import entry, tags_of
from docarchive.readers.exports.sheets import Cells, has_columns, sheet
from docarchive.readers.protocol import Reader, Record, Refusal, Source


class RaindropReader(Reader):
    """Reads one bookmark a row."""

    name = "raindrop"
    summary = "exports of Raindrop, CSV"
    suffixes = (".csv",)

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return has_columns(head, "title", "url", "folder", "tags", "created", "cover", "highlights")

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``."""
        yield from sheet(source, _read)


def _read(cells: Cells) -> Article:
    parts = (cells.get("note"), cells.get("highlights"))
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
