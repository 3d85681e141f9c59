"""Exports that are JSON files with a list of entries: wallabag, Omnivore, Pinboard, Delicious, Readability."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import decode
from docarchive.readers.exports.entries import annotated, bytes_of, entry, highlight, quotes_of, tags_of
from docarchive.readers.html.to_markdown import to_markdown, to_text
from docarchive.readers.json.json import MAX_SIZE, Item, item_records, read_json
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.texts import refuse_unknown
from docarchive.readers.values.untyped import as_text, objects_in

#: What wallabag writes instead of a text that it did not find.
_NO_CONTENT: Final = re.compile(r"\s*(?:<p>)?(?:Oh, what a shame, no content|wallabag can't retrieve contents)", re.I)

#: The keys of an entry of wallabag that have no text.
_WALLABAG_KEYS: Final = frozenset(
    [
        *("id", "uid", "url", "given_url", "origin_url", "hashed_url", "hashed_given_url", "title"),
        *("content", "created_at", "updated_at", "published_at", "published_by", "archived_at", "starred_at"),
        *("is_archived", "is_read", "is_starred", "is_fav", "is_public", "annotations", "tags", "language"),
        *("mimetype", "reading_time", "domain_name", "preview_picture", "http_status", "headers"),
        *("user_name", "user_email", "user_id"),
    ]
)

#: How the link begins that ends a quote of Omnivore, and leads to it.
_LINK_TO_ITSELF: Final = "[\u2934"


def omnivore_records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the entries of ``metadata_….json``, with texts in ``content/`` and highlights in ``highlights/``."""

    def texts(item: Item) -> tuple[bytes, ...]:  # read now: the archive that holds them may be closed later
        slug = as_text(item.get("slug"))
        return bytes_of(source, f"content/{slug}.html"), bytes_of(source, f"highlights/{slug}.md")

    return _records(source, "Omnivore", _read_omnivore, texts)


def _records(
    source: Source,
    tool: str,
    read: Callable[..., Article],
    attached: Callable[[Item], tuple[bytes, ...]] = lambda _: (),
    key: str = "",
) -> Iterator[Record | Refusal]:
    """Yields the entries of a list, which is under ``key`` if the file is an object; see ``item_records``."""
    value = read_json(source, limit=MAX_SIZE, advice="; export fewer entries at once")
    items = value.get(key) if key and isinstance(value, dict) else value
    if not isinstance(items, list):
        raise ReaderError(f"it is not a JSON list of entries of {tool}")
    yield from item_records(items, read, attached)


def _read_wallabag(item: Item) -> Article:
    content = as_text(item.get("content"))
    marks = [
        highlight(mark.get("quote"), mark.get("text"), created=mark.get("created_at"))
        for mark in objects_in(item.get("annotations"))
    ]
    text = "" if _NO_CONTENT.match(content) else to_markdown(content, base=as_text(item.get("url")))
    if not text and not marks:
        refuse_unknown(item, known=_WALLABAG_KEYS)
    is_archived = item.get("is_archived", item.get("is_read"))
    return entry(
        item.get("url") or item.get("given_url"),
        _title(item.get("title")),
        text or quotes_of(marks),
        date=item.get("published_at"),
        authors=[name for name in item["published_by"] if name] if isinstance(item.get("published_by"), list) else [],
        language=as_text(item.get("language")).replace("_", "-"),
        tags=tags_of(item.get("tags")),
        saved=item.get("created_at"),
        state="archived" if _is_true(is_archived) else "unread",
        favourite=_is_true(item.get("is_starred", item.get("is_fav"))),
        **annotated(marks),
    )


def _read_omnivore(item: Item, page: bytes, highlights: bytes) -> Article:
    text = to_markdown(decode(page).text, base=as_text(item.get("url"))) if page.strip() else ""
    marks = [*_quoted(decode(highlights).text)] if highlights.strip() else []
    return entry(
        item.get("url"),
        item.get("title"),
        text or quotes_of(marks),
        authors=[as_text(item.get("author"))] if item.get("author") else [],
        summary=as_text(item.get("description")),
        date=as_text(item.get("publishedAt")),
        tags=tags_of(item.get("labels")),
        saved=item.get("savedAt"),
        source_id=as_text(item.get("id")),
        state=as_text(item.get("state")).lower(),
        **annotated(marks),
    )


def _quoted(markdown: str) -> Iterator[dict[str, Any]]:
    """Yields the highlights in Markdown: quotes, each with a link to itself, and below it its note."""
    passage: list[str] = []
    note: list[str] = []
    for line in [*markdown.splitlines(), "> "]:
        is_quoted = line.startswith(">")
        if is_quoted and (note or not passage):
            yield highlight(_without_link("\n".join(passage)), "\n".join(note))
            passage, note = [], []
        (passage if is_quoted else note).append(line[1:].strip() if is_quoted else line)
    if any(passage):
        yield highlight(_without_link("\n".join(passage)))


def _without_link(passage: str) -> str:
    text, link, rest = passage.strip().rpartition(_LINK_TO_ITSELF)
    return text.rstrip() if link and rest.endswith(")") and "\n" not in rest else passage


def _read_pinboard(item: Item) -> Article:
    return entry(
        item.get("href"),
        item.get("description"),
        as_text(item.get("extended")),
        tags=as_text(item.get("tags")).split(),
        saved=item.get("time"),
        state="unread" if item.get("toread") == "yes" else "",
        private=item.get("shared") == "no",
    )


def _read_delicious(item: Item) -> Article:
    return entry(
        item.get("url"),
        item.get("title"),
        as_text(item.get("description")),
        tags=tags_of(item.get("tags")),
        saved=item.get("created"),
        private=_is_true(item.get("private")),
    )


def _read_readability(item: Item) -> Article:
    excerpt = as_text(item.get("article__excerpt"))
    return entry(
        item.get("article__url"),
        _title(item.get("article__title")),
        summary=to_text(excerpt) if excerpt else "",
        saved=item.get("date_added"),
        state="archived" if _is_true(item.get("archive")) else "unread",
        favourite=_is_true(item.get("favorite")),
    )


def _title(value: object) -> str:
    title = as_text(value)
    return "" if title == "No title found" else title


def _is_true(value: object) -> bool:
    return value in (True, 1, "1", "true")


wallabag_records: Final = partial(_records, tool="wallabag", read=_read_wallabag)
pinboard_records: Final = partial(_records, tool="Pinboard", read=_read_pinboard)
delicious_records: Final = partial(_records, tool="Delicious", read=_read_delicious)
readability_records: Final = partial(_records, tool="Readability", read=_read_readability, key="bookmarks")
