"""Lines of a list of files with their SHA-256, as ``sha256sum`` writes and checks them.

Paths are those of files in an archive: relative, with forward slashes. Lists are in order of their bytes.
"""

from __future__ import annotations

import os
import re
from typing import Final

from docarchive.records import NamedTuple

#: The longest line in bytes; no path in an archive is longer.
MAX_LINE: Final = 1 << 15
_LINE: Final = re.compile(rb"\\?([0-9a-f]{64})  .+\n", re.DOTALL)
#: What is escaped in a path; the line then begins with a backslash.
_ESCAPES: Final = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r"}
_ESCAPED: Final = re.compile(rb"[\\\n\r]")
_ESCAPE: Final = re.compile(rb"\\(.?)", re.DOTALL)
_UNESCAPED: Final = {escape[1:]: sign for sign, escape in _ESCAPES.items()}


class DigestLine(NamedTuple):
    """A file and its digest."""

    path: str  # relative to the archive, with forward slashes
    digest: bytes  # the SHA-256 of its bytes, 32 bytes

    def line(self) -> bytes:
        """Returns the line, with its line end."""
        path = os.fsencode(self.path)
        escaped = _ESCAPED.sub(lambda match: _ESCAPES[match[0]], path)
        return (b"\\" if escaped != path else b"") + self.digest.hex().encode() + b"  " + escaped + b"\n"

    @classmethod
    def parse(cls, line: bytes) -> DigestLine | None:
        """Reads a line; returns None if it is none."""
        match = _LINE.fullmatch(line)
        return cls(os.fsdecode(path_in(line)), bytes.fromhex(match[1].decode())) if match else None

    @classmethod
    def read(cls, line: bytes) -> DigestLine | None:
        """Reads a line; returns None if it is none, or has another form than ``line`` returns."""
        parsed = cls.parse(line)
        return parsed if parsed is not None and parsed.line() == line else None


def path_in(line: bytes) -> bytes:
    """Returns the bytes of the path in a line that was read before."""
    if not line.startswith(b"\\"):
        return line[66:-1]
    return _ESCAPE.sub(lambda escape: _UNESCAPED.get(escape[1], b"\0"), line[67:-1])
