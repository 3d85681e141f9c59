"""WriteLock: one writer at a time, across processes.

It is SQLite's own file lock on an empty database: available on every system, and released with the process
that held it. See docs/decisions/0012.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from _thread import LockType
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from types import TracebackType
from typing import Final

from docarchive.errors import ArchiveLocked, ArchiveReadOnly
from docarchive.texts import shorten

#: How long to wait for another holder, in seconds.
WAIT: Final = 5.0
_MAGIC: Final = b"SQLite format 3\0"
_STEP: Final = 0.05  # seconds between two attempts
_MAX_NOTE: Final = 300  # bytes
#: Flags of open(2) that refuse links and do not wait for the writer of a pipe; 0 on systems without them.
_PLAIN: Final = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


class WriteLock:
    """A lock on a file, created if it is missing; a context manager, and re-entrant within one object.

    Next to the lock, the holder notes which process it is, for the messages of others.

    Attributes:
        wait: How long to wait for another holder, in seconds.
    """

    def __init__(self, path: Path, wait: float = WAIT) -> None:
        self.wait = wait
        self._path = path
        self._note = path.with_name("writer")
        self._connection: sqlite3.Connection | None = None
        self._depth = 0
        #: Held together with the lock, so that the threads of one process wait for one another, however long it takes.
        self.turn: LockType | None = None

    def __enter__(self) -> WriteLock:
        self._enter(self.wait)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0 and self._connection is not None:
            with suppress(OSError):
                self._note.unlink()
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

    @property
    def writable(self) -> bool:
        """Whether this process may write the lock's file and next to it: without that right it cannot hold the lock."""
        folder = self._path.parent
        while not folder.exists():
            folder = folder.parent
        return os.access(folder, os.W_OK) and (not self._path.exists() or os.access(self._path, os.W_OK))

    def _acquire(self, wait: float) -> None:
        if not self.writable:  # SQLite would open the file for reading, and lock out nobody
            raise ArchiveReadOnly(
                f"the archive at {self._path.parent.parent} is read-only for this user; it can be read, but not changed"
            )
        self._path.parent.mkdir(parents=True, exist_ok=True)
        _delete_unless_database(self._path)
        connection = sqlite3.connect(self._path, timeout=0, isolation_level=None, check_same_thread=False)
        until = monotonic() + wait
        try:
            while not _begin(connection):
                if monotonic() >= until:
                    raise ArchiveLocked(self._message(wait))
                sleep(_STEP)  # SQLite's own waiting could not be interrupted
        except BaseException:
            connection.close()
            raise
        self._connection = connection
        with suppress(OSError):
            self._note.unlink(missing_ok=True)  # what a stranger's archive has there may be a link
            with open(self._note, "x", encoding="utf-8", errors="replace") as file:
                file.write(f"{os.getpid()} {shorten(_command(), 120)}\n")

    def _message(self, wait: float) -> str:
        waited = f"; waited {wait:g} seconds" if wait else ""
        root = self._path.parent.parent
        return (
            f"another process is writing to the archive at {root}{self._holder()}{waited}; try again when it is done, "
            "or wait longer with --wait SECONDS (in the library: wait=SECONDS)"
        )

    def _holder(self) -> str:
        """Returns which process holds the lock, for the message; empty if that is not known."""
        try:
            descriptor = os.open(self._note, os.O_RDONLY | _PLAIN)
            with open(descriptor, "rb") as file:
                number, _, command = file.read(_MAX_NOTE).decode("utf-8", "replace").partition(" ")
        except OSError:
            return ""
        return f": {shorten(command)} (process {number})" if number.isascii() and number.isdecimal() else ""


def _command() -> str:
    """Returns the command line of this process, without the folder of the program."""
    program, *words = sys.argv or [""]
    folder, name = os.path.split(program)
    return " ".join([os.path.basename(folder) if name == "__main__.py" else name, *words])


def _delete_unless_database(path: Path) -> None:
    """Deletes a lock's file that is no database, as after a power failure: nobody can hold a lock on it."""
    with suppress(OSError):
        with open(path, "rb") as file:
            head = file.read(len(_MAGIC))
        if head and head != _MAGIC:
            path.unlink()


def _begin(connection: sqlite3.Connection) -> bool:
    """Begins an exclusive transaction; returns False if another connection has one."""
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:  # such as a full disk
            raise
        return False
    return True
