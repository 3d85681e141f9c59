"""Standard output for exports: a pipe gets the bytes, a terminal gets text without control characters."""

from __future__ import annotations

import codecs
import io
import sys
from typing import Any, BinaryIO, cast

from docarchive.cli.render import safe
from docarchive.errors import UsageError


def standard_output() -> BinaryIO:
    """Returns standard output for bytes; writing anything but text to a terminal raises ``UsageError``."""
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
            raise UsageError(
                "this format is not text and cannot be printed on a terminal; use --output FILE, or a pipe"
            )
        sys.stdout.write(safe(text.replace("\r\n", "\n")))
        return len(data)
