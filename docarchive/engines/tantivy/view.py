"""View: the index as one search sees it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from tantivy import DocAddress, FieldType, Index, Occur, Order, Query, Searcher

#: A hit: what it is ordered by, and where it is.
Hit = tuple[Any, DocAddress]


class View:
    """A searcher and what queries need to know of it.

    Args:
        index: An open index.
    """

    def __init__(self, index: Index) -> None:
        self.schema = index.schema
        self.searcher: Searcher = index.searcher()
        self.total: int = self.searcher.num_docs

    @classmethod
    def at(cls, folder: Path) -> View:
        """Opens the index in a folder."""
        return cls(Index.open(str(folder)))

    def ask(
        self, query: Query, limit: int, *, by: str | None = None, descending: bool = False, count: bool = True
    ) -> tuple[int, list[Hit]]:
        """Returns how many documents match, and the first of them: all that is asked of the index passes here.

        Args:
            query: What they are to match.
            limit: How many are wanted.
            by: The column in whose order they come, which each has a value in; by score, the best first, if it is left
                out.
            descending: Turns the order of a column round.
            count: Whether to count them, in the same pass; 0 otherwise.
        """
        order = Order.Desc if descending else Order.Asc
        found = self.searcher.search(query, max(limit, 1), count=count, order_by_field=by, order=order)
        return found.count or 0, found.hits[:limit]  # type: ignore[attr-defined]

    def count(self, query: Query) -> int:
        """Returns how many documents match."""
        return self.ask(query, 0)[0]  # in no column's order: that would be looked up for each

    def count_in(self, fields: Sequence[str], term: str) -> int:
        """Returns how many documents have a term in any of some fields."""
        return self.count(any_of([self.term(field, term) for field in fields]))

    def first(self, query: Query, limit: int) -> tuple[int, list[Hit]]:
        """Returns how many documents match, and the first of them by id: in one pass, not two."""
        return self.ask(query, limit, by="id")

    def ranked(self, query: Query, limit: int) -> tuple[int, list[Hit]]:
        """Returns how many documents match, and the best of them with their scores: in one pass, not two."""
        return self.ask(query, limit)

    def best(self, query: Query, limit: int) -> list[Hit]:
        """Returns the best documents and their scores."""
        return self.ask(query, limit, count=False)[1] if limit else []

    def by(self, field: str, query: Query, limit: int, *, descending: bool = False) -> list[Hit]:
        """Returns the first documents in the order of a column."""
        return self.ask(query, limit, by=field, descending=descending, count=False)[1] if limit else []

    def all(self, query: Query) -> list[Hit]:
        """Returns all documents that match, each with its row."""
        return self.by("row", query, self.total)

    def id(self, address: DocAddress) -> str:
        """Returns the id of a document."""
        return str(self.searcher.doc(address)["id"][0])

    def numbers(self, field: str, addresses: Sequence[DocAddress]) -> list[Any]:
        """Returns the values of a numeric column; None where there is none."""
        return self.searcher.fast_field_values(field, list(addresses))

    def address(self, id_: str) -> DocAddress | None:
        """Returns where an article is."""
        hits = self.by("row", self.term("id", id_), 1)
        return hits[0][1] if hits else None

    def frequency(self, term: str) -> tuple[int, int]:
        """Returns how many documents have a term in their text, in any language, and how many there are."""
        return self.searcher.doc_freq("text", term), self.total

    @cached_property
    def highest_row(self) -> int:
        """The highest row there is, or how many there are, if that is more."""
        beyond = Query.range_query(self.schema, "row", FieldType.Unsigned, self.total)  # few are, of those of a catalog
        hits = self.by("row", beyond, 1, descending=True)
        return hits[0][0] if hits else self.total

    @cached_property
    def average(self) -> float:
        """The average number of terms of a document."""
        found = self.searcher.aggregate(Query.all_query(), {"length": {"avg": {"field": "length"}}})
        return float(found["length"]["value"] or 0.0)

    def vocabulary(self, field: str, prefix: str = "") -> list[str]:
        """Returns the terms of a field that begin so, in order."""
        return sorted(term for term, _ in self.searcher.terms_with_prefix(field, prefix))

    def term(self, field: str, term: str) -> Query:
        """Returns a query for a term."""
        return Query.term_query(self.schema, field, term)

    def any_term(self, field: str, terms: Sequence[str]) -> Query:
        """Returns a query for any of some terms, which does not score."""
        if len(terms) == 1:
            return unscored(self.term(field, terms[0]))
        return Query.term_set_query(self.schema, field, list(terms)) if terms else Query.empty_query()


def unscored(query: Query) -> Query:
    """Returns a query that matches the same and scores 0."""
    return Query.const_score_query(query, 0.0)


def all_of(*queries: Query) -> Query:
    """Returns a query for what matches all of several."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def any_of(queries: Sequence[Query]) -> Query:
    """Returns a query for what matches any of several; the scores add up."""
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries]) if queries else Query.empty_query()


def without(query: Query, excluded: Query) -> Query:
    """Returns a query for what matches the one and not the other."""
    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, excluded)])
