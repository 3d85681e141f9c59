"""Exports that are JSON files with a list of entries: wallabag, Omnivore, Pinboard, Delicious, Readability."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import decode
from docarchive.readers.exports.entries import entry, quotes, tags_of
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.json.json import MAX_SIZE, item_bytes
from docarchive.readers.json.jsonl import BOM, parse_json
from docarchive.readers.protocol import Record, Refusal, Source

Item = Mapping[str, Any]

_MAX_PAGE: Final = 20_000_000
#: What wallabag writes where it found no text, and as a title where it found none.
_NO_CONTENT: Final = re.compile(r"\s*(?:<p>)?(?:Oh, what a shame, no content|wallabag can't retrieve contents)", re.I)


def wallabag_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each entry of wallabag's JSON, versions 1 and 2."""
    return _records(source, "Wallabag", _record(_read_wallabag))


def omnivore_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each entry of ``metadata_….json``, with its text in ``content/`` and its highlights in ``highlights/``."""

    def record(location: str, raw: bytes, item: Item) -> Record:  # all is read now: an archive may be closed later
        slug = _text(item.get("slug"))
        page, highlights = _beside(source, f"content/{slug}.html"), _beside(source, f"highlights/{slug}.md")
        return Record(location, raw + page + highlights, partial(_read_omnivore, item, page, highlights))

    return _records(source, "Omnivore", record)


def pinboard_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each entry of Pinboard's JSON."""
    return _records(source, "Pinboard", _record(_read_pinboard))


def delicious_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each entry of Delicious' JSON."""
    return _records(source, "Delicious", _record(_read_delicious))


def readability_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each entry of Readability's JSON."""
    return _records(source, "Readability", _record(_read_readability), inside="bookmarks")


def _record(read: Callable[[Item], Article]) -> Callable[[str, bytes, Item], Record]:
    return lambda location, raw, item: Record(location, raw, partial(read, item))


def _records(
    source: Source, tool: str, record: Callable[[str, bytes, Item], Record], inside: str = ""
) -> Iterator[Record | Refusal]:
    """Yields the entries of a list.

    Args:
        source: The file.
        tool: What it is an export of.
        record: Makes the record of an entry from its location, its bytes and itself.
        inside: The key of the list, if the file is an object.
    """
    if source.size > MAX_SIZE:
        raise ReaderError(f"the file is larger than {MAX_SIZE // 1_000_000} MB; export fewer entries at once")
    with source.open() as file:
        value = parse_json(file.read().removeprefix(BOM))
    items = value.get(inside) if inside and isinstance(value, dict) else value
    if not isinstance(items, list):
        raise ReaderError(f"a JSON list of entries of {tool} is wanted")
    for number, item in enumerate(items, start=1):
        raw, location = item_bytes(item), f"item {number}"
        if isinstance(item, dict):
            yield record(location, raw, item)
        else:
            yield Refusal(location, raw, "a JSON object with keys and values is wanted")


def _read_wallabag(item: Item) -> Article:
    content = _text(item.get("content"))
    notes = item.get("annotations")
    marked = [each for each in notes if isinstance(each, dict)] if isinstance(notes, list) else []
    annotations = quotes((each.get("quote"), each.get("text")) for each in marked)
    text = "" if _NO_CONTENT.match(content) else to_markdown(content)
    archived = item.get("is_archived", item.get("is_read"))
    return entry(
        item.get("url") or item.get("given_url"),
        _titled(item.get("title")),
        "\n\n".join(filter(None, (text, annotations and f"## Annotations\n\n{annotations}"))),
        date=_text(item.get("published_at")),
        authors=[name for name in item["published_by"] if name] if isinstance(item.get("published_by"), list) else [],
        language=_text(item.get("language")).replace("_", "-"),
        tags=tags_of(item.get("tags")),
        saved=item.get("created_at"),
        state="archived" if _is_true(archived) else "unread",
        favourite=_is_true(item.get("is_starred", item.get("is_fav"))),
    )


def _read_omnivore(item: Item, page: bytes, highlights: bytes) -> Article:
    text = to_markdown(decode(page).text) if page.strip() else ""
    marked = decode(highlights).text.strip() if highlights.strip() else ""
    return entry(
        item.get("url"),
        item.get("title"),
        "\n\n".join(filter(None, (text, marked and f"## Highlights\n\n{marked}"))),
        authors=[_text(item.get("author"))] if item.get("author") else [],
        summary=_text(item.get("description")),
        date=_text(item.get("publishedAt")),
        tags=tags_of(item.get("labels")),
        saved=item.get("savedAt"),
        source_id=_text(item.get("id")),
        state=_text(item.get("state")).lower(),
    )


def _read_pinboard(item: Item) -> Article:
    return entry(
        item.get("href"),
        item.get("description"),
        _text(item.get("extended")),
        tags=_text(item.get("tags")).split(),
        saved=item.get("time"),
        state="unread" if item.get("toread") == "yes" else "",
        private=item.get("shared") == "no",
    )


def _read_delicious(item: Item) -> Article:
    return entry(
        item.get("url"),
        item.get("title"),
        _text(item.get("description")),
        tags=tags_of(item.get("tags")),
        saved=item.get("created"),
        private=_is_true(item.get("private")),
    )


def _read_readability(item: Item) -> Article:
    excerpt = _text(item.get("article__excerpt"))
    return entry(
        item.get("article__url"),
        _titled(item.get("article__title")),
        summary=to_markdown(excerpt) if excerpt else "",
        saved=item.get("date_added"),
        state="archived" if _is_true(item.get("archive")) else "unread",
        favourite=_is_true(item.get("favorite")),
    )


def _beside(source: Source, path: str) -> bytes:
    found = source.beside(path)
    if found is None or found.size > _MAX_PAGE:
        return b""
    with found.open() as file:
        return file.read(_MAX_PAGE + 1)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _titled(value: object) -> str:
    title = _text(value)
    return "" if title == "No title found" else title


def _is_true(value: object) -> bool:
    return value in (True, 1, "1", "true")
