"""Reading the catalog: looking up, listing and counting articles."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

from docarchive.analysis import primary
from docarchive.catalog import stored
from docarchive.catalog.database import Database, batches, placeholders
from docarchive.catalog.filters import Filter, listed
from docarchive.catalog.orders import member, order_by
from docarchive.keys import MERGED
from docarchive.query import Every, Node
from docarchive.records import NamedTuple
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.query.facets import Counts, Facet

_ENTRY: Final = "id, path, content, size, modified, digest"
_ENTRY_TYPES: Final = "tttnnd"
_MERGED: Final = (
    f"SELECT value, {_ENTRY} FROM labels CROSS JOIN labelled USING (label) CROSS JOIN articles USING (n) WHERE key = ?"
)
_ROW: Final = "id, path, metadata, language, size, modified, digest"
_ROW_TYPES: Final = "ttttnnd"
_BRIEF_TYPES: Final = "tttt"


#: In place of the digest of a file that was not read: no file has it.
UNKNOWN: Final = bytes(32)


class Entry(NamedTuple):
    """An article's file, as it was when it was last read."""

    id: str
    path: str  # the path of the file, relative to the archive
    content: str  # the digest of the article (``identity.content_digest``)
    size: int  # the size of the file in bytes
    modified: int  # the time of the file's last change, in nanoseconds since 1970
    digest: bytes = UNKNOWN  # the SHA-256 of the file


class Row(NamedTuple):
    """An article's metadata, without its text.

    Attributes:
        id: The article's id.
        path: The path of its file, relative to the archive.
        metadata: All metadata by key, known keys first, dates as text.
        language: The language that its text is analyzed in, ISO 639-1 or a tag that begins so.
        size: The size of its file in bytes when it was last read; -1 if unknown.
        modified: The time of the file's last change then, in nanoseconds since 1970; -1 if unknown.
        digest: The SHA-256 that the file had then; 32 zero bytes if unknown.
        archives: In a collection: the names of the archives that have the article, first the one whose article this is.
        differing: In a collection: those of them whose article has another content.
    """

    id: str
    path: str
    metadata: dict[str, Any]
    language: str = "en"
    size: int = -1
    modified: int = -1
    digest: bytes = UNKNOWN
    archives: tuple[str, ...] = ()
    differing: tuple[str, ...] = ()

    def __repr__(self) -> str:
        title = shorten(str(self.metadata.get("title", "")))
        return f"<Row {self.id} {self.metadata.get('date') or 'undated'} {title!r}>"

    def to_dict(self) -> dict[str, Any]:
        """Returns the metadata as a JSON object, with the id and the path."""
        return {**self.metadata, "id": self.id, "path": self.path, **copies_of(self.archives, self.differing)}

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


class Since(NamedTuple):
    """Where to start from, for listing what changed: a journal position or a time."""

    position: int | None  # the journal position of the last change that is not wanted; None to go by time
    time: int = 0  # files written at this time or later count as changed; nanoseconds since 1970


