"""Where a ZIP file of backups is: in a file system of this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import IO, Protocol

from docarchive.archive.backing_up.locking import locked
from docarchive.errors import ArchiveLocked
from docarchive.folder import Folder


class Place(Protocol):
    """Reads and replaces one file."""

    def exists(self) -> bool:
        """Returns whether the file is there."""

    def open(self) -> IO[bytes]:
        """Opens it for reading, at any position."""

    def replacing(self) -> AbstractContextManager[IO[bytes]]:
        """Locks the file, and opens a new one, which takes its place if no error is raised."""


class LocalPlace:
    """A file in a folder; see ``Place``. The new file is written in a folder next to it.

    Args:
        path: The file, which may be missing.
        name: Its name, for messages.
    """

    def __init__(self, path: Path, name: str) -> None:
        self._path = path
        self._name = name
        self._folder = Folder(path.parent)

    def exists(self) -> bool:
        return self._folder.exists(self._path.name)

    def open(self) -> IO[bytes]:
        return self._folder.open(self._path.name)

    @contextmanager
    def replacing(self) -> Iterator[IO[bytes]]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        work = f".{self._path.name}.unfinished"
        try:
            with locked(self._folder, work, self._name):
                new = f"{work}/new"
                with self._folder.create(new) as file:
                    yield file
                    file.flush()
                    os.fsync(file.fileno())
                self._folder.rename(new, self._path.name)
                self._folder.sync_folders([""])
        except ArchiveLocked:
            raise
        except BaseException:
            with suppress(OSError):
                self._folder.remove_all(work)  # the old file is as it was
            raise
