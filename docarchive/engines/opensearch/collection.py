"""CollectionEngine: the Engine protocol over the indexes of all archives of a collection, which it only reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from operator import itemgetter
from time import monotonic
from typing import TYPE_CHECKING, Any, Final

from docarchive.analysis import label_key, primary
from docarchive.batches import batched_by_size
from docarchive.engines.cluster import Cluster
from docarchive.engines.counting import by_date, by_label, prefixes
from docarchive.engines.opensearch.compile import matching
from docarchive.engines.opensearch.connection import Connection
from docarchive.engines.opensearch.counting import Matches
from docarchive.engines.opensearch.documents import (
    BY_ID,
    TOGETHER,
    TOGETHER_SIZE,
    CollectionView,
    Holder,
    StoredArticle,
)
from docarchive.engines.opensearch.ordering import SORTED, columns
from docarchive.engines.opensearch.queries import EVERY, Query, all_of, any_term, term
from docarchive.engines.opensearch.searching import SearchingEngine
from docarchive.engines.protocol import Change, Position, Scored
from docarchive.engines.ranking import Freshness, Reader
from docarchive.engines.state import VERSIONS
from docarchive.engines.terms import VALUE
from docarchive.errors import IndexUnavailable, NotAnArchive, UsageError
from docarchive.folder import Folder
from docarchive.query import Node
from docarchive.query.facets import Counts, Facet
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

_SECOND: Final = 1_000_000  # in an ``instant``
#: Of more values than this, only some are looked at for statistics.
_MANY: Final = 50_000
#: Bytes that an article is taken for where its size is not known.
_LIKELY_SIZE: Final = 10_000
_OWN: Final = "docarchive"
#: For so long, in seconds, it is taken for granted that the same archives feed the collection.
_FRESH: Final = 5.0


class Member(NamedTuple):
    """The index of an archive."""

    name: str
    archive: str  # the archive's name in the cluster
    language: str  # of articles whose language is unknown
    is_current: bool  # whether it is an index of this version


class CollectionEngine(SearchingEngine):
    """Searches a collection; see ``IndexEngine``."""

    sorts_by_any_key = True

    def __init__(self, cluster: Cluster) -> None:
        super().__init__(Folder("."), "en", Connection(cluster, is_named=True))
        self._cluster = cluster
        self._members: list[Member] = []
        self._looked = float("-inf")

    # Who feeds it

    @property
    def members(self) -> list[Member]:
        """The indexes of the collection, in order of name, as they were a moment ago.

        Raises:
            NotAnArchive: There is no such collection.
            IndexUnavailable: The cluster does not answer.
        """
        if monotonic() > self._looked + _FRESH:
            self.refresh()
        return self._members

    def refresh(self) -> None:
        """Asks the cluster which indexes there are; for the errors see ``members``."""
        self._members, self._looked = self._described(), monotonic()
        self._close_view()  # which has statistics of all documents

    def _described(self) -> list[Member]:
        url, alias = self._cluster.url, self._cluster.index_name
        described = self._connection.ask("GET", f"/{alias}", params={"filter_path": "*.mappings._meta"}, missing=True)
        if described is None:
            raise NotAnArchive(
                f"there is no collection {alias!r} at {url}; an archive feeds one after "
                f"'docarchive engine use opensearch --url {url} --index {alias}'"
            )
        version = VERSIONS[self.name]
        metas = {name: _meta_of(values) for name, values in described.items()}
        if not metas or None in metas.values():
            raise NotAnArchive(f"the index {alias!r} at {url} is another program's, and no collection")
        members = [
            Member(name, str(meta.get("archive")), str(meta.get("language")), meta.get("version") == version)
            for name, meta in sorted(metas.items())
            if meta is not None
        ]
        if not any(member.is_current for member in members):
            raise IndexUnavailable(
                f"the collection {alias!r} at {url} is of another version of docarchive; update docarchive here, or "
                "run a search in each of its archives with this version"
            )
        return members

    # What an engine of a collection does not do

    def position(self) -> Position | None:
        return None

    def index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        raise UsageError("a collection can only be read")

    def clear(self) -> None:
        raise UsageError("a collection can only be read")

    # Searching

    def view(self) -> CollectionView:
        """Returns the collection as one search sees it."""
        members = self.members
        if not isinstance(self._view, CollectionView):
            current = [member.name for member in members if member.is_current]
            index = self._cluster.index_name if len(current) == len(members) else ",".join(current)
            self._view = CollectionView(self._connection, index)
        return self._view

    @contextmanager
    def at_one_time(self) -> Iterator[CollectionView]:
        """Gives the collection as it is now, whatever is written to it meanwhile."""
        with self.view().at_one_time() as view:
            yield view

    def _current_view(self) -> CollectionView:
        return self.view()

    # What documents have

    def stored(
        self, query: Node, sort: str, limit: int | None = None, offset: int = 0, ids: Sequence[str] | None = None
    ) -> Iterator[StoredArticle]:
        """Yields the articles that match, or those of them that have one of some ids, in an order; see ``ordered_ids``.

        They are not kept in memory.
        """
        with self.at_one_time() as view:
            matches = matching(query, view) if ids is None else all_of(matching(query, view), any_term("id", ids))
            end = None if limit is None else offset + limit
            wanted = islice(_ordered_sizes(view, matches, sort, end), offset, end)
            for batch in batched_by_size(wanted, TOGETHER, TOGETHER_SIZE, itemgetter(1)):
                articles = view.articles([id_ for id_, _ in batch])
                yield from (articles[id_] for id_, _ in batch if id_ in articles)

    def _first(
        self, query: Node, view: Any, wanted: int, sort: str, reader: Reader | None, freshness: Freshness | None
    ) -> tuple[int, list[Scored]]:
        if sort == "relevance" or sort.lstrip("-") in SORTED:
            return super()._first(query, view, wanted, sort, reader, freshness)
        with view.at_one_time() as fixed:
            ids = ordered_ids(fixed, matching(query, fixed), sort)
            return fixed.count(matching(query, fixed)), [Scored(id_, 0.0) for id_ in islice(ids, wanted)]

    def stored_of(self, ids: Sequence[str]) -> Iterator[StoredArticle]:
        """Yields articles by id; unknown ids are left out."""
        articles = self.view().articles(ids)
        return (articles[id_] for id_ in dict.fromkeys(ids) if id_ in articles)

    def holders(self, ids: Sequence[str]) -> dict[str, list[Holder]]:
        """Returns which archives have articles, by id; nothing if there is one archive, which has all."""
        archives = len(self.members)
        return self.view().holders(ids, archives) if archives > 1 else {}

    def ids_with_prefix(self, prefix: str, limit: int) -> list[str]:
        """Returns the first ids that begin with a prefix, in order."""
        return self.view().ids_with_prefix(prefix, limit)

    def names_of_keys(self) -> list[str]:
        """Returns the metadata keys that articles have."""
        return self.view().names_of_keys()

    def languages(self) -> list[str]:
        """Returns the languages that articles are analyzed in, ISO 639-1."""
        return [*dict.fromkeys(primary(value) for value in self.values("language"))]

    def values(self, key: str, prefix: str = "", limit: int | None = None) -> list[str]:
        """Returns the values of a key that begin with a prefix, in order."""
        mark = label_key(key) + VALUE
        return [term[len(mark) :] for term, _ in islice(self.view().terms("values", mark + prefix), limit)]

    def count_values(self, key: str) -> int:
        """Returns how many different values a key has; of very many an estimate, by those that are first in order."""
        view, mark = self.view(), label_key(key)
        values = articles = 0
        for _, number in view.terms("values", mark + VALUE):
            values, articles = values + 1, articles + number
            if values == _MANY:
                return max(values, round(view.count(term("has", mark)) * values / articles))
        return values

    def counted_values(self, key: str) -> Iterator[tuple[str, int]]:
        """Yields the values of a key with their numbers of articles; estimates from some if very many have it."""
        view, mark = self.view(), label_key(key) + VALUE
        number = view.count(term("has", label_key(key)))
        some = view.first_ids(_MANY)[-1] if number > _MANY else None
        query = EVERY if some is None else {"range": {"id": {"lte": some}}}
        share = number / max(view.count(all_of(query, term("has", label_key(key)))), 1)
        for value, count in view.terms("values", mark, query):
            yield value[len(mark) :], round(count * share)

    def first_ids(self, count: int) -> list[str]:
        """Returns the first ids in order."""
        return self.view().first_ids(count)

    def articles_by_archive(self) -> dict[str, int]:
        """Returns how many articles each archive has."""
        return self.view().articles_by_archive()

    def sum_of_sizes(self) -> int:
        """Returns the size of all articles' files, in bytes."""
        return int(self.view().aggregated(EVERY, {"size": {"sum": {"field": "size"}}})["size"]["value"] or 0)

    def last_archived(self) -> int:
        """Returns when an article was last imported, as an ``instant``; 0 if none was."""
        last = self.view().aggregated(EVERY, {"last": {"max": {"field": "archived_key"}}})["last"]["value"]
        return round(last / _SECOND) * _SECOND + 1 if last else 0  # the cluster has it as a float

    def size(self) -> int:
        """Returns the size of the indexes in bytes, with all holders."""
        statistics = self._connection.ask("GET", f"/{self._cluster.index_name}/_stats/store")
        return int(statistics["_all"]["total"].get("store", {}).get("size_in_bytes", 0))

    def ids_with(self, key: str, value: str) -> list[str]:
        """Returns the first id of an article that has a value."""
        view = self.view()
        return [*islice(view.ids_in_order(term("values", f"{label_key(key)}{VALUE}{value}"), BY_ID, 1), 1)]

    # Counting

    def facets(self, query: Node, facets: Sequence[Facet]) -> dict[str, Counts]:
        view = self.view()
        counts = super().facets(query, facets)
        matches = AllMatches(matching(query, view), view)
        for facet in facets:
            if facet.name not in counts:
                counts[facet.name] = facet.sorted(_counted(facet, matches))
        return counts


