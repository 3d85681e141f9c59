"""WriteLock: one writer at a time, across processes.

It is SQLite's own file lock on an empty database: available on every system, and released with the process
that held it. See docs/decisions/0012.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from docarchive.errors import ArchiveLocked
from docarchive.folder import Folder
from docarchive.folder.databases import companions


class WriteLock:
    """A lock on a file, created if it is missing; a context manager, and re-entrant within one object.

    Args:
        archive: The archive's folder.
        path: The path of the file in it.
        wait: How long to wait for another holder, in seconds.
    """

    def __init__(self, archive: Folder, path: str, wait: float = 5.0) -> None:
        self._archive = archive
        self._path = path
        self._wait = wait
        self._connection: sqlite3.Connection | None = None
        self._depth = 0

    def __enter__(self) -> WriteLock:
        self._enter(self._wait)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0 and self._connection is not None:
            self._connection.close()
            self._connection = None

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Holds the lock without waiting for it; raises ``ArchiveLocked`` if another process or object holds it."""
        self._enter(0.0)
        try:
            yield
        finally:
            self.__exit__(None, None, None)

    @property
    def held(self) -> bool:
        """Whether this object holds the lock."""
        return self._connection is not None

    def _enter(self, wait: float) -> None:
        if self._depth == 0:
            self._acquire(wait)
        self._depth += 1

    def _acquire(self, wait: float) -> None:
        connection = sqlite3.connect(self._checked(), timeout=wait, isolation_level=None)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError:
            connection.close()
            raise ArchiveLocked(
                f"another process is writing to the archive at {self._archive}; wait until it is done and try again"
            ) from None
        self._connection = connection

    def _checked(self) -> Path:
        """Returns the file to lock, which is empty or missing.

        Whatever else is there may be a stranger's, as may the files that SQLite reads and writes along with it. It is
        deleted: no process of this program holds a lock on it.
        """
        self._archive.make(self._path.rpartition("/")[0])
        for path in (self._path, *companions(self._path)):
            if self._archive.exists(path) and not self._is_own(path):
                self._archive.remove_all(path)
        return self._archive.checked(self._path)

    def _is_own(self, path: str) -> bool:
        if path != self._path or not self._archive.is_file(path):
            return False
        status = self._archive.status(path)
        return status.st_size == 0 and status.st_nlink <= 1
