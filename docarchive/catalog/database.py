"""Database: the open SQLite file, and how rows are selected from it. The base of everything in ``Catalog``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final

from docarchive.catalog import stored
from docarchive.catalog.orders import add_sort_value
from docarchive.folder import Folder

_BATCH: Final = 500


class Database:
    """The open database of one catalog; for the arguments see ``Catalog``."""

    def __init__(self, connection: sqlite3.Connection, folder: Folder, language: str = "en") -> None:
        self._db = connection
        self._folder = folder
        self.language = language
        add_sort_value(connection)

    def _select(self, types: str, sql: str, parameters: Any = ()) -> Iterator[tuple[Any, ...]]:
        """Yields the rows that a statement selects; for arguments and errors see ``stored.rows``."""
        for batch in stored.rows(self._db, types, sql, parameters):
            yield from batch

    def _one(self, type_: str, sql: str, *parameters: Any) -> Any:
        """Returns the value that a statement selects; raises ``ArchiveDamaged`` if there is none."""
        row = stored.one(self._db, type_, sql, parameters)
        if row is None:
            raise stored.damaged("a value is missing")
        return row[0]


def batches(values: Sequence[str]) -> Iterator[list[str]]:
    """Yields values in lists of as many as one statement may have: SQLite allows only so many."""
    for start in range(0, len(values), _BATCH):
        yield list(values[start : start + _BATCH])


def placeholders(values: Sequence[str]) -> str:
    """Returns the placeholders for values in a statement: question marks, with commas between."""
    return ",".join("?" * len(values))