class AllMatches(Matches):
    """The documents that match a query, for keys of which there is no catalog that could count them sooner."""

    def __init__(self, query: Query, view: CollectionView) -> None:
        super().__init__(query, view, ())

    def values(self, prefix: str) -> Mapping[str, int]:
        """See ``engines.counting``."""
        return dict(self._view.terms("values", prefix, self._query))

    def dates(self, prefix: str) -> Mapping[str, int]:
        """See ``engines.counting``."""
        return dict(self._view.terms("dates", prefix, self._query))


def _counted(facet: Facet, matches: AllMatches) -> Counts:
    """Returns the values of a key and their numbers, however many there are."""
    if facet.unit:
        return by_date(prefixes(facet), matches) or []
    prefix = label_key(facet.key) + VALUE
    if facet.counts_labels:
        return by_label(facet.key, prefix, matches) or []
    return [(term[len(prefix) :], number) for term, number in matches.values(prefix).items()]


def ordered_ids(view: CollectionView, query: Query, sort: str, limit: int | None = None) -> Iterator[str]:
    """Yields the ids of matches in an order: one of ``SORTS`` but relevance, or any key, perhaps after ``-``."""
    key, descending = sort.removeprefix("-"), sort.startswith("-")
    if order := _columns(sort):
        return view.ids_in_order(query, order, limit)
    return islice(view.ids_by_key(query, "order", label_key(key) + VALUE, descending=descending), limit)


def _ordered_sizes(view: CollectionView, query: Query, sort: str, limit: int | None) -> Iterator[tuple[str, int]]:
    """Yields ids, as ``ordered_ids`` does, with the bytes of the articles, or a guess where the order has no column."""
    if order := _columns(sort):
        return view.sized_in_order(query, order, limit)
    return ((id_, _LIKELY_SIZE) for id_ in ordered_ids(view, query, sort, limit))


def _columns(sort: str) -> list[Any]:
    """Returns how the cluster sorts; nothing if it has no column to sort by."""
    key = sort.removeprefix("-")
    if key == "id":
        return [{"id": {"order": "desc" if sort.startswith("-") else "asc"}}]
    return columns(sort) if key in SORTED else []


def _meta_of(described: Any) -> dict[str, Any] | None:
    meta = described.get("mappings", {}).get("_meta", {}) if isinstance(described, dict) else {}
    own = meta.get(_OWN) if isinstance(meta, dict) else None
    return own if isinstance(own, dict) else None
