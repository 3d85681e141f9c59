"""Stamps: what changes whenever a file is written or replaced, so that what docarchive did not write is noticed.

The time of a file's last change can be set back; the time of the change of its status cannot. Both differ in a copy of
an archive, so where nothing can be noted, size and time must be enough.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from docarchive.folder.folder import Folder

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


def stamp_of(folder: Folder, path: str) -> Stamp:
    """Returns the stamp of a file; raises ``FileNotFoundError`` if there is none."""
    status = folder.status(path)
    return Stamp(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)
