"""Database: the open SQLite file, and how rows are selected from it. The base of everything in ``Catalog``."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any, Final

from docarchive.batches import batched
from docarchive.catalog import stored
from docarchive.catalog.orders import add_sort_value
from docarchive.errors import ArchiveLocked, DocarchiveError
from docarchive.folder import Folder

_BATCH: Final = 500


class Database:
    """The open database of one catalog; for the arguments see ``Catalog``."""

    #: Whether searches may be saved next to it: not those of a collection.
    saves_searches: bool = True

    def __init__(self, connection: sqlite3.Connection, folder: Folder, language: str = "en") -> None:
        self._db = connection
        self._folder = folder
        self.language = language
        #: The file's stamp, if SQLite does not notice that another process changes it (see ``read_only``).
        self._stamp: tuple[int, int, int] | None = getattr(connection, "stamp", None)
        #: Whether it is open for reading alone.
        self.read_only = hasattr(connection, "stamp")
        add_sort_value(connection)
        connection.create_function("row_sum", -1, stored.row_sum, deterministic=True)

    @property
    def outdated(self) -> bool:
        """Whether another process has changed a catalog that is open for reading alone, so that it must be reopened."""
        if self._stamp is None:
            return False
        from docarchive.catalog.read_only import has_log

        return self._is_overwritten() or has_log(self._folder.path / stored.FILE)

    def _is_overwritten(self) -> bool:
        if self._stamp is None:
            return False
        from docarchive.catalog.read_only import stamp_of

        return stamp_of(self._folder.path / stored.FILE) != self._stamp

    def _select(self, types: str, sql: str, parameters: Any = ()) -> Iterator[tuple[Any, ...]]:
        """Yields the rows that a statement selects; for arguments and errors see ``stored.rows``."""
        for batch in self._row_batches(types, sql, parameters):
            yield from batch

    def _row_batches(self, types: str, sql: str, parameters: Any = ()) -> Iterator[list[tuple[Any, ...]]]:
        selected = stored.rows(self._db, types, sql, parameters)
        while True:
            try:
                batch = next(selected, None)
            except DocarchiveError:
                self._check_unchanged()
                raise
            self._check_unchanged()
            if batch is None:
                return
            yield batch

    def _check_unchanged(self) -> None:
        if self._is_overwritten():
            raise ArchiveLocked("another process has changed the archive while it was read; run the command again")

    def _boundaries(self, table: str, low: str, step: int) -> list[str]:
        """Returns the path of every so many rows of a table after a path, in order."""
        sql = f"SELECT path FROM {table} WHERE path > ? ORDER BY path LIMIT 1 OFFSET {step - 1}"
        paths: list[str] = []
        while path := next(self._select("t", sql, (low,)), ("",))[0]:
            paths.append(path)
            low = path
        return paths

    def _one(self, type_: str, sql: str, *parameters: Any) -> Any:
        """Returns the value that a statement selects; raises ``ArchiveDamaged`` if there is none."""
        row = next(self._select(type_, sql, parameters), None)
        if row is None:
            raise stored.damaged("a value is missing")
        return row[0]


def batches(values: Sequence[str]) -> Iterator[list[str]]:
    """Yields values in lists of as many as one statement may have: SQLite allows only so many."""
    return batched(values, _BATCH)


def placeholders(values: Sequence[str]) -> str:
    """Returns the placeholders for values in a statement: question marks, with commas between."""
    return ",".join("?" * len(values))
