"""Snippets: the best passages of a text for a query, with the matched words marked.

Owns the choice of passages. They are whole sentences if these are short enough. Which words are marked is decided by
``matching``, and what is shown of them to people by ``readable``.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from typing import Final

from docarchive.analysis import MAX_WORD, Analyzer
from docarchive.arguments import checked
from docarchive.markdown import shown, without_markup
from docarchive.pictures import without_addresses
from docarchive.query.matching import Match, matches_in, merged_marks
from docarchive.query.readable import literal, protected, readable, unprotected
from docarchive.query.tree import Node
from docarchive.records import NamedTuple
from docarchive.regexes import lazy

LENGTH: Final = 200
_MAX_TEXT: Final = 200_000
_MAX_MATCHES: Final = 2_000
_SPACE = lazy(r"\s+")
_SENTENCE = lazy(  # a class before what it must be: so texts are searched quickly
    r"[.!?…。！？\n](?:(?<=[.!?…])[\"'”’»)\]]*\s+|(?<=[。！？])\s*|(?<=\n)[ \t]*\n\s*"
    r"|(?<=\n)(?=[ \t]*(?:#{1,6}[ \t]|>|[-*][ \t])))"
)
_BREAK = lazy(  # with the markup of a heading, quote or item
    r"(?:\s*\n[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*][ \t]+)?)+\s*|\s+"
)
_OPENING_MARK = lazy(r"\s*(?:#{1,6}|>|[-*])[ \t]+")


class Snippet(NamedTuple):
    """Passages of a text.

    Attributes:
        text: The passages on one line, with an ellipsis where text is left out.
        marks: Start and end of the words that matched, as indexes of characters in ``text``.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    @checked
    def marked(self, before: str = "**", after: str = "**") -> str:
        """Returns the text with text before and after the marked words; nothing is escaped."""
        return self._join(lambda text: text, before, after)

    def html(self) -> str:
        """Returns the text escaped for HTML, with the marked words in ``<mark>``."""
        import html

        return self._join(html.escape, "<mark>", "</mark>")

    def _repr_html_(self) -> str:
        return self.html()

    def _join(self, escape: Callable[[str], str], before: str, after: str) -> str:
        pieces: list[str] = []
        position = 0
        for start, end in self.marks:
            pieces += [escape(self.text[position:start]), before, escape(self.text[start:end]), after]
            position = end
        return "".join([*pieces, escape(self.text[position:])])


class Passage(NamedTuple):
    """A passage of an article's text.

    Attributes:
        text: The passage, with its markup.
        start: The index of its first character in the article's ``body``.
        end: The index after its last character.
    """

    text: str
    start: int
    end: int


def snippet(
    query: Node, markdown: str, analyzer: Analyzer, *, fields: tuple[str, ...] = ("body",), plain: bool = False
) -> Snippet:
    """Returns the best passages of the text of some fields for a query.

    Words that the query excludes, or that it looks for in other fields, are not marked.

    Args:
        query: The query.
        markdown: The text of the fields.
        analyzer: The analyzer of the text's language.
        fields: The names of the fields.
        plain: Leave out all markup, also that of tables, notes and code, and shorten addresses.
    """
    markdown = markdown[:_MAX_TEXT]
    protected_text = without_addresses(shown(without_markup(protected(markdown)), literal))
    text = unprotected(protected_text)
    matches = matches_in(query, text, analyzer, fields)
    marks = merged_marks(matches, text)
    passages = _passages(text, matches)
    pieces: list[str] = []
    moved: list[tuple[int, int]] = []
    length = 0
    for index, (start, end) in enumerate(passages):
        inside = [mark for mark in marks if start <= mark[0] and mark[1] <= end]
        line, inside = readable(protected_text, start, end, inside) if plain else _one_line(text, start, end, inside)
        if plain and not line:
            continue
        before = "" if index == 0 and not text[:start].strip() else "…" if index == 0 else " … "
        moved += [(a + length + len(before), b + length + len(before)) for a, b in inside]
        pieces += [before, line]
        length += len(before) + len(line)
    end = passages[-1][1] if passages else 0
    ellipsis = " …" if plain and pieces and pieces[-1].endswith((".", "!", "?")) else "…"
    return Snippet("".join(pieces) + (ellipsis if text[end:].strip() else ""), tuple(moved))


