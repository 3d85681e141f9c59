"""WriteLock: one writer at a time, across processes.

It is SQLite's own file lock on an empty database: available on every system, and released with the process
that held it. See docs/decisions/0012.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType

from docarchive.errors import ArchiveError, ArchiveLocked


class WriteLock:
    """A lock on a file, created if it is missing; a context manager, and re-entrant within one object.

    ``wait`` is how long to wait for another holder, in seconds.
    """

    def __init__(self, path: Path, wait: float = 5.0) -> None:
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

    @property
    def writable(self) -> bool:
        """Whether this process may write the lock's file and next to it: without that right it cannot hold the lock."""
        folder = self._path.parent
        while not folder.exists():
            folder = folder.parent
        return os.access(folder, os.W_OK) and (not self._path.exists() or os.access(self._path, os.W_OK))

    def _acquire(self, wait: float) -> None:
        if not self.writable:  # SQLite would open the file for reading, and lock out nobody
            raise ArchiveError(
                f"the archive at {self._path.parent.parent} is read-only for this user; it can be read, but not changed"
            )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = _locked(self._path, wait)
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_NOTADB:
                raise self._busy() from None
            with suppress(OSError):  # no database at all, so nobody holds a lock on it
                self._path.unlink()
            try:
                self._connection = _locked(self._path, wait)
            except sqlite3.DatabaseError:
                raise self._busy() from None

    def _busy(self) -> ArchiveLocked:
        return ArchiveLocked(
            f"another process is writing to the archive at {self._path.parent.parent}; "
            "wait until it is done and try again"
        )


def _locked(path: Path, wait: float) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=wait, isolation_level=None)
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except BaseException:
        connection.close()
        raise
    return connection
