"""The writers of JSON Lines, one article a line, and of JSON, one object with all articles."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any, BinaryIO, ClassVar

from docarchive.keys import SCHEMA
from docarchive.writers.fields import record_of
from docarchive.writers.protocol import Document, WriteOptions, Writer


class JsonLinesWriter(Writer):
    """Writes the JSON form of an article (schema 1; docs/article.schema.json), one a line."""

    name = "jsonl"
    summary = "JSON Lines, one article per line"
    suffixes: ClassVar[tuple[str, ...]] = (".jsonl", ".ndjson")
    accepts = frozenset({"fields", "flatten"})
    round_trips = True

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        for document in documents:
            out.write(json_line(record_of(document.article, options)) + b"\n")


class JsonWriter(JsonLinesWriter):
    """Writes ``{"schema": 1, "articles": […]}``, one article a line."""

    name = "json"
    summary = "one JSON object with all articles"
    suffixes = (".json",)

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        records = (record_of(document.article, options) for document in documents)
        write_list(out, f'{{"schema": {SCHEMA}, "articles": [', records, "]}")


def json_line(value: Any) -> bytes:
    """Returns a value as one line of JSON, without a line end."""
    return json.dumps(value, ensure_ascii=False).encode()


def write_list(out: BinaryIO, begin: str, items: Iterable[Any], end: str) -> None:
    """Writes a list in JSON, one item a line, between its beginning and its end."""
    out.write(begin.encode())
    separator = b"\n"
    for item in items:
        out.write(separator + json_line(item))
        separator = b",\n"
    out.write(f"\n{end}\n".encode())
