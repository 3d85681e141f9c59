"""The lexer: query text -> tokens, with their positions."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from docarchive.errors import QueryError
from docarchive.texts import shorten

_FIELD = re.compile(r"[^\W\d][\w.@-]*:(?!//)")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"', re.DOTALL)
_REGEX = re.compile(r"/((?:[^/\\]|\\.)+)/(?=[\s)^]|$)", re.DOTALL)
_BARE = re.compile(r'[^\s()"]+')
_TO = re.compile(r"\sTO\s")
_SAVED = re.compile(r"@([^\W\d][\w-]*)(?=[\s)^]|$)")
_SPACE = re.compile(r"\s*")
_BOOST = re.compile(r"\^(\d{1,6}(?:\.\d{1,6})?)(?=[\s)]|$)")
_TILDE = re.compile(r"~(\d{0,6})(?=[\s)^]|$)")
_SUFFIXES = re.compile(r"(?:~(\d{0,6}))?(?:\^(\d{1,6}(?:\.\d{1,6})?))?$")

BARE: Final = "bare"
QUOTED: Final = "quoted"
BRACKETED: Final = "bracketed"
REGEX: Final = "regex"


class Token(NamedTuple):
    """A token of a query."""

    kind: str  # ``( ) AND OR NOT - +``, ``field`` (before a bracket), ``term``, ``saved`` or ``end``
    position: int  # the index of its first character in the query
    field: str = ""  # the field before a term or a bracket; empty if there is none
    value: str = ""  # the text of a term, without quotes, or the name of a saved search
    form: str = BARE  # the form of a term: bare, quoted, bracketed (``[a TO b]``) or regex
    at: int = 0  # the index of the first character of the value in the query
    tilde: int | None = None  # the number after ``~``; -1 for a ``~`` without a number, None without ``~``
    star: bool = False  # whether a ``*`` follows the closing quote
    boost: float = 1.0  # the number after ``^``; 1 without it

    def refuse_suffixes(self, query: str) -> None:
        """Raises ``QueryError`` for a tilde, or a star after quotes, as for a term in which they have no meaning."""
        if self.star or self.tilde is not None:
            sign = "star" if self.star else "tilde"
            raise QueryError(f"a {sign} goes with a word or a label, not with this", query, self.at)


def tokens(query: str) -> list[Token]:
    """Splits a query into tokens; the last one is ``end``.

    Raises:
        QueryError: A quote or bracket is not closed, or a suffix or sign has nothing to apply to.
    """
    result: list[Token] = []
    position = 0
    while True:
        position = _end(_SPACE, query, position)
        if position == len(query):
            return [*result, Token("end", position)]
        token, position = _token(query, position)
        result.append(token)


def _token(query: str, position: int) -> tuple[Token, int]:
    character = query[position]
    if character == "(":
        return Token("(", position), position + 1
    if character == ")":
        boost = _BOOST.match(query, position + 1)
        end = boost.end() if boost else position + 1
        return Token(")", position, boost=float(boost[1]) if boost else 1.0), end
    if character in "-+":
        if position + 1 == len(query) or query[position + 1].isspace():
            name, verb = ("minus", "excludes") if character == "-" else ("plus", "requires")
            raise QueryError(f"a {name} must be directly before what it {verb}: {character}word", query, position)
        return Token(character, position), position + 1
    if saved := _SAVED.match(query, position):
        boost = _BOOST.match(query, saved.end())
        token = Token("saved", position, value=saved[1], boost=float(boost[1]) if boost else 1.0)
        return token, boost.end() if boost else saved.end()
    if field := _FIELD.match(query, position):
        at = field.end()
        if at == len(query) or query[at].isspace() or query[at] == ")":
            raise QueryError(f"{shorten(field[0], 40)} needs a value directly after it", query, position)
        name = field[0][:-1]
        if query[at] == "(":
            return Token("field", position, name), at
        return _value(query, name, position, at)
    bare = _BARE.match(query, position)
    if bare and bare[0] in ("AND", "OR", "NOT"):
        return Token(bare[0], position), bare.end()
    return _value(query, "", position, position)


def _value(query: str, field: str, position: int, at: int) -> tuple[Token, int]:
    character = query[at]
    if character == '"':
        return _quoted(query, field, position, at)
    if character == "[" and (field or _TO.search(query[at:].partition("]")[0])):
        end = query.find("]", at)
        if end < 0:
            raise QueryError("this bracket is never closed", query, at)
        return _boosted(query, Token("term", position, field, query[at : end + 1], BRACKETED, at), end + 1)
    if character == "/" and (match := _REGEX.match(query, at)):
        return _boosted(query, Token("term", position, field, match[1].replace("\\/", "/"), REGEX, at), match.end())
    end = _end(_BARE, query, at)
    value = query[at:end]
    suffixes = _SUFFIXES.search(value)
    assert suffixes is not None
    tilde = None if suffixes[1] is None else int(suffixes[1] or -1)
    boost = float(suffixes[2]) if suffixes[2] else 1.0
    if value.startswith("~") or (suffixes.start() == 0 and value):
        raise QueryError("something must come before this", query, at)
    if not field and (caret := value.find("^", 0, suffixes.start())) >= 0:
        raise QueryError("a boost is a number after the caret: nato^3", query, at + caret)
    return Token("term", position, field, value[: suffixes.start()], BARE, at, tilde, boost=boost), end


def _quoted(query: str, field: str, position: int, at: int) -> tuple[Token, int]:
    match = _QUOTED.match(query, at)
    if not match:
        raise QueryError("this quote is never closed", query, at)
    text = re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL)
    end = match.end()
    star = query[end : end + 1] == "*"
    end += star
    tilde = _TILDE.match(query, end)
    number = None if not tilde else int(tilde[1] or -1)
    token = Token("term", position, field, text, QUOTED, at, number, star)
    return _boosted(query, token, tilde.end() if tilde else end)


def _boosted(query: str, token: Token, end: int) -> tuple[Token, int]:
    boost = _BOOST.match(query, end)
    return (token._replace(boost=float(boost[1])), boost.end()) if boost else (token, end)


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
