"""Exports that are JSON files with a list of entries: wallabag, Omnivore, Pinboard, Delicious, Readability."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import decode
from docarchive.readers.exports.entries import entry, quotes, tags_of
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.json.json import MAX_SIZE, item_bytes
from docarchive.readers.json.jsonl import BOM, parse_json
from docarchive.readers.protocol import Reader, Record, Refusal, Source

Item = Mapping[str, Any]

_MAX_PAGE: Final = 20_000_000
#: What wallabag writes where it found no text, and as a title where it found none.
_NO_CONTENT: Final = re.compile(r"\s*(?:<p>)?(?:Oh, what a shame, no content|wallabag can't retrieve contents)", re.I)


class ListReader(Reader):
    """Reads a list of entries.

    Attributes:
        marks: Keys that each such file has near its beginning.
        inside: The key of the list, if the file is an object.
    """

    suffixes = (".json",)
    marks: tuple[str, ...]
    inside: str = ""

    def __init__(self) -> None:
        self._marks = [re.compile(rf'"{mark}"\s*:'.encode()) for mark in self.marks]

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        start = head.removeprefix(BOM).lstrip()[:1]
        return start == (b"{" if self.inside else b"[") and all(mark.search(head) for mark in self._marks)

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``."""
        if source.size > MAX_SIZE:
            raise ReaderError(f"the file is larger than {MAX_SIZE // 1_000_000} MB; export fewer entries at once")
        with source.open() as file:
            value = parse_json(file.read().removeprefix(BOM))
        items = value.get(self.inside) if self.inside and isinstance(value, dict) else value
        if not isinstance(items, list):
            raise ReaderError(f"a JSON list of entries of {self.name.capitalize()} is wanted")
        for number, item in enumerate(items, start=1):
            raw, place = item_bytes(item), f"item {number}"
            if isinstance(item, dict):
                yield self.record(source, place, raw, item)
            else:
                yield Refusal(place, raw, "a JSON object with keys and values is wanted")

    def record(self, source: Source, place: str, raw: bytes, item: Item) -> Record:
        """Returns the record of an entry."""
        raise NotImplementedError


class WallabagReader(ListReader):
    """Reads wallabag's JSON, versions 1 and 2."""

    name = "wallabag"
    summary = "exports of wallabag, JSON"
    marks = ("url", "content", "(?:is_archived|is_read)", "(?:is_starred|is_fav)")

    def record(self, source: Source, place: str, raw: bytes, item: Item) -> Record:
        """See ``ListReader``."""
        return Record(place, raw, partial(_read_wallabag, item))


class OmnivoreReader(ListReader):
    """Reads ``metadata_….json``, and beside it the texts in ``content/`` and the highlights in ``highlights/``."""

    name = "omnivore"
    summary = "exports of Omnivore, JSON with the folders beside it"
    marks = ("slug", "url", "savedAt", "readingProgress")

    def record(self, source: Source, place: str, raw: bytes, item: Item) -> Record:
        """See ``ListReader``. What lies beside is read at once, as an archive that holds it may be closed later."""
        slug = _text(item.get("slug"))
        page, highlights = _beside(source, f"content/{slug}.html"), _beside(source, f"highlights/{slug}.md")
        return Record(place, raw + page + highlights, partial(_read_omnivore, item, page, highlights))


class PinboardReader(ListReader):
    """Reads Pinboard's JSON."""

    name = "pinboard"
    summary = "exports of Pinboard, JSON"
    marks = ("href", "description", "extended", "(?:time|toread|shared)")

    def record(self, source: Source, place: str, raw: bytes, item: Item) -> Record:
        """See ``ListReader``."""
        return Record(place, raw, partial(_read_pinboard, item))


class DeliciousReader(ListReader):
    """Reads Delicious' JSON."""

    name = "delicious"
    summary = "exports of Delicious, JSON"
    marks = ("url", "others", "owner", "private", "created")

    def record(self, source: Source, place: str, raw: bytes, item: Item) -> Record:
        """See ``ListReader``."""
        return Record(place, raw, partial(_read_delicious, item))


class ReadabilityReader(ListReader):
    """Reads Readability's JSON."""

    name = "readability"
    summary = "exports of Readability, JSON"
    marks = ("bookmarks", "article__url", "date_added")
    inside = "bookmarks"

    def record(self, source: Source, place: str, raw: bytes, item: Item) -> Record:
        """See ``ListReader``."""
        return Record(place, raw, partial(_read_readability, item))


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
