"""The writers of CSV and TSV: one article a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, ClassVar, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.formats.tables import COLUMNS, guarded, list_cell
from docarchive.writers.fields import field_of, flattened
from docarchive.writers.protocol import Document, WriteOptions, Writer

_IN_MEMORY: Final = 50_000_000


class CsvWriter(Writer):
    """Writes the known keys, all others as one JSON object in ``extra``, and the text; or the chosen fields.

    Lists are joined with ``; ``, or written as JSON where that could not be read back. UTF-8, RFC 4180
    (quotes where needed), a header line. A cell that a spreadsheet would run as a formula begins
    with an apostrophe, which an import removes. For Excel, the file begins with a byte order mark: without one,
    Excel reads it in the encoding of the system.
    """

    name = "csv"
    summary = "a comma-separated table, one article per row"
    suffixes: ClassVar[tuple[str, ...]] = (".csv",)
    accepts = frozenset({"fields", "flatten", "excel"})
    round_trips = True
    delimiter = ","

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        text = io.TextIOWrapper(out, "utf-8-sig" if options.excel else "utf-8", newline="", write_through=True)
        try:
            rows = csv.writer(text, delimiter=self.delimiter)
            for row in _rows(documents, options):
                rows.writerow(map(guarded, row))
        finally:
            text.detach()


class TsvWriter(CsvWriter):
    """Writes the same with tabs."""

    name = "tsv"
    summary = "a tab-separated table, one article per row"
    suffixes = (".tsv", ".tab")
    delimiter = "\t"


def _rows(documents: Iterable[Document], options: WriteOptions) -> Iterator[Sequence[str]]:
    if options.flatten:
        yield from _flat_rows(documents, options.fields)
        return
    yield options.fields or COLUMNS
    for document in documents:
        article = document.article
        if options.fields:
            yield [cell_of(field_of(article, name)) for name in options.fields]
        else:
            yield whole_row(article)


def _flat_rows(documents: Iterable[Document], fields: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yields rows with a column for every key in objects; all keys are known only after the last article."""
    columns = dict.fromkeys(fields) if fields else dict.fromkeys(keys.KNOWN)
    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        for document in documents:
            article = document.article
            record = {name: field_of(article, name) for name in fields} if fields else _whole(article)
            flat = {key: cell_of(value) for key, value in flattened(record).items()}
            columns.update(dict.fromkeys(flat))
            spool.write(json.dumps(flat).encode() + b"\n")
        if fields:  # an object is replaced by its keys
            columns = {key: None for key in columns if not any(other.startswith(f"{key}.") for other in columns)}
        else:
            columns.pop("body", None)
            columns["body"] = None
        yield list(columns)
        spool.seek(0)
        for line in spool:
            flat = json.loads(line)
            yield [flat.get(key, "") for key in columns]


def _whole(article: Article) -> dict[str, Any]:
    return {key: value for key, value in article.to_dict().items() if key != "schema"}


def whole_row(article: Article) -> list[str]:
    """Returns the cells of an article under ``COLUMNS``."""
    return [*(cell_of(getattr(article, key)) for key in keys.KNOWN), cell_of(article.extra or None), article.body]


def cell_of(value: Any) -> str:
    """Returns a value as the text of a cell."""
    if isinstance(value, list):
        if not all(isinstance(item, str) for item in value):
            return json.dumps(value, ensure_ascii=False, default=str)
        return list_cell(value)
    if isinstance(value, dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    if isinstance(value, bool):
        return "true" if value else ""
    return "" if value is None else str(value)
