"""The reader of JSON Feed (jsonfeed.org, versions 1 and 1.1). Each item is an article."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any, Final

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.markdown import escape
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.json.json import item_records, read_json
from docarchive.readers.protocol import Record, Refusal, Source
from docarchive.readers.values.dates_found import dates
from docarchive.readers.values.reserved_keys import make_article
from docarchive.readers.values.texts import refuse_unknown
from docarchive.readers.values.untyped import as_text, objects_in, without_empty

#: The keys of an item that have no text.
_KEYS: Final = frozenset(
    [
        *("id", "url", "external_url", "title", "summary", "image", "banner_image", "date_published"),
        *("date_modified", "author", "authors", "tags", "language", "attachments", "content_html"),
        *("content_text",),
    ]
)


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the items of a feed, with their numbers as locations."""
    feed = read_json(source, "feed")
    items = feed.get("items") if isinstance(feed, dict) else None
    if not isinstance(items, list) or not items:
        raise ReaderError("the feed has no items")
    feed_data = {key: feed.get(key) for key in ("title", "home_page_url", "language", "authors", "author")}
    yield from item_records(items, partial(_read_item, feed_data), prefix="")


def _read_item(feed: Mapping[str, Any], item: Mapping[str, Any]) -> Article:
    text, title = as_text(item.get("content_text")), as_text(item.get("title"))
    url = as_text(item.get("url")) or as_text(item.get("external_url"))
    body = to_markdown(as_text(item.get("content_html")), base=url) or text or as_text(item.get("summary"))
    if not body:
        refuse_unknown(item, known=_KEYS)
    if not (body or title or url):
        raise ReaderError("the item has neither text nor title")
    guid = str(item.get("id") or "")
    enclosures = objects_in(item.get("attachments"))
    metadata: dict[str, Any] = {
        "title": title,
        **dates(item.get("date_published"), item.get("date_modified")),
        "updated": item.get("date_modified"),
        "authors": _names(item) or _names(feed),
        "source": as_text(feed.get("title")),
        "feed": as_text(feed.get("home_page_url")),
        "url": url,
        "guid": guid if guid != url else "",
        "language": as_text(item.get("language")) or as_text(feed.get("language")),
        "summary": as_text(item.get("summary")) if item.get("content_html") or text else "",
        "tags": [tag for tag in item.get("tags") or () if isinstance(tag, str)],
        "external_url": as_text(item.get("external_url")) if item.get("url") else "",
        "image": as_text(item.get("image")),
        "enclosures": [link for enclosure in enclosures if (link := as_text(enclosure.get("url")))],
    }
    return make_article(without_empty(metadata), body or escape(title) or url)


def _names(item: Mapping[str, Any]) -> list[str]:
    authors = item.get("authors") or [item.get("author")]
    return [name for author in objects_in(authors) if (name := as_text(author.get("name")))]
