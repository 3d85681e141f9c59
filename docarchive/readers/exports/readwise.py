"""The reader of Readwise's exports: highlights, and the library of Reader."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.exports import is_readwise_highlights
from docarchive.readers.exports.entries import entry, quotes, tags_of
from docarchive.readers.exports.sheets import Cells, row_records, rows_by_column
from docarchive.readers.protocol import Record, Refusal, Source


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields all highlights of a book as one article, or each entry of Reader's library, one per row."""
    with source.open() as file:
        books = is_readwise_highlights(file.read(4_096))
    yield from _books(source) if books else row_records(source, _read_entry)


def _books(source: Source) -> Iterator[Record | Refusal]:
    if source.size > MAX_SIZE:
        raise ReaderError(f"the file is larger than {MAX_SIZE // 1_000_000} MB; export fewer highlights at once")
    books: dict[tuple[str, str], tuple[list[bytes], list[Cells]]] = {}
    for location, raw, cells in rows_by_column(source):
        if isinstance(cells, str):
            yield Refusal(location, raw, cells)
        else:
            book = books.setdefault((cells.get("book title", ""), cells.get("book author", "")), ([], []))
            book[0].append(raw)
            book[1].append(cells)
    for number, (raws, rows) in enumerate(books.values(), start=1):
        yield Record(f"book {number}", b"".join(raws), partial(_read_book, rows))


def _read_book(rows: Sequence[Cells]) -> Article:
    first = rows[0]
    title, author = first.get("book title", "").strip(), first.get("book author", "").strip()
    text = quotes((row.get("highlight"), row.get("note")) for row in rows)
    if not title and not text:
        raise ReaderError("there is neither a title nor a highlight")
    return entry(
        first.get("url"),
        title,
        text,
        authors=[author] if author else [],
        tags=list(
            dict.fromkeys(tag for row in rows for key in ("document tags", "tags") for tag in tags_of(row.get(key)))
        ),
        guid=f"readwise:{first.get('amazon book id') or f'{author}/{title}'}",
        saved=min(filter(None, (row.get("highlighted at") for row in rows)), default=None),
    )


def _read_entry(cells: Cells) -> Article:
    return entry(
        cells.get("url"),
        cells.get("title"),
        tags=tags_of(cells.get("document tags")),
        saved=cells.get("saved date"),
        source_id=cells.get("id"),
        state=_STATES.get(cells.get("location", ""), cells.get("location")),
        progress=cells.get("reading progress"),
    )


_STATES: Final = {"archive": "archived", "new": "unread"}
