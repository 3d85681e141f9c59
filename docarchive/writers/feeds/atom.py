"""The writer of Atom (RFC 4287)."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable
from typing import BinaryIO, Final

from docarchive.writers.feeds.entries import NEVER, Entry, entry_of, feed_id, later
from docarchive.writers.protocol import Document, WriteOptions, Writer
from docarchive.writers.xml import xml_element, xml_text

_IN_MEMORY: Final = 10_000_000


class AtomWriter(Writer):
    """Writes an entry an article, the text as HTML.

    The feed begins with the time of its last change, so entries go through a temporary file.
    """

    name = "atom"
    summary = "an Atom feed"
    suffixes = (".atom",)
    order = "-date"

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        updated = ""
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
            for document in documents:
                entry = entry_of(document.article)
                updated = later(updated or entry.last, entry.last)
                spool.write(_entry(entry, document.article.source or options.title).encode())
            spool.seek(0)
            out.write(_head(options, updated or NEVER).encode())
            shutil.copyfileobj(spool, out)
        out.write(b"</feed>\n")


def _head(options: WriteOptions, updated: str) -> str:
    self_ = f'<link rel="self" type="application/atom+xml" href="{xml_text(options.url)}"/>\n'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">\n'
        + xml_element("id", feed_id(options))
        + xml_element("title", options.title)
        + xml_element("updated", updated)
        + (self_ if options.url else "")
        + xml_element("generator", "docarchive")
    )


def _entry(entry: Entry, publisher: str) -> str:
    """Returns an entry; its author is the publisher if there is no other, since Atom requires one."""
    lines = [xml_element("id", entry.id), xml_element("title", entry.title)]
    lines += [f'<link rel="alternate" href="{xml_text(entry.url)}"/>\n'] if entry.url else []
    lines += [xml_element("published", entry.published)] if entry.published else []
    lines += [xml_element("updated", entry.last)]
    lines += [f"<author>{xml_element('name', name).rstrip()}</author>\n" for name in entry.authors or (publisher,)]
    lines += [f'<category term="{xml_text(tag)}"/>\n' for tag in entry.tags]
    lines += [xml_element("summary", entry.summary)] if entry.summary else []
    lines += [xml_element("content", entry.html, 'type="html"')]
    language = f' xml:lang="{xml_text(entry.language)}"' if entry.language else ""
    return f"<entry{language}>\n{''.join(lines)}</entry>\n"
