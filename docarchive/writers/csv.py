"""The writer of CSV: one article a row."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable
from typing import Any, BinaryIO, Final

from docarchive import keys
from docarchive.writers.protocol import Document

_COLUMNS: Final = (*keys.KNOWN, "extra", "body")


class CsvWriter:
    """Writes the known keys, all others as one JSON object in ``extra``, and the text.

    Lists are joined with ``; ``, or written as JSON where that could not be read back. UTF-8, RFC 4180
    (commas, quotes where needed), a header line.
    """

    name = "csv"
    suffix = ".csv"
    folder = False

    def write(self, documents: Iterable[Document], out: BinaryIO) -> None:
        """See ``Writer``."""
        text = io.TextIOWrapper(out, "utf-8", newline="", write_through=True)
        try:
            rows = csv.writer(text)
            rows.writerow(_COLUMNS)
            for document in documents:
                article = document.article
                cells = [_cell(getattr(article, key)) for key in keys.KNOWN]
                extra = json.dumps(article.extra, ensure_ascii=False) if article.extra else ""
                rows.writerow([*cells, extra, article.body])
        finally:
            text.detach()


def _cell(value: Any) -> str:
    if isinstance(value, list):
        cell = "; ".join(value)
        return (
            cell
            if not value or (cell.split("; ") == value and cell[0] != "[")
            else json.dumps(value, ensure_ascii=False)
        )
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)
