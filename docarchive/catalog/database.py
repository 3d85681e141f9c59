"""Database: the open SQLite file, and how rows are selected from it. The base of everything in ``Catalog``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from docarchive.catalog import schema
from docarchive.catalog.orders import add_sort_value

_FETCH: Final = 500
_BATCH: Final = 500


class Database:
    """The open database of one catalog; for the arguments see ``Catalog``."""

    def __init__(self, connection: sqlite3.Connection, path: Path, language: str = "en") -> None:
        self._db = connection
        self._path = path
        self.language = language
        add_sort_value(connection)

    def _select(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yields the rows that a statement selects; raises ``ArchiveDamaged`` if the database cannot be read."""
        for rows in self._row_batches(sql, parameters):
            yield from rows

    def _row_batches(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[list[tuple[Any, ...]]]:
        try:
            cursor = self._db.execute(sql, parameters)
            rows = cursor.fetchmany(_FETCH)
        except sqlite3.DatabaseError as error:
            raise schema.failed(error, self._path.parent) from error
        while rows:
            yield rows
            try:
                rows = cursor.fetchmany(_FETCH)
            except sqlite3.DatabaseError as error:
                raise schema.failed(error, self._path.parent) from error

    def _one(self, sql: str, *parameters: Any) -> Any:
        return next(self._select(sql, parameters))[0]


def batches(values: Sequence[str]) -> Iterator[list[str]]:
    """Yields values in lists of as many as one statement may have: SQLite allows only so many."""
    for start in range(0, len(values), _BATCH):
        yield list(values[start : start + _BATCH])


def placeholders(values: Sequence[str]) -> str:
    """Returns the placeholders for values in a statement: question marks, with commas between."""
    return ",".join("?" * len(values))
