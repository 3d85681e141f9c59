"""The parser: query text -> tree.

    query   = or
    or      = and { "OR" and }
    and     = not { ["AND"] not }
    not     = ("NOT" | "-" | "+") not | primary [ "^" number ]
    primary = "(" or ")" | field ":" ( "(" or ")" | value ) | value | "@" name
    value   = word | "quoted words" | [ low TO high ] | /regular expression/, and what stands behind it:
              "~" number, "^" number (docs/query-language.md has all forms)

Operators are in capitals; small ``and`` is a word. A query that cannot be read is never guessed
at: it raises ``QueryError``, which knows the spot.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, NamedTuple

from docarchive.analysis import Term
from docarchive.errors import QueryError
from docarchive.query.context import Context
from docarchive.query.leaves import Leaves, Mention
from docarchive.query.lexer import Token, tokens
from docarchive.query.tree import And, Boost, Every, Node, Not, Or, Word
from docarchive.texts import shorten

_IN_SAVED: Final = "in the saved search @"
MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 100
_MAX_SAVED: Final = 20
_HALVES: Final = "[\ud800-\udfff]"
_MAX_SAVED_IN_ALL: Final = 100


class ParsedQuery(NamedTuple):
    """A query that was read.

    Attributes:
        text: As it was written.
        tree: What it means.
        mentions: The words and values that it names, in order.
    """

    text: str
    tree: Node
    mentions: list[Mention]


def parse(query: str, context: Context | None = None) -> Node:
    """Reads a query; see ``read``."""
    return read(query, context).tree


def read(query: str, context: Context | None = None) -> ParsedQuery:
    """Reads a query.

    Args:
        query: The text; an empty one matches every article.
        context: What it is read with; English and the present moment if it is left out.

    Raises:
        QueryError: It cannot be read.
    """
    # Half characters, as of bytes that are not UTF-8, are in no article, and no engine could look for them.
    text = query if query.isascii() else re.sub(_HALVES, "\ufffd", query)
    return _Parser(text, context or Context()).read()


class _Parser:
    """Reads one query.

    Args:
        query: Its text.
        context: What it is read with.
        around: Where it is a saved search, the parser of the query that names it: it stands as if in brackets there.
        name: Its name then.
    """

    def __init__(self, query: str, context: Context, around: _Parser | None = None, name: str = "") -> None:
        if len(query) > MAX_LENGTH:
            raise QueryError(f"the query is longer than {MAX_LENGTH:,} characters", query, MAX_LENGTH)
        self.query = query
        self.context = context
        self.leaves = Leaves(query, context)
        self.tokens = tokens(query)
        self.index = 0
        self.depth: int = around.depth if around else 0
        self.field: str = around.field if around else ""
        self.within: tuple[str, ...] = (*around.within, name) if around else ()
        self.saved: list[str] = around.saved if around else []  # each that was read, as often as it was

    def read(self) -> ParsedQuery:
        if self.tokens[0].kind == "end":
            return ParsedQuery(self.query, Every(), [])
        node = self._or()
        token = self.tokens[self.index]
        if token.kind != "end":
            raise self._error("this closing bracket has no opening one", token.position)
        return ParsedQuery(self.query, node, self.leaves.mentions)

    def _error(self, message: str, position: int) -> QueryError:
        return QueryError(message, self.query, position)

    def _or(self) -> Node:
        parts = [self._and()]
        while self.tokens[self.index].kind == "OR":
            self.index += 1
            parts.append(self._and())
        nodes = tuple(node for node, _ in parts)
        if len(nodes) == 1:
            return nodes[0]
        required = tuple(node for node, required in parts if required)
        return And((*required, Or(nodes))) if required else Or(nodes)

    def _and(self) -> tuple[Node, bool]:
        """Returns a node, and whether it is one part with a plus before it."""
        required = self.tokens[self.index].kind == "+"
        parts = [self._not()]
        while (kind := self.tokens[self.index].kind) not in ("OR", ")", "end"):
            if kind == "AND":
                self.index += 1
            parts.append(self._not())
        return (parts[0], required) if len(parts) == 1 else (And(tuple(parts)), False)

    def _not(self) -> Node:
        negations = 0
        while (kind := self.tokens[self.index].kind) in ("NOT", "-", "+"):
            negations += kind != "+"
            self.index += 1
        node = self._primary()
        return Not(node) if negations % 2 else node

    def _primary(self) -> Node:
        token = self.tokens[self.index]
        self.index += 1
        if token.kind == "term":
            return _boosted(self.leaves.node(token, token.field or self.field), token.boost)
        if token.kind == "saved":
            return _boosted(self._saved(token), token.boost)
        if token.kind == "field":
            if token.field not in ("has", "no", "is"):
                self.leaves.key(token.field, token.position)
            outer, self.field = self.field, token.field
            self.index += 1
            node = self._brackets(self.tokens[self.index - 1])
            self.field = outer
            return node
        if token.kind == "(":
            return self._brackets(token)
        before = self.tokens[self.index - 2]
        if token.kind == "end" or (token.kind == ")" and before.kind in ("AND", "OR", "NOT")):
            raise self._error(f"something must follow {self._shown(before)}", before.position)
        if token.kind == ")" and self.index == 1:
            raise self._error("this closing bracket has no opening one", token.position)
        raise self._error(f"something must stand before {self._shown(token)}", token.position)

    def _brackets(self, token: Token) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self._error(f"brackets are nested more than {MAX_DEPTH} deep", token.position)
        if self.tokens[self.index].kind == ")":
            raise self._error("there is nothing between these brackets", token.position)
        node = self._or()
        closing = self.tokens[self.index]
        if closing.kind != ")":
            raise self._error("this bracket is never closed", token.position)
        self.index += 1
        self.depth -= 1
        return _boosted(node, closing.boost)

    def _saved(self, token: Token) -> Node:
        """Returns the tree of a saved search."""
        name = token.value
        text = self.context.searches.get(name)
        if text is None:
            from difflib import get_close_matches

            near = get_close_matches(name, self.context.searches, n=3)
            hint = f"; near it: {', '.join(f'@{each}' for each in near)}" if near else "; 'docarchive saved' lists them"
            raise self._error(f"there is no saved search @{shorten(name, 40)}{hint}", token.position)
        if name in self.within:
            raise self._error(f"the saved search @{shorten(name, 40)} is part of itself", token.position)
        if len(self.within) >= _MAX_SAVED:
            raise self._error(f"saved searches are nested more than {_MAX_SAVED} deep", token.position)
        self.saved.append(name)
        if len(self.saved) > _MAX_SAVED_IN_ALL:
            raise self._error(f"this stands for more than {_MAX_SAVED_IN_ALL} saved searches", token.position)
        try:
            return _Parser(text, self.context, self, name).read().tree
        except QueryError as error:
            inner = error.message.startswith(_IN_SAVED)  # the innermost is the one to be mended
            message = error.message if inner else f"{_IN_SAVED}{shorten(name, 40)}: {error}"
            raise self._error(message, token.position) from None

    def _shown(self, token: Token) -> str:
        return "the opening bracket" if token.kind == "(" else f"'{token.kind}'"


def _boosted(node: Node, factor: float) -> Node:
    return node if factor == 1.0 else Boost(node, factor)


def any_of(terms: Mapping[str, float], language: str) -> Node:
    """Returns the tree for any of some terms of a language, each with its weight."""
    spoken = frozenset([language])
    return Or(tuple(_boosted(Word((Term(term, spoken),)), weight) for term, weight in terms.items()))
