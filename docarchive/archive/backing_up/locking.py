"""The lock of a target in a file system: held while a backup is written to it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Final

from docarchive.errors import ArchiveError, ArchiveLocked, ArchiveReadOnly
from docarchive.folder import Folder
from docarchive.store import WriteLock

_LOCK: Final = "lock"
_BEGUN: Final = "begun"
_KEPT: Final = (_LOCK, "writer", _BEGUN)


@contextmanager
def locked(folder: Folder, work: str, name: str) -> Iterator[bool]:
    """Locks a target while a backup is written, and deletes what an interrupted one has left of its temporary files.

    Args:
        folder: The folder of the target.
        work: The path in it of the folder of temporary files, and of the lock. It is removed at the end, but not after
            an error: it says that a backup is unfinished.
        name: The name of the target, for messages.

    Yields:
        Whether the backup before this one was interrupted.

    Raises:
        ArchiveLocked: A backup is being written to the target.
        ArchiveError: The target cannot be written.
    """
    lock = _Lock(folder, f"{work}/{_LOCK}", name)
    try:
        with lock.at_once():
            if not folder.is_file(f"{work}/{_LOCK}"):  # the holder before this one has just removed it
                raise ArchiveLocked(busy(name, ""))
            _empty(folder, work)
            was_interrupted = folder.exists(f"{work}/{_BEGUN}")
            folder.put(f"{work}/{_BEGUN}", b"", flush=True)
            try:
                yield was_interrupted
            except BaseException:
                with suppress(OSError):
                    _empty(folder, work)
                raise
            if os.name != "nt":  # where open files can be deleted; so nobody else has locked it in the meantime
                folder.remove_all(work)
    except ArchiveReadOnly:
        raise ArchiveError(f"{name} is read-only for this user; change its permissions, or name another one") from None
    if os.name == "nt":
        with suppress(OSError):
            folder.remove_all(work)


def busy(name: str, holder: str) -> str:
    """Returns the message for a target that somebody else writes to."""
    return f"another backup is being written to {name}{holder}; try again when it is done"


def _empty(folder: Folder, work: str) -> None:
    for name in folder.names(work):
        if name not in _KEPT:
            folder.remove(f"{work}/{name}")


class _Lock(WriteLock):
    def __init__(self, folder: Folder, path: str, name: str) -> None:
        super().__init__(folder, path)
        self._name = name

    def _subject(self) -> str:
        return self._name

    def _message(self, wait: float) -> str:
        return busy(self._name, self._holder())
