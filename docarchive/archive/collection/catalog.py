"""CollectionCatalog: what a catalog says of articles, asked of a cluster. What only an archive knows is refused."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from docarchive.archive.collection.rows import row_of
from docarchive.archive.collection.texts import Texts
from docarchive.archive.progress import Incomplete, Notify
from docarchive.archive.session import PARTIAL
from docarchive.batches import batched_by_size
from docarchive.catalog import Catalog, Entry, Row, Since
from docarchive.catalog.reading import only
from docarchive.engines.terms import moment
from docarchive.errors import IndexUnavailable, InputError, UsageError
from docarchive.keys import MERGED
from docarchive.query import Every, Node
from docarchive.query.document import ADDRESS, DATE_FIELDS, TEXT_FIELDS, UNLABELLED
from docarchive.query.facets import Facet
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.engines.opensearch.collection import CollectionEngine
    from docarchive.engines.opensearch.documents import StoredArticle
    from docarchive.query.facets import Counts

_TOGETHER: Final = 500
_TOGETHER_SIZE: Final = 1_000_000  # characters; no more than ``Texts`` keeps
_NO_LABELS: Final = frozenset({*TEXT_FIELDS, *DATE_FIELDS, *UNLABELLED})


class CollectionCatalog(Catalog):
    """The catalog of a collection.

    Args:
        engine: The engine of the collection.
        texts: Gets the texts of the articles that were read last.
        language: The language of articles whose language is unknown.
        notify: Called with what answers lack.
    """

    read_only = True
    saves_searches = False

    def __init__(self, engine: CollectionEngine, texts: Texts, language: str, notify: Notify) -> None:
        self._engine = engine
        self._texts = texts
        self.language = language
        self._notify = notify

    @property
    def _db(self) -> sqlite3.Connection:
        """What all methods read that are not here."""
        raise UsageError("a collection knows its articles alone; ask one of the archives that feed it")

    @_db.setter
    def _db(self, value: sqlite3.Connection) -> None:
        raise AssertionError

    def close(self) -> None:
        """Does nothing: the engine is closed by who opened it."""

    # Articles

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
        """Yields the articles that any query matches; see ``Catalog``."""
        if since is not None:
            raise UsageError("a collection has no journal; export the changes of an archive that feeds it")
        stored = self._engine.stored(node or Every(), sort, None if limit < 0 else limit, offset)
        return self._rows_of(stored, keys)

    def rows_of(self, ids: Sequence[str], keys: Sequence[str] | None = None) -> dict[str, Row]:
        """Returns the rows of articles by id; unknown ids are left out."""
        return {row.id: row for row in self._rows_of(self._engine.stored_of(ids), keys)}

    def rows_in_order(self, ids: Iterable[str], sort: str, since: Since | None = None) -> Iterator[Row]:
        """Yields the rows of any number of articles in an order; unknown ids are left out."""
        if since is not None:
            return self.rows(since=since)
        return self._rows_of(self._engine.stored(Every(), sort, ids=[*ids]))

    def ids(self, node: Node, sort: str) -> Iterator[str]:
        """Yields the ids of the articles that a query matches, in an order."""
        return (row.id for row in self.rows(node, sort=sort))

    def count(self, node: Node | None = None) -> int:
        """Returns the number of articles that a query matches."""
        count = self._engine.count(node or Every())
        self._note_partial()
        return count

    def entry(self, id_: str) -> Entry | None:
        """Returns the entry of an article, or None."""
        row = self.rows_of([id_]).get(id_) if id_ else None
        return None if row is None else Entry(row.id, row.path, "", row.size, row.modified, row.digest)

    def archives_of(self, id_: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Returns the archives that have an article, and those where it differs; see ``Row``."""
        row = self.rows_of([id_])[id_]
        return row.archives, row.differing

    def entry_at(self, path: str) -> Entry | None:
        """Returns None: paths are those of several archives."""

    def ids_with_prefix(self, prefix: str, limit: int = 10) -> list[str]:
        """Returns the ids that start with a prefix, in order, at most limit of them."""
        ids = self._engine.ids_with_prefix(prefix, limit)
        if not ids and self._engine.partial:
            raise IndexUnavailable(
                f"a part of the index does not answer, so nobody knows whether an article has an id that starts with "
                f"{shorten(repr(prefix))}; try again later"
            )
        return ids

    def merged_with_prefix(self, prefix: str, limit: int = 10) -> dict[str, str]:
        """Returns the ids of merged articles that start with a prefix, with those of the articles that were kept."""
        merged = self._engine.values(MERGED, prefix, limit)
        return {id_: kept for id_ in merged for kept in self._engine.ids_with(MERGED, id_)}

    def kept_instead(self, ids: Sequence[str]) -> dict[str, Entry]:
        """Returns the entries of the articles into which others were merged, by the ids of those."""
        kept = {id_: owner for id_ in ids for owner in self._engine.ids_with(MERGED, id_)}
        entries = {owner: entry for owner in {*kept.values()} if (entry := self.entry(owner))}
        return {id_: entries[owner] for id_, owner in kept.items() if owner in entries}

    def deleted_with_prefix(self, prefix: str, limit: int) -> list[str]:
        """Returns no id: what was removed is not in the cluster."""
        return []

    # Values

    def keys(self) -> list[str]:
        """Returns the metadata keys of all labels."""
        return [key for key in self._engine.names_of_keys() if key not in _NO_LABELS]

    def languages(self) -> list[str]:
        """Returns the languages that articles are analyzed in, ISO 639-1: the usual one first, the rest sorted."""
        return [self.language, *sorted({*self._engine.languages()} - {self.language, ""})]

    def all_values(self, key: str) -> list[str]:
        """Returns every value of a key."""
        return self._engine.values(key)

    def facets(self, wanted: Sequence[Facet], rows: Collection[int] | None = None) -> dict[str, Counts]:
        """Counts all articles by value."""
        assert rows is None, "the engine counts what matches"
        return self._engine.facets(Every(), wanted)

    def label_counts(self) -> list[tuple[str, int]]:
        """Returns pairs of metadata key and number of different values, in order of key."""
        return [(key, self._engine.count_values(key)) for key in sorted(self.keys())]

    # Statistics

    def total_size(self) -> int:
        """Returns the size of all articles' files together, in bytes."""
        return self._engine.sum_of_sizes()

    def years(self) -> list[tuple[str, int]]:
        """Returns pairs of year and number of articles, in order; the year of undated articles is empty."""
        years = self._engine.facets(Every(), [Facet.read("year")])["year"]
        undated = self.count() - sum(count for _, count in years)
        return [("", undated), *years] if undated else years

    def sample(self, count: int) -> list[str]:
        """Returns the first ids: they are digests, so their articles are any."""
        return self._engine.first_ids(count)

    def sites(self, limit: int) -> list[tuple[str, int]]:
        """Returns pairs of site and number of articles, by the articles' addresses: the most frequent first."""
        counts: Counter[str] = Counter()
        for address, number in self._engine.counted_values(ADDRESS):
            if address.startswith("http") and "://" in address:
                counts[address.partition("://")[2].partition("/")[0].removeprefix("www.")] += number
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))[:limit]

    def last_import(self) -> str | None:
        """Returns when an article was last imported, in UTC; None if none was."""
        last = moment(self._engine.last_archived())
        return None if last is None else f"{last.isoformat(timespec='seconds')}Z"

    # The journal

    @property
    def epoch(self) -> str:
        """Nothing: a collection has no journal."""
        return ""

    def last_position(self) -> int:
        """Returns 0: a collection has no journal."""
        return 0

    def written_position(self, position: int | None = None) -> str:
        """Returns an empty position."""
        return ""

    # Making rows

    def _rows_of(self, articles: Iterable[StoredArticle], keys: Sequence[str] | None = None) -> Iterator[Row]:
        for batch in batched_by_size(articles, _TOGETHER, _TOGETHER_SIZE, lambda article: len(article.text)):
            holders = self._engine.holders([article.id for article in batch])
            self._note_partial()
            for article in batch:
                try:
                    row = row_of(article, holders.get(article.id, ()))
                except InputError as error:
                    shown = shorten(f"{article.id!r} of {article.archive!r}: {error}", 200)
                    self._notify(Incomplete(f"an article of the collection cannot be read and is left out: {shown}"))
                    continue
                self._texts.keep(row, article.text)
                yield row._replace(metadata=only(keys, row.metadata))
        self._note_partial()

    def _note_partial(self) -> None:
        if self._engine.partial:
            self._notify(PARTIAL)
