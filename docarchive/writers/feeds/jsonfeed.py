"""The writer of JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO

from docarchive.writers.feeds.entries import Entry, entry_of
from docarchive.writers.json import write_list
from docarchive.writers.protocol import Document, WriteOptions, Writer


class JsonFeedWriter(Writer):
    """Writes an item an article and a line, the text as HTML."""

    name = "json-feed"
    summary = "a JSON Feed"
    suffixes = (".feed.json", ".jsonfeed")
    order = "-date"

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        head: dict[str, Any] = {"version": "https://jsonfeed.org/version/1.1", "title": options.title}
        head |= {"feed_url": options.url} if options.url else {}
        begin = json.dumps(head, ensure_ascii=False)[:-1] + ', "items": ['
        write_list(out, begin, (_item(entry_of(document.article)) for document in documents), "]}")


def _item(entry: Entry) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "date_published": entry.published,
        "date_modified": entry.changed,
        "authors": [{"name": name} for name in entry.authors],
        "tags": [*entry.tags],
        "language": entry.language,
    }
    return {key: value for key, value in item.items() if value} | {"content_html": entry.html}
