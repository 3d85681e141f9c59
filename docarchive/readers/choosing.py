"""Choosing a reader: by content first, then by name."""

from __future__ import annotations

import os
from typing import Final

from docarchive.errors import ReaderError, UsageError
from docarchive.readers.decoding import MAX_SIZE
from docarchive.readers.json import JsonReader
from docarchive.readers.jsonl import BOM, JsonLinesReader
from docarchive.readers.markdown import MarkdownReader
from docarchive.readers.protocol import Reader, Source
from docarchive.readers.text import TextReader

#: The readers by name, in the order in which they are asked.
READERS: Final[dict[str, Reader]] = {
    reader.name: reader
    for reader in (
        MarkdownReader(),
        JsonLinesReader(),
        JsonReader(),
        TextReader(),
    )
}

#: Formats in which anything may stand: their names decide.
_BY_NAME: Final = ("markdown", "jsonl")
_HEAD: Final = 65_536
_BINARY: Final = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\xd0\xcf\x11\xe0", "an old office document"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a gzip file"),
    (b"SQLite format 3", "a database"),
)


def choose(source: Source, format: str | None = None) -> Reader:
    """Returns the reader for a source.

    Args:
        source: The input; its first bytes are looked at.
        format: The name of a reader, to use it whatever the source looks like.

    Raises:
        UsageError: There is no reader of that name.
        ReaderError: No reader takes the source; the reason says why.
    """
    if format is not None:
        if format not in READERS:
            raise UsageError(f"there is no format {format!r}; choose one of {', '.join(READERS)}")
        return READERS[format]
    head = _head(source)
    if not head:
        raise ReaderError("the file is empty")
    suffix = os.path.splitext(source.name)[1].lower()
    named = next((reader for reader in READERS.values() if suffix in reader.suffixes), None)
    binary = next((kind for magic, kind in _BINARY if head.startswith(magic)), None)
    if named is not None and named.name in _BY_NAME and not binary:
        return named
    recognized = [reader for reader in READERS.values() if reader.recognizes(head)]
    if recognized:  # of several, the one that the name is for
        return named if named in recognized else recognized[0]
    if binary:
        raise ReaderError(f"it is {binary}, which this version does not read")
    if named is None and suffix:
        names = ", ".join(READERS)
        raise ReaderError(f"unknown format {suffix!r}; to read it all the same, say --format {names}")
    return named or READERS["text"]


def _head(source: Source) -> bytes:
    """Returns the first bytes of a source; of JSON on a long first line, all that line and some of what follows."""
    with source.open() as file:
        head = file.read(_HEAD)
        if b"\n" not in head and head.removeprefix(BOM).lstrip().startswith(b"{"):
            head += file.readline(MAX_SIZE) + file.read(_HEAD)
    return head