class Reading(Database):
    """The catalog's methods that read articles; for the arguments see ``Catalog``."""

    @cached_property
    def _filter(self) -> Filter:
        return Filter(self._db)

    # Looking up

    def ids_with_prefix(self, prefix: str, limit: int = 10) -> list[str]:
        """Returns the ids that start with a prefix, in order, at most limit of them."""
        rows = self._select(
            "t",
            "SELECT id FROM articles WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
            (prefix, prefix + "\U0010ffff", limit),
        )
        return [row[0] for row in rows]

    def entry(self, id_: str) -> Entry | None:
        """Returns the entry of an article, or None."""
        return self._entry("id", id_)

    def archives_of(self, id_: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Returns the archives of a collection that have an article, and those where it differs; see ``Row``."""
        return (), ()

    def entry_of_identity(self, identity: str) -> Entry | None:
        """Returns the entry of the article with this strong identity, or None."""
        return self._entry("identity", identity)

    def find_entries(self, identities: Sequence[str], ids: Sequence[str]) -> dict[str, Entry]:
        """Returns the entries of articles by strong identity or by id, as asked for; unknown ones are left out."""
        entries: dict[str, Entry] = {}
        for column, values in (("identity", identities), ("id", ids)):
            for batch in batches(values):
                chosen = f"{column} IN ({placeholders(batch)})"
                sql = f"SELECT {column}, {_ENTRY} FROM articles WHERE {chosen} ORDER BY n DESC"
                entries.update((value, Entry(*row)) for value, *row in self._select("t" + _ENTRY_TYPES, sql, batch))
        return entries

    def entry_at(self, path: str) -> Entry | None:
        """Returns the entry of the article whose file has this path, or None."""
        return self._entry("path", path)

    def identity_of(self, id_: str) -> str | None:
        """Returns the strong identity of an article; None if it has none."""
        identities: Iterator[tuple[str | None]] = self._select(
            "T", "SELECT identity FROM articles WHERE id = ?", (id_,)
        )
        return next(identities, (None,))[0]

    def has_merged(self) -> bool:
        """Returns whether articles were merged into others."""
        return bool(self._one("n", "SELECT EXISTS (SELECT 1 FROM labels WHERE key = ?)", MERGED))

    def kept_instead(self, ids: Sequence[str]) -> dict[str, Entry]:
        """Returns the entries of the articles into which others were merged, by the ids of those; see ``keys.MERGED``.

        An id that an article has is that article's, too: ask for it first.
        """
        kept: dict[str, Entry] = {}
        for batch in batches(ids):
            sql = f"{_MERGED} AND value IN ({placeholders(batch)}) ORDER BY n DESC"
            kept.update((id_, Entry(*row)) for id_, *row in self._select("t" + _ENTRY_TYPES, sql, (MERGED, *batch)))
        return kept

    def merged_with_prefix(self, prefix: str, limit: int = 10) -> dict[str, str]:
        """Returns the ids of merged articles that start with a prefix, with those of the articles that were kept."""
        sql = f"{_MERGED} AND value >= ? AND value < ? ORDER BY value, n DESC LIMIT ?"
        rows = self._select("t" + _ENTRY_TYPES, sql, (MERGED, prefix, prefix + "\U0010ffff", limit))
        return {id_: kept for id_, kept, *_ in rows}

    def owner_of(self, ids: Sequence[str]) -> tuple[str, Entry] | None:
        """Returns the first of some ids that leads to an article, and that article."""
        owners = self.kept_instead(ids) | self.find_entries([], ids)
        return next(((id_, owners[id_]) for id_ in ids if id_ in owners), None)

    def shared_ids(self) -> Iterator[tuple[str, str, str]]:
        """Yields ids of merged articles that lead to two articles, with the paths of these; a kept one is the first."""
        merged = "FROM labels JOIN labelled USING (label) JOIN articles USING (n)"
        own = f"SELECT value, articles.path, own.path {merged} JOIN articles AS own ON own.id = value"
        twice = f"SELECT value, min(path), max(path) {merged} WHERE key = ? GROUP BY label HAVING count(*) > 1"
        sql = f"{own} WHERE key = ? AND own.n != labelled.n UNION ALL {twice} ORDER BY 1"
        return self._select("ttt", sql, (MERGED, MERGED))

    def has_identity_with(self, prefix: str) -> bool:
        """Returns whether the strong identity of any article starts with a prefix."""
        sql = "SELECT n FROM articles WHERE identity >= ? AND identity < ? LIMIT 1"
        return any(True for _ in self._select("n", sql, (prefix, prefix + "\U0010ffff")))

    def ids_by_fingerprint(self, fingerprints: Sequence[str]) -> dict[str, str]:
        """Returns the ids of articles by the fingerprints of records that they, or old versions of them, came from."""
        ids: dict[str, str] = {}
        for batch in batches(fingerprints):
            chosen = f"fingerprint IN ({placeholders(batch)})"
            ids.update(
                self._select("tt", f"SELECT fingerprint, id FROM seen JOIN articles USING (n) WHERE {chosen}", batch)
            )
        return ids

    def said(self, id_: str) -> dict[str, Any] | None:
        """Returns what the last import said of an article (``importing.merging``); None if that is not known."""
        text = next(self._select("T", "SELECT said FROM articles WHERE id = ?", (id_,)), (None,))[0]
        return stored.mapping(text) if text else None

    def files(self) -> Iterator[list[tuple[str, int, int]]]:
        """Yields path, size and time of every article's file, in order of path, in lists; see ``Entry``."""
        return self._row_batches("tnn", "SELECT path, size, modified FROM articles ORDER BY path")

    def digests(self, low: str, high: str) -> Iterator[tuple[str, int, int, bytes]]:
        """Yields path, size, time and digest of the articles' files whose paths are in a range, in order of path."""
        sql = "SELECT path, size, modified, digest FROM articles WHERE path >= ? AND path < ? ORDER BY path"
        return self._select("tnnd", sql, (low, high))

    def boundaries(self, step: int) -> list[str]:
        """Returns the path of every so many articles' files, in order."""
        return self._boundaries("articles", "", step)

    def row_numbers(self) -> Iterator[int]:
        """Yields the row numbers of all articles, in order."""
        return (n for (n,) in self._select("n", "SELECT n FROM articles ORDER BY n"))

    def is_row_whole(self, path: str) -> bool:
        """Returns whether what is said of the article with a path is as it was written; True if nothing is said."""
        from docarchive.catalog.rows import ARTICLE_SUM

        sql = f"SELECT count(*) FROM articles WHERE path = ? AND sum <> {ARTICLE_SUM}"
        return not self._one("n", sql, path)

    def originals(self) -> Iterator[str]:
        """Yields what articles name as their originals, in order, each once: ``sha256:`` and a digest."""
        sql = "SELECT DISTINCT json_extract(metadata, '$.original') AS o FROM articles WHERE o IS NOT NULL ORDER BY o"
        return (original for (original,) in self._select("t", sql))

    def is_original_of(self, original: str, ids: Sequence[str]) -> bool:
        """Returns whether one of some articles names an original."""
        sql = (
            "SELECT count(*) FROM articles WHERE id IN (SELECT value FROM json_each(?))"
            " AND json_extract(metadata, '$.original') = ?"
        )
        return bool(self._one("n", sql, json.dumps(ids), original))

    def articles_of(self, original: str, limit: int) -> list[str]:
        """Returns the ids of the first articles that name an original."""
        sql = "SELECT id FROM articles WHERE json_extract(metadata, '$.original') = ? ORDER BY n LIMIT ?"
        return [id_ for (id_,) in self._select("t", sql, (original, limit))]

    # Listing

    def rows(
        self,
        node: Node | None = None,
        *,
        sort: str = "-date",
        limit: int = -1,
        offset: int = 0,
        since: Since | None = None,
        keys: Sequence[str] | None = None,
    ) -> Iterator[Row]:
        """Yields the articles that a metadata query matches and that changed after ``since``; None for all.

        The order is as ``orders.order_by`` takes it; a limit of -1 is none. ``keys`` are the keys of the metadata to
        read; None for all, and else what is known of the files is left out.

        Raises:
            UnsupportedQuery: The query has words of the text.
        """
        condition, parameters = self._filter.where(node or Every())
        join, values = _since_join(since, sort)
        # Row numbers alone are sorted, so that a sort does not move all metadata. A cross join keeps the order.
        order = f"SELECT n FROM articles{join} WHERE ({condition}) ORDER BY {order_by(sort)} LIMIT ? OFFSET ?"
        sql = f"SELECT {_columns(keys)} FROM ({order}) CROSS JOIN articles USING (n)"
        return self._rows(sql, [*values, *parameters, limit, offset], keys)

    def ids(self, node: Node, sort: str) -> Iterator[str]:
        """Yields the ids of the articles that a metadata query matches, in an order; see ``rows``."""
        condition, parameters = self._filter.where(node)
        sql = f"SELECT id FROM articles WHERE ({condition}) ORDER BY {order_by(sort)}"
        return (row[0] for row in self._select("t", sql, parameters))

    def count(self, node: Node | None = None) -> int:
        """Returns the number of articles that a metadata query matches."""
        condition, parameters = self._filter.where(node or Every())
        return int(self._one("n", f"SELECT count(*) FROM articles WHERE {condition}", *parameters))

    def rows_of(self, ids: Sequence[str], keys: Sequence[str] | None = None) -> dict[str, Row]:
        """Returns the rows of articles by id; unknown ids are left out. For ``keys`` see ``rows``."""
        rows = {}
        for batch in batches(ids):
            sql = f"SELECT {_columns(keys)} FROM articles WHERE id IN ({placeholders(batch)})"
            for row in self._rows(sql, batch, keys):
                rows[row.id] = row
        return rows

    def rows_as_given(self, ids: Sequence[str], keys: Sequence[str] | None = None) -> Iterator[Row]:
        """Yields the rows of articles in the order of ids; unknown ids are left out. For ``keys`` see ``rows``."""
        for batch in batches(ids):
            rows = self.rows_of(batch, keys)
            yield from (rows[id_] for id_ in batch if id_ in rows)

    def ids_of_rows(self, numbers: Sequence[int]) -> dict[int, str]:
        """Returns the ids of articles by row number; unknown ones are left out."""
        sql = "SELECT n, id FROM articles WHERE n IN (SELECT value FROM json_each(?))"
        return dict(self._select("nt", sql, (listed(numbers),)))

    def rows_in_order(self, ids: Iterable[str], sort: str, since: Since | None = None) -> Iterator[Row]:
        """Yields the rows of any number of articles in an order; unknown ids are left out. See ``rows``."""
        self._db.execute("CREATE TEMP TABLE IF NOT EXISTS wanted (id TEXT PRIMARY KEY) WITHOUT ROWID")
        self._db.execute("DELETE FROM wanted")
        self._db.executemany("INSERT OR IGNORE INTO wanted VALUES (?)", ((id_,) for id_ in ids))
        join, values = _since_join(since, sort)
        sql = f"SELECT {_ROW} FROM articles JOIN wanted USING (id){join} ORDER BY {order_by(sort)}"
        return self._rows(sql, values)

    def ids_in_order(self, numbers: Collection[int], sort: str, limit: int, offset: int) -> list[str]:
        """Returns a page of the ids of articles, given by row number, in an order; see ``rows``."""
        chosen = "n IN (SELECT value FROM json_each(?))"
        sql = f"SELECT id FROM articles WHERE {chosen} ORDER BY {order_by(sort)} LIMIT ? OFFSET ?"
        return [row[0] for row in self._select("t", sql, (listed(sorted(numbers)), limit, offset))]

    def years(self) -> list[tuple[str, int]]:
        """Returns pairs of year and number of articles, in order; the year of undated articles is empty."""
        sql = (
            "SELECT coalesce(substr(date_start, 1, 4), '') AS year, count(*) FROM articles GROUP BY year ORDER BY year"
        )
        return [(year, count) for year, count in self._select("tn", sql)]

    def label_counts(self) -> list[tuple[str, int]]:
        """Returns pairs of metadata key and number of different values, in order of key.

        Values that queries do not distinguish are one, as in facets.
        """
        one = "CASE WHEN trim(terms) = '' THEN value ELSE terms END"
        sql = f"SELECT key, count(DISTINCT {one}) FROM labels GROUP BY key ORDER BY key"
        return [(key, count) for key, count in self._select("tn", sql)]

    def keys(self) -> list[str]:
        """Returns the metadata keys of all labels."""
        return [row[0] for row in self._select("t", "SELECT DISTINCT key FROM labels")]

    def languages(self) -> list[str]:
        """Returns the languages that articles are analyzed in, ISO 639-1: the archive's own first, the rest sorted."""
        languages = {primary(row[0]) for row in self._select("t", "SELECT value FROM labels WHERE key = 'language'")}
        own = primary(self.language)
        return [own, *sorted(languages - {own, ""})]

    def all_values(self, key: str) -> list[str]:
        """Returns every value of a key."""
        return [row[0] for row in self._select("t", "SELECT value FROM labels WHERE key = ?", (key,))]

    def facets(self, wanted: Sequence[Facet], rows: Collection[int] | None = None) -> dict[str, Counts]:
        """Counts articles by value; see ``facets.count``."""
        from docarchive.catalog.facets import count  # few commands count

        return count(self._db, wanted, rows)

    def validators(self, address: str) -> tuple[str | None, str | None]:
        """Returns the ETag and the Last-Modified (RFC 9110, 13.1) that a server sent for an address; None for none."""
        return next(
            self._select("TT", "SELECT etag, modified FROM fetched WHERE address = ?", (address,)), (None, None)
        )

    def total_size(self) -> int:
        """Returns the size of all article files together, in bytes."""
        return int(self._one("n", "SELECT coalesce(sum(size), 0) FROM articles"))

    def sample(self, count: int) -> list[str]:
        """Returns the ids of up to so many articles, from all over the catalog: always the same ones."""
        first, last = next(self._select("nn", "SELECT coalesce(min(n), 0), coalesce(max(n), -1) FROM articles"))
        step = max(1.0, (last - first + 1) / count)
        numbers = (first + int(index * step) for index in range(min(count, last - first + 1)))
        sql = "SELECT id FROM articles WHERE n >= ? ORDER BY n LIMIT 1"
        return list(dict.fromkeys(row[0] for number in numbers for row in self._select("t", sql, (number,))))

    def sites(self, limit: int) -> list[tuple[str, int]]:
        """Returns pairs of site and number of articles, by the articles' addresses: the most frequent first."""
        after = "substr(value, instr(value, '://') + 3)"
        host = f"substr({after}, 1, instr({after} || '/', '/') - 1)"
        sql = f"""
            SELECT CASE WHEN {host} LIKE 'www.%' THEN substr({host}, 5) ELSE {host} END AS site, count(*) AS number
            FROM labels JOIN labelled USING (label) WHERE key = 'url' AND value LIKE 'http%://%'
            GROUP BY site ORDER BY number DESC, site LIMIT ?
        """
        return [(str(site), int(number)) for site, number in self._select("tn", sql, (limit,))]

    def folder_times(self, paths: Iterable[str] | None = None) -> dict[str, int]:
        """Returns the noted times of folders by path, of all without ``paths``."""
        if paths is None:
            return dict(self._select("tn", "SELECT path, modified FROM folders"))
        sql = "SELECT path, modified FROM folders WHERE path = ?"
        return dict(row for path in paths for row in self._select("tn", sql, (path,)))

    def last_import(self) -> str | None:
        """Returns when an import last stored an article, in UTC; None if none did."""
        noted = self._one("T", "SELECT max(value) FROM facts WHERE name = 'imported'")
        if noted is None:  # the catalog was rebuilt since
            noted = self._one("T", "SELECT max(archived_start) FROM articles")
        return None if noted is None else str(noted)

    def _rows(self, sql: str, parameters: Any, keys: Sequence[str] | None = None) -> Iterator[Row]:
        read = _reader(keys)
        for batch in self._row_batches(_ROW_TYPES if keys is None else _BRIEF_TYPES, sql, parameters):
            ids, paths, metadata, *others = zip(*batch, strict=True)
            yield from map(Row, ids, paths, map(read, metadata), *others)

    def _entry(self, column: str, value: str) -> Entry | None:
        sql = f"SELECT {_ENTRY} FROM articles WHERE {column} = ? ORDER BY n LIMIT 1"
        return next((Entry(*row) for row in self._select(_ENTRY_TYPES, sql, (value,))), None)


def _columns(keys: Sequence[str] | None) -> str:
    """Returns the SQL for the columns of a row; if there are keys, a list of their values for the metadata."""
    if keys is None:
        return _ROW
    paths = [*map(member, keys)]
    if not paths:
        chosen = "'[]'"
    elif not _are_plain(keys):
        chosen = "metadata"
    else:  # of one path SQLite returns a value, of several a list in JSON
        chosen = f"json_extract(metadata, {', '.join(paths if len(paths) > 1 else paths * 2)})"
    return f"id, path, {chosen}, language"


def _reader(keys: Sequence[str] | None) -> Callable[[str], dict[str, Any]]:
    """Returns what reads the metadata in the columns of ``_columns``."""
    if keys is None:
        return stored.metadata
    if not _are_plain(keys):
        return lambda text: only(keys, stored.metadata(text))
    return partial(stored.some_metadata, keys if len(keys) != 1 else [*keys, *keys])


def only(keys: Sequence[str] | None, metadata: dict[str, Any]) -> dict[str, Any]:
    """Returns the metadata under some keys; None for all."""
    return metadata if keys is None else {key: value for key, value in metadata.items() if key in keys}


def _are_plain(keys: Sequence[str]) -> bool:
    """Returns whether SQLite can look keys up: it compares them as they are written in JSON."""
    return all(key.replace("-", "_").isidentifier() for key in keys)


def copies_of(archives: Sequence[str], differing: Sequence[str]) -> dict[str, list[str]]:
    """Returns the keys of JSON that an article of a collection has, and one of an archive has not; see ``Row``."""
    if not archives:
        return {}
    return {"archives": [*archives], **({"differing": [*differing]} if differing else {})}


def _since_join(since: Since | None, sort: str) -> tuple[str, list[int]]:
    """Returns the SQL joins that leave only articles that changed, and their parameters."""
    if since is None:
        return "", []
    last = "SELECT id, max(position) AS changed FROM journal{} GROUP BY id"
    if since.position is not None:
        return f" JOIN ({last.format(' WHERE position > ?')}) USING (id)", [since.position]
    ordered = f" JOIN ({last.format('')}) USING (id)" if sort == "changed" else ""
    return f" JOIN (SELECT n FROM articles WHERE modified >= ?) USING (n){ordered}", [since.time]
