"""Database: the open SQLite file that the catalog's parts read and write, each with methods of one kind."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from docarchive.catalog import schema

_FETCH: Final = 500
_VARIABLES: Final = 500


class Database:
    """The database of one catalog, open.

    Args:
        connection: From ``schema.connect``.
        path: The database file.
        language: Of articles whose own is neither said nor clear.

    Attributes:
        language: The same.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, language: str = "en") -> None:
        self._db = connection
        self._path = path
        self.language = language

    def _select(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[tuple[Any, ...]]:
        """Yields the rows of a query.

        Raises:
            ArchiveDamaged: The database cannot be read.
        """
        for rows in self._batches(sql, parameters):
            yield from rows

    def _batches(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[list[tuple[Any, ...]]]:
        try:
            cursor = self._db.execute(sql, parameters)
            rows = cursor.fetchmany(_FETCH)
        except sqlite3.DatabaseError as error:
            raise schema.damaged(str(error)) from None
        while rows:
            yield rows
            try:
                rows = cursor.fetchmany(_FETCH)
            except sqlite3.DatabaseError as error:
                raise schema.damaged(str(error)) from None

    def _one(self, sql: str, *parameters: Any) -> Any:
        return next(self._select(sql, parameters))[0]


def parts(values: Sequence[str]) -> Iterator[list[str]]:
    """Yields values in lists of as many as one statement may ask for."""
    for start in range(0, len(values), _VARIABLES):
        yield list(values[start : start + _VARIABLES])


def marks(values: Sequence[str]) -> str:
    """Returns what stands for values in a statement: a question mark each, with commas between."""
    return ",".join("?" * len(values))