def passages(query: Node, markdown: str, analyzer: Analyzer, base: int = 0) -> list[Passage]:
    """Returns the best passages of a text of a body that begins at ``base``, in order, as they are; see ``snippet``."""
    text = markdown[:_MAX_TEXT]
    spans = _passages(text, matches_in(query, text, analyzer, ("body",)))
    return [Passage(text[start:end], start + base, end + base) for start, end in spans]


# Passages


def _passages(text: str, matches: list[Match]) -> list[tuple[int, int]]:
    """Returns start and end of one passage, or of two if one does not have a match for every node."""
    if len(text) <= LENGTH:
        return [(0, len(text))] if text else []
    if not matches:
        return [_window(text, [], LENGTH)]
    best = _window(text, matches, LENGTH)
    if not _left_out(matches, best):
        return [best]
    first = _window(text, matches, LENGTH * 3 // 5)
    hidden = _left_out(matches, first)
    second = _window(text, hidden, LENGTH * 3 // 5) if hidden else first
    (a, b), (c, d) = sorted((first, second))
    return [(a, max(b, d))] if c <= b else [(a, b), (c, d)]


def _left_out(matches: list[Match], passage: tuple[int, int]) -> list[Match]:
    """Returns the matches of nodes that have no match in a passage."""
    start, end = passage
    shown = {match.kind for match in matches if start <= match.start and match.end <= end}
    return [match for match in matches if match.kind not in shown]


def _window(text: str, matches: list[Match], limit: int) -> tuple[int, int]:
    """Returns the passage of at most limit characters with matches of most nodes, then with most matches."""
    best, best_score = (0, 0), (-1, -1)
    ends = [match.end for match in matches]
    for index, match in enumerate(matches[:_MAX_MATCHES]):
        if match.start < best[1] and best_score[0] >= 0:
            continue
        beyond = bisect_right(ends, match.start + limit + MAX_WORD, index)
        at_most = [inner.kind for inner in matches[index : min(beyond, index + limit)]]
        if (len(set(at_most)), len(at_most)) <= best_score:
            continue  # wherever the passage begins, it has no more than these
        start = _sentence_start(text, match.start, limit)
        end = _passage_end(text, start, match.end, limit)
        inside = [inner.kind for inner in matches[index : index + limit] if inner.end <= end]
        score = (len(set(inside)), len(inside))
        if score > best_score:
            best, best_score = (start, end), score
    return best if matches else (0, _passage_end(text, 0, 0, limit))


def _sentence_start(text: str, match: int, limit: int) -> int:
    """Returns the start of the sentence of a match, or of a word before the match if the sentence is long."""
    earliest = max(0, match - limit * 2 // 3)
    sentence = [stop.end() for stop in _SENTENCE.finditer(text, earliest, match) if stop.end() <= match]
    if sentence:
        return sentence[-1]
    if earliest == 0:
        return 0
    space = _SPACE.search(text, max(0, match - limit // 4), match)
    return space.end() if space else match


def _passage_end(text: str, start: int, match: int, limit: int) -> int:
    """Returns the last end of a sentence within the limit and after the match, else the last end of a word."""
    latest = start + limit
    if latest >= len(text):
        return len(text)
    ends = [m.end() for m in _SENTENCE.finditer(text, start, latest + 1) if match <= m.end() <= latest + 1]
    if ends and ends[-1] - start >= limit // 4:
        return min(ends[-1], len(text))
    spaces = [m.start() for m in _SPACE.finditer(text, max(start, latest - 40), latest + 1)]
    return spaces[-1] if spaces and spaces[-1] >= match else min(max(latest, match), latest + MAX_WORD)


def _one_line(text: str, start: int, end: int, marks: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Returns a passage on one line, without markup of headings and items, and its marks, moved accordingly."""
    pieces: list[str] = []
    length = 0
    moved: list[tuple[int, int]] = []

    def add(piece: str) -> None:
        nonlocal length
        if not length:
            opening = _OPENING_MARK.match(piece)
            piece = piece[opening.end() :] if opening else piece
        line = _BREAK.sub(" ", piece)
        if not length or pieces[-1].endswith(" "):
            line = line.lstrip()
        pieces.append(line)
        length += len(line)

    position = start
    for a, b in marks:
        add(text[position:a])
        mark = length
        add(text[a:b])
        moved.append((mark, length))
        position = b
    add(text[position:end])
    return "".join(pieces).rstrip(), moved
