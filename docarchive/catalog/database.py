"""Database: the open SQLite file, and how rows are selected from it. The base of everything in ``Catalog``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from docarchive.catalog import schema
from docarchive.catalog.orders import add_sort_value
from docarchive.errors import ArchiveLocked

_FETCH: Final = 500
_BATCH: Final = 500


class Database:
    """The open database of one catalog; for the arguments see ``Catalog``."""

    def __init__(self, connection: sqlite3.Connection, path: Path, language: str = "en") -> None:
        self._db = connection
        self._path = path
        self.language = language
        #: The file's stamp, if SQLite does not notice that another process changes it (see ``read_only``).
        self._stamp: tuple[int, int, int] | None = getattr(connection, "stamp", None)
        #: Whether it is open for reading alone.
        self.read_only = hasattr(connection, "stamp")
        add_sort_value(connection)

    @property
    def outdated(self) -> bool:
        """Whether another process has changed a catalog that is open for reading alone, so that it must be reopened."""
        if self._stamp is None:
            return False
        from docarchive.catalog.read_only import has_log

        return self._is_overwritten() or has_log(self._path)

    def _is_overwritten(self) -> bool:
        if self._stamp is None:
            return False
        from docarchive.catalog.read_only import stamp_of

        return stamp_of(self._path) != self._stamp

    def _select(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yields the rows that a statement selects; raises ``ArchiveDamaged`` if the database cannot be read."""
        for rows in self._row_batches(sql, parameters):
            yield from rows

    def _row_batches(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[list[tuple[Any, ...]]]:
        cursor: sqlite3.Cursor | None = None
        while True:
            try:
                cursor = cursor or self._db.execute(sql, parameters)
                rows = cursor.fetchmany(_FETCH)
            except sqlite3.DatabaseError as error:
                self._check_unchanged()
                raise schema.failed(error, self._path.parent) from error
            self._check_unchanged()
            if not rows:
                return
            yield rows

    def _check_unchanged(self) -> None:
        if self._is_overwritten():
            raise ArchiveLocked("another process has changed the archive while it was read; run the command again")

    def _one(self, sql: str, *parameters: Any) -> Any:
        return next(self._select(sql, parameters))[0]


def batches(values: Sequence[str]) -> Iterator[list[str]]:
    """Yields values in lists of as many as one statement may have: SQLite allows only so many."""
    for start in range(0, len(values), _BATCH):
        yield list(values[start : start + _BATCH])


def placeholders(values: Sequence[str]) -> str:
    """Returns the placeholders for values in a statement: question marks, with commas between."""
    return ",".join("?" * len(values))
