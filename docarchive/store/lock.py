"""WriteLock: one writer at a time, across processes.

It is SQLite's own file lock on an empty database: available on every system, and released with the process
that held it. See docs/decisions/0012.
"""

from __future__ import annotations

import sqlite3
from _thread import LockType
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

from docarchive.errors import ArchiveLocked


class WriteLock:
    """A lock on a file, created if it is missing; a context manager, and re-entrant within one object.

    ``wait`` is how long to wait for another holder, in seconds.
    """

    def __init__(self, path: Path, wait: float = 5.0) -> None:
        self._path = path
        self._wait = wait
        self._connection: sqlite3.Connection | None = None
        self._depth = 0
        #: Held together with the lock, so that the threads of one process wait for one another, however long it takes.
        self.turn: LockType | None = None

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
            if self.turn is not None:
                self.turn.release()

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
            if self.turn is not None and not self.turn.acquire(blocking=wait > 0):
                raise ArchiveLocked("another thread is writing to the archive; wait until it is done and try again")
            try:
                self._acquire(wait)
            except BaseException:
                if self.turn is not None:
                    self.turn.release()
                raise
        self._depth += 1

    def _acquire(self, wait: float) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=wait, isolation_level=None, check_same_thread=False)
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError:
            connection.close()
            raise ArchiveLocked(
                f"another process is writing to the archive at {self._path.parent.parent}; "
                "wait until it is done and try again"
            ) from None
        self._connection = connection
