"""Databases: which files SQLite uses for a database of an archive, and whether it may.

SQLite opens files by name and follows links. One of its files may name others: a journal that an interruption left can
name any file, which SQLite then deletes.
"""

from __future__ import annotations

from pathlib import Path

from docarchive.errors import ArchiveDamaged
from docarchive.folder.folder import Folder

_JOURNAL = "-journal"


def companions(path: str) -> tuple[str, ...]:
    """Returns the paths of the files that SQLite keeps next to a database."""
    return tuple(path + ending for ending in (_JOURNAL, "-wal", "-shm"))


def checked_database(folder: Folder, path: str) -> Path:
    """Returns the full path of a database in WAL mode, for SQLite to open.

    Raises:
        ArchiveDamaged: The database, or a file next to it, is no regular file or a link; or there is a journal of
            another mode.
    """
    if folder.exists(path + _JOURNAL):
        raise ArchiveDamaged(f"{path + _JOURNAL} in {folder} does not belong there; delete it")
    for companion in companions(path)[1:]:
        folder.checked(companion)
    return folder.checked(path)
