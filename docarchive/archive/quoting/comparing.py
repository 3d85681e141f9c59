"""Comparing: a quote with one text, window by window, so that a long text needs no more memory than a short one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docarchive.archive.quoting.nearest import changes, most_changes, nearest
from docarchive.archive.quoting.quotation import QuoteDifference, QuotedPart
from docarchive.archive.quoting.wording import EDGE, Wording, exact, folded, parts, wording
from docarchive.errors import UsageError

#: The most characters and words that a quote holds.
MAX_LENGTH: Final = 100_000
MAX_WORDS: Final = 2_000
#: How many characters of a text are compared at once.
_WINDOW: Final = 20_000
#: How many of all texts together are compared closely.
MAX_COMPARED: Final = 5_000_000
#: The share of a quote's words that a text may have divided otherwise, by hyphens and markup.
_DIVIDED: Final = 0.25
#: How many more characters than the quote a passage may have for its markup, such as addresses.
_MARKUP: Final = 2_000


class Quote:
    """A quote to compare texts with.

    Args:
        text: The quote.

    Attributes:
        parts: Its words, in the parts that ellipses separate.
        exhausted: Whether so much text was compared that the rest was not.

    Raises:
        UsageError: It has no words, or too many.
    """

    def __init__(self, text: str) -> None:
        if len(text) > MAX_LENGTH:
            raise UsageError(f"a quote holds at most {MAX_LENGTH:,} characters; this one has {len(text):,}")
        self.text = text
        self.parts = parts(text)
        count = sum(len(part.words) for part in self.parts)
        if not count:
            raise UsageError("there is no word in the quote")
        if count > MAX_WORDS:
            raise UsageError(f"a quote holds at most {MAX_WORDS:,} words; this one has {count:,}")
        self.exhausted = False
        self._left = MAX_COMPARED
        self._distinct = [[*dict.fromkeys(map(_letters, part.words))] for part in self.parts]

    def compare(self, text: str, most: int | None = None) -> tuple[QuotedPart, ...]:
        """Returns the passages of a text that the parts of the quote repeat, in order; none if one is missing.

        Args:
            text: The text, in Markdown.
            most: How many words of each part may be changed; None for as many as ever.
        """
        passages = self._in_order(text, 0) if len(self.parts) > 1 else ()
        return passages or self._in_order(text, most)

    def _in_order(self, text: str, most: int | None) -> tuple[QuotedPart, ...]:
        passages: list[QuotedPart] = []
        for number, part in enumerate(self.parts):
            allowed = most_changes(len(part.words))
            if most is not None:
                allowed = min(allowed, most)
            passage = self._first(number, text, passages[-1].end if passages else 0, allowed)
            if passage is None:
                return ()
            passages.append(passage)
        return tuple(passages)

    def _first(self, number: int, text: str, position: int, most: int) -> QuotedPart | None:
        """Returns the first passage at a position or after it that is a part word for word, or else is nearest to it.

        Args:
            number: The index of the part.
            text: The text.
            position: The index of the first character that counts.
            most: How many words may be changed.
        """
        part = self.parts[number]
        nearest_one: tuple[int, QuotedPart] | None = None
        for base, window in _windows(text, position, part.ends[-1] - part.starts[0]):
            if not self._may_have(number, window, most):
                continue
            if self._left < 0:
                self.exhausted = True
                break
            self._left -= len(window)
            worded = wording(window, base)
            if span := exact(part, worded):
                return _passage(text, worded, span[0], span[1] + 1)
            if most and (nearer := nearest(part, worded, most)):
                most = nearer[0] - 1
                nearest_one = nearer[0], self._changed(text, part, worded, nearer[1], nearer[2])
        return nearest_one and nearest_one[1]

    def _may_have(self, number: int, window: str, most: int) -> bool:
        """Returns whether a window has enough of a part's words for a closer look, by their letters anywhere in it."""
        distinct, letters = self._distinct[number], folded(window)
        missing = len(distinct) - sum(map(letters.__contains__, distinct))
        return missing <= most + 1 + len(distinct) * _DIVIDED

    def _changed(self, text: str, part: Wording, worded: Wording, first: int, last: int) -> QuotedPart:
        differences = []
        for change in changes(part, worded, first, last):
            quote_start, quote_end = _span(part, *change.quoted)
            start, end = _span(worded, *change.archived)
            quoted, archived = self.text[quote_start:quote_end], text[start:end]
            differences.append(QuoteDifference(quoted, archived, quote_start, quote_end, start, end))
        return _passage(text, worded, first, last)._replace(differences=tuple(differences))


def _letters(word: str) -> str:
    """Returns what a text has of a word in any case: of a number, which may have commas, its first digit."""
    return word if word[0].isalpha() else word.strip(f"{EDGE}-.")[:1]


def _passage(text: str, worded: Wording, first: int, last: int) -> QuotedPart:
    start, end = _span(worded, first, last)
    return QuotedPart(text[start:end], start, end)


def _span(worded: Wording, first: int, last: int) -> tuple[int, int]:
    """Returns start and end of some words in their text; of no words, where these would be."""
    if first < last:
        return worded.starts[first], worded.ends[last - 1]
    at = worded.ends[first - 1] if first else worded.starts[0]
    return at, at


def _windows(text: str, position: int, length: int) -> Iterator[tuple[int, str]]:
    """Yields windows of a text from a position on, with their starts; one of them has all of a passage of a length."""
    overlap = 2 * length + _MARKUP
    size = max(_WINDOW, 4 * overlap)
    start = position
    while True:
        end = _word_end(text, start + size)
        yield start, text[start:end]
        if end >= len(text):
            return
        start = _word_end(text, end - overlap)


def _word_end(text: str, position: int) -> int:
    """Returns the index of the next space; the position itself if there is none nearby."""
    if position >= len(text):
        return len(text)
    spaces = (text.find(space, position, position + 200) for space in " \n")
    return min((at for at in spaces if at >= 0), default=position)
