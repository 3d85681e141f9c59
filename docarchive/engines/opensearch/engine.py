"""OpenSearchEngine: the Engine protocol over an index in a cluster.

The folder of the engine has the name of the index and how far it goes (``engines.state``), so that an archive knows
that without a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from docarchive.engines.base import Explanation, IndexEngine
from docarchive.engines.cluster import Cluster
from docarchive.engines.opensearch import bulk
from docarchive.engines.opensearch.compile import matching, scoring, with_freshness, with_terms
from docarchive.engines.opensearch.connection import Connection
from docarchive.engines.opensearch.explain import explained
from docarchive.engines.opensearch.generations import Generations
from docarchive.engines.opensearch.ordering import by_column, by_id, by_score
from docarchive.engines.opensearch.queries import any_term, term
from docarchive.engines.opensearch.view import View
from docarchive.engines.protocol import Change, Position, Scored
from docarchive.engines.ranking import (
    FEEDBACK_DEPTH,
    FEEDBACK_FOR_ALL,
    FEEDBACK_HITS,
    Feedback,
    Freshness,
    Reader,
    even_score,
    read_feedback,
    scored,
    takes_feedback,
    weighted_terms,
)
from docarchive.engines.state import VERSIONS
from docarchive.errors import IndexDamaged, IndexUnavailable
from docarchive.folder import Folder
from docarchive.query import AnalyzedArticle, Node, Pattern
from docarchive.query.patterns import FUZZY
from docarchive.query.tree import text_fields

if TYPE_CHECKING:
    from docarchive.query.facets import Counts, Facet


class OpenSearchEngine(IndexEngine[View]):
    """Keeps and searches an index in a cluster; see ``IndexEngine``."""

    name = "opensearch"

    def __init__(self, folder: Folder, language: str, cluster: Cluster) -> None:
        super().__init__(folder, language)
        self._cluster = cluster
        self._connection = Connection(cluster)
        self._generations = Generations(self._connection, cluster, folder)
        self._checked = ""  # the index that was seen in the cluster
        self._has_copy = False
        self._problem: IndexUnavailable | None = None  # why the last changes are not in the index

    # The journal

    def position(self) -> Position | None:
        local, name = super().position(), self._generations.name()
        if local is None or name is None:
            return None
        if self._checked != name:
            try:
                meta = self._generations.meta(name)
            except IndexUnavailable:
                return local  # as far as is known
            if meta is None or meta.get("version") != VERSIONS[self.name]:
                return None
            self._checked = name
            self._note_copy(meta)
        return local

    def index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        try:
            self._index(changes, position)
            self._problem = None
        except IndexUnavailable as error:
            self._problem = error
            raise

    def _index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        if name := self._generations.name():
            self._note_copy(self._meta(name))
            self._refuse_copy()
        super().index(changes, position)
        reached, name = super().position(), self._generations.name()
        if reached is not None and name is not None:
            self._generations.record(name, reached, self._meta(name))

    def _write(self, changes: Iterable[Change], *, fresh: bool) -> None:
        name = self._generations.name()
        if fresh or name is None:
            name = self._generations.create(VERSIONS[self.name], self._language)
        bulk.send(self._connection, name, self._cluster.archive, changes)
        self._connection.ask("POST", f"/{name}/_refresh", params={"request_timeout": 120})

    def _note_copy(self, there: dict[str, Any]) -> None:
        """Notes whether something else feeds the index: a copy of the archive, made with its folder.

        How far the index goes is written in the folder first, and then in the index.
        """
        local = super().position()
        same = local is not None and there.get("epoch") == local.epoch
        self._has_copy = same and local is not None and there.get("number", 0) > local.number

    def _refuse_copy(self) -> None:
        if self._has_copy:
            raise IndexUnavailable(
                f"a copy of this archive feeds its index at {self._cluster.url}; "
                "run 'docarchive rebuild' if this is the one to keep"
            )

    def _current_view(self) -> View | None:
        view = super()._current_view()
        self._refuse_copy()
        if view is None and self._problem is not None:
            raise self._problem  # that no article is in an index that could not be built is no answer
        return view

    def _meta(self, name: str) -> dict[str, Any]:
        return self._generations.meta(name) or {}

    def status(self) -> dict[str, Any]:
        """Returns what the cluster says of the index; for the keys see ``ClusterStatus``.

        Raises:
            DocarchiveError: It does not say.
        """
        from docarchive.engines.opensearch.status import status

        name = self._generations.name()
        if name is None:
            raise IndexDamaged("there is no index yet")
        return status(self._connection, name)

    def publish(self) -> None:
        if name := self._generations.name():
            self._generations.publish(name)

    def clear(self) -> None:
        if name := self._generations.name():
            with suppress(IndexUnavailable):  # the next index that is published deletes it
                self._generations.delete(name)
        self._checked = ""
        self._has_copy = False
        super().clear()

    def close(self) -> None:
        super().close()
        self._connection.close()

    @property
    def partial(self) -> bool:
        return self._connection.partial

    @partial.setter
    def partial(self, value: bool) -> None:
        self._connection.partial = value

    # Searching

    def _damage_reported(self) -> AbstractContextManager[None]:
        return nullcontext()  # there is no file that could be damaged; the connection says what is wrong

    def _open(self) -> View:
        name = self._generations.name()
        assert name is not None
        return View(self._connection, name)

    def _first(
        self, query: Node, view: View, wanted: int, sort: str, reader: Reader | None, freshness: Freshness | None
    ) -> tuple[int, list[Scored]]:
        if sort == "relevance" and scored(query):
            return self._ranked(query, view, wanted, reader, freshness)
        matched = matching(query, view)
        return by_id(matched, view, wanted) if sort == "relevance" else by_column(matched, view, sort, wanted)

    def _ranked(
        self, query: Node, view: View, wanted: int, reader: Reader | None, freshness: Freshness | None
    ) -> tuple[int, list[Scored]]:
        """Returns the number of matches and the best of them."""
        even = even_score(query)
        if even is not None and freshness is None:
            return by_id(matching(query, view), view, wanted, round(even, 4))
        scores = scoring(query, view)
        if reader is not None and takes_feedback(query):
            total, best = by_score(scores, view, FEEDBACK_DEPTH)
            if added := self._feedback(query, best, view, reader):
                scores = with_terms(scores, added, view, [] if total <= FEEDBACK_FOR_ALL else [hit.id for hit in best])
        return by_score(with_freshness(scores, freshness) if freshness else scores, view, wanted)

    def _feedback(self, query: Node, best: list[Scored], view: View, reader: Reader) -> Feedback | None:
        hits = best[:FEEDBACK_HITS]
        articles = [*reader([hit.id for hit in hits])]
        view.learn(term for analyzed in articles for term in weighted_terms(analyzed))
        return read_feedback(query, hits, lambda ids: articles, view.average, view.frequency)

    def _explanation(self, query: Node, id_: str, view: View, reader: Reader | None) -> Explanation | None:
        body = {"query": term("id", id_), "size": 1, "_source": False, "docvalue_fields": ["date_key"]}
        hits = view.search(body)["hits"]["hits"]
        if not hits:
            return None
        added = None
        if reader is not None and takes_feedback(query):
            total, best = by_score(scoring(query, view), view, FEEDBACK_DEPTH)
            added = self._feedback(query, best, view, reader)
            if added is not None and total > FEEDBACK_FOR_ALL and all(hit.id != id_ for hit in best):
                added = added._replace(terms={})
        date = hits[0].get("fields", {}).get("date_key", [0])[0]
        return lambda node, factor: explained(node, id_, view, factor), added, date

    def similar(self, analyzed: AnalyzedArticle) -> Node:
        if view := self._current_view():
            view.learn(weighted_terms(analyzed))
        return super().similar(analyzed)

    def ids(self, query: Node) -> Iterator[str]:
        if view := self._current_view():
            yield from (id_ for _, id_ in view.all(matching(query, view)))

    def rows(self, query: Node) -> list[int]:
        view = self._current_view()
        return [row for row, _ in view.all(matching(query, view))] if view else []

    def count(self, query: Node) -> int:
        view = self._current_view()
        return view.count(matching(query, view)) if view else 0

    def facets(self, query: Node, facets: Sequence[Facet]) -> dict[str, Counts]:
        from docarchive.engines.counting import counted
        from docarchive.engines.opensearch.counting import Matches

        view = self._current_view()
        return counted(facets, Matches(matching(query, view), view, facets)) if view else {}

    def words_like(self, word: str, distance: int, field: str | None = None) -> list[tuple[str, int]]:
        view = self._current_view()
        if view is None:
            return []
        pattern = Pattern(FUZZY, word, distance)
        fields = [f"words_{name}" for name in text_fields(field)]
        vocabulary = {other for name in fields for other, _ in view.vocabulary(name, word[:1])}
        words = pattern.select(sorted(vocabulary))
        return [*zip(words, view.counts([any_word(fields, other) for other in words]), strict=True)]


def any_word(fields: Sequence[str], word: str) -> dict[str, Any]:
    """Returns a query for the documents that have a word in any of several fields."""
    return {"bool": {"should": [any_term(name, [word]) for name in fields]}}
