"""Where an export to standard output goes: a pipe as it is, a terminal as text that cannot steer it."""

from __future__ import annotations

import codecs
import io
import sys
from typing import Any, BinaryIO, cast

from docarchive.cli.render import safe
from docarchive.errors import UsageError


def standard_output() -> BinaryIO:
    """Returns standard output for bytes; on a terminal, only text can be written to it.

    Raises:
        UsageError: When something else is written to a terminal.
    """
    return cast(BinaryIO, _Terminal()) if sys.stdout.isatty() else sys.stdout.buffer


class _Terminal(io.RawIOBase):
    def __init__(self) -> None:
        self._decode = codecs.getincrementaldecoder("utf-8")().decode

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        try:
            text = self._decode(bytes(data))
        except UnicodeDecodeError:
            text = "\0"
        if "\0" in text:
            raise UsageError("what is written is no text, and this is a terminal; name a file, or write to a pipe")
        sys.stdout.write(safe(text.replace("\r\n", "\n")))
        return len(data)
