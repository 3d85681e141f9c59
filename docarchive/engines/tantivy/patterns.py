"""Patterns as regular expressions of tantivy's, which it runs over its term dictionary."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_DIGITS: Final = "0123456789abcdef"
_NOTHING: Final = "_"  # is in no number


def alternatives(terms: Iterable[str]) -> str:
    """Returns a regular expression for any of several terms."""
    return "(" + "|".join(map(literal, terms)) + ")"


def glob(text: str) -> str:
    """Returns a regular expression for a text with wildcards."""
    return "".join({"*": ".*", "?": "."}.get(character) or literal(character) for character in text)


def literal(text: str) -> str:
    """Returns a regular expression for a literal text."""
    return "".join(
        character if character.isalnum() and character.isascii() else f"\\x{{{ord(character):x}}}" for character in text
    )


def between(low: str, high: str) -> str:
    """Returns a regular expression for the hexadecimal numbers of one length from low to high, both included."""
    if low >= high:
        return low if low == high else _NOTHING
    same = next(index for index, digit in enumerate(low) if digit != high[index])
    ways = [low, high, _digits(low[:same], _after(low[same]), _before(high[same]))]
    for index in range(same + 1, len(low)):
        ways.append(_digits(low[:index], _after(low[index]), "f"))
        ways.append(_digits(high[:index], "0", _before(high[index])))
    return "(" + "|".join(way for way in ways if way) + ")"


def _digits(prefix: str, first: str, last: str) -> str:
    """Returns an expression for a prefix, any digit from first to last, and any rest; nothing without such a digit."""
    if not first or not last or first > last:
        return ""
    return prefix + "[" + _DIGITS[_DIGITS.index(first) : _DIGITS.index(last) + 1] + "].*"


def _after(digit: str) -> str:
    return _DIGITS[_DIGITS.index(digit) + 1 :][:1]


def _before(digit: str) -> str:
    return _DIGITS[: _DIGITS.index(digit)][-1:]
