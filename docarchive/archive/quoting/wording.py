"""Wording: the words of a text as a quote repeats them, with their places in the text.

Owns what counts when a quote is compared: letters, digits and the signs of currencies and percent, and the points and
minus signs of numbers. Case, white space, punctuation, quotation marks, dashes, hyphens and Markdown do not. Accents
do. Not useful for searching: there, words count by their stems.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import accumulate
from typing import Final

from docarchive.analysis.chunks import UNSPACED, marks
from docarchive.archive.quoting.markup import blanked
from docarchive.records import NamedTuple
from docarchive.regexes import lazy

#: Written around numbers, so that ``1 5`` and ``15`` differ though the spaces between words do not count.
EDGE: Final = "\x1f"
_NUMBER: Final = (
    r"(?P<number>(?:(?<![^\s(\[\\\"'“‘])[-−–](?=\.?\d))?"
    r"(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)*|\d+(?:\.\d+)*|(?<![\w.])\.\d+))"
)
_SIGNS: Final = "[$£¥¢%‰°\u20a0-\u20cf]"
_ASCII_WORDS: Final = lazy(rf"[a-z]+|{_NUMBER}|[$%]", re.ASCII)
_INVISIBLE: Final = lazy("[\u00ad\u200b-\u200d\u2060\ufeff]")
_ELLIPSIS: Final = lazy(
    r"\[\s*(?:…|\.{3,}|\. \. \.)\s*\]|\(\s*(?:…|\.{3,}|\. \. \.)\s*\)|…|\.{3,}|(?<=\s)\. \. \.(?=\s)"
)


class Wording(NamedTuple):
    """Words of a text."""

    words: list[str]  # folded; a number is between marks
    starts: list[int]  # the index of the first character of each word in the text
    ends: list[int]  # the index after its last character

    @property
    def letters(self) -> str:
        """All words in a row: hyphens and the spaces between words do not count."""
        return "".join(self.words)

    def after(self, position: int) -> Wording:
        """Returns the words that begin at a position or after it."""
        if not self.starts or self.starts[0] >= position:
            return self
        kept = next((index for index, start in enumerate(self.starts) if start >= position), len(self.starts))
        return Wording(self.words[kept:], self.starts[kept:], self.ends[kept:])


def wording(text: str, base: int = 0) -> Wording:
    """Returns the words of a text in Markdown; those of links and elements that are not read are left out.

    Args:
        text: The text.
        base: The index of its first character in a longer text, which the places of words count from.

    >>> wording("It *fell* to 3,000.").words[:3]
    ['it', 'fell', 'to']
    """
    plain = blanked(text)
    ascii_ = plain.isascii()  # ten times as fast
    if ascii_:
        plain = plain.lower()
    words: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in (_ASCII_WORDS if ascii_ else _words()).finditer(plain):
        start, end = match.span()
        word = match[0]
        words.append(_number(word) if match.lastgroup == "number" else word if ascii_ else folded(word))
        starts.append(start + base)
        ends.append(end + base)
    return Wording(words, starts, ends)


def parts(quote: str) -> list[Wording]:
    """Returns the words of a quote, in the parts that an ellipsis (``…``, ``...``, ``[...]``) separates."""
    stops = [(match.start(), match.end()) for match in _ELLIPSIS.finditer(quote)]
    begins, ends = [0, *(end for _, end in stops)], [*(start for start, _ in stops), len(quote)]
    worded = (wording(quote[begin:end], begin) for begin, end in zip(begins, ends, strict=True))
    return [part for part in worded if part.words]


def exact(part: Wording, text: Wording) -> tuple[int, int] | None:
    """Returns the first and the last index of the words of a text that are those of a part of a quote; None if none."""
    letters, wanted = text.letters, part.letters
    at = letters.find(wanted)
    if at < 0:
        return None
    ends = [*accumulate(map(len, text.words))]
    first_at = {end - len(word): index for index, (end, word) in enumerate(zip(ends, text.words, strict=True))}
    last_at = {end: index for index, end in enumerate(ends)}
    while at >= 0:
        if at in first_at and at + len(wanted) in last_at:
            return first_at[at], last_at[at + len(wanted)]
        at = letters.find(wanted, at + 1)
    return None


def folded(text: str) -> str:
    """Returns text with the differences removed that do not count: case, and the forms of a letter."""
    if text.isascii():
        return text.lower()
    return _INVISIBLE.sub("", "".join(map(_folded, unicodedata.normalize("NFC", text))))


@cache
def _folded(character: str) -> str:
    if character.isnumeric() and not character.isdecimal():  # ``10²`` is not ``102``
        return character
    return unicodedata.normalize("NFKC", character).casefold()


def _number(text: str) -> str:
    sign = "" if text[0] in ".0123456789" or text[0].isdecimal() else "-"
    return f"{EDGE}{sign}{text.removeprefix('-').lstrip('−–').replace(',', '')}{EDGE}"


@cache
def _words() -> re.Pattern[str]:
    mark = f"[{marks()}]"
    letters = rf"(?:(?![{UNSPACED}])[^\W\d_])(?:(?![{UNSPACED}])[^\W\d_]|{mark})*"
    return re.compile(rf"{_NUMBER}|{letters}|[{UNSPACED}]{mark}*|{_SIGNS}")
