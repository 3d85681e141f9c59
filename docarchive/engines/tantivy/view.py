"""View: the index as one search sees it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from tantivy import DocAddress, FieldType, Index, Occur, Order, Query, Searcher

#: A hit: its sort key, and its address in the index.
Hit = tuple[Any, DocAddress]


class View:
    """A searcher of the index in a folder, and statistics of the index. ``kept`` lives as long as the view does."""

    kept: object = None

    def __init__(self, path: str) -> None:
        index = Index.open(path)
        self.schema = index.schema
        self.searcher: Searcher = index.searcher()
        self.total: int = self.searcher.num_docs
        self._distinct: dict[tuple[str, str], int] = {}

    def ask(
        self, query: Query, limit: int, *, by: str | None = None, descending: bool = False, count: bool = True
    ) -> tuple[int, list[Hit]]:
        """Returns the number of matches and the first of them. All queries of the index pass here.

        Args:
            query: The query.
            limit: How many hits to return.
            by: The column to sort by, in which all documents have a value. None: by score, the best first.
            descending: Whether to reverse the order of the column.
            count: Whether to count the matches, in the same pass; otherwise the number is 0.
        """
        order = Order.Desc if descending else Order.Asc
        result = self.searcher.search(query, max(limit, 1), count=count, order_by_field=by, order=order)
        return result.count or 0, result.hits[:limit]  # type: ignore[attr-defined]

    def count(self, query: Query) -> int:
        """Returns how many documents match."""
        return self.ask(query, 0)[0]  # sorted by no column: its values would be read for all matches

    def best(self, query: Query, limit: int) -> list[Hit]:
        """Returns the best documents and their scores."""
        return self.ask(query, limit, count=False)[1] if limit else []

    def by(self, field: str, query: Query, limit: int, *, descending: bool = False) -> list[Hit]:
        """Returns the first documents by a column."""
        return self.ask(query, limit, by=field, descending=descending, count=False)[1] if limit else []

    def all(self, query: Query) -> list[Hit]:
        """Returns all matches with their rows."""
        return self.by("row", query, self.total)

    def id(self, address: DocAddress) -> str:
        """Returns the id of a document."""
        return str(self.searcher.doc(address)["id"][0])

    def numbers(self, field: str, addresses: Sequence[DocAddress]) -> list[Any]:
        """Returns the values of a numeric column; None where there is none."""
        return self.searcher.fast_field_values(field, list(addresses))

    def address(self, id_: str) -> DocAddress | None:
        """Returns the address of an article; None if it is not in the index."""
        hits = self.by("row", self.term("id", id_), 1)
        return hits[0][1] if hits else None

    def frequency(self, term: str) -> tuple[int, int]:
        """Returns how many documents have a term in their text, in any language, and how many documents there are."""
        return self.searcher.doc_freq("text", term), self.total

    @cached_property
    def highest_row(self) -> int:
        """The highest row, or the number of documents if that is higher."""
        beyond = Query.range_query(self.schema, "row", FieldType.Unsigned, self.total)  # few rows of a catalog are
        hits = self.by("row", beyond, 1, descending=True)
        return hits[0][0] if hits else self.total

    @cached_property
    def average(self) -> float:
        """The average number of terms of a document."""
        result = self.searcher.aggregate(Query.all_query(), {"length": {"avg": {"field": "length"}}})
        return float(result["length"]["value"] or 0.0)

    def vocabulary(self, field: str, prefix: str = "") -> list[str]:
        """Returns the terms of a field that begin with a prefix, in order."""
        return sorted(term for term, _ in self.searcher.terms_with_prefix(field, prefix))

    def distinct(self, field: str, prefix: str) -> int:
        """Returns how many terms of a field begin with a prefix; they are only counted once."""
        if (field, prefix) not in self._distinct:
            self._distinct[field, prefix] = len(self.searcher.terms_with_prefix(field, prefix))
        return self._distinct[field, prefix]

    def numbers_by_term(self, query: Query, field: str, prefix: str) -> dict[str, int]:
        """Returns how many matches have each term of a field that begins with a prefix, without terms that none has."""
        return dict(self.searcher.terms_with_prefix(field, prefix, filter_query=query))

    def term(self, field: str, term: str) -> Query:
        """Returns a query for a term."""
        return Query.term_query(self.schema, field, term)

    def any_term(self, field: str, terms: Sequence[str]) -> Query:
        """Returns a query for any of several terms, with scores of 0."""
        if len(terms) == 1:
            return unscored(self.term(field, terms[0]))
        return Query.term_set_query(self.schema, field, list(terms)) if terms else Query.empty_query()


def unscored(query: Query) -> Query:
    """Returns a query with the same matches and scores of 0."""
    return Query.const_score_query(query, 0.0)


def all_of(*queries: Query) -> Query:
    """Returns a query for the documents that match all of several queries."""
    return Query.boolean_query([(Occur.Must, query) for query in queries])


def any_of(queries: Sequence[Query]) -> Query:
    """Returns a query for the documents that match any of several queries, with the sum of the scores."""
    if len(queries) == 1:
        return queries[0]
    return Query.boolean_query([(Occur.Should, query) for query in queries]) if queries else Query.empty_query()


def without(query: Query, excluded: Query) -> Query:
    """Returns a query for the documents that match a query and not another."""
    return Query.boolean_query([(Occur.Must, query), (Occur.MustNot, excluded)])
