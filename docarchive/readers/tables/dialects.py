"""The dialect of a CSV file: its encoding and its delimiter (decision 0023)."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable
from functools import partial
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.encoding.declared import meant
from docarchive.readers.encoding.detect import decode
from docarchive.readers.protocol import Source
from docarchive.readers.tables.columns import key_of
from docarchive.readers.tables.rows import Dialect

_DELIMITERS: Final = ",;\t|"
_SAMPLE_SIZE: Final = 262_144
_SAMPLE_ROWS: Final = 20
_MAX_LINE: Final = 1 << 20
#: The line before the header by which Excel states the delimiter.
_SEPARATOR_LINE: Final = re.compile(r"\ufeff?\"?sep=(.)\"?\s*\Z", re.IGNORECASE)
_WIDE_BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def dialect_of(source: Source) -> Dialect:
    """Returns the dialect of a file, by its beginning and the first lines that are not ASCII.

    Raises:
        ReaderError: The file is not text, or it is empty.
    """
    with source.open() as file:
        head = file.read(_SAMPLE_SIZE)
        encoding = _encoding(head, partial(file.readline, _MAX_LINE))
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    if not text.strip():
        raise ReaderError("the file is empty")
    by_character = encoding.startswith(("utf-16", "utf-32")) or ("\r" in text and "\n" not in text)
    lines = text.splitlines(keepends=True)
    if match := _SEPARATOR_LINE.match(lines[0]):
        return Dialect(encoding, match[1], 1, by_character)
    return Dialect(encoding, delimiter_of(text, source.name), 0, by_character)


def delimiter_of(text: str, name: str = "") -> str:
    """Returns the delimiter with which the header has the most known names, and the most rows have the same width.

    Args:
        text: The beginning of a file.
        name: The file's name, whose suffix decides if nothing else does.
    """
    usual = "\t" if name.lower().endswith((".tsv", ".tab")) else ","
    best, best_score = usual, (0, 0.0, 0)
    for delimiter in (usual, *_DELIMITERS.replace(usual, "")):
        sample = first_rows(text, delimiter)
        if sample and len(sample[0]) > 1:
            width = len(sample[0])
            agreement = sum(len(row) == width for row in sample) / len(sample)
            score = sum(key_of(cell) is not None for cell in sample[0]), agreement, min(width, 50)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def first_rows(text: str, delimiter: str) -> list[list[str]]:
    """Returns the first rows of a text that are not blank; none if it is not CSV."""
    sample: list[list[str]] = []
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            if any(row):
                sample.append(row)
            if len(sample) == _SAMPLE_ROWS:
                break
    except csv.Error:
        pass  # the last row may be cut off or too long; the rows before it are enough
    return sample


def _encoding(head: bytes, read_line: Callable[[], bytes]) -> str:
    if head.startswith(_WIDE_BOMS) or head.count(0, 0, 8000) * 20 > len(head[:8000]):
        return decode(head[: len(head) // 4 * 4]).encoding
    head = head.replace(b"\0", b"")  # rows with zero bytes are refused one by one
    sample = head[: head.rfind(b"\n") + 1] or head  # whole lines, so that no character is cut
    while sample.isascii() and (next_line := read_line()):
        sample = next_line
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return meant(decode(sample).encoding)
        except ReaderError:
            return "utf-8"  # mostly: rows that are not are refused one by one
    return "utf-8"
