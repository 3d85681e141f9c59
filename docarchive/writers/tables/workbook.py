"""A spreadsheet that is written row by row, with XlsxWriter. The only module that imports it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

#: As wide as usual values are, in characters; lists of labels, names and all else have others.
_WIDTHS: Final = {
    **{"id": 14, "title": 60, "title_derived": 8, "url": 40, "language": 10, "summary": 60, "extra": 30, "body": 100},
    **dict.fromkeys(("date", "updated", "archived"), 20),
}
_WIDTH: Final = 24
#: Characters that XML has not, or changes.
_NOT_IN_XML: Final = "\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff"
#: What a text of this format has as ``_xHHHH_`` (ECMA-376, 22.4.2.4): those, and a sign with which such a form begins.
_ESCAPED = re.compile(f"[{_NOT_IN_XML}]|_(?=x[0-9A-Fa-f]{{4}}[_{_NOT_IN_XML}])")
#: The earliest time in ZIP, which the files in it have too.
_CREATED: Final = datetime(1980, 1, 1)


class _Sheet(Worksheet):
    @staticmethod
    def _escape_control_characters(data: Any) -> Any:
        """Replaces the method of the same name, which every text and truth value goes through.

        That one leaves what overlaps, as in ``_x0041_x0041_``, and lone surrogates, and the caller takes a text from
        ``<r>`` to ``</r>`` for XML.
        """
        if not isinstance(data, str):
            return data
        escaped = _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", data)
        return f"_x003C_{escaped[1:]}" if escaped.startswith("<r>") else escaped


class Workbook:
    """A spreadsheet. Use it in ``with``: it is written at the end, unless there was an error.

    Args:
        path: The file to write, in a folder for temporary files too.
        title: The title in the properties of the file; empty for none.
    """

    def __init__(self, path: Path, title: str) -> None:
        options = {"constant_memory": True, "tmpdir": str(path.parent), "use_zip64": True}
        self._book = xlsxwriter.Workbook(str(path), options)
        self._book.set_properties({"title": title, "created": _CREATED})
        self._bold = self._book.add_format({"bold": True})

    def __enter__(self) -> Workbook:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._book.close()
        except FileCreateError as failed:  # wraps what the system said
            raise failed.args[0] from None
        finally:
            for sheet in self._book.worksheets():
                with suppress(OSError):
                    sheet.row_data_fh.close()

    def add_sheet(self, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Adds a sheet with a header that stays in sight, and rows of texts, numbers and truth values."""
        number = len(self._book.worksheets()) + 1
        sheet = self._book.add_worksheet("Articles" if number == 1 else f"Articles {number}", _Sheet)
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(header):
            sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH))
            sheet.write_string(0, column, name, self._bold)
        for number, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    if cell:
                        sheet.write_string(number, column, cell)
                elif isinstance(cell, bool):
                    sheet.write_boolean(number, column, cell)
                else:
                    sheet.write_number(number, column, cell)
