"""Catalog: looking up, listing and changing the rows of articles, and the journal."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from docarchive.analysis import primary
from docarchive.analysis.minhash import similarity
from docarchive.catalog import facets, near_duplicates, schema
from docarchive.catalog.filters import FUNCTION, Filter, Test
from docarchive.catalog.labels import Labels
from docarchive.catalog.near_duplicates import NearDuplicate
from docarchive.catalog.statements import marks, parts
from docarchive.errors import ArchiveError
from docarchive.query import Every, Node

if TYPE_CHECKING:
    from docarchive.article import Article
    from docarchive.catalog.entries import EntryData

_FETCH: Final = 500
_ENTRY: Final = "id, path, content, size, modified"
_ROW: Final = "id, path, metadata, language, size, modified"
_MAX_TESTS: Final = 10_000
_ORDERS: Final = {
    "date": "date_start NULLS LAST, id",
    "-date": "date_start DESC NULLS LAST, id",
    "title": "title_key, id",
    "-title": "title_key DESC, id",
    "archived": "archived_start NULLS LAST, id",
    "-archived": "archived_start DESC NULLS LAST, id",
    "path": "path",
    "changed": "changed",  # the first change first; only where changes since some moment are asked for
}


class Entry(NamedTuple):
    """An article's file as the catalog knows it.

    Attributes:
        id: The article's.
        path: Of the file, relative to the archive.
        content: Digest of what the article says.
        size: Bytes of the file when it was last read.
        modified: Time of its last change then, in nanoseconds.
    """

    id: str
    path: str
    content: str
    size: int
    modified: int


class Row(NamedTuple):
    """An article's metadata without its text.

    Attributes:
        id: The article's.
        path: Of its file, relative to the archive.
        metadata: All of it, known keys first, dates as text.
        language: The language that its words are taken to be in.
        size: Bytes of its file, when that was last read; -1 if it never was.
        modified: Time of its last change, then, in nanoseconds since 1970.
    """

    id: str
    path: str
    metadata: dict[str, Any]
    language: str = "en"
    size: int = -1
    modified: int = -1


class Since(NamedTuple):
    """Where to start from, for listing what changed: a journal position or a time.

    Attributes:
        position: The journal position of the last change that is not wanted; None to go by time.
        time: Files written at this time or later count as changed; nanoseconds since 1970.
    """

    position: int | None
    time: int = 0


class ChangedArticle(NamedTuple):
    """An article that has changed, for an engine.

    Attributes:
        id: The article's.
        path: Of its file; None if it is gone.
        row: The number of its row.
        language: The language of its words.
    """

    id: str
    path: str | None
    row: int
    language: str


class Catalog:
    """The open catalog of one archive.

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
        self._tests: dict[int, Test] = {}
        self._last_test = 0
        self._filter = Filter(self._add_test)
        connection.create_function(FUNCTION, 2, self._accepts)
        self._file = _file_number(path)
        self._labels = Labels(connection)

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

    # Looking up

    @property
    def epoch(self) -> str:
        """Names this catalog's journal."""
        return str(self._one("SELECT value FROM facts WHERE name = 'epoch'"))

    def last_position(self) -> int:
        """Returns the journal position of the last change; 0 if there was none."""
        return int(self._one("SELECT coalesce(max(number), 0) FROM journal"))

    def ids_with_prefix(self, prefix: str, limit: int = 10) -> list[str]:
        """Returns the ids that start so, in order, at most limit of them."""
        rows = self._select(
            "SELECT id FROM articles WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            (prefix, prefix + "\U0010ffff", limit),
        )
        return [row[0] for row in rows]

    def entry(self, id_: str) -> Entry | None:
        """Returns the entry of an article, or None."""
        return self._entry("id", id_)

    def entry_of_identity(self, identity: str) -> Entry | None:
        """Returns the entry of the article with this strong identity, or None."""
        return self._entry("identity", identity)

    def find_entries(self, identities: Sequence[str], ids: Sequence[str]) -> dict[str, Entry]:
        """Returns the entries of the articles that have one of these strong identities, or one of these ids, by it."""
        found: dict[str, Entry] = {}
        for column, values in (("identity", identities), ("id", ids)):
            for part in parts(values):
                sql = f"SELECT {column}, {_ENTRY} FROM articles WHERE {column} IN ({marks(part)}) ORDER BY n DESC"
                found.update((value, Entry(*row)) for value, *row in self._select(sql, part))
        return found

    def entry_at(self, path: str) -> Entry | None:
        """Returns the entry of the article in this file, or None."""
        return self._entry("path", path)

    def ids_by_fingerprint(self, fingerprints: Sequence[str]) -> dict[str, str]:
        """Returns those of the fingerprints that some article, or an old version of it, came from, with its id."""
        found: dict[str, str] = {}
        for part in parts(fingerprints):
            rows = f"SELECT fingerprint, id FROM seen JOIN articles USING (n) WHERE fingerprint IN ({marks(part)})"
            found.update(self._select(rows, part))
        return found

    def files(self) -> Iterator[list[tuple[str, int, int]]]:
        """Yields path, size and time of every entry's file, in order of path, many at once; see ``Entry``."""
        return self._batches("SELECT path, size, modified FROM articles ORDER BY path")

    def entries(self) -> Iterator[Entry]:
        """Yields every entry, in order of path."""
        rows = self._select(f"SELECT {_ENTRY} FROM articles ORDER BY path")
        return (Entry(*row) for row in rows)

    # Listing

    def rows(
        self,
        node: Node | None = None,
        *,
        sort: str = "-date",
        limit: int = -1,
        offset: int = 0,
        since: Since | None = None,
    ) -> Iterator[Row]:
        """Yields the articles that a metadata query matches, in order; with ``since``, those that changed.

        Raises:
            UnsupportedQuery: The query asks for words of the text.
        """
        condition, parameters = self._filter.where(node or Every())
        changed, values = _changed(since, sort)
        sql = f"SELECT {_ROW} FROM articles{changed} WHERE ({condition}) ORDER BY {_ORDERS[sort]} LIMIT ? OFFSET ?"
        return (_row(found) for found in self._select(sql, [*values, *parameters, limit, offset]))

    def count(self, node: Node | None = None) -> int:
        """Returns how many articles a metadata query matches."""
        condition, parameters = self._filter.where(node or Every())
        return int(self._one(f"SELECT count(*) FROM articles WHERE {condition}", *parameters))

    def rows_of(self, ids: Sequence[str]) -> dict[str, Row]:
        """Returns the rows of a few articles by id."""
        found = {}
        for part in parts(ids):
            for row in self._select(f"SELECT {_ROW} FROM articles WHERE id IN ({marks(part)})", part):
                found[row[0]] = _row(row)
        return found

    def rows_in_order(self, ids: Iterable[str], sort: str, since: Since | None = None) -> Iterator[Row]:
        """Yields the rows of any number of articles in order; ids that are not there are left out."""
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._db.execute("DELETE FROM wanted")
        self._db.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", ((id_,) for id_ in ids))
        changed, values = _changed(since, sort)
        sql = f"SELECT {_ROW} FROM articles JOIN wanted USING (id){changed} ORDER BY {_ORDERS[sort]}"
        return (_row(found) for found in self._select(sql, values))

    def years(self) -> list[tuple[str, int]]:
        """Returns the number of articles of each year, in order; undated ones under an empty name."""
        sql = (
            "SELECT coalesce(substr(date_start, 1, 4), '') AS year, count(*) FROM articles GROUP BY year ORDER BY year"
        )
        return [(str(year), int(count)) for year, count in self._select(sql)]

    def label_counts(self) -> list[tuple[str, int]]:
        """Returns how many different values each metadata key has, in order of key."""
        sql = "SELECT key, count(*) FROM labels GROUP BY key ORDER BY key"
        return [(str(key), int(count)) for key, count in self._select(sql)]

    def keys(self) -> list[str]:
        """Returns the metadata keys that some article has as labels."""
        return [str(row[0]) for row in self._select("SELECT DISTINCT key FROM labels")]

    def languages(self) -> list[str]:
        """Returns the languages of the articles' words, ISO 639-1, in order; the archive's own comes first."""
        found = {primary(str(row[0])) for row in self._select("SELECT value FROM labels WHERE key = 'language'")}
        own = primary(self.language)
        return [own, *sorted(found - {own, ""})]

    def values(self, key: str, prefix: str = "", limit: int = 50) -> list[str]:
        """Returns values of a key that start so, in any letter case, in order; at most limit of them."""
        escaped = prefix.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        sql = "SELECT value FROM labels WHERE key = ? AND value LIKE ? ESCAPE '\\' ORDER BY value LIMIT ?"
        return [str(row[0]) for row in self._select(sql, (key, escaped + "%", limit))]

    def all_values(self, key: str) -> list[str]:
        """Returns every value of a key."""
        return [str(row[0]) for row in self._select("SELECT value FROM labels WHERE key = ?", (key,))]

    def facets(
        self, wanted: Sequence[facets.Facet], rows: Collection[int] | None = None
    ) -> dict[str, list[tuple[str, int]]]:
        """Counts articles by value; see ``facets.count``."""
        return facets.count(self._db, wanted, rows)

    def row_numbers(self, node: Node | None = None) -> set[int]:
        """Returns the row numbers of the articles that a metadata query matches."""
        condition, parameters = self._filter.where(node or Every())
        return {row[0] for row in self._select(f"SELECT n FROM articles WHERE {condition}", parameters)}

    def total_size(self) -> int:
        """Returns the bytes of all article files together."""
        return int(self._one("SELECT coalesce(sum(size), 0) FROM articles"))

    # Changing

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

    # Addresses

    def validators(self, address: str) -> tuple[str | None, str | None]:
        """Returns the ETag and the date of change that a server gave for an address, as far as they are known."""
        return next(self._select("SELECT etag, modified FROM fetched WHERE address = ?", (address,)), (None, None))

    def set_validators(self, address: str, etag: str | None, modified: str | None) -> None:
        """Notes what a server said of an address."""
        self._db.execute("INSERT OR REPLACE INTO fetched VALUES (?, ?, ?)", (address, etag, modified))

    # Near articles

    def near(
        self, signatures: Sequence[bytes], threshold: float = near_duplicates.THRESHOLD
    ) -> list[list[NearDuplicate]]:
        """Returns the articles that each signature is near to, the nearest first."""
        return near_duplicates.near(self._db, signatures, threshold)

    def similarities(self, id_: str, others: Sequence[str]) -> dict[str, float]:
        """Returns how alike the text of an article is to those of others, by id; 1 to itself."""
        found = {each: near_duplicates.signature_of(self._db, each) for each in {id_, *others}}
        own = found[id_]
        return {each: similarity(own, found[each]) if each != id_ else 1.0 for each in others}

    def near_groups(self, threshold: float = near_duplicates.THRESHOLD) -> list[list[str]]:
        """Returns the ids of articles that are near each other, directly or over others, in groups.

        In a group, and among the groups, what came first into the archive stands first.
        """
        leaders: dict[int, int] = {}

        def leader(n: int) -> int:
            while leaders.setdefault(n, n) != n:
                leaders[n] = leaders[leaders[n]]
                n = leaders[n]
            return n

        for one, other in near_duplicates.pairs(self._db, threshold):
            first, second = sorted((leader(one), leader(other)))
            leaders[second] = first
        groups: dict[int, list[int]] = {}
        for n in sorted(leaders):
            groups.setdefault(leader(n), []).append(n)
        return [[str(self._one("SELECT id FROM articles WHERE n = ?", n)) for n in group] for group in groups.values()]

    # The journal

    def changes_since(self, position: int) -> Iterator[ChangedArticle]:
        """Yields every article that changed after a journal position, once."""
        sql = """
            SELECT j.id, a.path, coalesce(a.n, 0), coalesce(a.language, '')
            FROM (SELECT id, max(number) AS last FROM journal WHERE number > ? GROUP BY id) AS j
            LEFT JOIN articles AS a ON a.id = j.id ORDER BY j.last
        """
        return (ChangedArticle(*row) for row in self._select(sql, (position,)))

    def last_position_of(self, id_: str, until: int) -> int:
        """Returns the journal position of an article's last change, up to a position; 0 if there was none."""
        sql = "SELECT coalesce(max(number), 0) FROM journal WHERE id = ? AND number <= ?"
        return int(self._one(sql, id_, until))

    def removed_since(self, position: int) -> list[str]:
        """Returns the ids of articles that are gone and changed after a journal position, in order."""
        return [changed.id for changed in self.changes_since(position) if changed.path is None]

    def count_changes_since(self, position: int) -> int:
        """Returns how many articles changed after a journal position."""
        return int(self._one("SELECT count(DISTINCT id) FROM journal WHERE number > ?", position))

    def _add_test(self, test: Test) -> int:
        self._last_test += 1
        self._tests[self._last_test] = test
        self._tests.pop(self._last_test - _MAX_TESTS, None)
        return self._last_test

    def _accepts(self, number: int, value: str | None) -> int | None:
        return None if value is None else int(self._tests[number](value))

    def _journal(self, id_: str) -> None:
        self._db.execute("INSERT INTO journal (id) VALUES (?)", (id_,))

    def _vacate(self, path: str, id_: str) -> None:
        """Gives up a path that another article had until now, as where two files have swapped names."""
        self._db.execute("UPDATE articles SET path = '?' || id WHERE path = ? AND id <> ?", (path, id_))

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

    def _entry(self, column: str, value: str) -> Entry | None:
        sql = f"SELECT {_ENTRY} FROM articles WHERE {column} = ? ORDER BY n LIMIT 1"
        return next((Entry(*row) for row in self._select(sql, (value,))), None)

    def _one(self, sql: str, *parameters: Any) -> Any:
        return next(self._select(sql, parameters))[0]


def _file_number(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _changed(since: Since | None, sort: str) -> tuple[str, list[int]]:
    """Returns what articles are joined with so that only those that changed are left, and its parameters."""
    if since is None:
        return "", []
    last = "SELECT id, max(number) AS changed FROM journal{} GROUP BY id"
    if since.position is not None:
        return f" JOIN ({last.format(' WHERE number > ?')}) USING (id)", [since.position]
    ordered = f" JOIN ({last.format('')}) USING (id)" if sort == "changed" else ""
    return f" JOIN (SELECT n FROM articles WHERE modified >= ?) USING (n){ordered}", [since.time]


def _row(found: tuple[Any, ...]) -> Row:
    return Row(found[0], found[1], json.loads(found[2]), *found[3:])
