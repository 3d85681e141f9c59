"""Snippets: the best passage of a text for a query, with the matched words marked.

Owns the choice of the passage and the marks. A mark stands on whole words that the query asked
for: stems, prefixes and phrases, never on a word that stands under a NOT.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Callable
from typing import Final, NamedTuple

from docarchive.analysis import WORD, Analyzer, fold_word
from docarchive.query.tree import Node, Phrase, Prefix, Word, walk

LENGTH: Final = 200
_MAX_TEXT: Final = 200_000
_SPACE = re.compile(r"\s+")
_BREAK = re.compile(  # with the mark of a heading, quote or item
    r"(?:\s*\n[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*][ \t]+)?)+\s*|\s+"
)
_OPENING_MARK = re.compile(r"\s*(?:#{1,6}|>|[-*])[ \t]+")


class Snippet(NamedTuple):
    """A passage of a text.

    Attributes:
        text: The passage on one line, with an ellipsis where it was cut.
        marks: Start and end, in characters of text, of each word that matched.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def marked(self, before: str = "**", after: str = "**") -> str:
        """Returns the text with marks; nothing in it is escaped."""
        return self._join(lambda text: text, before, after)

    def html(self) -> str:
        """Returns the text escaped for HTML, with the marked words in ``<mark>``."""
        return self._join(html.escape, "<mark>", "</mark>")

    def _join(self, escape: Callable[[str], str], before: str, after: str) -> str:
        parts: list[str] = []
        position = 0
        for start, end in self.marks:
            parts += [escape(self.text[position:start]), before, escape(self.text[start:end]), after]
            position = end
        return "".join([*parts, escape(self.text[position:])])


def snippet(query: Node, text: str, analyzer: Analyzer, *, fields: tuple[str, ...] = ("body",)) -> Snippet:
    """Finds the best passage of a text for a query.

    Args:
        query: The tree; only what it asks for is marked, not what it excludes.
        text: The text of a field.
        analyzer: The one that the query's engine uses.
        fields: The fields whose words are sought here.
    """
    text = text[:_MAX_TEXT]
    found = _matches(query, text, analyzer, fields)
    start, end = _window(text, found)
    return _cut(text, start, end, [(a, b) for a, b, _ in found if start <= a and b <= end])


class _Wanted(NamedTuple):
    """What a query asks for in some fields."""

    words: set[str]
    prefixes: tuple[str, ...]
    phrases: list[list[str]]

    @classmethod
    def of(cls, query: Node, analyzer: Analyzer, fields: tuple[str, ...]) -> _Wanted:
        words, prefixes, phrases = set(), [], []
        for node in walk(query, positive=True):
            if not isinstance(node, Word | Prefix | Phrase) or node.field not in (None, *fields):
                continue
            if isinstance(node, Word):
                words.add(analyzer.term(node.text))
            elif isinstance(node, Prefix):
                prefixes.append(fold_word(node.text))
            else:
                phrases.append([analyzer.term(word) for word in node.words])
        return cls(words, tuple(prefixes), phrases)


def _matches(query: Node, text: str, analyzer: Analyzer, fields: tuple[str, ...]) -> list[tuple[int, int, str]]:
    """Returns start, end and kind (the query part that matched) of every matched word, in order."""
    wanted = _Wanted.of(query, analyzer, fields)
    if not any(wanted):
        return []
    spans: list[tuple[int, int]] = []
    terms: list[str] = []
    found: dict[int, str] = {}
    for index, match in enumerate(WORD.finditer(text)):
        term = analyzer.term(match[0])
        terms.append(term)
        spans.append(match.span())
        if term in wanted.words:
            found[index] = term
        elif wanted.prefixes and (folded := fold_word(match[0])).startswith(wanted.prefixes):
            found[index] = next(start for start in wanted.prefixes if folded.startswith(start)) + "*"
    for phrase in wanted.phrases:
        for index in range(len(terms) - len(phrase) + 1):
            if terms[index] == phrase[0] and terms[index : index + len(phrase)] == phrase:
                found.update((index + step, " ".join(phrase)) for step in range(len(phrase)))
    return [(*spans[index], found[index]) for index in sorted(found)]


def _window(text: str, found: list[tuple[int, int, str]]) -> tuple[int, int]:
    """Returns start and end of the passage with the most different matches, then the most, then the first."""
    if len(text) <= LENGTH:
        return 0, len(text)
    best, best_score = 0, (0, 0)
    starts = [start for start, _, _ in found]
    for index, start in enumerate(starts[:2000]):
        last = bisect_left(starts, start + LENGTH * 3 // 4)
        score = (len({kind for _, _, kind in found[index:last]}), last - index)
        if score > best_score:
            best, best_score = start, score
    return _settle(text, best)


def _settle(text: str, match: int) -> tuple[int, int]:
    """Begins the passage at the sentence or at a word before the match, and ends it at a word."""
    earliest = max(0, match - LENGTH // 4)
    start = earliest
    if match == 0 or match < LENGTH // 4:
        start = 0
    else:
        sentence = [m.end() for m in re.finditer(r"[.!?]\s+|\n\s*\n", text[earliest:match])]
        if sentence:
            start = earliest + sentence[-1]
        elif space := _SPACE.search(text, earliest, match):
            start = space.end()
    end = min(len(text), start + LENGTH)
    if end < len(text) and not text[end].isspace():
        spaces = [m.start() for m in _SPACE.finditer(text, max(start, end - 40), end)]
        end = spaces[-1] if spaces and spaces[-1] > match else end
    return start, end


def _cut(text: str, start: int, end: int, spans: list[tuple[int, int]]) -> Snippet:
    """Returns the passage on one line, its marks moved along."""
    before = "…" if text[:start].strip() else ""
    pieces: list[str] = [before]
    length = len(before)
    moved: list[tuple[int, int]] = []

    def add(piece: str) -> None:
        nonlocal length
        if length == len(before):
            opening = _OPENING_MARK.match(piece)
            piece = piece[opening.end() :] if opening else piece
        line = _BREAK.sub(" ", piece)
        if length == len(before) or pieces[-1].endswith(" "):
            line = line.lstrip()
        pieces.append(line)
        length += len(line)

    position = start
    for a, b in spans:
        add(text[position:a])
        mark = length
        add(text[a:b])
        moved.append((mark, length))
        position = b
    add(text[position:end])
    line = "".join(pieces).rstrip()
    return Snippet(line + ("…" if text[end:].strip() else ""), tuple(moved))
