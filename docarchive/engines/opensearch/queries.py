"""Queries: the parts of OpenSearch's query language that the engine uses, as objects of JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

Query = dict[str, Any]

#: How many terms one list of a query may have.
_TOGETHER: Final = 60_000
EVERY: Final[Query] = {"bool": {"filter": [{"match_all": {}}]}}
NONE: Final[Query] = {"match_none": {}}


def term(field: str, value: str, boost: float = 1.0) -> Query:
    """Returns a query for a term."""
    return {"term": {field: {"value": value, "boost": boost}}}


def any_term(field: str, terms: Sequence[str]) -> Query:
    """Returns a query for any of several terms, with scores of 0."""
    parts = [terms[start : start + _TOGETHER] for start in range(0, len(terms), _TOGETHER)]
    return unscored(any_of([{"terms": {field: [*part]}} for part in parts]))


def unscored(query: Query) -> Query:
    """Returns a query with the same matches and scores of 0."""
    return {"bool": {"filter": [query]}}


def all_of(*queries: Query) -> Query:
    """Returns a query for the documents that match all of several queries."""
    return {"bool": {"must": [*queries]}}


def any_of(queries: Sequence[Query]) -> Query:
    """Returns a query for the documents that match any of several queries, with the sum of the scores."""
    if len(queries) == 1:
        return queries[0]
    return {"bool": {"should": [*queries], "minimum_should_match": 1}} if queries else NONE


def boosted(query: Query, factor: float) -> Query:
    """Returns a query with its scores multiplied."""
    return query if factor == 1.0 else {"bool": {"must": [query], "boost": factor}}


def wildcard(field: str, pattern: str) -> Query:
    """Returns a query for the terms that fit a pattern; see ``plain`` for its literal parts."""
    return {"wildcard": {field: {"value": pattern, "rewrite": "constant_score"}}}


def fuzzy(field: str, word: str, distance: int, prefix: int = 0) -> Query:
    """Returns a query for the terms that are spelled like a word, but for its first characters."""
    return {
        "fuzzy": {field: {"value": word, "fuzziness": distance, "prefix_length": prefix, "rewrite": "constant_score"}}
    }


def between(field: str, low: str, high: str) -> Query:
    """Returns a query for the terms from low to high, both included."""
    return {"range": {field: {"gte": low, "lte": high}}}


def plain(text: str) -> str:
    """Returns a text as the literal part of a pattern."""
    return "".join("\\" + character if character in "\\*?" else character for character in text)


def glob(text: str) -> str:
    """Returns a text with wildcards as a pattern."""
    return text.replace("\\", "\\\\")


def expression(text: str) -> str:
    """Returns a literal text as a regular expression of Lucene's."""
    return "".join(c if c.isalnum() or not c.isascii() or c < " " else "\\" + c for c in text)
