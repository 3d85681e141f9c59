"""Opening a catalog that this process may only read: nothing is written next to it, and no change is missed.

A catalog is in SQLite's WAL mode: recent changes are in a file of their own, the log, until they are written to the
catalog. SQLite reads both if the log's index (``-shm``) is there, as while another process writes. Without a log, the
catalog alone is all there is. A log without its index is copied to a temporary folder together with the catalog.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep
from typing import Final

from docarchive import failures
from docarchive.catalog.stored import Connection
from docarchive.errors import ArchiveError, ArchiveLocked

_ATTEMPTS: Final = 20
_PAUSE: Final = 0.05  # seconds

#: What changes whenever a file is written or replaced.
Stamp = tuple[int, int, int]


class ReadOnlyConnection(Connection):
    """A connection that only reads.

    Attributes:
        stamp: The stamp of the catalog, if SQLite does not watch whether somebody changes the file; else None.
    """

    stamp: Stamp | None = None


def connect(path: Path) -> ReadOnlyConnection:
    """Opens a catalog for reading.

    Raises:
        ArchiveError: This process may not read it.
        ArchiveLocked: Another process changes it so often that it cannot be copied.
        sqlite3.DatabaseError: It is not a database.
    """
    if not failures.may(path, os.R_OK):
        raise ArchiveError(f"{path} cannot be read: permission denied; ask its owner for the right to read the archive")
    for _ in range(_ATTEMPTS):
        stamp = stamp_of(path)
        if _companion(path, "-shm").exists() and (connection := _opened(path, "mode=ro")):
            return connection
        if not has_log(path):
            connection = _opened(path, "mode=ro&immutable=1")
            if connection is not None and not has_log(path) and stamp_of(path) == stamp:
                connection.stamp = stamp
                return connection
        elif connection := _copied(path):
            return connection
        sleep(_PAUSE)
    raise ArchiveLocked("the catalog is in use by another process; try again when it is done")


def stamp_of(path: Path) -> Stamp | None:
    """Returns the stamp of a file; None if it is gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def has_log(path: Path) -> bool:
    """Returns whether a catalog has changes in its log."""
    try:
        return _companion(path, "-wal").stat().st_size > 0
    except OSError:
        return False


def _opened(path: Path, options: str) -> ReadOnlyConnection | None:
    """Opens a catalog, and reads from it; None if SQLite cannot open the files next to it, or they are locked."""
    location = f"{path.absolute().as_uri()}?{options}"
    connection = sqlite3.connect(
        location, uri=True, timeout=10.0, isolation_level=None, check_same_thread=False, factory=ReadOnlyConnection
    )
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return connection
    except sqlite3.OperationalError:
        connection.close()
        return None
    except BaseException:
        connection.close()
        raise


def _copied(path: Path) -> ReadOnlyConnection | None:
    """Opens a copy of a catalog and its log; None if they change while they are copied."""
    files = [path, _companion(path, "-wal")]
    before = [*map(stamp_of, files)]
    folder = TemporaryDirectory(prefix="docarchive-", ignore_cleanup_errors=True)
    copy = Path(folder.name) / path.name
    try:
        with suppress(FileNotFoundError):
            for file in files:
                shutil.copyfile(file, copy.with_name(file.name))
        if [*map(stamp_of, files)] != before:
            return None
        connection = sqlite3.connect(copy, isolation_level=None, factory=ReadOnlyConnection, check_same_thread=False)
        try:
            connection.execute("PRAGMA journal_mode = DELETE").fetchone()  # writes the log to the copy
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        except BaseException:
            connection.close()
            raise
        return connection
    finally:
        # The open file lives on without a name. Where that is not so, the folder is deleted when the program ends.
        if os.name != "nt":
            folder.cleanup()


def _companion(path: Path, ending: str) -> Path:
    return path.with_name(path.name + ending)
