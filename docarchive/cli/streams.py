"""Standard output for exports: a pipe gets the bytes, a terminal gets text without control characters."""

from __future__ import annotations

import codecs
import io
import sys
from typing import BinaryIO, Final, TextIO, cast

from docarchive.cli.render import safe
from docarchive.errors import UsageError

_HEAD: Final = 1 << 16


def standard_output(advice: str) -> BinaryIO | TextIO:
    """Returns standard output for an export.

    Args:
        advice: What to do instead of printing a format that is not text on a terminal.
    """
    return cast(TextIO, _Terminal(advice)) if sys.stdout.isatty() else sys.stdout.buffer


def print_text(file: BinaryIO, advice: str) -> None:
    """Prints a file on a terminal.

    Args:
        file: The open file.
        advice: What to do instead, if it is not text.

    Raises:
        UsageError: It is not text; nothing has been printed.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    head = file.read(_HEAD)
    try:
        text = decoder.decode(head)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(f"this file is not text in UTF-8; {advice}")
    decoder.errors = "replace"
    terminal = _Terminal(advice)
    terminal.write(text)
    while chunk := file.read(_HEAD):
        terminal.write(decoder.decode(chunk))


class _Terminal(io.TextIOBase):
    def __init__(self, advice: str) -> None:
        self.advice = advice

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        sys.stdout.write(safe(text.replace("\r\n", "\n")))
        return len(text)
