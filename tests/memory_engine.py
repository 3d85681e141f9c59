"""The memory engine: runs ``Node.matches`` over articles held in memory.

It is the oracle that every other engine is compared with, and a test double. Its relevance is the
share of the query's positive parts that an article matches.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from docarchive.dates import PartialDate
from docarchive.engines.protocol import Change, Page, Position, Scored, ScorePart, ordered, sort_value
from docarchive.engines.ranking import Freshness, Reader, distinctive_terms
from docarchive.query import AnalyzedArticle, And, Node, Or, Pattern, any_of, walk
from docarchive.query.document import TEXT_FIELDS, value_terms
from docarchive.query.facets import Counts, Facet
from docarchive.query.patterns import FUZZY
from docarchive.query.tree import text_fields


def _cut(date: PartialDate, unit: str) -> str:
    """Returns a date to a unit, or to what its first and its last moment have in common."""
    lengths = [n for n in (10, 7, 4) if n <= {"year": 4, "month": 7, "day": 10}[unit]]
    return next(date.start[:n] for n in lengths if date.start[:n] == date.end[:n])


class MemoryEngine:
    """An engine without an index."""

    name = "memory"
    partial = False
    keeps_files = False
    sorts_by_any_key = False

    def __init__(self) -> None:
        self._documents: dict[str, AnalyzedArticle] = {}
        self._rows: dict[str, int] = {}
        self._position: Position | None = None

    def position(self) -> Position | None:
        return self._position

    def index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        for change in changes:
            if change.article is None:
                self._documents.pop(change.id, None)
            else:
                self._documents[change.id] = AnalyzedArticle(change.article, change.language)
                self._rows[change.id] = change.row
        self._position = position() if callable(position) else position

    def publish(self, progress: Callable[[int, int], None] | None = None) -> None:
        pass

    def search(
        self,
        query: Node,
        *,
        limit: int,
        offset: int = 0,
        sort: str = "relevance",
        reader: Reader | None = None,
        freshness: Freshness | None = None,
    ) -> Page:
        def scored(ids: Iterable[str]) -> list[Scored]:
            return [Scored(id_, self._score(query, id_, freshness)) for id_ in ids]

        ids = list(self.ids(query))
        if sort == "relevance":
            hits = sorted(scored(ids), key=lambda hit: (-hit.score, hit.id))[offset : offset + limit]
        else:
            rows = ((sort_value(self._documents[id_].article, sort), id_, id_) for id_ in ids)
            hits = scored(list(ordered(rows, sort))[offset : offset + limit])
        return Page(len(ids), hits)

    def explain(
        self, query: Node, id_: str, *, reader: Reader | None = None, freshness: Freshness | None = None
    ) -> list[ScorePart]:
        parts = [node for node in walk(query, positive=True) if not isinstance(node, And | Or)]
        document = self._documents[id_]
        return [ScorePart(str(part), 1 / len(parts)) for part in parts if part.matches(document)]

    def _score(self, query: Node, id_: str, freshness: Freshness | None) -> float:
        return round(sum(part.score for part in self.explain(query, id_)) * self._factor(id_, freshness), 4)

    def _factor(self, id_: str, freshness: Freshness | None) -> float:
        if freshness is None:
            return 1.0
        date = self._documents[id_].article.date
        return freshness.factor(datetime.fromisoformat(date.start) if date else None)

    def ids(self, query: Node) -> Iterator[str]:
        return (id_ for id_, document in self._documents.items() if query.matches(document))

    def rows(self, query: Node) -> list[int]:
        return [self._rows[id_] for id_ in self.ids(query)]

    def count(self, query: Node) -> int:
        return sum(1 for _ in self.ids(query))

    def facets(self, query: Node, facets: Sequence[Facet]) -> dict[str, Counts]:
        documents = [self._documents[id_] for id_ in self.ids(query)]
        return {facet.name: self._counts(documents, facet) for facet in facets}

    def _counts(self, documents: Iterable[AnalyzedArticle], facet: Facet) -> Counts:
        spellings: dict[str, Counter[str]] = {}
        counts: Counter[str] = Counter()
        for document in documents:
            dates = [_cut(date, facet.unit) for date in document.dates(facet.key)] if facet.unit else []
            terms = {value: " ".join(value_terms(facet.key, value)) or value for value in document.values(facet.key)}
            folded = {date: date for date in dates} if facet.unit else terms
            counts.update({*folded.values()})
            for value, one in folded.items():
                spellings.setdefault(one, Counter())[value] += 1
        named = [(min(own, key=lambda value: (-own[value], value)), counts[one]) for one, own in spellings.items()]
        return sorted(named) if facet.unit else sorted(named, key=lambda pair: (-pair[1], pair[0]))

    def words(self) -> int:
        return sum(len(document.positions(name)) for document in self._documents.values() for name in TEXT_FIELDS)

    def similar(self, analyzed: AnalyzedArticle) -> Node:
        counts = Counter(
            term
            for document in self._documents.values()
            for term in set().union(*(document.positions(name) for name in TEXT_FIELDS))
        )
        terms = distinctive_terms(analyzed, lambda term: (counts[term], len(self._documents)))
        return any_of(terms, analyzed.analyzer.language)

    def words_like(self, word: str, distance: int, field: str | None = None) -> list[tuple[str, int]]:
        counts = Counter(
            other
            for document in self._documents.values()
            for other in set().union(*(document.words(name) for name in text_fields(field)))
        )
        candidates = sorted(other for other in counts if other[:1] == word[:1])
        return [(other, counts[other]) for other in Pattern(FUZZY, word, distance).select(candidates)]

    def clear(self) -> None:
        self._documents.clear()
        self._position = None

    def close(self) -> None:
        pass
