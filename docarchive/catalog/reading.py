"""Reading: looking up, listing and counting articles."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from docarchive.analysis import primary
from docarchive.catalog import facets
from docarchive.catalog.database import Database, marks, parts
from docarchive.catalog.filters import FUNCTION, Filter, Test
from docarchive.query import Every, Node

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


class Reading(Database):
    """What reads a catalog.

    Args:
        connection: From ``schema.connect``.
        path: The database file.
        language: Of articles whose own is neither said nor clear.
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, language: str = "en") -> None:
        super().__init__(connection, path, language)
        self._tests: dict[int, Test] = {}
        self._last_test = 0
        self._filter = Filter(self._add_test)
        connection.create_function(FUNCTION, 2, self._accepts)

    # Looking up

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

    def _add_test(self, test: Test) -> int:
        self._last_test += 1
        self._tests[self._last_test] = test
        self._tests.pop(self._last_test - _MAX_TESTS, None)
        return self._last_test

    def _accepts(self, number: int, value: str | None) -> int | None:
        return None if value is None else int(self._tests[number](value))

    def _entry(self, column: str, value: str) -> Entry | None:
        sql = f"SELECT {_ENTRY} FROM articles WHERE {column} = ? ORDER BY n LIMIT 1"
        return next((Entry(*row) for row in self._select(sql, (value,))), None)


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
