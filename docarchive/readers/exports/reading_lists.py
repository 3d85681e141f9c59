"""Exports that are CSV tables, or lists of links in HTML: Pocket, Instapaper, Readwise, Raindrop."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.exports import is_readwise_highlights, is_readwise_json
from docarchive.readers.exports.entries import annotated, entry, highlight, quotes_of, tags_of
from docarchive.readers.exports.links import Link, table_or_links
from docarchive.readers.exports.sheets import Cells, row_records, rows_by_column
from docarchive.readers.json.json import read_json
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.people import people
from docarchive.readers.values.untyped import as_text, objects_in, sorted_json

_HIGHLIGHT: Final = re.compile(r"^Highlight:", re.MULTILINE)
_READWISE_STATES: Final = {"archive": "archived", "new": "unread"}


def pocket_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the entries of ``ril_export.html``, or of the later ``part_000000.csv``."""
    return table_or_links(source, _read_pocket_row, _read_pocket_link)


def instapaper_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the entries of the CSV, or of the older HTML."""
    return table_or_links(source, _read_instapaper_row, _read_instapaper_link)


def readwise_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields all highlights of a book as one article, or each entry of Reader's library, one per row."""
    with source.open() as file:
        head = file.read(4_096)
    if is_readwise_json(head):
        return _books_in_json(source)
    return _books(source) if is_readwise_highlights(head) else row_records(source, _read_readwise)


def raindrop_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the bookmarks, one per row."""
    return row_records(source, _read_raindrop)


def _read_pocket_row(cells: Cells) -> Article:
    return entry(
        cells.get("url"),
        cells.get("title"),
        tags=tags_of(cells.get("tags")),
        saved=cells.get("time_added"),
        state="archived" if cells.get("status") == "archive" else cells.get("status"),
    )


def _read_pocket_link(link: Link) -> Article:
    heading = link.folders[-1].lower() if link.folders else ""
    return entry(
        link.url,
        link.title,
        tags=tags_of(link.attributes.get("tags")),
        saved=link.attributes.get("time_added"),
        state="archived" if "archive" in heading else heading,
    )


def _read_instapaper_row(cells: Cells) -> Article:
    marks = [highlight(cells.get("selection"))]
    return entry(
        cells.get("url"),
        cells.get("title"),
        quotes_of(marks),
        tags=tags_of(cells.get("tags")),
        saved=cells.get("timestamp"),
        **annotated(marks),
        **_state_of_folder(cells.get("folder") or ""),
    )


def _read_instapaper_link(link: Link) -> Article:
    return entry(link.url, link.title, **_state_of_folder(link.folders[-1] if link.folders else ""))


def _state_of_folder(folder: str) -> dict[str, Any]:
    """Returns the metadata that a folder stands for: three of Instapaper's folders are states."""
    name = folder.strip().lower()
    if name == "starred":
        return {"favourite": True}
    if name in ("unread", "archive"):
        return {"state": "archived" if name == "archive" else name}
    return {"folder": folder.strip()}


def _books(source: Source) -> Iterator[Record | Refusal]:
    if source.size > MAX_SIZE:
        raise ReaderError(f"the file is larger than {MAX_SIZE // 1_000_000} MB; export fewer highlights at once")
    books: dict[tuple[str, str], tuple[list[bytes], list[Cells]]] = {}
    head = b""
    for row, cells in rows_by_column(source):
        head = row.head
        if isinstance(cells, Refusal):
            yield cells
        else:
            book = books.setdefault((cells.get("book title", ""), cells.get("book author", "")), ([], []))
            book[0].append(row.raw)
            book[1].append(cells)
    for number, (raws, rows) in enumerate(books.values(), start=1):
        yield Record(f"book {number}", b"".join(raws), partial(_read_book, rows), head=head)


