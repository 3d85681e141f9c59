"""The lexer: query text -> tokens, with their positions."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

from docarchive.analysis import searchable
from docarchive.arguments import checked
from docarchive.errors import QueryError
from docarchive.records import NamedTuple
from docarchive.regexes import lazy

#: Not the drive of a path, such as ``C:\\Users``, nor a word before ``:-)``.
_FIELD = lazy(r"(?![A-Za-z]:\\)[^\W\d][\w.@-]*:(?!//|-(?:[()\s]|$)|[\s:)]|[,;]+(?:\s|$)|$)")
#: An equals sign before a value, as programmers write it: ``rating:=5`` is ``rating:5``.
_EQUAL = lazy(r"={1,2}(?=[^\s=()<>])")
# Backslashes are text, except directly before a quote: \" is a quote, and \\" a backslash at the end of the phrase.
_ESCAPED_QUOTE = r'(?:\\\\)*+\\"'
_QUOTED = lazy(rf'"((?:[^"\\]|{_ESCAPED_QUOTE}|\\++(?!"))*+(?:\\\\)*+)"')
_BEFORE_QUOTE = lazy(r'(\\+)("|\Z)')
_REGEX = lazy(r"/((?:[^/\\]|\\.)+)/(?=[\s)^]|$)", re.DOTALL)
_BARE = lazy(r'[^\s()"]+')
#: How addresses, also without their scheme, and DOIs begin.
NAMES: Final = lazy(r"https?://|(?:doi:)?10\.\d{4,9}/|(?:[\w-]{1,63}\.){1,8}[a-z]{2,20}/", re.IGNORECASE)
#: The caret and the number of a boost.
_FACTOR: Final = r"\^(\d{1,6}(?:\.\d{1,6})?)"
#: Text without spaces, to the first bracket without a partner.
_RUN: Final = r'(?:[^\s()"]++|\((?:[^\s()"]++|\([^\s()"]*+\))*+\))++'
#: An address or a DOI. Its signs, such as a star or a final tilde, are part of it.
_ADDRESS = lazy(rf"(?={NAMES.pattern}){_RUN}", NAMES.flags)
_WITHOUT_SPACES = lazy(_RUN)
_ADDRESS_BOOST = lazy(rf"{_FACTOR}$")
_TO = lazy(r"\sTO\s")
_SAVED = lazy(r"@([^\W\d][\w-]*)(?=[\s)^]|$)")
_SPACE = lazy(r"\s*")
_BOOST = lazy(rf"{_FACTOR}(?=[\s)]|$)")
_TILDE = lazy(r"~(\d{0,6})(?=[\s)^]|$)")
_URL: Final = "url"
_OPERATORS: Final = ("AND", "OR", "NOT")
#: What may be a word, or a sign, in a headline.
_WORDS_OF_HEADLINES: Final = (*_OPERATORS, "-")
#: A minus that is joined to what is before it, as in ``(CORRECTED)-OIL PRICES FALL``, excludes nothing.
_JOINING = lazy(r'(?<=[)"”“»])-(?=[\w<])')
#: The quotes that end a phrase, by the quote that begins it.
_CLOSING: Final = {"“": "”“", "”": "”", "„": "“”", "‟": "”", "«": "»", "»": "«", "＂": "＂"}
#: All quotes that begin a phrase.
QUOTES: Final = ('"', *_CLOSING)
_CURLY = lazy("[“”„‟«»＂]")
_NEAR = lazy(r'(NEAR|BEFORE)/(\d{1,6})(?=[\s()"]|$)')
#: Lines of so many words are taken for text, not for terms of the language, where they could be either.
_MIN_HEADLINE: Final = 4
#: Signs without partners that mean nothing between words, the most certain first, and how many words that takes: a
#: quote after a word is inches, and one before a word is probably a phrase that was not finished.
_UNPAIRED: Final = (
    (lazy(r"[()]"), 1),
    (lazy(r'[()]|(?<=\S)"(?!\w)|(?<!\S)"(?!\S)'), 1),
    (lazy(r'["()]'), _MIN_HEADLINE),
)
#: A tilde or a caret before a word: ``~100 people``. A digit alone may belong to what is before the space.
_BEFORE_WORD = lazy(r"(?<!\S)(?:~+(?=[^\W\d]|\d\d|[$€£¥])|\^+(?=[^\W\d]))|^\s*~+(?=\d)")
#: A caret before a letter is no boost: ``x^y``.
_POWER = lazy(r"(?<=\w)\^(?=[^\W\d])")
#: A bracket after a field or a sign is one of the language, whatever else there is.
_GROUP = lazy(r"(?<![^\s(])(?:[^\W\d][\w.@-]*:|[-+])\(")
#: What follows the name of a function: ``print()`` is a word.
_CALL: Final = "()"
_BETWEEN_SLASHES = lazy(r"(?<!\S)/([\w -]+)/(?!\w)")
_SUFFIXES = lazy(rf"(?:~(\d{{0,6}}))?(?:{_FACTOR})?$")

BARE: Final = "bare"
QUOTED: Final = "quoted"
BRACKETED: Final = "bracketed"
REGEX: Final = "regex"


class Token(NamedTuple):
    """A token of a query."""

    kind: str  # ``( ) AND OR NOT NEAR BEFORE - +``, ``field`` (before a bracket), ``term``, ``saved`` or ``end``
    position: int  # the index of its first character in the query
    field: str = ""  # the field before a term or a bracket; empty if there is none
    value: str = ""  # the text of a term, without quotes, or the name of a saved search
    form: str = BARE  # the form of a term: bare, quoted, bracketed (``[a TO b]``) or regex
    at: int = 0  # the index of the first character of the value in the query
    #: The number after ``~``, or after ``NEAR/`` and ``BEFORE/``; -1 for a ``~`` without a number, None without ``~``.
    tilde: int | None = None
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
        QueryError: A quote or bracket is not closed, a suffix has nothing to apply to, or there are only signs.
    """
    result, parts = _signs(query)
    for start, end in reversed(parts):  # a site's name may follow: OIL AND GAS PRICES FALL | Reuters
        if _is_headline(result[start:end], query):
            line = [token for token in result[start:end] if token.kind != "-"]
            result[start:end] = [_as_word(token) if token.kind in _OPERATORS else token for token in line]
    return [*result, Token("end", len(query))]


