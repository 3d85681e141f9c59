"""Manifest: a list of all files of an archive with their SHA-256, which ``sha256sum -c`` can check.

Begins with lines that ``sha256sum`` takes for comments (``Head.lines``). Files are in order of path, byte by byte. A
manifest may be a stranger's: it is read line by line, and no line is long.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import BinaryIO

from docarchive.archive.proving.files import is_covered
from docarchive.archive.proving.head import FIRST_LINE, Head
from docarchive.archive.proving.tree import Root, leaf_hash
from docarchive.errors import InputError, UsageError
from docarchive.formats.digest_lines import MAX_LINE, DigestLine


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

    def __iter__(self) -> Iterator[DigestLine]:
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
        return self._file.readline(MAX_LINE)

    def _damaged(self, reason: str) -> InputError:
        return InputError(f"the manifest {self._name} was changed or cut: {reason}; use another copy of it")


def entry_of(line: bytes) -> DigestLine | None:
    """Reads a line of a manifest; returns None if it is none as docarchive writes it."""
    entry = DigestLine.read(line)
    return entry if entry is not None and is_covered(entry.path) else None
