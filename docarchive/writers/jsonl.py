"""The writer of JSON Lines: one article a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

from docarchive.writers.fields import record_of
from docarchive.writers.protocol import Document, WriteOptions, Writer


class JsonLinesWriter(Writer):
    """Writes the JSON form of an article (schema 1; docs/article.schema.json), one a line."""

    name = "jsonl"
    summary = "JSON Lines, one article per line"
    suffixes = (".jsonl", ".ndjson")
    accepts = frozenset({"fields", "flatten"})
    round_trips = True

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        """See ``Writer``."""
        for document in documents:
            out.write(json_line(document, options) + b"\n")


def json_line(document: Document, options: WriteOptions) -> bytes:
    """Returns an article as one line of JSON, without a line end."""
    return json.dumps(record_of(document.article, options), ensure_ascii=False).encode()