def _books_in_json(source: Source) -> Iterator[Record | Refusal]:
    value = read_json(source, limit=MAX_SIZE, advice="; export fewer highlights at once")
    for number, book in enumerate(objects_in(value.get("results") if isinstance(value, dict) else None), start=1):
        raw = sorted_json(book)
        marks = [mark for mark in objects_in(book.get("highlights")) if not mark.get("is_deleted")]
        rows = [_row_of(book, mark) for mark in marks or [{}]]
        yield Record(f"book {number}", raw, partial(_read_book, rows))


def _row_of(book: Mapping[str, Any], mark: Mapping[str, Any]) -> dict[str, Any]:
    """Returns a highlight of Readwise's API as a row of its table."""
    return {
        "highlight": as_text(mark.get("text")),
        "book title": as_text(book.get("readable_title") or book.get("title")),
        "book author": as_text(book.get("author")),
        "amazon book id": as_text(book.get("asin")),
        "url": as_text(book.get("source_url")),
        "note": as_text(mark.get("note")),
        "color": as_text(mark.get("color")),
        "tags": mark.get("tags"),
        "document tags": book.get("book_tags"),
        "document note": as_text(book.get("document_note")),
        "location type": as_text(mark.get("location_type")),
        "location": str(mark.get("location") or ""),
        "highlighted at": as_text(mark.get("highlighted_at")),
    }


def _read_book(rows: Sequence[Mapping[str, Any]]) -> Article:
    first = rows[0]
    title, author = first.get("book title", "").strip(), first.get("book author", "").strip()
    marks = [*map(_highlight_of, rows), highlight("", first.get("document note"))]
    text = quotes_of(marks)
    if not title and not text:
        raise ReaderError("there is neither a title nor a highlight")
    return entry(
        first.get("url"),
        title,
        text,
        authors=people(author) or ([author] if author else []),
        tags=list(
            dict.fromkeys(tag for row in rows for key in ("document tags", "tags") for tag in tags_of(row.get(key)))
        ),
        guid=f"readwise:{first.get('amazon book id') or f'{author}/{title}'}",
        saved=min(filter(None, (row.get("highlighted at") for row in rows)), default=None),
        **annotated(marks),
    )


def _highlight_of(row: Mapping[str, Any]) -> dict[str, Any]:
    return highlight(
        row.get("highlight"),
        row.get("note"),
        color=row.get("color"),
        created=row.get("highlighted at"),
        tags=tags_of(row.get("tags")),
        **{"page" if row.get("location type") == "page" else "location": row.get("location")},
    )


def _read_readwise(cells: Cells) -> Article:
    return entry(
        cells.get("url"),
        cells.get("title"),
        tags=tags_of(cells.get("document tags")),
        saved=cells.get("saved date"),
        source_id=cells.get("id"),
        state=_READWISE_STATES.get(cells.get("location", ""), cells.get("location")),
        progress=cells.get("reading progress"),
    )


def _read_raindrop(cells: Cells) -> Article:
    beginning, marks = _marks_in(cells.get("highlights") or "")
    texts = (cells.get("note"), beginning, quotes_of(marks))
    return entry(
        cells.get("url"),
        cells.get("title"),
        "\n\n".join(text.strip() for text in texts if text and text.strip()),
        summary=cells.get("excerpt") or cells.get("description"),
        tags=tags_of(cells.get("tags")),
        saved=cells.get("created"),
        folder=cells.get("folder"),
        favourite=cells.get("favorite") == "true",
        **annotated([*marks, highlight("", cells.get("note"))]),
    )


def _marks_in(highlights: str) -> tuple[str, list[dict[str, Any]]]:
    """Returns what is before the first highlight, and the highlights.

    Each begins with ``Highlight:``, and its note follows as ``Note:…``.
    """
    beginning, *parts = _HIGHLIGHT.split(highlights.replace("\r\n", "\n"))
    highlights_and_notes = (part.partition("\nNote:") for part in parts)
    return beginning.strip(), [highlight(quote, note) for quote, _, note in highlights_and_notes]