def without_operators(query: str) -> str:
    """Returns a query whose headlines are words whatever is next to them: in small letters, ``not`` is a word.

    Positions remain the same.
    """
    text = query
    result, parts = _signs(query)
    for start, end in parts:
        if _is_headline(result[start:end], query):
            for kind, at, *_ in result[start:end]:
                if kind in _WORDS_OF_HEADLINES:
                    text = text[:at] + (" " if kind == "-" else kind.lower()) + text[at + len(kind) :]
    return text


def _signs(query: str) -> tuple[list[Token], list[tuple[int, int]]]:
    """Splits a query into tokens, with the parts of them of which each may be a headline; raises as ``tokens``."""
    result: list[Token] = []
    lone = -1
    parts: list[int] = []  # where signs that are alone divide the tokens
    position = 0
    while True:
        position = _end(_SPACE, query, position)
        if position == len(query):
            break
        if end := _lone_sign(query, position):
            lone = position if lone < 0 else lone
            parts.append(len(result))
            position = end
            continue
        position = _end(_JOINING, query, position)
        token, position = _token(query, position)
        result.append(token)
    if lone >= 0 and not result:
        raise QueryError(f"there is no word to search for in {query[lone:].split()[0][:20]}", query, lone)
    ends = [len(result)] if _is_headline(result, query) else [*parts, len(result)]
    return result, [*pairwise([0, *ends])]


