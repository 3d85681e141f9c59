"""Heads: the chain of the heads of all manifests of an archive, in its file ``heads.jsonl``.

Each names the one before it. So whoever knows the last head knows that none before it was changed or left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import reduce
from typing import Final

from docarchive.archive.proving.head import NONE, Head
from docarchive.archive.reports import Fault
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.store.layout import HEADS

_MAX_LINE: Final = 1000  # bytes
_MAX_SIZE: Final = 1 << 26  # bytes: those of 150,000 heads


class Heads:
    """The chain of heads of one archive.

    Args:
        archive: The archive's folder.
        path: The path of the file in it.
    """

    def __init__(self, archive: Folder, path: str = HEADS) -> None:
        self._archive = archive
        self._path = path

    def read(self) -> Iterator[Head]:
        """Yields the heads, the first one first; none if there is no manifest yet.

        Raises:
            ArchiveDamaged: A line is no head, or does not follow the one before it.
        """
        if not self._archive.exists(self._path):
            return
        previous = NONE
        with self._archive.open(self._path) as file:
            for number, line in enumerate(iter(lambda: file.readline(_MAX_LINE), b""), start=1):
                try:
                    head = _read(line)
                    if head.previous != previous:
                        raise ValueError("it does not follow the head before it")
                except (ValueError, RecursionError) as error:
                    raise ArchiveDamaged(
                        f"{self._path} was changed or cut: line {number}: {error}; put back a copy of the file"
                    ) from None
                previous = head.head
                yield head

    def last(self) -> Head | None:
        """Returns the last head, or None; raises ``ArchiveDamaged`` if the chain is broken."""
        return reduce(lambda _, head: head, self.read(), None)

    def fault(self) -> Fault | None:
        """Returns what is wrong with the chain, or None."""
        try:
            self.last()
        except ArchiveDamaged as error:
            reason, _, fix = str(error).removeprefix(f"{HEADS} ").rpartition("; ")
            return Fault("damaged", HEADS, reason, fix)
        return None

    def append(self, head: Head) -> None:
        """Adds a head that follows the last one, and flushes it to disk; hold the lock."""
        before = self._archive.read(HEADS, _MAX_SIZE) if self._archive.exists(HEADS) else b""
        if len(before) == _MAX_SIZE:
            raise ArchiveDamaged(f"{HEADS} is too large; put back a copy of the file")
        self._archive.put(HEADS, before + json.dumps(head.to_dict()).encode() + b"\n", flush=True)


def _read(line: bytes) -> Head:
    if not line.endswith(b"\n"):
        raise ValueError("it has no end")
    values = json.loads(line)
    head = Head.read(values) if isinstance(values, dict) else None
    if head is None or json.dumps(head.to_dict()).encode() + b"\n" != line:  # its digest covers the known keys alone
        raise ValueError("it is no head as docarchive writes it")
    return head
