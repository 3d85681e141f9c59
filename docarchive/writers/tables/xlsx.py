"""The writer of spreadsheets (XLSX): one article a row, with numbers as numbers and everything else as text."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from docarchive.article import clean
from docarchive.errors import UsageError
from docarchive.writers.protocol import Document, WriteOptions, Writer
from docarchive.writers.tables.rows import fitting, table_rows, text_of

if TYPE_CHECKING:
    from docarchive.writers.tables.workbook import Workbook

#: The most that a sheet holds (https://support.microsoft.com/office/excel-specifications-and-limits): with the header.
_ROWS: Final = 1_048_576
_COLUMNS: Final = 16_384
#: Excel shows 15 digits of a number: a longer whole number, such as that of an account, would become another one.
_MAX_WHOLE: Final = 10**15
_SMALLEST: Final = 1e-307
_LARGEST: Final = 9.99e307
_MAX_TITLE: Final = 255


class XlsxWriter(Writer):
    """Writes the columns of ``CsvWriter``: each text as a text, never as a formula, a date or a link.

    Whole numbers of more than 15 digits are texts too. Dates are text: they may be partial, and Excel has none before
    1900. Texts that are longer than cells are cut. Where a sheet is full, another one follows.
    """

    name = "xlsx"
    summary = "a spreadsheet for Excel and LibreOffice, one article per row"
    suffixes = (".xlsx",)
    binary = True
    accepts = frozenset({"fields", "flatten"})
    extra = "excel"
    requires = ("xlsxwriter",)

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        """See ``Writer``; the spreadsheet is made in a temporary folder first: the size of a sheet comes before it."""
        try:
            from docarchive.writers.tables.workbook import Workbook
        except ImportError:
            raise self.missing() from None
        with tempfile.TemporaryDirectory(prefix="docarchive-") as folder:
            path = Path(folder, "export.xlsx")
            with Workbook(path, clean(options.title)[:_MAX_TITLE]) as book:
                _fill(book, table_rows(documents, options, _cell), _ROWS)
            with path.open("rb") as file:
                shutil.copyfileobj(file, out, 1 << 20)


def _fill(book: Workbook, rows: Iterator[Sequence[Any]], size: int) -> None:
    """Writes the rows, the first of which is the header, to sheets of at most ``size`` rows."""
    header = [fitting(name) for name in next(rows)]
    if len(header) > _COLUMNS:
        raise UsageError(
            f"{len(header):,} columns are more than the {_COLUMNS:,} of a spreadsheet; choose some with --fields"
        )
    first = next(rows, None)
    rest = iter(()) if first is None else chain([first], rows)
    book.add_sheet(header, islice(rest, size - 1))
    while (row := next(rest, None)) is not None:
        book.add_sheet(header, chain([row], islice(rest, size - 2)))


def _cell(document: Document, value: Any) -> str | int | float | bool:
    if isinstance(value, int) and -_MAX_WHOLE < value < _MAX_WHOLE:  # also true and false
        return value
    if isinstance(value, float) and (value == 0 or _SMALLEST < abs(value) < _LARGEST):
        return value
    return fitting(text_of(value), document)
