"""Ranges: from a date, or a range of dates or numbers, to its node."""

from __future__ import annotations

import math
import re
from datetime import datetime
from functools import cached_property
from typing import NoReturn

from docarchive.errors import QueryError
from docarchive.query.document import UTC_FIELDS, number_in
from docarchive.query.lexer import BARE, BRACKETED, Token
from docarchive.query.tree import DateRange, Node, NumberRange, any_node
from docarchive.regexes import lazy
from docarchive.texts import shorten

_BRACKETED = r"(?s)\[\s*(\S.*?)\s+TO\s+(\S.*?)\s*\]"
#: The beginning of dates: ``2024*``, ``2024-03-*``.
_BEGUN = lazy(r"(\d{4}(?:-\d\d)?)-?\*", re.ASCII)
_DAY_AND_MONTH = lazy(r"(0?[1-9]|1[0-2])[./-](0?[1-9]|1[0-2])[./-](\d{4}|\d\d)", re.ASCII)
_NONE = frozenset(("none", "null", "nil", "empty", "unknown", "undated", "missing", "no", "n/a"))
_COMPARISON = lazy(r"([<>]=?|=[<>])(.*)", re.DOTALL)


class Ranges:
    """Makes the dates and ranges of one query.

    Dates in words are relative to a moment, in local time if it has no zone; None for the present.
    """

    def __init__(self, query: str, now: datetime | None) -> None:
        self.query = query
        self._given = now

    @cached_property
    def _now(self) -> datetime:
        """One moment for all dates of the query; finding the zone takes as long as reading a word."""
        return self._given or datetime.now().astimezone()

    def _now_of(self, key: str) -> datetime:
        """Returns the moment that dates in words of a key are relative to, in the zone of the key's values."""
        if key not in UTC_FIELDS:
            return self._now.replace(tzinfo=None)
        from docarchive.dates.words import utc_moment

        return utc_moment(self._now)

    def _range(self, key: str, text: str) -> tuple[str, str] | None:
        """Returns the first and the last instant of a date of a key, or None; most queries have no date."""
        from docarchive.dates.words import date_range

        return date_range(text, self._now_of(key))

    def range(self, key: str, token: Token) -> Node | None:
        """Returns the node of a range of numbers or dates of any key, or None if the value is not a range.

        Raises:
            QueryError: It is a range, but its ends cannot be read.
        """
        ends = self._ends(token)
        if ends is None:
            return None
        (low, low_open, at_low), (high, high_open, at_high) = ends
        numbers = [number_in(end) if end else None for end in (low, high)]
        ranges: list[Node] = []
        if all(number is not None or not end for number, end in zip(numbers, (low, high), strict=True)):
            first, last = numbers
            if first is not None and low_open:
                first = math.nextafter(first, math.inf)
            if last is not None and high_open:
                last = math.nextafter(last, -math.inf)
            if first is not None and last is not None and first > last:
                self._fail("this range ends before it begins", at_high)
            ranges.append(NumberRange(key, first, last))
        dates = [self._range(key, end) if end else None for end in (low, high)]
        if all(date or not end for date, end in zip(dates, (low, high), strict=True)):
            ranges.append(self._instants(key, ends))
        if not ranges and not any(number is not None for number in numbers) and not any(dates) and _dotted(token):
            return None  # such as dots in an address
        token.refuse_suffixes(self.query)
        if not ranges:
            wrong = at_low if low and not (numbers[0] is not None or dates[0]) else at_high
            shown = shorten(key, 40)
            self._fail(f"a range needs a number or a date at its ends: {shown}:10..20, {shown}:>=2024-03", wrong)
        return any_node(ranges)

    def _ends(self, token: Token) -> tuple[tuple[str, bool, int], tuple[str, bool, int]] | None:
        """Returns both ends of a range: text (empty if open), whether it is exclusive, its position in the query."""
        value, at = token.value, token.at
        if token.form == BRACKETED:
            match = re.fullmatch(_BRACKETED, value)
            if not match:
                self._fail("a range in brackets reads [a TO b], as [2024-01 TO 2024-06]", at)
            low, high = ("" if text == "*" else text.strip('"') for text in match.groups())
            return (low, False, at + match.start(1)), (high, False, at + match.start(2))
        if token.form != BARE:
            return None
        if match := _COMPARISON.fullmatch(value):
            sign, end = match.groups()
            if not end:
                self._fail(f"a number or a date must follow {sign}", at)
            given = (_unquoted(end), "=" not in sign, at + len(sign))
            nothing = ("", False, at)
            return (given, nothing) if ">" in sign else (nothing, given)
        if ".." in value:
            first, _, last = value.partition("..")
            if first or last:
                low, high = ("" if end.strip() == "*" else _unquoted(end) for end in (first, last))
                return (low, False, at), (high, False, at + len(first) + 2)
        return None

    def date(self, key: str, token: Token) -> Node:
        """Returns the node of a date, or a range of dates, of a date field; raises ``QueryError`` for other terms."""
        token.refuse_suffixes(self.query)
        ends = self._ends(token)
        if ends is None:
            if token.value == "..":
                self._fail("a range needs a date at one end: 2024-01..2024-06", token.at)
            begun = _BEGUN.fullmatch(token.value) if token.form == BARE else None
            start, end = self._day(key, begun[1] if begun else token.value, token.at)
            return DateRange(key, start, end)
        return self._instants(key, ends)

    def dates(self, key: str, text: str) -> Node | None:
        """Returns the node of the dates in a year, a month or a day; None if there is no such day."""
        instants = self._range(key, text)
        return DateRange(key, *instants) if instants else None

    def is_date(self, key: str, text: str) -> bool:
        """Returns whether a text is one date, or one range of dates."""
        if text in (">", "<", ">=", "<="):
            return False
        ends = self._ends(Token("term", 0, value=text))
        dates = [end for end, _, _ in ends if end] if ends else [_unquoted(text)]
        return bool(dates) and all(self._range(key, date) for date in dates)

    def _instants(self, key: str, ends: tuple[tuple[str, bool, int], tuple[str, bool, int]]) -> Node:
        (low, low_open, at_low), (high, high_open, at_high) = ends
        start = end = None
        if low:
            first, last = self._day(key, low, at_low)
            start = _after(last) if low_open else first
        if high:
            first, last = self._day(key, high, at_high)
            end = _before(first) if high_open else last
        if start and end and start > end:
            self._fail("this range ends before it begins", at_high)
        return DateRange(key, start, end)

    def _day(self, key: str, text: str, position: int) -> tuple[str, str]:
        instants = self._range(key, text)
        if instants is None:
            from docarchive.dates.words import EXAMPLES

            advice = f"no:{key} finds articles without one" if text.lower() in _NONE else _either(text) or EXAMPLES
            self._fail(f"{shorten(text)!r} is not a date; {advice}", position)
        return instants

    def _fail(self, message: str, position: int) -> NoReturn:
        raise QueryError(message, self.query, position)


def _either(text: str) -> str:
    """Returns what to write for a date that may be two days, or has a year of two digits; empty for another text."""
    match = _DAY_AND_MONTH.fullmatch(text)
    if not match:
        return ""
    one, other, year = (number.zfill(2) for number in match.groups())
    if len(year) == 4:
        return f"write it as {year}-{other}-{one} or {year}-{one}-{other}"
    return f"write the year with four digits, as in 2024-{other}-{one}"


def _unquoted(end: str) -> str:
    """Returns an end of a range without the spaces and the quotes around it."""
    return end.strip().strip('"')


def _dotted(token: Token) -> bool:
    """Returns whether a value has the form ``a..b``."""
    return token.form == BARE and ".." in token.value and token.value[0] not in "<>"


def _after(instant: str) -> str:
    """Returns the first instant after an instant: they are compared as text, so a suffix is enough."""
    return instant + "+"


def _before(instant: str) -> str:
    """Returns the last instant before an instant; for the first instant, a text before it."""
    from datetime import timedelta

    try:
        return (datetime.fromisoformat(instant) - timedelta(microseconds=1)).isoformat(timespec="microseconds")
    except OverflowError:
        return "0000"
