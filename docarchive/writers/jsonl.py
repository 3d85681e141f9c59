"""The writer of JSON Lines: one article a line."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO

from docarchive.writers.protocol import Document


class JsonLinesWriter:
    """Writes the JSON form of an article (schema 1), one a line."""

    name = "jsonl"
    suffix = ".jsonl"
    folder = False

    def write(self, documents: Iterable[Document], out: BinaryIO) -> None:
        """See ``Writer``."""
        for document in documents:
            out.write(json_line(document) + b"\n")


def json_line(document: Document) -> bytes:
    """Returns an article as one line of JSON, without a line end."""
    return json.dumps(document.article.to_dict(), ensure_ascii=False).encode()