def _lone_sign(query: str, position: int) -> int:
    """Returns the end of signs that are alone between spaces, such as a dash; 0 if there are none."""
    if query[position] in '()"*' or query[position].isalnum():
        return 0
    end = _end(_BARE, query, position)
    text = query[position:end]
    if searchable(text) or "*" in text or (not text.strip("+-") and query[end : end + 1] in ("(", '"')):
        return 0
    curly = _CURLY.search(text)
    return 0 if curly and _curly_end(query, position + curly.start()) else end


def _is_headline(line: list[Token], query: str) -> bool:
    """Returns whether a query is a line of capitals, in which ``NOT`` is a word: ``DOLLAR NOT EXPECTED TO FALL``.

    A minus is a dash in it: ``DOLLAR EXPECTED TO FALL -DEALERS``.
    """
    words = [token for token in line if token.kind not in _WORDS_OF_HEADLINES and token.kind not in "()"]
    return (
        _MIN_HEADLINE <= len(words) < len(line)
        and " ".join(token.value for token in words).isupper()
        and all(token == _as_word(token, token.value, token.form) and "*" not in token.value for token in words)
        and any(one.kind == other.kind == "term" for one, other in pairwise(line))
        and _are_brackets_plain(line)
    )


def _are_brackets_plain(line: list[Token]) -> bool:
    """Returns whether the brackets of a query group no operators: none is inside of them, or next to them."""
    depth = 0
    before = ""
    for token in line:
        depth += (token.kind == "(") - (token.kind == ")")
        if token.boost != 1.0 or (token.kind in _WORDS_OF_HEADLINES and (depth or before == ")")):
            return False
        if token.kind == "(" and before in _WORDS_OF_HEADLINES:
            return False
        before = token.kind
    return depth == 0


def as_prose(query: str) -> str | None:
    """Returns a query without the signs that mean nothing in it, if the rest is a line of words; else None.

    It is for pasted text that cannot be read as a query, such as ``1) bile duct 2) liver`` or ``~100 people``. Among
    words alone, a bracket groups nothing, so one without a partner means nothing either. In four or more words, that
    is also true of straight quotes, and of slashes around words. Quotes that all have partners are kept. Positions
    remain the same.
    """
    if _GROUP.search(query):
        return None
    for signs, least in _UNPAIRED:
        text = _POWER.sub(" ", _BEFORE_WORD.sub(_blank, signs.sub(" ", query)))
        without_slashes = _BETWEEN_SLASHES.sub(r" \1 ", text)
        try:
            *line, _ = tokens(without_slashes)
        except QueryError:
            continue
        words = sum(len(token.value.split()) for token in line)
        enough = words >= (least if text == without_slashes else _MIN_HEADLINE)
        if not enough or any(token != _as_word(token, token.value, token.form) for token in line):
            return None
        return without_slashes if without_slashes != query else None
    return None


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _as_word(token: Token, value: str = "", form: str = BARE) -> Token:
    return Token("term", token.position, value=value or token.kind, form=form, at=token.at or token.position)


@checked
def quote(text: str) -> str:
    r"""Returns a query for a text as it is, whatever signs of the query language are in it: the text in quotes.

    The words must follow one another in one text field; after a field, as in ``tag:`` plus this, in one value.

    >>> quote('the "new" AND -old')
    '"the \\"new\\" AND -old"'
    """
    escaped = _BEFORE_QUOTE.sub(lambda match: match[1] * 2 + match[2], text)
    return '"' + escaped.replace('"', '\\"') + '"'


