"""How a CSV file is written: its encoding, and what stands between its cells."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable
from functools import partial
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.encoding.detect import decode
from docarchive.readers.protocol import Source
from docarchive.readers.tables.columns import key_of
from docarchive.readers.tables.rows import Form

_DELIMITERS: Final = ",;\t|"
_LOOKED_AT: Final = 262_144
_ROWS: Final = 20
_LINE: Final = 1 << 20
#: What Excel writes before the header.
_SEPARATOR_LINE: Final = re.compile(r"\ufeff?\"?sep=(.)\"?\s*\Z", re.IGNORECASE)
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def form_of(source: Source) -> Form:
    """Returns how a file is written, told by its beginning and the first lines that are not ASCII.

    Raises:
        ReaderError: It is no text, or empty.
    """
    with source.open() as file:
        head = file.read(_LOOKED_AT)
        encoding = _encoding(head, partial(file.readline, _LINE))
    text = head.decode(encoding, "replace").lstrip("\ufeff")
    if not text.strip():
        raise ReaderError("the file is empty")
    by_character = encoding.startswith(("utf-16", "utf-32")) or ("\r" in text and "\n" not in text)
    lines = text.splitlines(keepends=True)
    if match := _SEPARATOR_LINE.match(lines[0]):
        return Form(encoding, match[1], 1, by_character)
    return Form(encoding, delimiter_of(text, source.name), 0, by_character)


def delimiter_of(text: str, name: str = "") -> str:
    """Returns what parts the cells of a text: where the header has most known names, and the rows agree most.

    Args:
        text: The beginning of a file.
        name: Of the file; what it ends in decides where nothing else does.
    """
    usual = "\t" if name.lower().endswith((".tsv", ".tab")) else ","
    best, most = usual, (0, 0.0, 0)
    for delimiter in (usual, *_DELIMITERS.replace(usual, "")):
        found = first_rows(text, delimiter)
        if found and len(found[0]) > 1:
            width = len(found[0])
            alike = sum(len(row) == width for row in found) / len(found)
            score = sum(key_of(cell) is not None for cell in found[0]), alike, min(width, 50)
            if score > most:
                best, most = delimiter, score
    return best


def first_rows(text: str, delimiter: str) -> list[list[str]]:
    """Returns the first rows of a text that are not blank; none if it is no CSV."""
    found: list[list[str]] = []
    try:
        for row in csv.reader(text.splitlines(keepends=True), delimiter=delimiter):
            if any(row):
                found.append(row)
            if len(found) == _ROWS:
                break
    except csv.Error:
        pass  # the last may be cut off, or too long; what came before tells enough
    return found


def _encoding(head: bytes, line: Callable[[], bytes]) -> str:
    if head.startswith(_WIDE) or head.count(0, 0, 8000) * 20 > len(head[:8000]):
        return decode(head[: len(head) // 4 * 4]).encoding
    head = head.replace(b"\0", b"")  # the few rows with a zero byte are refused by themselves
    sample = head[: head.rfind(b"\n") + 1] or head  # no character is cut
    while sample.isascii() and (more := line()):
        sample = more
    try:
        sample.decode("utf-8")
    except UnicodeDecodeError:
        try:
            return decode(sample).encoding
        except ReaderError:
            return "utf-8"  # nearly, so that the rows that are not are refused one by one
    return "utf-8"
