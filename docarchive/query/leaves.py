"""Leaves: from one term of a query (a word, a phrase, ``field:value``) to its node."""

from __future__ import annotations

import math
import re
from datetime import datetime
from typing import Final, NamedTuple, NoReturn

from docarchive.analysis import label_terms
from docarchive.dates.words import EXAMPLES, date_range
from docarchive.errors import QueryError
from docarchive.query.context import STATES, Context
from docarchive.query.document import DATE_FIELDS, TEXT_FIELDS, number_in
from docarchive.query.lexer import BARE, BRACKETED, QUOTED, REGEX, Token
from docarchive.query.patterns import EXACT, FUZZY, GLOB, Pattern, regex
from docarchive.query.tree import (
    DateRange,
    Every,
    Has,
    Label,
    Like,
    Node,
    Not,
    NumberRange,
    Or,
    Phrase,
    Regex,
    Word,
)
from docarchive.texts import shorten

MAX_SLOP: Final = 1_000
MAX_PHRASE: Final = 100
MAX_REGEX: Final = 500
MAX_PATTERN: Final = 100
_BRACKETED = r"(?s)\[\s*(\S.*?)\s+TO\s+(\S.*?)\s*\]"
_COMPARISON = re.compile(r"(>=|<=|>|<)(.*)", re.DOTALL)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}")
_DIGEST = re.compile(r"[0-9a-f]{1,64}\*?")
_MANY_WORDS: Final = 200


class Mention(NamedTuple):
    """A word or value that a query names, for suggesting another one.

    Attributes:
        text: As it is written.
        start: Where it begins in the query.
        end: Where it ends.
        key: The text field or metadata key, or None for any text field.
    """

    text: str
    start: int
    end: int
    key: str | None


