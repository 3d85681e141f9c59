"""The parser: query text -> tree.

    query   = or
    or      = and { "OR" and }
    and     = not { ["AND"] not }
    not     = ("NOT" | "-" | "+") not | near
    near    = primary { ("NEAR/" number | "BEFORE/" number) primary }
    primary = "(" or ")" | field ":" ( "(" or ")" | value ) | value | "@" name
    value   = word | "quoted words" | [ low TO high ] | /regular expression/, then suffixes:
              "~" number, "^" number (docs/query-language.md has all forms)

Operators are in capitals; small ``and`` is a word. A malformed query is never guessed at: it raises ``QueryError``,
which has the position.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import takewhile
from types import MappingProxyType
from typing import Final

from docarchive.analysis import Term, searchable
from docarchive.errors import QueryError
from docarchive.query.context import AS_TEXT, IDENTIFIERS, Context
from docarchive.query.leaves import Leaves, Mention
from docarchive.query.lexer import BARE, QUOTED, Token, as_prose, tokens
from docarchive.query.tree import And, Boost, Every, Node, Not, Or, Word
from docarchive.records import NamedTuple
from docarchive.regexes import lazy
from docarchive.texts import shorten

_NEAR: Final = ("NEAR", "BEFORE")
_OPERATORS: Final = ("AND", "OR", "NOT")
_IN_SAVED: Final = "in the saved search @"
MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 100
_MAX_SAVED: Final = 20
_SURROGATES: Final = "[\ud800-\udfff]"
_MAX_DATE_WORDS: Final = 8
#: A field of which nobody has typed the value yet.
_FIELD_ALONE: Final = lazy(r"\s*([^\W\d][\w.-]*):\s*")
#: The dots of a range without an end.
_DOTS: Final = lazy(r"\s*\.\.(?=[\s)]|$)")
#: A quarter or a week.
_PART_OF_YEAR: Final = lazy(r"[qw]\d{1,2}", re.IGNORECASE)
_MAX_SAVED_IN_ALL: Final = 100
NO_SEARCHES: Final[Mapping[str, str]] = MappingProxyType({})
#: Stands for ``in:trash`` in the list of nodes from which it is taken out.
_IN_TRASH: Final = Every()


class ParsedQuery(NamedTuple):
    """A parsed query."""

    text: str  # the query as it was written
    tree: Node
    mentions: list[Mention]  # the words and values in it, in order
    #: The nodes of words and phrases without field, boost and sign, with their forms (bare or quoted); none if
    #: the query has ``AND``, ``OR``, ``NEAR`` or ``BEFORE``.
    words: Sequence[tuple[Node, str]] = ()
    in_trash: bool = False  # whether it has ``in:trash``: then the tree is about the articles in the trash


def parse(query: str, context: Context | None = None) -> Node:
    """Parses a query about the articles of an archive, and returns its tree; see ``read``.

    Raises:
        QueryError: It cannot be read, or is about the trash.
    """
    parsed = read(query, context)
    if parsed.in_trash:
        raise QueryError(
            "in:trash is for search, count, list, log, restore and purge; restore the articles first",
            query,
            0,
        )
    return parsed.tree


def is_in_trash(query: str, searches: Mapping[str, str] = NO_SEARCHES) -> bool:
    """Returns whether a query is about the trash; raises ``QueryError`` if it cannot be read."""
    return read(query, Context(searches=searches)).in_trash


def read(query: str, context: Context | None = None) -> ParsedQuery:
    """Parses a query.

    Args:
        query: The text; an empty query matches all articles.
        context: What it is parsed with; English and the present time if it is left out.

    Raises:
        QueryError: It cannot be read.
    """
    # Lone surrogates, as from bytes that are not UTF-8, are in no article, and engines cannot encode them.
    text = query if query.isascii() else re.sub(_SURROGATES, "\ufffd", query)
    return _read(text, context or Context())


def reads_as_written(query: str) -> bool:
    """Returns whether a query can be read as it is written, and need not be taken for a line of words."""
    try:
        _Parser(query, Context()).read()
    except QueryError:
        return False
    return True


def _read(text: str, context: Context, around: _Parser | None = None, name: str = "") -> ParsedQuery:
    """Parses a query, or a saved search; what cannot be read as one, but as words, is read as words."""
    alone = _FIELD_ALONE.fullmatch(text)
    if alone and (key := context.key(alone[1])):
        raise QueryError(f"{key}: needs a value", text, alone.end(1) + 1)
    try:
        return _Parser(text, context, around, name).read()
    except QueryError:
        if not (searchable(text) or "*" in text):
            raise QueryError(f"there is no word to search for in {shorten(text.split()[0], 20)}", text, 0) from None
        words = as_prose(text)
        if words is None:
            raise
    return _Parser(words, context, around, name).read()._replace(text=text)


class _Parser:
    """Parses one query.

    Args:
        query: The text of the query.
        context: What it is parsed with.
        around: For a saved search, the parser of the query that names it, in which it is as if in brackets.
        name: For a saved search, its name.
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
        self.words: list[tuple[Node, str]] = []
        self.has_operators = False
        self.trash: list[int] = []  # the positions of ``in:trash``
        self.saved: list[str] = around.saved if around else []  # the names of all that were parsed, with repetitions

    def read(self) -> ParsedQuery:
        if self.tokens[0].kind == "end":
            return ParsedQuery(self.query, Every(), [])
        node = self._or()
        token = self.tokens[self.index]
        if token.kind != "end":
            raise self._error("this closing bracket has no opening one", token.position)
        words = [] if self.has_operators else self.words
        return ParsedQuery(self.query, node, self.leaves.mentions, words, bool(self.trash))

    def _error(self, message: str, position: int) -> QueryError:
        return QueryError(message, self.query, position)

    def _or(self) -> Node:
        trash = len(self.trash)
        clauses = [self._and()]
        while self.tokens[self.index].kind == "OR":
            self.has_operators = True
            self.index += 1
            clauses.append(self._and())
        nodes = tuple(node for node, _ in clauses)
        if len(nodes) == 1:
            return nodes[0]
        self._refuse_trash(trash)
        required = tuple(node for node, required in clauses if required)
        return And((*required, Or(nodes))) if required else Or(nodes)

    def _and(self) -> tuple[Node, bool]:
        """Returns a node, and whether it is a single node with a plus before it."""
        required = self.tokens[self.index].kind == "+"
        nodes = [self._not()]
        while (kind := self.tokens[self.index].kind) not in ("OR", ")", "end"):
            if kind == "AND":
                self.has_operators = True
                self.index += 1
            nodes.append(self._not())
        nodes = [node for node in nodes if node is not _IN_TRASH] or [Every()]
        return (nodes[0], required) if len(nodes) == 1 else (And(tuple(nodes)), False)

    def _not(self) -> Node:
        negations, start, words, trash = 0, self.index, len(self.words), len(self.trash)
        while (kind := self.tokens[self.index].kind) in ("NOT", "-", "+"):
            negations += kind != "+"
            self.index += 1
        is_signed = self.index > start
        node = self._near()
        if is_signed:
            del self.words[words:]
            self._refuse_trash(trash)
        return Not(node) if negations % 2 else node

    def _refuse_trash(self, start: int) -> None:
        """Raises ``QueryError`` for an ``in:trash`` after some others: it is about the whole query, or an error."""
        if len(self.trash) > start:
            raise self._error(
                "in:trash is about the whole query; put what has OR or NOT in brackets after it",
                self.trash[start],
            )

    def _near(self) -> Node:
        trash = len(self.trash)
        left = self._primary()
        pairs: list[Node] = []
        while (operator := self.tokens[self.index]).kind in _NEAR:
            from docarchive.query.nearness import MAX_NEAR, near

            self.has_operators = True
            self.index += 1
            right = self._primary()
            self._refuse_trash(trash)
            most = operator.tilde or 0
            if most > MAX_NEAR:
                raise self._error(f"{operator.kind} takes a number up to {MAX_NEAR}", operator.position)
            try:
                pairs.append(near(left, right, most, ordered=operator.kind == "BEFORE"))
            except ValueError as error:
                raise self._error(str(error), operator.position) from None
            left = right
        return left if not pairs else pairs[0] if len(pairs) == 1 else And(tuple(pairs))

    def _primary(self) -> Node:
        token = self.tokens[self.index]
        self.index += 1
        if token.kind == "term":
            return self._term(self._whole_date(token))
        if token.kind == "saved":
            return _boosted(self._saved(token), token.boost)
        if token.kind == "field":
            if token.field not in ("has", "no", "is", "in"):
                self.leaves.key(token.field, token.position)
            outer, self.field = self.field, token.field
            self.index += 1
            node = self._brackets(self.tokens[self.index - 1])
            self.field = outer
            return node
        if token.kind == "(":
            return self._brackets(token)
        before = self.tokens[self.index - 2]
        if token.kind == "end" or (token.kind == ")" and before.kind in ("AND", "OR", "NOT", *_NEAR)):
            raise self._error(f"something must follow {self._shown(before)}{self._as_text()}", before.position)
        if token.kind == ")" and self.index == 1:
            raise self._error("this closing bracket has no opening one", token.position)
        hint = AS_TEXT if token.kind in ("AND", "OR") and self.index == 1 else self._as_text()
        raise self._error(f"something must come before {self._shown(token)}{hint}", token.position)

    def _as_text(self) -> str:
        """Returns what to do with a query that has nothing but operators, such as ``OR``, the state."""
        return "" if any(token.kind not in (*_OPERATORS, "end") for token in self.tokens) else AS_TEXT

    def _term(self, token: Token) -> Node:
        if self._is_trash(token):
            self.trash.append(token.position)
            return _IN_TRASH
        if token.field.lower() in IDENTIFIERS and self.context.key(token.field) is None:
            token = token._replace(field="")
        field = token.field or self.field
        node = self.leaves.node(token, field)
        if token.boost != 1.0:
            return Boost(node, token.boost)
        if not field and (token.form == BARE or token.tilde is None):
            self.words.append((node, token.form))
        return node

    def _is_trash(self, token: Token) -> bool:
        """Returns whether a term is ``in:trash``, where that may be."""
        return (
            (token.field.lower(), token.value.lower(), token.form) == ("in", "trash", BARE)
            and not (self.depth or self.within or token.star or token.tilde is not None)
            and token.boost == 1.0
        )

    def _whole_date(self, token: Token) -> Token:
        """Returns a date, or a range of dates, with what follows that is part of it: ``date:last week``.

        A range may have spaces, and its ends may have quotes: ``date:March 2024 .. May 2024``.
        """
        field = token.field or self.field
        if not field or not _is_plain(token._replace(field="")) or not self.leaves.has_dates(field):
            return token
        words = [token, *takewhile(_is_plain, self.tokens[self.index : self.index + _MAX_DATE_WORDS])]
        ends = [self._end_of(word) for word in words]
        texts = [self.query[token.at : end] for end in ends]
        is_whole = self.leaves.is_date(field, texts[0]) and not _may_go_on([word.value for word in words])
        for count in range(len(words), 0, -1):
            dots = _DOTS.match(self.query, ends[count - 1])
            text = texts[count - 1] + (dots[0] if dots else "")
            if (count == 1 and not dots) or (is_whole and ".." not in text):
                continue
            if self.leaves.is_date(field, text):
                self.index += count - 1
                form = BARE if ".." in text or text[0] in "<>" else QUOTED
                return token._replace(value=text, form=form, boost=words[count - 1].boost)
        return token

    def _end_of(self, word: Token) -> int:
        """Returns the index after a word, or after the quote that closes it."""
        end = word.at + len(word.value)
        return end + 2 if word.form == QUOTED else end

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
        searches = self.context.searches
        if searches is None:
            raise self._error(f"a collection has no saved searches; write out the query{AS_TEXT}", token.position)
        text = searches.get(name)
        if text is None:
            from difflib import get_close_matches

            near = get_close_matches(name, searches, n=3)
            names = ", ".join(f"@{close}" for close in near)
            hint = f"; did you mean: {names}" if near else f"; 'docarchive saved' lists them{AS_TEXT}"
            raise self._error(f"there is no saved search @{shorten(name, 40)}{hint}", token.position)
        if name in self.within:
            raise self._error(f"the saved search @{shorten(name, 40)} contains itself", token.position)
        if len(self.within) >= _MAX_SAVED:
            raise self._error(f"saved searches are nested more than {_MAX_SAVED} deep", token.position)
        self.saved.append(name)
        if len(self.saved) > _MAX_SAVED_IN_ALL:
            raise self._error(f"this stands for more than {_MAX_SAVED_IN_ALL} saved searches", token.position)
        try:
            return _read(text, self.context, self, name).tree
        except QueryError as error:
            inner = error.message.startswith(_IN_SAVED)  # report only the innermost, which must be fixed
            message = error.message if inner else f"{_IN_SAVED}{shorten(name, 40)}: {error}"
            raise self._error(message, token.position) from None

    def _shown(self, token: Token) -> str:
        return "the opening bracket" if token.kind == "(" else f"'{token.value or token.kind}'"


