"""The writer of RSS 2.0 (https://www.rssboard.org/rss-specification)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Final

from docarchive.writers.feeds.entries import Entry, entry_of, feed_id, mail_date
from docarchive.writers.protocol import Document, WriteOptions, Writer
from docarchive.writers.xml import xml_element, xml_text

_NAMESPACES: Final = (
    'xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"'
)


class RssWriter(Writer):
    """Writes an item an article, the text as HTML in ``content:encoded``, authors in ``dc:creator``."""

    name = "rss"
    summary = "an RSS 2.0 feed"
    suffixes = (".rss",)
    order = "-date"

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        out.write(_head(options).encode())
        for document in documents:
            out.write(_item(entry_of(document.article)).encode())
        out.write(b"</channel>\n</rss>\n")


def _head(options: WriteOptions) -> str:
    self_ = f'<atom:link rel="self" type="application/rss+xml" href="{xml_text(options.url)}"/>\n'
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" {_NAMESPACES}>\n<channel>\n'
        + xml_element("title", options.title)
        + xml_element("link", feed_id(options))
        + xml_element("description", options.title)
        + (self_ if options.url else "")
        + xml_element("generator", "docarchive")
    )


def _item(entry: Entry) -> str:
    lines = [xml_element("title", entry.title)]
    lines += [xml_element("link", entry.url)] if entry.url else []
    lines += [xml_element("guid", entry.id, 'isPermaLink="false"')]
    lines += [xml_element("pubDate", mail_date(entry.published))] if entry.published else []
    lines += [xml_element("dc:creator", author) for author in entry.authors]
    lines += [xml_element("category", tag) for tag in entry.tags]
    lines += [xml_element("dc:language", entry.language)] if entry.language else []
    lines += [xml_element("description", entry.summary)] if entry.summary else []
    lines += [xml_element("content:encoded", entry.html)]
    return f"<item>\n{''.join(lines)}</item>\n"
