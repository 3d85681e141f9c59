"""The rows of a CSV file: cells, and the bytes that they came from.

The file is read line by line, so a row is all that is in memory. A quote that is never closed takes its own
line, not the rest of the file.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import MAX_SIZE

#: A quote that is not closed is looked for again from the next line on, so many times in a file.
_RETRIES: Final = 20

#: A row of more lines has a quote that is not closed; each line takes more memory than it has bytes.
_MAX_LINES: Final = 1_000_000
_UNCLOSED: Final = "a quote in it is not closed"
#: What stands for a byte that could not be decoded.
_WRONG: Final = re.compile("[\udc80-\udcff]")


class Form(NamedTuple):
    """How a file is written.

    Attributes:
        encoding: Of its text.
        delimiter: Between cells.
        skipped: Lines before the header.
        by_character: Whether its line ends cannot be told from its bytes: in UTF-16, or if they are those of
            old Macs. The bytes of a row are then those of its text in UTF-8.
    """

    encoding: str
    delimiter: str
    skipped: int = 0
    by_character: bool = False


class Row(NamedTuple):
    """A row, or what stands in its place and is none.

    Attributes:
        line: The number of its first line.
        raw: Its bytes.
        cells: Its cells.
        problem: Why it cannot be read; empty if it can.
    """

    line: int
    raw: bytes
    cells: list[str]
    problem: str = ""


class _NoRowError(Exception):
    """What was read is no row.

    Attributes:
        lines: Whether its lines may be rows by themselves.
    """

    def __init__(self, problem: str, *, lines: bool = False) -> None:
        super().__init__(problem)
        self.lines = lines


def rows(file: BinaryIO, form: Form) -> Iterator[Row]:
    """Yields the rows of a file that are not blank.

    Args:
        file: At its beginning.
        form: How it is written.

    Raises:
        ReaderError: It is not in its encoding, where that does not show line ends as bytes.
    """
    csv.field_size_limit(max(csv.field_size_limit(), MAX_SIZE))  # one for the whole process; rows are bounded here
    lines = _Lines(file, form)
    for _ in range(form.skipped):
        lines.skip()
    retries = _RETRIES
    while True:
        lines.begin()
        try:
            yield from _good_rows(lines, form)
        except csv.Error as error:
            yield Row(lines.first, b"".join(lines.taken), [], f"it is no row of CSV: {error}")
        except _NoRowError as error:
            if error.lines and len(lines.taken) > 1 and retries:
                retries -= 1
                lines.give_back()
            yield Row(lines.first, b"".join(lines.taken), [], str(error))
        else:
            return


def _good_rows(lines: _Lines, form: Form) -> Iterator[Row]:
    for cells in csv.reader(lines, delimiter=form.delimiter):
        if lines.ended_in_row:
            raise _NoRowError(_UNCLOSED, lines=True)
        if any(cells):
            yield Row(lines.first, b"".join(lines.taken), cells, _problem(cells, form.encoding))
        lines.begin()


def _problem(cells: list[str], encoding: str) -> str:
    for cell in cells:
        if not cell.isascii() and (wrong := _WRONG.search(cell)):
            return f"the text is not {encoding.upper()} (byte 0x{ord(wrong[0]) - 0xDC00:02x})"
        if "\0" in cell:
            return "there are zero bytes in it"
    return ""


class _Lines:
    """The lines of a file as ``csv`` wants them, which remembers their bytes.

    Attributes:
        taken: The bytes of the lines of the row at hand.
        first: The number of its first line.
        ended_in_row: Whether the file ended before the row did.
    """

    def __init__(self, file: BinaryIO, form: Form) -> None:
        self._file = file
        self._encoding = "utf-8" if form.by_character else form.encoding
        self._text = _text_lines(file, form.encoding) if form.by_character else None
        self._waiting: deque[bytes] = deque()
        self._number = 0
        self._size = 0
        self.taken: list[bytes] = []
        self.first = 1
        self.ended_in_row = False

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        raw = self._next()
        if not raw:
            self.ended_in_row = bool(self.taken)
            raise StopIteration
        self._number += 1
        self.taken.append(raw)
        self._size += len(raw)
        if len(raw) > MAX_SIZE:
            self._to_line_end(raw)
            raise _NoRowError(f"the line is longer than {MAX_SIZE // 1_000_000} MB")
        if self._size > MAX_SIZE or len(self.taken) > _MAX_LINES:
            raise _NoRowError(_UNCLOSED, lines=True)
        return raw.decode(self._encoding, "surrogateescape")

    def begin(self) -> None:
        """Begins a row."""
        self.taken = []
        self._size = 0
        self.first = self._number + 1

    def give_back(self) -> None:
        """Gives all lines of the row back but the first."""
        self._waiting.extendleft(reversed(self.taken[1:]))
        self._number -= len(self.taken) - 1
        self.taken = self.taken[:1]
        self.ended_in_row = False

    def skip(self) -> None:
        """Leaves out a line."""
        self._number += bool(self._next())

    def _next(self) -> bytes:
        if self._waiting:
            return self._waiting.popleft()
        if self._text is not None:
            return next(self._text, b"")
        raw = self._file.readline(MAX_SIZE + 1)
        return raw.removeprefix(codecs.BOM_UTF8) if self._number == 0 else raw

    def _to_line_end(self, raw: bytes) -> None:
        """Passes over the rest of a line; its beginning is kept."""
        self.taken[-1] = raw[:1000]
        while raw and not raw.endswith((b"\n", b"\r")):
            raw = next(self._text, b"") if self._text is not None else self._file.readline(MAX_SIZE)


def _text_lines(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    """Yields lines in UTF-8 of a text whose line ends are no bytes of their own."""
    import io

    text = io.TextIOWrapper(file, encoding, newline="")
    try:
        for line in iter(lambda: text.readline(MAX_SIZE + 1), ""):
            yield line.removeprefix("\ufeff").encode("utf-8", "surrogatepass")
    except UnicodeError:
        raise ReaderError(f"the text is not {encoding.upper()}; mend or convert it first") from None
    finally:
        text.detach()


def too_wide(cells: list[str], width: int) -> str:
    """Returns why a row has too many cells, or nothing."""
    if len(cells) > width and any(cells[width:]):
        return f"the row has {len(cells)} cells, and the header {width}"
    return ""
