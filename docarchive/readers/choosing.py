"""Choosing a reader: by content first, then by the ending of the name."""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache
from typing import Any, Final

from docarchive import plugins
from docarchive.errors import ReaderError, UsageError
from docarchive.formats.names import resolve
from docarchive.readers import (
    bibliography,
    containers,
    documents,
    exports,
    feeds,
    json,
    mail,
    markup,
    news,
    tables,
    text,
    web,
)
from docarchive.readers.documents.kinds import OLD, old_kind
from docarchive.readers.encoding.detect import MAX_SIZE, has_old_line_ends
from docarchive.readers.json import start_of
from docarchive.readers.protocol import Reader, Source
from docarchive.texts import near, shorten

#: In the order in which they are asked: formats of one program are before those that any program may write.
_FAMILIES: Final = (
    *(exports, bibliography, news, feeds, documents, containers, mail, web),
    *(tables, markup, json, text),
)

#: Bytes of an input that its reader is chosen by.
_HEAD: Final = 65_536
#: The roots of XML that is not read: what it is, and how to import it.
_KINDS_OF_XML: Final = {
    b"fictionbook": ("a book in FictionBook (FB2)", "convert it to EPUB, and import that"),
    **dict.fromkeys(
        [b"mods", b"modscollection"], ("references in MODS", "export them as RIS or BibTeX, and import that")
    ),
    **dict.fromkeys(
        [b"pubmedarticleset", b"medlinecitationset"],
        ("references of PubMed in XML", "save them in the format PubMed (.nbib), and import that"),
    ),
}
_UNREAD_XML: Final = re.compile(
    rb"(?i)<(?:\w+:)?(fictionbook|mods|modscollection|pubmedarticleset|medlinecitationset)[\s>]"
)
#: How files begin that are no text, and what they are, for those that no reader recognizes.
_BINARY: Final = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (OLD, "an old office document"),
    (b"\x89PNG", "a picture"),
    (b"GIF8", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"\x1f\x8b", "a gzip file"),
)


@cache
def readers() -> dict[str, Reader]:
    """Returns all readers by name, in the order in which they are asked; plug-ins come first."""
    built_in = (reader for family in _FAMILIES for reader in family.READERS)
    return {reader.name: reader for reader in (*plugins.load("docarchive.readers", _checked), *built_in)}


def _checked(plugin: Any) -> Reader:
    if not (isinstance(plugin.name, str) and callable(plugin.recognizes) and callable(plugin.records)):
        raise TypeError("it is no reader")
    reader: Reader = plugin
    return reader


def choose(source: Source, format: str | None = None) -> Reader:
    """Returns the reader for a source.

    A reader whose suffix the name has and that recognizes the content is surest. Then a format that no content can
    prove or disprove goes by its suffix (``by_name``); only then is every reader asked, so that a note in Markdown
    that looks like mail stays Markdown. What nobody recognizes goes to the most general reader of its suffix.

    Args:
        source: The input; its first bytes are read.
        format: Any name of a reader, to use it whatever the source looks like.

    Raises:
        UsageError: There is no reader of that name.
        ReaderError: No reader reads the source; the message says why.
    """
    if format is not None:
        name = resolve(format, readers())
        if name is None:
            close = near(format, readers(), 1)
            hint = f"did you mean {close[0]}?" if close else "'docarchive formats' lists all formats"
            raise UsageError(f"there is no format {shorten(repr(format))}; {hint}")
        return readers()[name]
    head = _head(source)
    if not head:
        raise ReaderError("the file is empty")
    suffix = os.path.splitext(source.name)[1].lower()
    named = _with_suffix(suffix)
    if match := next((reader for reader in named if reader.recognizes(head)), None):
        return match
    binary = next((kind for magic, kind in _BINARY if head.startswith(magic)), None)
    if not binary and (match := next((reader for reader in named if reader.by_name), None)):
        return match
    if match := next((reader for reader in readers().values() if reader.recognizes(head)), None):
        return match
    if unread := _unread_kind(head, binary):
        raise ReaderError(unread)
    if suffix == ".xml":
        raise ReaderError("it is XML of an unknown kind; to import it anyway, use --format, such as --format text")
    if not named and suffix:
        raise ReaderError(f"unknown format {suffix!r}; to import it anyway, use --format, such as --format text")
    return named[-1] if named else readers()["text"]  # the last is the most general


def _unread_kind(head: bytes, binary: str | None) -> str:
    """Returns what a file is that no reader reads, and how to import it, in one sentence; empty if that is unknown."""
    instead = ""
    if binary and head.startswith(OLD):
        binary, instead = old_kind(head)
    elif not binary and (unread := _UNREAD_XML.search(head[:4_000])):
        binary, instead = _KINDS_OF_XML[unread[1].lower()]
    return f"it is {binary}, which this version does not read" + (instead and f"; {instead}") if binary else ""


@lru_cache(maxsize=1_000)
def _with_suffix(suffix: str) -> list[Reader]:
    """Returns the readers of a suffix, in the order in which they are asked."""
    return [reader for reader in readers().values() if suffix and suffix in reader.suffixes]


def _head(source: Source) -> bytes:
    """Returns the first bytes of a source; of JSON whose first line is longer, that line and the bytes after it."""
    with source.open() as file:
        head = file.read(_HEAD)
        if b"\n" not in head and start_of(head).startswith(b"{"):
            head += file.readline(MAX_SIZE) + file.read(_HEAD)
    return head.replace(b"\r", b"\n") if has_old_line_ends(head) else head