def _token(query: str, position: int) -> tuple[Token, int]:
    character = query[position]
    if character == "(":
        return Token("(", position), position + 1
    if character == ")":
        boost = _BOOST.match(query, position + 1)
        end = boost.end() if boost else position + 1
        return Token(")", position, boost=float(boost[1]) if boost else 1.0), end
    if character in "-+":
        return Token(character, position), position + 1
    if character == "@" and (saved := _SAVED.match(query, position)):
        boost = _BOOST.match(query, saved.end())
        token = Token("saved", position, value=saved[1], boost=float(boost[1]) if boost else 1.0)
        return token, boost.end() if boost else saved.end()
    if field := _FIELD.match(query, position):
        at = _end(_EQUAL, query, field.end())
        name = field[0][:-1]
        if query[at] == "(":
            return Token("field", position, name), at
        return _value(query, name, position, at)
    if character in "NB" and (near := _NEAR.match(query, position)):
        return Token(near[1], position, value=near[0], tilde=int(near[2])), near.end()
    bare = _BARE.match(query, position)
    if bare and bare[0] in _OPERATORS:
        return Token(bare[0], position), bare.end()
    return _value(query, "", position, position)


def _value(query: str, field: str, position: int, at: int) -> tuple[Token, int]:
    character = query[at]
    if character == '"' or (character in _CLOSING and _curly_end(query, at)):
        return _quoted(query, field, position, at)
    if character == "[" and (field or _TO.search(query[at:].partition("]")[0])):
        end = query.find("]", at)
        if end < 0:
            raise QueryError("this bracket is never closed", query, at)
        return _boosted(query, Token("term", position, field, query[at : end + 1], BRACKETED, at), end + 1)
    if character == "/" and (match := _REGEX.match(query, at)):
        return _boosted(query, Token("term", position, field, match[1].replace("\\/", "/"), REGEX, at), match.end())
    address = _WITHOUT_SPACES.match(query, at) if field.lower() == _URL else None
    if address is None and "/" in query:
        address = _ADDRESS.match(query, at)
    if address:
        return _address(query, field, position, address)
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
    if value and not field and query.startswith(_CALL, end):
        end += len(_CALL)
    return Token("term", position, field, value[: suffixes.start()], BARE, at, tilde, boost=boost), end


def _address(query: str, field: str, position: int, match: re.Match[str]) -> tuple[Token, int]:
    """Returns the token of an address, which takes no suffix but a boost."""
    boost = _ADDRESS_BOOST.search(match[0])
    value = match[0][: boost.start()] if boost else match[0]
    token = Token("term", position, field, value, BARE, match.start(), boost=float(boost[1]) if boost else 1.0)
    return token, match.end()


def _quoted(query: str, field: str, position: int, at: int) -> tuple[Token, int]:
    if query[at] == '"':
        match = _QUOTED.match(query, at)
        if not match:
            raise QueryError("this quote is never closed", query, at)
        text, end = _unescaped(match[1]), match.end()
    else:
        end = _curly_end(query, at)
        text = query[at + 1 : end - 1]
    star = query[end : end + 1] == "*"
    end += star
    tilde = _TILDE.match(query, end)
    number = None if not tilde else int(tilde[1] or -1)
    token = Token("term", position, field, text, QUOTED, at, number, star)
    return _boosted(query, token, tilde.end() if tilde else end)


def _unescaped(text: str) -> str:
    """Returns the text between quotes without the backslashes that escape quotes or backslashes before them."""
    return _BEFORE_QUOTE.sub(lambda match: match[1][: len(match[1]) // 2] + match[2], text) if "\\" in text else text


def _curly_end(query: str, at: int) -> int:
    """Returns the end of a phrase in quotes such as “ ”; 0 if the quote at an index does not begin one.

    Unlike a straight quote that is never closed, it is not an error: pasted titles have such quotes.
    """
    opening, inside = query[at], query[at + 1 : at + 2]
    if not inside or (inside.isspace() and opening != "«"):
        return 0
    ends = [end for closing in _CLOSING[opening] if (end := query.find(closing, at + 1)) > at + 1]
    return min(ends) + 1 if ends and searchable(query[at + 1 : min(ends)]) else 0


def _boosted(query: str, token: Token, end: int) -> tuple[Token, int]:
    boost = _BOOST.match(query, end)
    return (token._replace(boost=float(boost[1])), boost.end()) if boost else (token, end)


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position
