"""The memory engine: runs ``Node.matches`` over articles held in memory.

It is the oracle that every other engine is compared with, and a test double. Its relevance is the
share of the query's positive parts that an article matches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from docarchive.analysis import Analyzer
from docarchive.engines.protocol import Change, Found, Position, Scored, ordered, sort_value
from docarchive.query import AnalyzedArticle, And, Node, Or, walk


class MemoryEngine:
    """An engine without an index."""

    name = "memory"

    def __init__(self, analyzer: Analyzer) -> None:
        self._analyzer = analyzer
        self._documents: dict[str, AnalyzedArticle] = {}
        self._position: Position | None = None

    def position(self) -> Position | None:
        """See ``Engine``."""
        return self._position

    def index(self, changes: Iterable[Change], position: Position) -> None:
        """See ``Engine``."""
        for change in changes:
            if change.article is None:
                self._documents.pop(change.id, None)
            else:
                self._documents[change.id] = AnalyzedArticle(change.article, self._analyzer)
        self._position = position

    def search(self, query: Node, *, limit: int, offset: int = 0, sort: str = "relevance") -> Found:
        """See ``Engine``."""
        matched = list(self.ids(query))
        parts = [node for node in walk(query, positive=True) if not isinstance(node, And | Or)]
        scored = []
        for id_ in matched:
            document = self._documents[id_]
            score = sum(part.matches(document) for part in parts) / len(parts) if parts else 0.0
            scored.append(Scored(id_, round(score, 4)))
        if sort == "relevance":
            hits = sorted(scored, key=lambda hit: (-hit.score, hit.id))
        else:
            rows = ((sort_value(self._documents[hit.id].article, sort), hit.id, hit) for hit in scored)
            hits = list(ordered(rows, sort))
        return Found(len(hits), hits[offset : offset + limit])

    def ids(self, query: Node) -> Iterator[str]:
        """See ``Engine``."""
        return (id_ for id_, document in self._documents.items() if query.matches(document))

    def count(self, query: Node) -> int:
        """See ``Engine``."""
        return sum(1 for _ in self.ids(query))

    def clear(self) -> None:
        """See ``Engine``."""
        self._documents.clear()
        self._position = None

    def close(self) -> None:
        """See ``Engine``."""
