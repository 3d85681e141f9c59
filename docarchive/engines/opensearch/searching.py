"""SearchingEngine: the half of the engine that searches; it does not know how the index is fed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from docarchive.engines.base import Explanation, IndexEngine
from docarchive.engines.opensearch.compile import matching, scoring, with_freshness, with_terms
from docarchive.engines.opensearch.connection import Connection
from docarchive.engines.opensearch.explain import explained
from docarchive.engines.opensearch.ordering import by_column, by_id, by_score
from docarchive.engines.opensearch.queries import any_term, term
from docarchive.engines.opensearch.view import View
from docarchive.engines.protocol import Scored
from docarchive.engines.ranking import (
    FEEDBACK_DEPTH,
    FEEDBACK_HITS,
    Feedback,
    Freshness,
    Reader,
    even_score,
    feedback_of_one,
    read_feedback,
    reordered,
    scored,
    takes_feedback,
    weighted_terms,
)
from docarchive.folder import Folder
from docarchive.query import AnalyzedArticle, Node, Pattern
from docarchive.query.patterns import FUZZY
from docarchive.query.tree import text_fields

if TYPE_CHECKING:
    from docarchive.query.facets import Counts, Facet


class SearchingEngine(IndexEngine[View]):
    """Searches an index in a cluster; see ``IndexEngine``."""

    name = "opensearch"
    keeps_files = True

    def __init__(self, folder: Folder, language: str, connection: Connection) -> None:
        super().__init__(folder, language)
        self._connection = connection

    def close(self) -> None:
        super().close()
        self._connection.close()

    @property
    def partial(self) -> bool:
        return self._connection.partial

    @partial.setter
    def partial(self, value: bool) -> None:
        self._connection.partial = value

    def _damage_reported(self) -> AbstractContextManager[None]:
        return nullcontext()  # there is no file that could be damaged; the connection says what is wrong

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
                scores = with_terms(scores, added, view, reordered(total, best))
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
            added = feedback_of_one(self._feedback(query, best, view, reader), id_, total, best)
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
