"""Catalog: the open catalog of one archive. Its methods are grouped by subject, in base classes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from docarchive.catalog import schema, stored
from docarchive.catalog.changing import Changing
from docarchive.catalog.copies import Copies
from docarchive.catalog.deleted import Deleted
from docarchive.catalog.journal import Journal
from docarchive.catalog.near_duplicates import NearDuplicates
from docarchive.catalog.reading import Reading
from docarchive.catalog.recorded import Recorded
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder

#: SQLite's own largest is a little more than twice this.
_MAX_POSITION: Final = 2**62


class Catalog(Reading, Changing, Copies, Deleted, Journal, NearDuplicates, Recorded):
    """The open catalog of one archive, from ``schema.connect``.

    ``language`` is that of articles that state none and whose text shows none clearly, ISO 639-1.
    """

    def __init__(self, connection: sqlite3.Connection, folder: Folder, language: str = "en") -> None:
        super().__init__(connection, folder, language)
        self._file = _file_number(folder)

    @classmethod
    def open(cls, folder: Folder, language: str = "en", *, writable: bool | None = None) -> Catalog | None:
        """Opens the catalog in a folder; returns None if there is none, or it must be rebuilt, as for another language.

        For ``writable`` see ``schema.connect``.

        Raises:
            ArchiveDamaged: The file cannot be read as a catalog.
        """
        connection = schema.connect(folder, writable=writable)
        if connection is None:
            return None
        catalog = cls(connection, folder, language)
        try:
            rows = catalog._select("ttn", "SELECT name, value, sum FROM facts WHERE name = 'language'")
            name, own, sum_ = next(rows, ("language", "", 0))
            if sum_ != stored.row_sum(name, own):
                raise stored.damaged("its language has changed")
            if own == language:
                catalog._check_values()
                return catalog
        except BaseException:
            catalog.close()
            raise
        catalog.close()
        return None

    def _check_values(self) -> None:
        """Reads what every use of the catalog reads; raises ``ArchiveDamaged`` if that cannot be."""
        self.pending()
        if not (self.epoch and 0 <= self.last_position() < _MAX_POSITION):
            raise stored.damaged("its journal is at its end")

    def close(self) -> None:
        """Closes the database."""
        self._db.close()

    @contextmanager
    def snapshot(self) -> Iterator[Catalog]:
        """Opens the catalog again, read as it is now, whatever is changed through this one in the meantime."""
        connection = schema.connect(self._folder, writable=False if self.read_only else None)
        assert connection is not None
        try:
            connection.execute("BEGIN")
            stored.one(connection, "n", "SELECT 1 FROM facts")  # a transaction begins with its first read
            yield Catalog(connection, self._folder, self.language)
        finally:
            connection.close()

    def damage(self) -> Iterator[str]:
        """Yields what is wrong with the whole file, each a part of a sentence; see ``checking``."""
        from docarchive.catalog import checking

        return checking.damage(self)

    def is_whole(self) -> bool:
        """Returns whether there is no damage in the whole file and no article's row, which it reads."""
        try:
            if any(self.damage()):
                return False
            for _ in self._select("tTTtn", "SELECT content, identity, said, title, n FROM articles"):
                pass
            for _ in self.rows():
                pass
        except ArchiveDamaged:
            return False
        return True

    @property
    def replaced(self) -> bool:
        """Whether the file at the path is no longer the open one, as after a rebuild by another process."""
        return _file_number(self._folder) != self._file


def _file_number(folder: Folder) -> tuple[int, int] | None:
    try:
        status = folder.status(schema.FILE)
    except (OSError, ArchiveDamaged):
        return None
    return status.st_dev, status.st_ino
