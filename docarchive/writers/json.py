"""The writer of JSON: one object with all articles."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from docarchive.keys import SCHEMA
from docarchive.writers.jsonl import json_line
from docarchive.writers.protocol import Document, WriteOptions, Writer


class JsonWriter(Writer):
    """Writes ``{"schema": 1, "articles": […]}``, one article a line."""

    name = "json"
    summary = "one JSON object with all articles"
    suffixes = (".json",)
    accepts = frozenset({"fields", "flatten"})
    round_trips = True

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        """See ``Writer``."""
        out.write(f'{{"schema": {SCHEMA}, "articles": ['.encode())
        separator = b"\n"
        for document in documents:
            out.write(separator + json_line(document, options))
            separator = b",\n"
        out.write(b"\n]}\n")
