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

from docarchive import failures
from docarchive.errors import ArchiveDamaged, ArchiveLocked, ArchiveReadOnly, NoRoom
from docarchive.folder import Folder
from docarchive.folder.databases import companions
from docarchive.texts import shorten

#: How long to wait for another holder, in seconds.
WAIT: Final = 5.0
#: Why the lock cannot be held now: who only reads does without it. SQLite needs some room for it.
NOT_NOW: Final = (ArchiveLocked, NoRoom)
_STEP: Final = 0.05  # seconds between two attempts
_MAX_NOTE: Final = 300  # bytes


class WriteLock:
    """A lock on a file, created if it is missing; a context manager, and re-entrant within one object.

    Next to the lock, the holder notes which process it is, for the messages of others.

    Args:
        archive: The archive's folder.
        path: The path of the file in it.
        wait: How long to wait for another holder, in seconds.

    Attributes:
        wait: The same.
    """

    def __init__(self, archive: Folder, path: str, wait: float = WAIT) -> None:
        self.wait = wait
        self._archive = archive
        self._path = path
        self._note = f"{path.rpartition('/')[0]}/writer".lstrip("/")
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
                self._archive.remove(self._note)
            self._connection.close()
            self._connection = None
            if self.turn is not None:
                self.turn.release()

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Holds the lock without waiting for it; raises one of ``NOT_NOW`` if it cannot be held at once."""
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
        path = self._archive.path / self._path
        folder = path.parent
        while not folder.exists():
            folder = folder.parent
        return failures.may(folder, os.W_OK) and (not path.exists() or failures.may(path, os.W_OK))

    def _acquire(self, wait: float) -> None:
        if not self.writable:  # SQLite would open the file for reading, and lock out nobody
            raise ArchiveReadOnly(
                f"the archive at {self._archive} is read-only for this user; it can be read, but not changed"
            )
        connection = sqlite3.connect(self._checked(), timeout=0, isolation_level=None, check_same_thread=False)
        until = monotonic() + wait
        try:
            while not _begin(connection):
                if monotonic() >= until:
                    raise ArchiveLocked(self._message(wait))
                sleep(_STEP)  # SQLite's own waiting could not be interrupted
        except BaseException as error:
            connection.close()
            if no_room := failures.no_room(error, self._subject(), self._archive.path):
                raise no_room from error
            raise
        self._connection = connection
        with suppress(OSError):
            self._archive.put(self._note, f"{os.getpid()} {shorten(_command(), 120)}\n".encode("utf-8", "replace"))

    def _subject(self) -> str:
        return f"the archive at {self._archive}"

    def _message(self, wait: float) -> str:
        waited = f"; waited {wait:g} seconds" if wait else ""
        return (
            f"another process is writing to the archive at {self._archive}{self._holder()}{waited}; "
            "try again when it is done, or wait longer with --wait SECONDS (in the library: wait=SECONDS)"
        )

    def _holder(self) -> str:
        """Returns which process holds the lock, for the message; empty if that is not known."""
        try:
            note = self._archive.read(self._note, _MAX_NOTE).decode("utf-8", "replace")
        except (OSError, ArchiveDamaged):
            return ""
        number, _, command = note.partition(" ")
        return f": {shorten(command)} (process {number})" if number.isascii() and number.isdecimal() else ""

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


def _command() -> str:
    """Returns the command line of this process, without the folder of the program."""
    program, *words = sys.argv or [""]
    folder, name = os.path.split(program)
    return " ".join([os.path.basename(folder) if name == "__main__.py" else name, *words])


def _begin(connection: sqlite3.Connection) -> bool:
    """Begins an exclusive transaction; returns False if another connection has one."""
    try:
        connection.execute("BEGIN EXCLUSIVE")
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:  # such as a full disk
            raise
        return False
    return True
