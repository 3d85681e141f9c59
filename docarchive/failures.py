"""Failures of the system, in words: a full disk, a file that may not be read, a database that another process uses.

Useful wherever an error of the operating system or of SQLite reaches a user. Not useful for what docarchive itself
finds wrong. Imports only ``errors``.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from docarchive.errors import ArchiveDamaged, ArchiveError, ArchiveLocked, DocarchiveError, NoRoom, OutputClosed

if TYPE_CHECKING:
    import sqlite3

_NO_ROOM: Final = "no room left on the disk; free some space, and try again"
_TOO_MANY_FILES: Final = "too many files are open; close some, or raise the limit with 'ulimit -n', and try again"
_DENIED: Final = "permission denied; change the permissions, or run this as another user"
_REASONS: Final = {
    errno.ENOSPC: _NO_ROOM,
    getattr(errno, "EDQUOT", -1): "your quota of the disk is used up; free some space, and try again",
    errno.EMFILE: _TOO_MANY_FILES,
    errno.ENFILE: _TOO_MANY_FILES,
    errno.EROFS: "the disk is read-only; make it writable, or copy the archive",
    errno.EIO: "the disk reports an error (input/output error); check the disk, and try again",
    errno.EACCES: _DENIED,
    errno.EPERM: _DENIED,
}
_NO_ROOM_NUMBERS: Final = (errno.ENOSPC, getattr(errno, "EDQUOT", -1))
#: SQLite reports a full disk as this only if it fails at a usual write; a disk with less room than this is full.
_FULL: Final = 64 * 1024
_LONGEST: Final = 200  # characters of a text about an error that has none of its own
# SQLite's primary result codes (https://sqlite.org/rescode.html). ``sqlite3`` itself is loaded by those who use it.
_BUSY, _LOCKED, _READONLY, _IOERR, _DISK_FULL, _CANTOPEN, _NOTADB = 5, 6, 8, 10, 13, 14, 26
_ERROR, _CORRUPT, _SCHEMA, _TOO_BIG, _CONSTRAINT, _MISMATCH = 1, 11, 17, 18, 19, 20


def described(error: BaseException, subject: str, path: Path | None = None) -> DocarchiveError | None:
    """Returns the error to raise in place of one of the system; None if it is not the system's, such as a TypeError.

    Args:
        error: What was raised.
        subject: What cannot be used because of it, for errors that name no file: ``the archive at /news``.
        path: A folder on the same disk.
    """
    if isinstance(error, BrokenPipeError):
        return OutputClosed("what this is written to was closed before the end")
    if isinstance(error, OSError):
        name = f"{os.fsdecode(error.filename)}" if isinstance(error.filename, str | bytes | os.PathLike) else subject
        return of_system(error, name)
    import sqlite3

    return of_database(error, subject, path) if isinstance(error, sqlite3.Error) else None


@contextmanager
def naming(written: str, read: str, stream: Any = None) -> Iterator[None]:
    """Names what cannot be used because of an error of the system that does not name it.

    Args:
        written: What is written to, which a full or a read-only disk is that of.
        read: What is read; other errors may be of either.
        stream: The caller's stream that is written to, which may have been closed.
    """
    try:
        yield
    except (DocarchiveError, BrokenPipeError):
        raise
    except OSError as error:
        if isinstance(error.filename, str) and os.path.isabs(error.filename):
            raise
        is_of_target = error.errno in (*_NO_ROOM_NUMBERS, errno.EROFS)
        raise of_system(error, written if is_of_target else f"{read} or {written}") from error
    except ValueError as error:
        if getattr(stream, "closed", False) is not True:
            raise
        raise OutputClosed(f"{written} is closed; open it again") from error


def name_of(stream: Any) -> str:
    """Returns what messages call a caller's stream."""
    name = getattr(stream, "name", None)
    if name in ("<stdout>", 1):
        return "standard output"
    return name if isinstance(name, str) and name else "the stream that this is written to"


def in_words(error: BaseException, subject: str, path: Path) -> DocarchiveError:
    """Returns the error that another process sends in place of what was raised in it; see ``described``."""
    known = error if isinstance(error, DocarchiveError) else described(error, subject, path)
    return known or ArchiveError(f"{subject} cannot be used: {type(error).__name__}: {error}"[:_LONGEST])


def no_room(error: BaseException, subject: str, path: Path) -> NoRoom | None:
    """Returns the error to raise if there is no room on the disk, else None; for the arguments see ``described``."""
    known = error if isinstance(error, DocarchiveError) else described(error, subject, path)
    return known if isinstance(known, NoRoom) else None


def of_system(error: OSError, subject: str, done: str = "") -> ArchiveError:
    """Returns the error to raise in place of one of the operating system.

    Args:
        error: What was raised.
        subject: What cannot be used because of it.
        done: What cannot be done with it: ``read`` or ``written``; empty if that is not known.
    """
    kind = NoRoom if error.errno in _NO_ROOM_NUMBERS else ArchiveError
    done = done or ("written" if error.errno in (*_NO_ROOM_NUMBERS, errno.EROFS) else "read or written")
    return kind(f"{subject} cannot be {done}: {reason(error)}")


def reason(error: OSError) -> str:
    """Returns what is wrong, and what to do about it if that is known: the end of a sentence."""
    return _REASONS.get(error.errno or 0) or str(error.strerror or error)


def of_database(error: sqlite3.Error, subject: str, path: Path | None = None) -> DocarchiveError | None:
    """Returns the error to raise in place of one of SQLite; None for a mistake of the program. See ``described``."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        return None  # of the module, such as a closed connection
    code &= 0xFF
    if code in (_BUSY, _LOCKED):
        return ArchiveLocked(f"{subject} is in use by another process; try again when it is done")
    if code in (_CORRUPT, _NOTADB, _ERROR, _SCHEMA, _TOO_BIG, _CONSTRAINT, _MISMATCH):
        return ArchiveDamaged(f"{subject} cannot be read ({error}); run 'docarchive rebuild'")
    if code == _DISK_FULL or (code in (_IOERR, _CANTOPEN, _READONLY) and is_full(path)):
        return NoRoom(f"{subject} cannot be written: {_NO_ROOM}")
    if code == _IOERR:
        return ArchiveError(f"{subject} cannot be read or written: {_REASONS[errno.EIO]}")
    if code == _READONLY:
        return ArchiveError(f"{subject} cannot be written: it is read-only; make it writable, or copy the archive")
    return ArchiveError(f"{subject} cannot be read or written: {error}")


def may(path: str | os.PathLike[str], mode: int) -> bool:
    """Returns whether this process has a right to what is at a path: ``os.R_OK`` to read it, ``os.W_OK`` to write it.

    ``os.access`` says no, too, if the disk reports an error.

    Raises:
        OSError: It cannot be looked at, for another reason than a missing right.
    """
    if os.access(path, mode):
        return True
    with suppress(PermissionError):
        os.stat(path)
        return os.access(path, mode)
    return False


def is_full(path: Path | None) -> bool:
    """Returns whether there is no room on the disk of a folder."""
    if path is None or not hasattr(os, "statvfs"):
        return False
    try:
        status = os.statvfs(path)
    except OSError:
        return False
    return status.f_bavail * status.f_frsize < _FULL
