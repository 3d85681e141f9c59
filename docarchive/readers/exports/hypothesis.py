"""What Hypothesis exports: annotations of pages, as its sidebar exports them or as its API lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.exports.entries import annotated, entry, highlight, quotes_of, tags_of
from docarchive.readers.json.json import MAX_SIZE, read_json
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.untyped import as_text, objects_in, sorted_json

Annotation = Mapping[str, Any]


def hypothesis_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields all annotations of a page as one article."""
    value = read_json(source, limit=MAX_SIZE, advice="; export fewer annotations at once")
    if not isinstance(value, dict):
        raise ReaderError("it is not a JSON object with annotations")
    pages: dict[str, list[Annotation]] = {}
    for item in objects_in(value.get("annotations") or value.get("rows")):
        pages.setdefault(as_text(item.get("uri")), []).append(item)
    for address, items in pages.items():
        raw = sorted_json(items)
        yield Record(address, raw, partial(_read_page, address, items))


def _read_page(address: str, items: Sequence[Annotation]) -> Article:
    marks = [_mark(item) for item in items]
    titles = [title for item in items for title in _titles(item)]
    is_page = address.startswith(("http://", "https://"))
    return entry(
        address if is_page else "",
        next(iter(titles), ""),
        quotes_of(marks),
        tags=list(dict.fromkeys(tag for item in items for tag in tags_of(item.get("tags")))),
        guid="" if is_page else address,  # of a PDF, its fingerprint; of a file, its path
        saved=min(filter(None, (as_text(item.get("created")) for item in items)), default=None),
        **annotated(marks),
    )


def _mark(item: Annotation) -> dict[str, Any]:
    """Returns an annotation; a note on the whole page, or an answer to another one, has no passage."""
    selectors = [part for target in objects_in(item.get("target")) for part in objects_in(target.get("selector"))]
    quote = next((part for part in selectors if part.get("type") == "TextQuoteSelector"), {})
    return highlight(
        quote.get("exact"),
        item.get("text"),
        created=item.get("created"),
        prefix=as_text(quote.get("prefix")),
        suffix=as_text(quote.get("suffix")),
        user=as_text(item.get("user")),
        tags=tags_of(item.get("tags")),
    )


def _titles(item: Annotation) -> list[str]:
    document = item.get("document")
    titles = document.get("title") if isinstance(document, dict) else None
    return [title for title in titles if isinstance(title, str)] if isinstance(titles, list) else []
