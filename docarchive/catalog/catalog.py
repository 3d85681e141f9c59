"""Catalog: the open catalog of one archive. Its methods are grouped by subject, in base classes."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docarchive.catalog import schema
from docarchive.catalog.changing import Changing
from docarchive.catalog.deleted import Deleted
from docarchive.catalog.journal import Journal
from docarchive.catalog.near_duplicates import NearDuplicates
from docarchive.catalog.reading import Reading


class Catalog(Reading, Changing, Deleted, Journal, NearDuplicates):
    """The open catalog of one archive, from ``schema.connect``.

    ``language`` is that of articles that state none and whose text shows none clearly, ISO 639-1.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, language: str = "en") -> None:
        super().__init__(connection, path, language)
        self._file = _file_number(path)

    @classmethod
    def open(cls, path: Path, language: str = "en", *, writable: bool | None = None) -> Catalog | None:
        """Opens a catalog; returns None if there is none, or one that must be rebuilt, such as one of another language.

        For ``writable`` see ``schema.connect``.

        Raises:
            ArchiveDamaged: The file cannot be read as a catalog.
        """
        connection = schema.connect(path, writable=writable)
        if connection is None:
            return None
        catalog = cls(connection, path, language)
        try:
            if catalog._one("SELECT max(value) FROM facts WHERE name = 'language'") == language:
                return catalog
        except BaseException:
            catalog.close()
            raise
        catalog.close()
        return None

    def close(self) -> None:
        """Closes the database."""
        self._db.close()

    @contextmanager
    def snapshot(self) -> Iterator[Catalog]:
        """Opens the catalog again, read as it is now, whatever is changed through this one in the meantime."""
        connection = schema.connect(self._path, writable=False if self.read_only else None)
        assert connection is not None
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM facts").fetchone()  # a transaction begins with its first read
            yield Catalog(connection, self._path, self.language)
        finally:
            connection.close()

    def is_whole(self) -> bool:
        """Returns whether SQLite finds no damage in the whole file, which it reads."""
        try:
            return [row[0] for row in self._db.execute("PRAGMA quick_check(1)")] == ["ok"]
        except sqlite3.DatabaseError:
            return False

    @property
    def replaced(self) -> bool:
        """Whether the file at the path is no longer the open one, as after a rebuild by another process."""
        return _file_number(self._path) != self._file


def _file_number(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino
