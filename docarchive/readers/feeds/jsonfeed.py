"""The reader of JSON Feed (jsonfeed.org, versions 1 and 1.1). Each item is an article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.json.jsonl import BOM, parse_json
from docarchive.readers.protocol import Reader, Record, Refusal, Source
from docarchive.readers.values.reserved_keys import make_article

_VERSION = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version')


class JsonFeedReader(Reader):
    """Reads each item of a feed."""

    name = "jsonfeed"
    summary = "feeds: JSON Feed"
    suffixes = (".json", ".jsonfeed")

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        start = head.removeprefix(BOM).lstrip()
        return start.startswith(b"{") and _VERSION.search(start) is not None

    def records(self, source: Source) -> Iterator[Record | Refusal]:
        """See ``Reader``; the place is the item's number."""
        with source.open() as file:
            data = file.read(MAX_SIZE + 1)
        if len(data) > MAX_SIZE:
            raise ReaderError(f"the feed is longer than {MAX_SIZE // 1_000_000} MB")
        feed = parse_json(data.removeprefix(BOM))
        items = feed.get("items") if isinstance(feed, dict) else None
        if not isinstance(items, list) or not items:
            raise ReaderError("the feed has no items")
        about = {key: feed.get(key) for key in ("title", "home_page_url", "language", "authors", "author")}
        for number, item in enumerate(items, start=1):
            raw = json.dumps(item, ensure_ascii=False).encode("utf-8", "surrogatepass")
            if isinstance(item, dict):
                yield Record(str(number), raw, partial(read_item, about, item))
            else:
                yield Refusal(str(number), raw, "the item is no JSON object")


def read_item(feed: Mapping[str, Any], item: Mapping[str, Any]) -> Article:
    """Makes an article of an item.

    Args:
        feed: What the feed says of itself.
        item: The item.

    Raises:
        ReaderError: There is neither text nor title in it.
        ArticleError: A value in it is not valid.
    """
    text, title = _text(item.get("content_text")), _text(item.get("title"))
    body = to_markdown(_text(item.get("content_html"))) or text or _text(item.get("summary"))
    url = _text(item.get("url")) or _text(item.get("external_url"))
    if not (body or title or url):
        raise ReaderError("the item has neither text nor title")
    guid = str(item.get("id") or "")
    enclosures = [each for each in item.get("attachments") or () if isinstance(each, dict)]
    metadata: dict[str, Any] = {
        "title": title,
        "date": _text(item.get("date_published")) or _text(item.get("date_modified")),
        "updated": _text(item.get("date_modified")),
        "authors": _names(item) or _names(feed),
        "source": _text(feed.get("title")),
        "feed": _text(feed.get("home_page_url")),
        "url": url,
        "guid": guid if guid != url else "",
        "language": _text(item.get("language")) or _text(feed.get("language")),
        "summary": _text(item.get("summary")) if item.get("content_html") or text else "",
        "tags": [tag for tag in item.get("tags") or () if isinstance(tag, str)],
        "external_url": _text(item.get("external_url")) if item.get("url") else "",
        "image": _text(item.get("image")),
        "enclosures": [link for each in enclosures if (link := _text(each.get("url")))],
    }
    if metadata["updated"] == metadata["date"]:
        del metadata["updated"]
    return make_article({key: value for key, value in metadata.items() if value}, body or title or url)


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _names(found: Mapping[str, Any]) -> list[str]:
    given = found.get("authors") or [found.get("author")]
    people = given if isinstance(given, list) else []
    return [name for each in people if isinstance(each, dict) and (name := _text(each.get("name")))]
