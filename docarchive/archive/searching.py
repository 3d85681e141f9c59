"""Searching: engine -> ids and scores -> catalog -> results with snippets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from docarchive import frontmatter
from docarchive.analysis import Analyzer
from docarchive.article import SCHEMA, Article
from docarchive.catalog import Catalog, Row
from docarchive.engines import Found
from docarchive.errors import DocarchiveError
from docarchive.query import Node, Snippet, snippet
from docarchive.store import Store


class Hit:
    """One article that a search found.

    Attributes:
        rank: Its place in the whole result, from 1.
        id: Its id.
        path: Of its file, relative to the archive.
        title: Its title.
        date: Its date as text, or None.
        score: Its score; comparable within one result only, 0 where the order is not by relevance.
        metadata: All of its metadata, as text, numbers, lists and objects.
    """

    def __init__(
        self, rank: int, score: float, row: Row, read: Callable[[], str], mark: Callable[[str], Snippet]
    ) -> None:
        self.rank = rank
        self.id = row.id
        self.path = row.path
        self.score = score
        self.metadata = row.metadata
        self.title = str(row.metadata.get("title", ""))
        self.date: str | None = row.metadata.get("date")
        self._read = read
        self._mark = mark

    @cached_property
    def article(self) -> Article:
        """The article, read from its file when first asked for."""
        from docarchive.writers import Document

        return Document(self.id, self.path, self._read()).article

    @cached_property
    def snippet(self) -> Snippet:
        """The best passage of its text, with the matched words marked; empty if its file is gone."""
        try:
            return self._mark(frontmatter.body_of(self._read()))
        except DocarchiveError:
            return Snippet("")

    def to_dict(self) -> dict[str, Any]:
        """Returns the hit as a JSON object; marks in the snippet are ``**``."""
        return {
            "rank": self.rank,
            "id": self.id,
            "title": self.title,
            "date": self.date,
            "score": self.score,
            "path": self.path,
            "snippet": self.snippet.marked(),
        }


class Results:
    """A page of a search's result; iterate over it for the hits.

    Attributes:
        query: The query as it was given.
        total: How many articles matched.
        took_ms: Milliseconds that the search took.
        hits: Those asked for, in order.
    """

    def __init__(self, query: str, total: int, took_ms: float, hits: list[Hit]) -> None:
        self.query = query
        self.total = total
        self.took_ms = took_ms
        self.hits = hits

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __len__(self) -> int:
        return len(self.hits)

    def to_dict(self) -> dict[str, Any]:
        """Returns the page as a JSON object (schema 1)."""
        return {
            "schema": SCHEMA,
            "query": self.query,
            "total": self.total,
            "took_ms": self.took_ms,
            "hits": [hit.to_dict() for hit in self.hits],
        }


def hits(found: Found, offset: int, tree: Node, store: Store, catalog: Catalog, analyzer: Analyzer) -> list[Hit]:
    """Makes hits of what an engine found; articles that are gone since are left out."""
    rows = catalog.rows_of([scored.id for scored in found.hits])

    def mark(text: str) -> Snippet:
        return snippet(tree, text, analyzer)

    def reader(path: str) -> Callable[[], str]:
        return lambda: store.read(path)

    return [
        Hit(rank, scored.score, rows[scored.id], reader(rows[scored.id].path), mark)
        for rank, scored in enumerate(found.hits, start=offset + 1)
        if scored.id in rows
    ]
