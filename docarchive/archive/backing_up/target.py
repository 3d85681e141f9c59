"""Target: where backups are. ``Target`` reads them, ``TargetWriter`` adds one.

A target has the same files wherever it is: a folder, a ZIP file, or a store that is reached through fsspec.

    README.txt       what this is, and how to restore it by hand
    archive/         the files of the last backup
    earlier/ab/      files of earlier backups that the last one does not have, named by their digests
    backups/         the list of each backup
    unfinished/      while a backup is written, or after one was killed
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from typing import BinaryIO, Final, Protocol

from docarchive.records import NamedTuple

README: Final = "README.txt"
MIRROR: Final = "archive"
EARLIER: Final = "earlier"
BACKUPS: Final = "backups"
UNFINISHED: Final = "unfinished"
#: What systems put at the top of every disk.
_OF_SYSTEMS: Final = frozenset({"lost+found", "System Volume Information", "$RECYCLE.BIN"})


def earlier_path(digest: str) -> str:
    """Returns the path in a target of a file that only earlier backups have."""
    return f"{EARLIER}/{digest[:2]}/{digest}"


def is_foreign(name: str) -> bool:
    """Returns whether a name at the top of a folder without backups shows that it is used for something else."""
    return not (name == UNFINISHED or name in _OF_SYSTEMS or name.startswith("."))


class StoredFile(NamedTuple):
    """A file in a target."""

    path: str  # relative to the folder that is listed
    size: int  # in bytes


class Staged(NamedTuple):
    """A copy of a file, complete, which is not in its place yet."""

    number: int  # of the copy
    digest: str  # the SHA-256 of its bytes, 64 hex digits
    size: int  # in bytes
    modified: int  # the time of the last change of what was copied, in nanoseconds since 1970


class Target(Protocol):
    """Reads backups.

    Every method raises ``OSError`` or an ``ArchiveError`` if the target cannot be read.
    """

    name: str  # as the user named it, for messages

    def names(self, folder: str) -> list[str]:
        """Returns the names of what is in a folder; none if it is missing. The top has the empty path."""

    def files(self, folder: str) -> Iterator[StoredFile]:
        """Yields the files in a folder and below it, in order of path; see ``lists.order``."""

    def size(self, path: str) -> int | None:
        """Returns the size of a file in bytes; None if there is none."""

    def open(self, path: str) -> BinaryIO:
        """Opens a file for reading; raises ``FileNotFoundError`` if there is none."""

    def modified(self, path: str) -> int | None:
        """Returns the time of the last change of a file's content, in nanoseconds since 1970, if it is known."""

    def writing(self) -> AbstractContextManager[TargetWriter]:
        """Locks the target for one new backup; raises ``ArchiveLocked`` if another one is being written."""

    def close(self) -> None:
        """Closes the target."""


class TargetWriter(Protocol):
    """Adds one backup to a target.

    What is changed takes effect with ``flush``, and in the order: what is kept for earlier backups, then the copies,
    then what is removed. Each step is on the disk before the next one begins.
    """

    is_unfinished: bool  # whether the backup before this one was interrupted, so that its files may be in the target

    def begin(self, readme: bytes) -> None:
        """Creates what a target has; removes what an interrupted backup left."""

    def stage(self, chunks: Iterable[bytes], modified: int) -> Staged:
        """Copies a file to a temporary place, and hashes it."""

    def drop(self, staged: Staged) -> None:
        """Deletes a copy that is not wanted."""

    def keep(self, path: str) -> None:
        """Keeps a file of the last backup where it is."""

    def retire(self, path: str, digest: str) -> None:
        """Moves a file of the last backup, of which this is the digest, to those of earlier backups."""

    def put(self, staged: Staged, path: str) -> None:
        """Makes a copy the file at a path of the new backup."""

    def remove(self, path: str) -> None:
        """Removes a file that no backup needs."""

    def flush(self) -> None:
        """Carries out what was asked for."""

    def finish(self, name: str, chunks: Iterable[bytes]) -> None:
        """Writes the list of the new backup, which is complete with it."""
