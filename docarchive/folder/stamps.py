"""Stamps: what changes whenever a file is written or replaced, so that what docarchive did not write is noticed.

The time of a file's last change can be set back; the time of the change of its status cannot. Both differ in a copy of
an archive, so where nothing can be noted, size and time must be enough.
"""

from __future__ import annotations

import json
import os
from typing import Any, Final
from zlib import crc32

from docarchive.errors import ArchiveDamaged
from docarchive.folder.folder import Folder
from docarchive.records import NamedTuple

_CERTAIN: Final = 2  # the values that a copy has too


class Stamp(NamedTuple):
    """The stamp of a file."""

    size: int  # in bytes
    modified: int  # the time of its last change, in nanoseconds since 1970
    changed: int  # the time of the last change of its status, likewise
    inode: int

    def agrees(self, other: Stamp | None, *, exactly: bool = True) -> bool:
        """Returns whether a file is as it was: by all values, or else by those that a copy has too."""
        if other is None:
            return False
        return self == other if exactly else self[:_CERTAIN] == other[:_CERTAIN]


def stamped(status: os.stat_result) -> Stamp:
    """Returns the stamp of a file with a status."""
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def stamp_of(folder: Folder, path: str) -> Stamp:
    """Returns the stamp of a file; raises ``FileNotFoundError`` if there is none."""
    return stamped(folder.status(path))


def read_note(folder: Folder, name: str, limit: int) -> dict[str, Any]:
    """Returns what was noted in a file: a line with the checksum of the rest, which is JSON; empty if it is damaged."""
    try:
        first, _, text = folder.read(name, limit).partition(b"\n")
        values = json.loads(text) if first == b"%08x" % crc32(text) else {}
    except (OSError, ArchiveDamaged, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def write_note(folder: Folder, name: str, values: dict[str, Any]) -> None:
    """Notes something in a file."""
    text = json.dumps(values).encode()
    folder.put(name, b"%08x\n%s" % (crc32(text), text))
