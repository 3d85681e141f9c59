"""The reader of mbox: many messages in one file, each after a separator ``From ADDRESS DATE`` (decision 0022).

Not all programs put ``>`` before lines of a text that begin with ``From``; such a line is a separator only if it ends
in a date and a header follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import BinaryIO, Final

from docarchive.article import Article
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.encoding.lines import lines_of
from docarchive.readers.mail.message import read_message
from docarchive.readers.mail.pictures import MessagePictures
from docarchive.readers.protocol import Record, Refusal, Skip, Source

_DAY: Final = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_SEPARATOR: Final = re.compile(rb"From [^\r\n]{0,500}" + _DAY + rb"\b[^\r\n]{1,60}\b\d{4}\b[^\r\n]{0,60}\r?\n")
_HEADER: Final = re.compile(rb"(?:[!-9;-~]+[ \t]*:|>From )")
_ESCAPED: Final = re.compile(rb"^>(?=>*From )", re.MULTILINE)
_CHUNK: Final = 1_000_000
_WEEKDAY: Final = re.compile(_DAY + rb"\b")
#: What IMAP servers store in the first message of a file.
_OF_PROGRAM: Final = re.compile(
    rb"(?mi)^X-IMAP(?:base)?:[^\n]*\n(?s:.*?)^This text is part of the internal format of your mail"
)
_HEAD: Final = 4_000


def records(source: Source) -> Iterator[Record | Refusal | Skip]:
    """Yields the messages of a file; one that cannot be read is refused, and the others are read."""
    with source.open() as file:
        for number, (raw, complete, stored) in enumerate(_messages(file), start=1):
            if complete and _OF_PROGRAM.search(raw[:_HEAD]):
                yield Skip(f"message {number}", "what a mail program noted about the file")
            elif complete:
                load = partial(_read_unescaped, raw, stored)
                yield Record(f"message {number}", raw, load, MessagePictures(partial(_ESCAPED.sub, b"", raw)))
            else:
                size = MAX_SIZE // 1_000_000
                yield Refusal(f"message {number}", raw[:1000], f"the message is larger than {size} MB")


def _read_unescaped(raw: bytes, stored: str) -> Article:
    return read_message(_ESCAPED.sub(b"", raw), stored)


def _messages(file: BinaryIO) -> Iterator[tuple[bytes, bool, str]]:
    """Yields the bytes of each message without its separator, whether that is all of it, and the separator's date."""
    message = _Lines()
    separator = b""  # the last line, if it is a separator in case a header follows
    in_message, line_ended = False, True
    for line in lines_of(file, _CHUNK):
        if separator and in_message and not _HEADER.match(line):
            message.add(separator)
        elif separator:
            yield from message.finish()
            message.stored = _date_in(separator)
            in_message = True
        separator = b""
        if line_ended and (_SEPARATOR.match(line) or (not in_message and line.startswith(b"From "))):
            separator = line
        elif message.size or line.strip():
            message.add(line)
            in_message = True
        line_ended = line.endswith(b"\n")
    message.add(separator if in_message else b"")
    yield from message.finish()


def _date_in(separator: bytes) -> str:
    """Returns the date in a separator, as it is written; empty if there is none."""
    weekday = _WEEKDAY.search(separator)
    return separator[weekday.start() :].decode("ascii", "replace").strip() if weekday else ""


class _Lines:
    """The lines of a message; only the first 100 of one that is too large."""

    def __init__(self) -> None:
        self.size = 0
        self.stored = ""
        self._lines: list[bytes] = []

    def add(self, line: bytes) -> None:
        self.size += len(line)
        if self.size <= MAX_SIZE:
            self._lines.append(line)
        else:
            del self._lines[100:]

    def finish(self) -> Iterator[tuple[bytes, bool, str]]:
        complete = self.size <= MAX_SIZE
        raw = b"".join(self._lines).rstrip(b"\r\n")  # an empty line precedes the next separator
        self.size, self._lines = 0, []
        if raw:
            yield (raw + b"\n", True, self.stored) if complete else (raw[:1000], False, self.stored)
