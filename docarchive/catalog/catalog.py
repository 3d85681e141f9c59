"""Catalog: the open catalog of one archive, of parts that each read or change one kind of thing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docarchive.catalog import schema
from docarchive.catalog.changing import Changing
from docarchive.catalog.fetched import Fetched
from docarchive.catalog.journal import Journal
from docarchive.catalog.near_duplicates import NearDuplicates
from docarchive.catalog.reading import Reading


class Catalog(Reading, Changing, Journal, NearDuplicates, Fetched):
    """The open catalog of one archive.

    Args:
        connection: From ``schema.connect``.
        path: The database file.
        language: Of articles whose own is neither said nor clear.

    Attributes:
        language: The same.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, language: str = "en") -> None:
        super().__init__(connection, path, language)
        self._file = _file_number(path)

    @classmethod
    def open(cls, path: Path, language: str = "en") -> Catalog | None:
        """Opens a catalog; returns None if there is none that can be used as it is.

        Args:
            path: The database file.
            language: Of articles whose own is neither said nor clear; that the catalog was made with.

        Raises:
            ArchiveDamaged: The file cannot be read as a catalog.
        """
        connection = schema.connect(path)
        if connection is None:
            return None
        found = cls(connection, path, language)
        try:
            if found._one("SELECT max(value) FROM facts WHERE name = 'language'") == language:
                return found
        except BaseException:
            found.close()
            raise
        found.close()
        return None

    def close(self) -> None:
        """Closes the database."""
        self._db.close()

    @contextmanager
    def snapshot(self) -> Iterator[Catalog]:
        """Gives the catalog as it is now, whatever is changed through this one meanwhile."""
        connection = schema.connect(self._path)
        assert connection is not None
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT 1 FROM facts").fetchone()  # a transaction begins with its first reading
            yield Catalog(connection, self._path, self.language)
        finally:
            connection.close()

    @property
    def replaced(self) -> bool:
        """Whether another file has taken this one's place, as a rebuild by another process does."""
        return _file_number(self._path) != self._file


def _file_number(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
