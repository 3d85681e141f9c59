"""Joining: one query for the articles that match several, each of which is read by itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from docarchive.errors import QueryError
from docarchive.query.lexer import as_prose, tokens, without_operators
from docarchive.query.parser import read, reads_as_written

#: Next to other words, these mean something else than alone.
_OPERATORS: Final = frozenset(("AND", "OR", "NOT", "NEAR", "BEFORE", "-", "+"))


def joined(queries: Iterable[str]) -> str:
    """Returns a query for the articles that match all of several queries.

    A text that is pasted, such as a headline or a line with a bracket that has no partner, means what it means alone.

    Raises:
        QueryError: A quote or a bracket of one is not closed.

    >>> joined(["oil OR gas", "tag:opec"])
    '(oil OR gas) tag:opec'
    """
    texts = [query for query in queries if query.strip()]
    if len(texts) < 2:
        return "".join(texts)
    parts = [*map(_part, texts)]
    return " ".join([*map(_before, parts, parts[1:]), parts[-1]])


def _before(query: str, following: str) -> str:
    """Returns a query before another one, whose first word could be part of a date: ``date:2024-05 1``."""
    *_, last, _ = tokens(query)
    first = tokens(following)[0]
    may_go_on = last.field.lower() not in ("", "in") and last.kind == first.kind == "term" and not first.field
    return f"({query})" if may_go_on else query


def _part(query: str) -> str:
    """Returns a query that means the same next to others."""
    if not reads_as_written(query):
        words = as_prose(query)
        if words is None and not _is_closed(query):
            read(query)  # raises
        query = words or query
    text = without_operators(query)
    line = tokens(text)
    is_trash = any(token.field.lower() == "in" for token in line)  # which cannot be in brackets
    return f"({text})" if not is_trash and any(token.kind in _OPERATORS for token in line) else text


def _is_closed(query: str) -> bool:
    """Returns whether all quotes and brackets of a query have partners."""
    depth = 0
    try:
        for token in tokens(query):
            depth += (token.kind == "(") - (token.kind == ")")
            if depth < 0:
                return False
    except QueryError:
        return False
    return depth == 0
