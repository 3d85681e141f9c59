"""The writers of CSV and TSV: one article a row, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import Any, BinaryIO, ClassVar

from docarchive.formats.tables import guarded
from docarchive.writers.protocol import Document, WriteOptions, Writer
from docarchive.writers.tables.rows import fitting, table_rows, text_of


class CsvWriter(Writer):
    """Writes the known keys, all others as one JSON object in ``extra``, and the text; or the chosen fields.

    Lists are joined with ``; ``, or written as JSON where that could not be read back. UTF-8, RFC 4180
    (quotes where needed), a header line. A cell that a spreadsheet would run as a formula begins
    with an apostrophe, which an import removes. For Excel, the file begins with a byte order mark: without one,
    Excel reads it in the encoding of the system. Texts that are longer than its cells are cut.
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
            rows = table_rows(documents, options, _fitting_cell if options.excel else _cell)
            table = csv.writer(text, delimiter=self.delimiter)
            table.writerow(map(guarded, next(rows)))
            table.writerows(rows)
        finally:
            text.detach()


class TsvWriter(CsvWriter):
    """Writes the same with tabs."""

    name = "tsv"
    summary = "a tab-separated table, one article per row"
    suffixes = (".tsv", ".tab")
    delimiter = "\t"


def _cell(_: Document, value: Any) -> str:
    return guarded(text_of(value))


def _fitting_cell(document: Document, value: Any) -> str:
    return fitting(guarded(text_of(value)), document)
