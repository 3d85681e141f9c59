"""What a query asks, in words, and what it demands: for an engine that ranks by meaning, and matches no words.

Words and phrases without a field are what it asks. Everything else is a demand: fields, dates, and what it excludes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from docarchive.errors import QueryError
from docarchive.query.lexer import QUOTED, Token, tokens
from docarchive.query.tree import And, Boost, Every, Like, Node, Or, Phrase, Word

_DEEP: Final = 20  # saved searches in saved searches


def question(query: str, searches: Mapping[str, str] | None = None, depth: int = 0) -> str:
    """Returns the words of a query that ask for something, in order; all of it as it is if it only asks.

    Args:
        query: A query that can be parsed.
        searches: The queries of saved searches by name.
        depth: How many saved searches it is in.

    >>> question("what did opec say about quotas?")
    'what did opec say about quotas?'
    >>> question('oil AND "price cuts" date:1987 -gas NOT (coal OR place:iran)')
    'oil price cuts'
    """
    try:
        line = tokens(query)[:-1]
    except QueryError:  # it was read as prose
        return query.strip()
    if all(_is_asked(token) and token.form != QUOTED and token.value != "*" for token in line):
        return query.strip()
    parts: list[str] = []
    for token in _asked(line):
        if token.kind == "saved":
            saved = (searches or {}).get(token.value, "")
            parts.append(question(saved, searches, depth + 1) if depth < _DEEP else "")
        else:
            parts.append(token.value.replace("*", " "))
    return " ".join(" ".join(parts).split())


def _is_asked(token: Token) -> bool:
    return token.kind == "term" and not token.field


def _asked(line: list[Token]) -> Iterator[Token]:
    """Yields the terms without a field, and the saved searches, that are not excluded."""
    skipped = 0  # the depth of brackets after a field or an exclusion
    excluded = False
    for at, token in enumerate(line):
        before = line[at - 1].kind if at else ""
        excluded = token.kind in ("-", "NOT") if token.kind in ("-", "NOT", "+") else excluded
        if token.kind == "(":
            if skipped or excluded or before == "field":
                skipped += 1
            excluded = False
        elif token.kind == ")":
            skipped = max(0, skipped - 1)
        elif token.kind not in ("-", "NOT", "+", "field"):
            if not (skipped or excluded) and (_is_asked(token) or token.kind == "saved"):
                yield token
            excluded = False


def demands(node: Node) -> Node:
    """Returns the tree of what a query demands of an article, whatever its words are; ``Every`` if it is nothing."""
    if isinstance(node, Boost):
        return demands(node.child)
    if isinstance(node, Word | Phrase | Like):
        return Every() if node.field is None else node
    if isinstance(node, And):
        parts = tuple(part for part in map(demands, node.parts) if not isinstance(part, Every))
        return parts[0] if len(parts) == 1 else And(parts) if parts else Every()
    if isinstance(node, Or):
        parts = tuple(map(demands, node.parts))
        return Every() if any(isinstance(part, Every) for part in parts) else Or(parts)
    return node