def _boosted(node: Node, factor: float) -> Node:
    return node if factor == 1.0 else Boost(node, factor)


def any_of(terms: Mapping[str, float], language: str) -> Node:
    """Returns the tree that matches any of some terms of a language, with their weights as boosts."""
    languages = frozenset([language])
    return Or(tuple(_boosted(Word((Term(term, languages),)), weight) for term, weight in terms.items()))


def _is_plain(word: Token) -> bool:
    """Returns whether a word has no field, no operator before it and no suffix but a boost."""
    plain = Token("term", word.position, value=word.value, form=word.form, at=word.at, boost=word.boost)
    return word == plain and word.form in (BARE, QUOTED)


def _may_go_on(words: Sequence[str]) -> bool:
    """Returns whether the second word may be part of the date that the first one is.

    A month, a quarter or a week may be followed by a number, and a year by a quarter or a week. A month after a year
    may be a word to search for (``date:2024 march for peace``), unless it is the last one.
    """
    first, second = words[0].lstrip("<>="), words[1] if len(words) > 1 else ""
    if second[:1].isdecimal():
        return first.isalpha() or bool(_PART_OF_YEAR.fullmatch(first))
    return first.isdecimal() and bool(_PART_OF_YEAR.fullmatch(second) or (len(words) == 2 and second.isalpha()))
