"""The parser: query text -> tree.

    query   = or
    or      = and { "OR" and }
    and     = not { ["AND"] not }
    not     = ("NOT" | "-") not | primary
    primary = "(" or ")" | [ field ":" ] ( word | word "*" | '"' phrase '"' | "*" )
            | datefield ":" ( date | date ".." date | (">" | ">=" | "<" | "<=") date | "[" date "TO" date "]" )

Operators are in capitals; small ``and`` is a word. A query that cannot be read is never guessed
at: it raises ``QueryError``, which knows the spot.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from docarchive import keys
from docarchive.analysis import WORD, label_terms
from docarchive.dates import PartialDate, shorten
from docarchive.errors import QueryError
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS
from docarchive.query.tree import And, DateRange, Every, Label, Node, Not, Or, Phrase, Prefix, Word

MAX_LENGTH: Final = 10_000
MAX_DEPTH: Final = 100

_FIELD = re.compile(r"[^\W\d][\w.@-]*:(?!//)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"(\*?)')
_BARE = re.compile(r'[^\s()"]+')
_BRACKETED = re.compile(r"\[\s*(\S+)\s+TO\s+(\S+?)\s*\]")
_SPACE = re.compile(r"\s*")
_COMPARISON = re.compile(r"(>=|<=|>|<)(.*)", re.DOTALL)


class _Token(NamedTuple):
    """kind: one of ``( ) AND OR NOT - term end``; field and value are a term's, at is the value's place."""

    kind: str
    position: int
    field: str = ""
    value: str = ""
    form: str = ""  # bare, quoted or bracketed
    at: int = 0


def parse(query: str) -> Node:
    """Reads a query.

    Args:
        query: The text; an empty one matches every article.

    Raises:
        QueryError: It cannot be read.
    """
    if len(query) > MAX_LENGTH:
        raise QueryError(f"the query is longer than {MAX_LENGTH:,} characters", query, MAX_LENGTH)
    return _Parser(query).parse()


class _Parser:
    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = self._tokens()
        self.index = 0
        self.depth = 0

    def parse(self) -> Node:
        if self.tokens[0].kind == "end":
            return Every()
        node = self._or()
        token = self.tokens[self.index]
        if token.kind != "end":
            raise self._error("this closing bracket has no opening one", token.position)
        return node

    def _error(self, message: str, position: int) -> QueryError:
        return QueryError(message, self.query, position)

    # Grammar

    def _or(self) -> Node:
        parts = [self._and()]
        while self.tokens[self.index].kind == "OR":
            self.index += 1
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _and(self) -> Node:
        parts = [self._not()]
        while (kind := self.tokens[self.index].kind) not in ("OR", ")", "end"):
            if kind == "AND":
                self.index += 1
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _not(self) -> Node:
        negations = 0
        while self.tokens[self.index].kind in ("NOT", "-"):
            negations += 1
            self.index += 1
        node = self._primary()
        return Not(node) if negations % 2 else node

    def _primary(self) -> Node:
        token = self.tokens[self.index]
        self.index += 1
        if token.kind == "term":
            return self._term(token)
        if token.kind == "(":
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise self._error(f"brackets are nested more than {MAX_DEPTH} deep", token.position)
            if self.tokens[self.index].kind == ")":
                raise self._error("there is nothing between these brackets", token.position)
            node = self._or()
            if self.tokens[self.index].kind != ")":
                raise self._error("this bracket is never closed", token.position)
            self.index += 1
            self.depth -= 1
            return node
        if token.kind == "end":
            before = self.tokens[self.index - 2]
            raise self._error(f"something must follow {self._shown(before)}", before.position)
        if token.kind == ")" and self.index == 1:
            raise self._error("this closing bracket has no opening one", token.position)
        raise self._error(f"something must stand before {self._shown(token)}", token.position)

    def _shown(self, token: _Token) -> str:
        return "the opening bracket" if token.kind == "(" else f"'{token.kind}'"

    # Terms

    def _term(self, token: _Token) -> Node:
        name = token.field
        if not name:
            return self._text(None, token)
        key = keys.canonical(name) or name
        if key in DATE_FIELDS:
            return self._date(key, token)
        if key in TEXT_FIELDS:
            return self._text(key, token)
        return self._label(key, token)

    def _text(self, field: str | None, token: _Token) -> Node:
        value, position = token.value, token.position
        if token.form == "bracketed":
            raise self._error("a range in [brackets] needs a date field before it: date:[… TO …]", position)
        if value == "*" and token.form == "bare" and field is None:
            return Every()
        matches = list(WORD.finditer(value))
        found = [match[0] for match in matches]
        if not found:
            raise self._error(f"there is no word to search for in {shorten(value, 20) or 'these quotes'}", token.at)
        starts_one = value.endswith("*") and matches[-1].end() == len(value) - 1
        if "*" in value.rstrip("*") or ("*" in value and not starts_one):
            raise self._error("a star stands for the rest of a word, at its end: econom*", self._star(token))
        if starts_one:
            if len(found) > 1:
                raise self._error("a star goes with one word, not with a phrase", self._star(token))
            return Prefix(found[0], field, position)
        return Word(found[0], field, position) if len(found) == 1 else Phrase(tuple(found), field, position)

    def _star(self, token: _Token) -> int:
        return self.query.index("*", token.at)

    def _label(self, key: str, token: _Token) -> Node:
        if token.form == "bracketed":
            raise self._error(f"{key} is no date, so it has no range", token.at)
        value, prefix = token.value, False
        if token.form != "quoted" or token.value.endswith("*"):
            value = token.value.rstrip("*")
            prefix = value != token.value
        terms = label_terms(value)
        if not terms and not prefix:
            raise self._error(f"{token.field}: needs a value", token.at)
        return Label(key, tuple(terms), prefix, token.position)

    def _date(self, field: str, token: _Token) -> Node:
        value, at = token.value, token.at
        if token.form == "bracketed":
            match = _BRACKETED.fullmatch(value)
            if not match:
                raise self._error(f"a range in brackets reads [{field} TO {field}], as [2024-01 TO 2024-06]", at)
            low, high = (None if part == "*" else part for part in match.groups())
            return self._range(field, token, low, high, at + match.start(1), at + match.start(2))
        if match := _COMPARISON.fullmatch(value):
            sign, day = match.groups()
            if not day:
                raise self._error(f"a date must follow {sign}", at)
            date = self._day(day, at + len(sign))
            start, end = {
                ">=": (date.start, None),
                ">": (_after(date.end), None),
                "<=": (None, date.end),
                "<": (None, _before(date.start)),
            }[sign]
            return DateRange(field, start, end, token.position)
        if ".." in value:
            low, _, high = value.partition("..")
            if not low and not high:
                raise self._error("a range needs a date at one end: 2024-01..2024-06", at)
            return self._range(field, token, low, high, at, at + len(low) + 2)
        date = self._day(value, at)
        return DateRange(field, date.start, date.end, token.position)

    def _range(self, field: str, token: _Token, low: str | None, high: str | None, at_low: int, at_high: int) -> Node:
        first = self._day(low, at_low) if low else None
        last = self._day(high, at_high) if high else None
        if first and last and first.start > last.end:
            raise self._error("this range ends before it begins", at_high)
        return DateRange(field, first.start if first else None, last.end if last else None, token.position)

    def _day(self, text: str, position: int) -> PartialDate:
        try:
            return PartialDate.parse(text)
        except ValueError as error:
            raise self._error(str(error), position) from None

    # Tokens

    def _tokens(self) -> list[_Token]:
        tokens: list[_Token] = []
        position = 0
        while True:
            position = _end(_SPACE, self.query, position)
            if position == len(self.query):
                return [*tokens, _Token("end", position)]
            token, position = self._token(position)
            tokens.append(token)

    def _token(self, position: int) -> tuple[_Token, int]:
        query = self.query
        character = query[position]
        if character in "()":
            return _Token(character, position), position + 1
        if character == "-":
            if position + 1 == len(query) or query[position + 1].isspace():
                raise self._error("a minus goes right before what is not wanted: -word", position)
            return _Token("-", position), position + 1
        field = _FIELD.match(query, position)
        if field:
            at = field.end()
            if at == len(query) or query[at].isspace() or query[at] == ")":
                raise self._error(f"{field[0]} needs a value right behind it", position)
            if query[at] == "(":
                raise self._error(f"{field[0]} takes one word or a quoted phrase, not brackets", at)
            return self._value(field[0][:-1], position, at)
        bare = _BARE.match(query, position)
        if bare and bare[0] in ("AND", "OR", "NOT"):
            return _Token(bare[0], position), bare.end()
        return self._value("", position, position)

    def _value(self, field: str, position: int, at: int) -> tuple[_Token, int]:
        query = self.query
        if query[at] == '"':
            match = _QUOTED.match(query, at)
            if not match:
                raise self._error("this quote is never closed", at)
            text = re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL) + match[2]
            return _Token("term", position, field, text, "quoted", at), match.end()
        if query[at] == "[":
            end = query.find("]", at)
            if end < 0:
                raise self._error("this bracket is never closed", at)
            return _Token("term", position, field, query[at : end + 1], "bracketed", at), end + 1
        end = _end(_BARE, query, at)
        return _Token("term", position, field, query[at:end], "bare", at), end


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


def _after(instant: str) -> str:
    """Returns the first instant behind this one: they are compared as text, so a suffix will do."""
    return instant + "+"


def _before(instant: str) -> str:
    """Returns an instant before this one and behind all others before it."""
    from datetime import datetime, timedelta

    try:
        return (datetime.fromisoformat(instant) - timedelta(microseconds=1)).isoformat(timespec="microseconds")
    except OverflowError:
        return ""
