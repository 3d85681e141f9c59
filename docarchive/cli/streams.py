"""Standard output for exports: a pipe gets the bytes, a terminal gets text without control characters."""

from __future__ import annotations

import io
import sys
from typing import BinaryIO, TextIO, cast

from docarchive.cli.render import safe


def standard_output(advice: str) -> BinaryIO | TextIO:
    """Returns standard output for an export.

    Args:
        advice: What to do instead of printing a format that is not text on a terminal.
    """
    return cast(TextIO, _Terminal(advice)) if sys.stdout.isatty() else sys.stdout.buffer


class _Terminal(io.TextIOBase):
    def __init__(self, advice: str) -> None:
        self.advice = advice

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        sys.stdout.write(safe(text.replace("\r\n", "\n")))
        return len(text)
