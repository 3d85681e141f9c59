"""The reader of mbox: many messages in one file, each after a line ``From ADDRESS DATE``.

A line of a text that begins with ``From`` is one only if it ends in a date and a header follows: not all
programs put ``>`` before those of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from docarchive.article import Article
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.mail.message import read_message
from docarchive.readers.protocol import Record, Refusal, Source

_DAY: Final = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_FROM: Final = re.compile(rb"From [^\r\n]{0,500}" + _DAY + rb"\b[^\r\n]{1,60}\b\d{4}\b[^\r\n]{0,60}\r?\n")
_HEADER: Final = re.compile(rb"(?:[!-9;-~]+[ \t]*:|>From )")
_ESCAPED: Final = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_CHUNK: Final = 1_000_000


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields each message of a file; one that cannot be read is refused, and the others are read."""
    with source.open() as file:
        for number, (raw, whole) in enumerate(_messages(file), start=1):
            if whole:
                yield Record(f"message {number}", raw, partial(_load, raw))
            else:
                size = MAX_SIZE // 1_000_000
                yield Refusal(f"message {number}", raw[:1000], f"the message is larger than {size} MB")


def _load(raw: bytes) -> Article:
    return read_message(_ESCAPED.sub(b"", raw))


def _messages(file: BinaryIO) -> Iterator[tuple[bytes, bool]]:
    """Yields the bytes of each message without its first line, or the beginning of one that is too large, and False."""
    gathered = _Gathered()
    held = b""  # a line that begins a message if a header follows it
    begun, line_ended = False, True
    for line in iter(lambda: file.readline(_CHUNK), b""):
        if held and begun and not _HEADER.match(line):
            gathered.add(held)
        elif held:
            yield from gathered.take()
            begun = True
        held = b""
        if line_ended and (_FROM.match(line) or (not begun and line.startswith(b"From "))):
            held = line
        elif gathered.size or line.strip():
            gathered.add(line)
            begun = True
        line_ended = line.endswith(b"\n")
    gathered.add(held if begun else b"")
    yield from gathered.take()


class _Gathered:
    """The lines of a message; of one that is too large, only the first."""

    def __init__(self) -> None:
        self.size = 0
        self._lines: list[bytes] = []

    def add(self, line: bytes) -> None:
        self.size += len(line)
        if self.size <= MAX_SIZE:
            self._lines.append(line)
        else:
            del self._lines[100:]

    def take(self) -> Iterator[tuple[bytes, bool]]:
        whole = self.size <= MAX_SIZE
        raw = b"".join(self._lines).rstrip(b"\r\n")  # an empty line stands before the next message
        self.size, self._lines = 0, []
        if raw:
            yield (raw + b"\n", True) if whole else (raw[:1000], False)