class Leaves:
    """Makes the leaves of one query.

    Args:
        query: Its text, for errors.
        context: What it is read with.
    """

    def __init__(self, query: str, context: Context) -> None:
        self.query = query
        self.mentions: list[Mention] = []
        self._context = context
        self._now = context.now or datetime.now()

    def node(self, token: Token, field: str) -> Node:
        """Returns the node of a term.

        Args:
            token: The term.
            field: Its field, or that of the brackets around it, or nothing.

        Raises:
            QueryError: It cannot be read.
        """
        if not field:
            return self._text(None, token)
        if field in ("is", "has", "no"):
            self._plain(token)
        if field == "is":
            return self._state(token)
        if field in ("has", "no"):
            found = Has(self.key(token.value, token.at))
            return Not(found) if field == "no" else found
        key = self.key(field, token.position)
        if token.form == BARE and token.value.strip("*") == "":
            self._plain(token)
            return Has(key)
        if token.form == REGEX:
            return self._regex(key, token)
        if key in DATE_FIELDS:
            return self._date(key, token)
        if key in TEXT_FIELDS:
            return self._text(key, token)
        return self._range(key, token) or self._label(key, token)

    def key(self, name: str, position: int) -> str:
        """Returns the key that a field's name stands for."""
        found = self._context.key(name)
        if found is None:
            self._fail(self._context.unknown(name), position)
        return found

    def _fail(self, message: str, position: int) -> NoReturn:
        raise QueryError(message, self.query, position)

    def _plain(self, token: Token) -> None:
        """Refuses a star behind quotes, and a tilde, where neither has a meaning."""
        if token.star or token.tilde is not None:
            sign = "star" if token.star else "tilde"
            self._fail(f"a {sign} goes with a word or a label, not with this", token.at)

    def _state(self, token: Token) -> Node:
        state = STATES.get(token.value.lower())
        if state is None:
            self._fail(f"is: takes one of {', '.join(STATES)}", token.at)
        word, _, key = state.partition(":")
        return Not(Has(key)) if word == "no" else Has(key)

    # Words of the text

    def _text(self, field: str | None, token: Token) -> Node:
        value, at = token.value, token.at
        if token.form == BRACKETED:
            self._fail("a range in [brackets] needs a field before it: date:[2024-01 TO 2024-06]", at)
        if token.form == REGEX:
            self._fail("a regular expression needs a metadata field before it: author:/smi(th|dt)/", at)
        if token.form == QUOTED:
            if token.star:
                self._fail("a star goes with one word, not with a phrase", self.query.index("*", at))
            return self._words(field, token, slop=self._slop(token))
        bare = value.rstrip("?,.;:!")
        if "*" in bare or "?" in bare:
            return self._wild(field, token, bare)
        if token.tilde is not None:
            return self._fuzzy(field, token)
        return self._words(field, token, slop=0)

    def _slop(self, token: Token) -> int:
        if token.tilde is None:
            return 0
        if token.tilde < 0 or token.tilde > MAX_SLOP:
            self._fail(f'"a phrase"~3 allows 3 other words between; a number up to {MAX_SLOP:,} is needed', token.at)
        return token.tilde

    def _words(self, field: str | None, token: Token, slop: int) -> Node:
        runs = self._context.analyzer.runs(token.value)
        if not runs:
            self._fail(f"there is no word to search for in {shorten(token.value, 20) or 'these quotes'}", token.at)
        if len(runs[0]) > MAX_PHRASE:
            self._fail(f"a phrase holds at most {MAX_PHRASE} words", token.at)
        self._mention(field, token)
        single = self._context.analyzer.single_character(token.value)
        if single:
            return Like(Pattern(GLOB, single + "*"), field)
        return _joined([_run(run, field, slop) for run in runs])

    def _mention(self, field: str | None, token: Token) -> None:
        if len(self.mentions) < _MANY_WORDS:
            for start, end in self._context.analyzer.word_spans(token.value):
                self._mention_at(token, start, end, field)

    def _mention_at(self, token: Token, start: int, end: int, key: str | None) -> None:
        """Notes a part of a term, unless it stands behind an escaped quote, and so elsewhere."""
        base = token.at + (token.form == QUOTED)
        found = Mention(token.value[start:end], base + start, base + end, key)
        if self.query[found.start : found.end] == found.text:
            self.mentions.append(found)

    def _wild(self, field: str | None, token: Token, value: str) -> Node:
        if token.tilde is not None:
            self._fail("a word takes a star or a tilde, not both", token.at)
        if value.strip("*") == "":
            return Every() if field is None else Has(field)
        if len(value) > MAX_PATTERN:
            self._fail(f"a wildcard holds at most {MAX_PATTERN} characters", token.at)
        word = self._context.analyzer.word(value)
        if not word:
            self._fail("a star stands for letters of one word: econom*", token.at)
        if not re.search(r"\w", word):
            self._fail("a wildcard needs a letter or a digit beside it: econom*, colo?r", token.at)
        begun = value.rstrip("*")
        if not re.search("[*?]", begun) and self._context.analyzer.without_spaces(begun):
            return self._words(field, token._replace(value=begun), slop=0)
        return Like(Pattern(GLOB, re.sub(r"\*+", "*", word)), field)

    def _fuzzy(self, field: str | None, token: Token) -> Node:
        word = self._context.analyzer.word(token.value)
        if not re.search(r"\w", word):
            self._fail("a tilde goes with one word: stoltenburg~", token.at)
        return Like(Pattern(FUZZY, word, self._distance(token, word)), field)

    def _distance(self, token: Token, word: str) -> int:
        if token.tilde == -1:
            return 1 if len(word) <= 5 else 2
        if token.tilde not in (1, 2):
            self._fail("a word takes ~, ~1 or ~2: how many of its letters may differ", token.at)
        return token.tilde

    # Labels

    def _label(self, key: str, token: Token) -> Node:
        value = token.value
        if key == "original" and _DIGEST.fullmatch(value.lower()):
            value = "sha256:" + value
            token = token._replace(star=len(value) < 71 and token.tilde is None and "*" not in value)
        terms = label_terms(value) if token.form == QUOTED else self._bare_terms(value)
        if not terms:
            self._fail(f"{shorten(key, 40)}: needs a value", token.at)
        patterns = [self._term(term, token) for term in terms]
        if token.star:
            patterns[-1] = Pattern(GLOB, terms[-1] + "*")
        self._mention_at(token, 0, len(token.value), key)
        found = Label(key, tuple(patterns))
        if key == "language" and _LANGUAGE.fullmatch(token.value):
            return Or((found, Label(key, (Pattern(GLOB, terms[0] + "-*"),))))
        return found

    def _bare_terms(self, value: str) -> list[str]:
        """Returns the terms of a bare value, whose wildcards are no edge punctuation."""
        hidden = value.replace("*", "\ue000").replace("?", "\ue001")
        return [term.replace("\ue000", "*").replace("\ue001", "?") for term in label_terms(hidden)]

    def _term(self, term: str, token: Token) -> Pattern:
        if token.form == QUOTED:
            if token.tilde is not None:
                self._fail("a tilde goes with one word: author:smiht~", token.at)
            return Pattern(EXACT, term)
        if token.tilde is not None:
            if "*" in term or "?" in term:
                self._fail("a label takes wildcards or a tilde, not both", token.at)
            return Pattern(FUZZY, term, self._distance(token, term))
        if "*" in term or "?" in term:
            return Pattern(GLOB, re.sub(r"\*+", "*", term))
        return Pattern(EXACT, term)

    def _regex(self, key: str, token: Token) -> Node:
        if len(token.value) > MAX_REGEX:
            self._fail(f"a regular expression holds at most {MAX_REGEX} characters", token.at)
        if key in ("summary", "body"):
            self._fail(f"a regular expression looks at metadata, and {key} is text; use words", token.position)
        try:
            regex(token.value)
        except ValueError as error:
            self._fail(f"this regular expression cannot be read: {shorten(str(error), 80)}", token.at)
        return Regex(key, token.value)

    # Ranges

    def _range(self, key: str, token: Token) -> Node | None:
        """Returns a range over the numbers or dates of a key, or None if a value is no range."""
        ends = self._ends(token)
        if ends is None:
            return None
        (low, low_open, at_low), (high, high_open, at_high) = ends
        numbers = [number_in(end) if end else None for end in (low, high)]
        found: list[Node] = []
        if all(number is not None or not end for number, end in zip(numbers, (low, high), strict=True)):
            first, last = numbers
            if first is not None and low_open:
                first = math.nextafter(first, math.inf)
            if last is not None and high_open:
                last = math.nextafter(last, -math.inf)
            if first is not None and last is not None and first > last:
                self._fail("this range ends before it begins", at_high)
            found.append(NumberRange(key, first, last))
        dates = [date_range(end, self._now) if end else None for end in (low, high)]
        if all(date or not end for date, end in zip(dates, (low, high), strict=True)):
            found.append(self._instants(key, ends))
        if not found and not any(number is not None for number in numbers) and not any(dates) and _dotted(token):
            return None  # dots in an address, say
        self._plain(token)
        if not found:
            wrong = at_low if low and not (numbers[0] is not None or dates[0]) else at_high
            shown = shorten(key, 40)
            self._fail(f"a range needs a number or a date at its ends: {shown}:10..20, {shown}:>=2024-03", wrong)
        return _joined(found)

    def _ends(self, token: Token) -> tuple[tuple[str, bool, int], tuple[str, bool, int]] | None:
        """Returns both ends of a range: text (empty for none), whether it is left out, and its place."""
        value, at = token.value, token.at
        if token.form == BRACKETED:
            match = re.fullmatch(_BRACKETED, value)
            if not match:
                self._fail("a range in brackets reads [a TO b], as [2024-01 TO 2024-06]", at)
            low, high = ("" if part == "*" else part.strip('"') for part in match.groups())
            return (low, False, at + match.start(1)), (high, False, at + match.start(2))
        if token.form != BARE:
            return None
        if match := _COMPARISON.fullmatch(value):
            sign, end = match.groups()
            if not end:
                self._fail(f"a number or a date must follow {sign}", at)
            here = (end, "=" not in sign, at + len(sign))
            nothing = ("", False, at)
            return (here, nothing) if sign[0] == ">" else (nothing, here)
        if ".." in value:
            first, _, last = value.partition("..")
            if first or last:
                low, high = ("" if end == "*" else end for end in (first, last))
                return (low, False, at), (high, False, at + len(first) + 2)
        return None

    def _date(self, key: str, token: Token) -> Node:
        self._plain(token)
        ends = self._ends(token)
        if ends is None:
            if token.value == "..":
                self._fail("a range needs a date at one end: 2024-01..2024-06", token.at)
            start, end = self._day(token.value, token.at)
            return DateRange(key, start, end)
        return self._instants(key, ends)

    def _instants(self, key: str, ends: tuple[tuple[str, bool, int], tuple[str, bool, int]]) -> Node:
        (low, low_open, at_low), (high, high_open, at_high) = ends
        start = end = None
        if low:
            first, last = self._day(low, at_low)
            start = _after(last) if low_open else first
        if high:
            first, last = self._day(high, at_high)
            end = _before(first) if high_open else last
        if start and end and start > end:
            self._fail("this range ends before it begins", at_high)
        return DateRange(key, start, end)

    def _day(self, text: str, position: int) -> tuple[str, str]:
        found = date_range(text, self._now)
        if found is None:
            self._fail(f"{shorten(text)!r} is not a date; {EXAMPLES}", position)
        return found


def _dotted(token: Token) -> bool:
    """Tells whether a value has the form ``a..b``."""
    return token.form == BARE and ".." in token.value and token.value[0] not in "<>"


def _run(run: tuple[tuple[int, tuple[str, ...]], ...], field: str | None, slop: int) -> Node:
    return Word(run[0][1], field) if len(run) == 1 else Phrase(run, field, slop)


def _joined(nodes: list[Node]) -> Node:
    return nodes[0] if len(nodes) == 1 else Or(tuple(nodes))


def _after(instant: str) -> str:
    """Returns the first instant behind this one: they are compared as text, so a suffix will do."""
    return instant + "+"


def _before(instant: str) -> str:
    """Returns an instant before this one and behind all others before it; nothing is before the first."""
    from datetime import timedelta

    try:
        return (datetime.fromisoformat(instant) - timedelta(microseconds=1)).isoformat(timespec="microseconds")
    except OverflowError:
        return "0000"
