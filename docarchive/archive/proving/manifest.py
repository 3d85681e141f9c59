"""Manifest: a list of all files of an archive with their SHA-256, which ``sha256sum -c`` can check.

Begins with lines that ``sha256sum`` takes for comments (``Head.lines``). Files are in order of path, byte by byte. A
manifest may be a stranger's: it is read line by line, and no line is long.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import BinaryIO, Final, NamedTuple

from docarchive.archive.proving.files import is_covered
from docarchive.archive.proving.head import FIRST_LINE, Head
from docarchive.archive.proving.tree import Root, leaf_hash
from docarchive.errors import InputError, UsageError

_MAX_LINE: Final = 1 << 15  # bytes; no path in an archive is longer
_LINE: Final = re.compile(rb"(\\?)([0-9a-f]{64})  (.+)\n", re.DOTALL)
#: What ``sha256sum`` escapes in a path; the line then begins with a backslash.
_ESCAPES: Final = {b"\\": b"\\\\", b"\n": b"\\n", b"\r": b"\\r"}
_ESCAPED: Final = re.compile(rb"[\\\n\r]")
_ESCAPE: Final = re.compile(rb"\\(.?)", re.DOTALL)
_UNESCAPED: Final = {escape[1:]: sign for sign, escape in _ESCAPES.items()}


class Entry(NamedTuple):
    """A file in a manifest."""

    path: str  # relative to the archive, with forward slashes
    digest: bytes  # the SHA-256 of its bytes

    def line(self) -> bytes:
        """Returns the line of the manifest, as ``sha256sum`` writes it."""
        path = os.fsencode(self.path)
        escaped = _ESCAPED.sub(lambda match: _ESCAPES[match[0]], path)
        return (b"\\" if escaped != path else b"") + self.digest.hex().encode() + b"  " + escaped + b"\n"


class Manifest:
    """A manifest that is being read. Iterate over it once.

    Args:
        file: The open file.
        name: Its name, for messages.

    Attributes:
        head: What it says of the whole archive.

    Raises:
        UsageError: It is no manifest.
        InputError: It is damaged: a line is none of a manifest, or the lines do not have the root that it names.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._file = file
        self._name = name
        self._line = 1
        if file.readline(len(FIRST_LINE)) != FIRST_LINE:
            raise UsageError(f"{name} is no manifest; write one with 'docarchive verify --manifest FILE'")
        lines = [self._next() for _ in (*Head._fields, "head")]
        values = (line.decode("utf-8", "replace").removeprefix("# ").strip("\n").partition(" ") for line in lines)
        try:
            self.head = Head.read({name: value for name, _, value in values})
        except ValueError as error:
            raise self._damaged(str(error)) from None
        if self.head.lines() != FIRST_LINE + b"".join(lines):
            raise self._damaged("its first lines are not those of a manifest")

    def __iter__(self) -> Iterator[Entry]:
        root, last = Root(), b""
        while line := self._next():
            entry = entry_of(line)
            if entry is None:
                raise self._damaged(f"line {self._line} is no line of a manifest")
            if (path := os.fsencode(entry.path)) <= last:
                raise self._damaged(f"line {self._line} is not in order of path")
            last = path
            root.add(leaf_hash(*entry))
            yield entry
        if (root.leaves, root.digest().hex()) != (self.head.files, self.head.root):
            raise self._damaged("its lines are not those that its root was computed from")

    def _next(self) -> bytes:
        self._line += 1
        return self._file.readline(_MAX_LINE)

    def _damaged(self, reason: str) -> InputError:
        return InputError(f"the manifest {self._name} was changed or cut: {reason}; use another copy of it")


def entry_of(line: bytes) -> Entry | None:
    """Reads a line of a manifest; returns None if it is none as docarchive writes it."""
    match = _LINE.fullmatch(line)
    if match is None:
        return None
    path = _ESCAPE.sub(lambda sign: _UNESCAPED.get(sign[1], b"\0"), match[3]) if match[1] else match[3]
    entry = Entry(os.fsdecode(path), bytes.fromhex(match[2].decode()))
    return entry if is_covered(entry.path) and entry.line() == line else None
