"""Changing: adding, replacing and removing articles, all or nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from docarchive.catalog import near_duplicates
from docarchive.catalog.database import Database
from docarchive.catalog.labels import Labels
from docarchive.errors import ArchiveError

if TYPE_CHECKING:
    from docarchive.article import Article
    from docarchive.catalog.entries import EntryData


class Changing(Database):
    """What changes a catalog.

    Args:
        connection: From ``schema.connect``.
        path: The database file.
        language: Of articles whose own is neither said nor clear.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, language: str = "en") -> None:
        super().__init__(connection, path, language)
        self._labels = Labels(connection)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Makes all changes inside it real at its end, or none.

        Raises:
            ArchiveError: The disk is full, or the catalog cannot be written.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._labels.forget()
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.OperationalError as error:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise ArchiveError(f"the catalog cannot be written: {error}; make room and run the command again") from None

    def add_pending(self, paths: Iterable[str]) -> None:
        """Notes files that are about to be put in place, in a transaction of its own."""
        with self.transaction():
            self._db.executemany("INSERT OR IGNORE INTO pending VALUES (?)", ((path,) for path in paths))

    def index_files(self) -> None:
        """Makes ``files`` fast from now on; archives that are never synced do without."""
        with self.transaction():
            self._db.execute("CREATE INDEX IF NOT EXISTS articles_file ON articles (path, size, modified)")

    def pending(self) -> list[str]:
        """Returns the files that an interrupted write was about to put in place."""
        return [row[0] for row in self._select("SELECT path FROM pending ORDER BY path")]

    def clear_pending(self) -> None:
        """Forgets the pending files; call it in the transaction that makes them real."""
        self._db.execute("DELETE FROM pending")

    def put(self, article: Article, path: str, size: int, modified: int) -> None:
        """Adds an article or replaces what is known of it, and journals the change."""
        from docarchive.catalog.entries import EntryData

        self.put_all([(EntryData.of(article, self.language), path, size, modified)])

    def put_all(self, filed: Sequence[tuple[EntryData, str, int, int]]) -> list[int]:
        """Adds articles, or replaces what is known of them, and journals the changes.

        Args:
            filed: EntryData, path, size and time of each, as ``Entry`` has them; each id once.

        Returns:
            The numbers of their rows.
        """
        from docarchive.catalog import rows

        return rows.put(self._db, filed, self._labels)

    def remember(self, record: Article, id_: str) -> None:
        """Notes that a record is, or once was, an article: it is known when it is imported again.

        Args:
            record: The article as it was imported.
            id_: Of the article that it is now; nothing is noted if there is none.
        """
        if fingerprint := record.fingerprint or record.original:
            self._db.execute("INSERT OR IGNORE INTO seen SELECT ?, n FROM articles WHERE id = ?", (fingerprint, id_))

    def touch(self, id_: str, path: str, size: int, modified: int) -> None:
        """Notes where a file is and how it looks now; what it says has not changed."""
        self._vacate(path, id_)
        self._db.execute(
            "UPDATE articles SET path = ?, size = ?, modified = ? WHERE id = ?", (path, size, modified, id_)
        )

    def remove(self, id_: str) -> None:
        """Removes an article, and journals the change."""
        for (n,) in self._db.execute("SELECT n FROM articles WHERE id = ?", (id_,)).fetchall():
            self._labels.remove(n)
            near_duplicates.remove(self._db, n)
            self._db.execute("DELETE FROM articles WHERE n = ?", (n,))
        self._journal(id_)

    def _journal(self, id_: str) -> None:
        self._db.execute("INSERT INTO journal (id) VALUES (?)", (id_,))

    def _vacate(self, path: str, id_: str) -> None:
        """Gives up a path that another article had until now, as where two files have swapped names."""
        self._db.execute("UPDATE articles SET path = '?' || id WHERE path = ? AND id <> ?", (path, id_))
