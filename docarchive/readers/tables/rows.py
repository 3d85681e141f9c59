"""The rows of a CSV file: their cells, and their bytes (decision 0023).

The file is read line by line, so only one row is in memory. A quote that is never closed costs its own line, not the
rest of the file.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, Final

from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import MAX_HEAD
from docarchive.records import NamedTuple

#: How often in a file parsing starts again at the line after an unclosed quote.
_RETRIES: Final = 20

#: A row of more lines has an unclosed quote; each line takes more memory than it has bytes.
_MAX_LINES: Final = 1_000_000
_UNCLOSED: Final = "a quote in it is not closed"
#: A surrogate in the place of a byte that could not be decoded.
_UNDECODABLE: Final = re.compile("[\udc80-\udcff]")


class Dialect(NamedTuple):
    """The dialect of a CSV file.

    Attributes:
        encoding: The encoding of its text.
        delimiter: The character between cells.
        skipped: How many lines come before the header.
        by_character: Whether line ends are not single bytes, as in UTF-16, or are those of old Macs (CR). The bytes
            of a row are then its text in UTF-8.
    """

    encoding: str
    delimiter: str
    skipped: int = 0
    by_character: bool = False


class Row(NamedTuple):
    """A row, or lines that cannot be read as one.

    Attributes:
        line: The number of its first line, from 1.
        raw: Its bytes.
        cells: Its cells.
        problem: Why it cannot be read; empty if it can.
        head: The bytes of the file up to the end of its first row, the header; empty for that row, or if they are many.
    """

    line: int
    raw: bytes
    cells: list[str]
    problem: str = ""
    head: bytes = b""


class _BadRowError(Exception):
    """The lines that were read are not a row; if ``separable``, each line may be a row by itself."""

    def __init__(self, problem: str, *, separable: bool = False) -> None:
        super().__init__(problem)
        self.separable = separable


def rows(file: BinaryIO, dialect: Dialect) -> Iterator[Row]:
    """Yields the rows of a file that are not blank.

    Args:
        file: The file, at its beginning.
        dialect: Its dialect.

    Raises:
        ReaderError: The file is not in its encoding, and its line ends are not single bytes.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_SIZE))  # of the whole process; rows are bounded here
    lines = _Lines(file, dialect)
    for _ in range(dialect.skipped):
        lines.skip_line()
    retries = _RETRIES
    while True:
        lines.begin_row()
        try:
            yield from _parse_rows(lines, dialect)
        except csv.Error as error:
            yield lines.row([], f"it is not a CSV row: {error}")
        except _BadRowError as error:
            if error.separable and len(lines.raw_lines) > 1 and retries:
                retries -= 1
                lines.push_back()
            yield lines.row([], str(error))
        else:
            return


def _parse_rows(lines: _Lines, dialect: Dialect) -> Iterator[Row]:
    for cells in csv.reader(lines, delimiter=dialect.delimiter):
        if lines.ended_in_row:
            raise _BadRowError(_UNCLOSED, separable=True)
        if any(cells):
            yield lines.row(cells, _problem(cells, dialect.encoding))
        lines.begin_row()


def _problem(cells: list[str], encoding: str) -> str:
    for cell in cells:
        if not cell.isascii() and (match := _UNDECODABLE.search(cell)):
            return f"the text is not {encoding.upper()} (byte 0x{ord(match[0]) - 0xDC00:02x})"
        if "\0" in cell:
            return "it has zero bytes"
    return ""


class _Lines:
    """The decoded lines of a file for ``csv.reader``; keeps the bytes of the current row."""

    def __init__(self, file: BinaryIO, dialect: Dialect) -> None:
        self._file = file
        self._encoding = "utf-8" if dialect.by_character else dialect.encoding
        self._text = _text_lines(file, dialect.encoding) if dialect.by_character else None
        self._pushed_back: deque[bytes] = deque()
        self._number = 0
        self._size = 0
        self.raw_lines: list[bytes] = []  # of the current row
        self.first_number = 1  # of the current row's first line
        self.ended_in_row = False  # the file ended in the middle of a row
        self._skipped: list[bytes] = []  # the byte order mark, and the lines before the first row
        self._head: bytes | None = None  # these and the first row, once that was read

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        raw = self._read_raw()
        if not raw:
            self.ended_in_row = bool(self.raw_lines)
            raise StopIteration
        self._number += 1
        self.raw_lines.append(raw)
        self._size += len(raw)
        if len(raw) > MAX_SIZE:
            self._skip_rest(raw)
            raise _BadRowError(f"the line is longer than {MAX_SIZE // 1_000_000} MB")
        if self._size > MAX_SIZE or len(self.raw_lines) > _MAX_LINES:
            raise _BadRowError(_UNCLOSED, separable=True)
        return raw.decode(self._encoding, "surrogateescape")

    def row(self, cells: list[str], problem: str) -> Row:
        """Returns the current row."""
        raw = b"".join(self.raw_lines)
        row = Row(self.first_number, raw, cells, problem, self._head or b"")
        if self._head is None:
            head = b"".join([*self._skipped, raw])
            self._head = head if len(head) <= MAX_HEAD else b""
        return row

    def begin_row(self) -> None:
        self.raw_lines = []
        self._size = 0
        self.first_number = self._number + 1

    def push_back(self) -> None:
        """Ends the row after its first line; the others are read again."""
        self._pushed_back.extendleft(reversed(self.raw_lines[1:]))
        self._number -= len(self.raw_lines) - 1
        self.raw_lines = self.raw_lines[:1]
        self.ended_in_row = False

    def skip_line(self) -> None:
        raw = self._read_raw()
        self._skipped.append(raw)
        self._number += bool(raw)

    def _read_raw(self) -> bytes:
        if self._pushed_back:
            return self._pushed_back.popleft()
        if self._text is not None:
            return next(self._text, b"")
        raw = self._file.readline(MAX_SIZE + 1)
        if self._number or not raw.startswith(codecs.BOM_UTF8):
            return raw
        self._skipped.append(codecs.BOM_UTF8)
        return raw.removeprefix(codecs.BOM_UTF8)

    def _skip_rest(self, raw: bytes) -> None:
        """Skips the rest of a line, and keeps its beginning."""
        self.raw_lines[-1] = raw[:1000]
        while raw and not raw.endswith((b"\n", b"\r")):
            raw = next(self._text, b"") if self._text is not None else self._file.readline(MAX_SIZE)


def _text_lines(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yields the lines of a text whose line ends are not single bytes, in UTF-8."""
    import io

    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        for line in iter(lambda: text.readline(MAX_SIZE + 1), ""):
            yield line.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
    except UnicodeError:
        raise ReaderError(f"the text is not {encoding.upper()}; fix or convert it first") from None
    finally:
        text.detach()


def too_wide(cells: list[str], width: int) -> str:
    """Returns why a row has too many cells, or nothing."""
    if len(cells) > width and any(cells[width:]):
        return f"the row has {len(cells)} cells, and the header {width}"
    return ""
