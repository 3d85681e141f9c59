"""Changing the catalog: transactions, and adding, replacing and removing articles."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import TYPE_CHECKING

from docarchive import failures
from docarchive.catalog import journal, near_duplicates
from docarchive.catalog.database import Database
from docarchive.catalog.labels import Labels
from docarchive.catalog.reading import UNKNOWN
from docarchive.catalog.schema import FILES_INDEX
from docarchive.catalog.stored import row_sum

if TYPE_CHECKING:
    from docarchive.article import Article
    from docarchive.catalog.rows import FiledEntry


class Changing(Database):
    """The catalog's methods that change articles; for the arguments see ``Catalog``."""

    _is_trial = False

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self._db)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commits all changes inside it at its end, or none after an error.

        Raises:
            ArchiveError: The disk is full, or the catalog cannot be written.
            ArchiveDamaged: What it holds contradicts itself.
        """
        if self._is_trial:
            yield
            return
        try:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                before = self._db.total_changes
                yield
                if self._db.total_changes != before:
                    self._set_fact("writes", str(self.writes() + 1))
            except BaseException:
                self._labels.forget()
                with suppress(sqlite3.Error):  # SQLite may have done so itself, as on a full disk
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            if self._db.in_transaction:
                with suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
            raise failures.of_database(error, "the catalog", self._folder.path) or error from error

    @contextmanager
    def trial(self) -> Iterator[None]:
        """Undoes all changes inside it at its end: transactions see those of earlier ones, and commit nothing.

        Raises:
            ArchiveError: The disk is full, or the catalog cannot be written.
        """
        try:
            self._db.execute("BEGIN IMMEDIATE")
            self._is_trial = True
            try:
                yield
            finally:
                self._is_trial = False
                self._labels.forget()
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise failures.of_database(error, "the catalog", self._folder.path) or error from error

    def writes(self) -> int:
        """Returns how many transactions have changed this catalog."""
        return int(self._one("n", "SELECT coalesce(max(CAST(value AS INTEGER)), 0) FROM facts WHERE name = 'writes'"))

    def add_pending(self, paths: Iterable[str]) -> None:
        """Adds paths of files that are about to be written, in a transaction of its own."""
        with self.transaction():
            self._db.executemany("INSERT OR IGNORE INTO pending VALUES (?)", ((path,) for path in paths))

    def index_files(self) -> None:
        """Adds the index that makes ``files`` fast; archives that are never synced do without it."""
        with self.transaction():
            self._db.execute(FILES_INDEX.replace("INDEX", "INDEX IF NOT EXISTS"))

    def pending(self) -> list[str]:
        """Returns the paths of files that an interrupted write was about to write, in order."""
        return [row[0] for row in self._select("t", "SELECT path FROM pending ORDER BY path")]

    def note_import(self, time: str) -> None:
        """Notes when an import stored articles, in UTC; call it in the transaction that adds them."""
        self._set_fact("imported", time)

    def set_folder_times(self, times: Mapping[str, int], *, alone: bool = False) -> None:
        """Notes the times of folders, in nanoseconds since 1970; ``alone`` says that the archive has no others."""
        if alone:
            self._db.execute("DELETE FROM folders")
        rows = ((*item, row_sum(*item)) for item in times.items())
        self._db.executemany("INSERT OR REPLACE INTO folders VALUES (?, ?, ?)", rows)

    def clear_pending(self, paths: Iterable[str] | None = None) -> None:
        """Removes pending paths, or all of them; call it in the transaction that adds their articles."""
        if paths is None:
            self._db.execute("DELETE FROM pending")
        else:
            self._db.executemany("DELETE FROM pending WHERE path = ?", ((path,) for path in paths))

    def put(self, article: Article, path: str, size: int, modified: int, digest: bytes = UNKNOWN) -> None:
        """Adds or replaces an article, and journals the change; for the arguments see ``Entry``."""
        from docarchive.catalog.entries import EntryData

        self.put_all([(EntryData.of(article, self.language), path, size, modified, digest)])

    def put_all(self, filed: Sequence[FiledEntry]) -> list[int]:
        """Adds or replaces articles, without repeated ids, and journals the changes; returns their row numbers."""
        from docarchive.catalog import rows

        return rows.put(self._db, filed, self._labels)

    def remember(self, record: Article, id_: str) -> None:
        """Adds the fingerprint of a record that once was the article of an id, if the catalog has that article.

        Another import of the record is then unchanged.
        """
        if fingerprint := record.fingerprint or record.original:
            self.add_seen([(fingerprint, id_)])

    def add_seen(self, seen: Iterable[tuple[str, str]]) -> None:
        """Adds fingerprints of records, each with the id of its article; unknown ids are skipped."""
        self._db.executemany("INSERT OR IGNORE INTO seen SELECT ?, n FROM articles WHERE id = ?", seen)

    def touch(self, id_: str, path: str, size: int, modified: int, digest: bytes) -> None:
        """Updates path, size, time and digest of an article's file whose content has not changed."""
        from docarchive.catalog.rows import seal

        # The article that had this path until now loses it, as when two files have swapped names.
        sql = "UPDATE articles SET path = '?' || id WHERE path = ? AND id <> ? RETURNING id"
        for (other,) in self._db.execute(sql, (path, id_)).fetchall():
            seal(self._db, "id = ?", other)
        sql = "UPDATE articles SET path = ?, size = ?, modified = ?, digest = ? WHERE id = ?"
        self._db.execute(sql, (path, size, modified, digest, id_))
        seal(self._db, "id = ?", id_)

    def forget_content(self, ids: Iterable[str]) -> None:
        """Forgets what the files of articles contained, so that a sync reads and indexes them again."""
        from docarchive.catalog.rows import seal

        sql = "UPDATE articles SET content = '', size = -1, modified = -1 WHERE id = ?"
        for id_ in ids:
            self._db.execute(sql, (id_,))
            seal(self._db, "id = ?", id_)

    def set_validators(self, address: str, etag: str | None, modified: str | None) -> None:
        """Sets the ETag and the Last-Modified of an address."""
        row = (address, etag, modified)
        self._db.execute("INSERT OR REPLACE INTO fetched VALUES (?, ?, ?, ?)", (*row, row_sum(*row)))

    def remove(self, id_: str) -> None:
        """Removes an article, and journals the change."""
        for (n,) in [*self._select("n", "SELECT n FROM articles WHERE id = ?", (id_,))]:
            self._labels.remove(n)
            near_duplicates.remove(self._db, n)
            self._db.execute("DELETE FROM articles WHERE n = ?", (n,))
        journal.append(self._db, [id_])

    def _set_fact(self, *fact: str) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?, ?)", (*fact, row_sum(*fact)))
