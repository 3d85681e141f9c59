"""Snippets: the best passages of a text for a query, with the matched words marked.

Owns the choice of passages and the marks. Passages are whole sentences where they are short enough.
A mark stands on whole words that the query asked for: by stem, by pattern, or as part of a phrase;
never on a word that stands under a NOT.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from docarchive.analysis import MAX_WORD, Analyzer, Token
from docarchive.query.patterns import GLOB
from docarchive.query.phrases import merge_positions, phrase_occurrences
from docarchive.query.tree import Like, Node, Phrase, Word, terms_in_language, walk

LENGTH: Final = 200
_MAX_TEXT: Final = 200_000
_MAX_MATCHES: Final = 2_000
_SPACE = re.compile(r"\s+")
_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*\s+|[。！？]\s*|\n[ \t]*\n\s*|\n(?=[ \t]*(?:#{1,6}[ \t]|>|[-*][ \t]))")
_BREAK = re.compile(  # with the mark of a heading, quote or item
    r"(?:\s*\n[ \t]*(?:#{1,6}[ \t]+|>[ \t]?|[-*][ \t]+)?)+\s*|\s+"
)
_OPENING_MARK = re.compile(r"\s*(?:#{1,6}|>|[-*])[ \t]+")


class Snippet(NamedTuple):
    """Passages of a text.

    Attributes:
        text: The passages on one line, with an ellipsis where something was left out.
        marks: Start and end, in characters of text, of each word that matched.
    """

    text: str
    marks: tuple[tuple[int, int], ...] = ()

    def marked(self, before: str = "**", after: str = "**") -> str:
        """Returns the text with marks; nothing in it is escaped."""
        return self._join(lambda text: text, before, after)

    def html(self) -> str:
        """Returns the text escaped for HTML, with the marked words in ``<mark>``."""
        import html

        return self._join(html.escape, "<mark>", "</mark>")

    def _join(self, escape: Callable[[str], str], before: str, after: str) -> str:
        parts: list[str] = []
        position = 0
        for start, end in self.marks:
            parts += [escape(self.text[position:start]), before, escape(self.text[start:end]), after]
            position = end
        return "".join([*parts, escape(self.text[position:])])


class _Match(NamedTuple):
    """Where a word matched, and the part of the query that it matched."""

    start: int
    end: int
    kind: int


def snippet(query: Node, text: str, analyzer: Analyzer, *, fields: tuple[str, ...] = ("body",)) -> Snippet:
    """Finds the best passages of a text for a query.

    Args:
        query: The tree; only what it asks for is marked, not what it excludes.
        text: The text of a field.
        analyzer: That of the article's language.
        fields: The fields whose words are sought here.
    """
    text = text[:_MAX_TEXT]
    found = _matches(query, text, analyzer, fields)
    marks = _merged_marks(found, text)
    passages = _passages(text, found)
    pieces: list[str] = []
    moved: list[tuple[int, int]] = []
    length = 0
    for index, (start, end) in enumerate(passages):
        line, inside = _one_line(text, start, end, [m for m in marks if start <= m[0] and m[1] <= end])
        before = "" if index == 0 and not text[:start].strip() else "…" if index == 0 else " … "
        moved += [(a + length + len(before), b + length + len(before)) for a, b in inside]
        pieces += [before, line]
        length += len(before) + len(line)
    end = passages[-1][1] if passages else 0
    return Snippet("".join(pieces) + ("…" if text[end:].strip() else ""), tuple(moved))


# Matches


def _matches(query: Node, text: str, analyzer: Analyzer, fields: tuple[str, ...]) -> list[_Match]:
    """Returns every matched word, in order."""
    wanted = [
        node
        for node in walk(query, positive=True)
        if isinstance(node, Word | Phrase | Like) and node.field in (None, *fields)
    ]
    if not wanted:
        return []
    tokens = list(analyzer.tokens(text))
    found = _words(wanted, tokens, analyzer.language)
    likes = [(number, node) for number, node in enumerate(wanted) if isinstance(node, Like)]
    for number, like in likes:
        found.update({index: match for index, match in _like(like, number, tokens) if index not in found})
    for number, node in enumerate(wanted):
        if isinstance(node, Phrase):
            for index in _phrase(node, tokens, analyzer.language):
                found[index] = _Match(tokens[index].start, tokens[index].end, number)
    return [found[index] for index in sorted(found)]


def _words(wanted: list[Word | Phrase | Like], tokens: list[Token], language: str) -> dict[int, _Match]:
    kinds: dict[str, int] = {}
    for number, node in enumerate(wanted):
        if isinstance(node, Word):
            for term in terms_in_language(node.terms, language):
                kinds.setdefault(term, number)
    found = {}
    for index, token in enumerate(tokens):
        for term in token.terms:
            if term in kinds:
                found[index] = _Match(token.start, token.end, kinds[term])
                break
    return found


def _like(node: Like, kind: int, tokens: list[Token]) -> Iterator[tuple[int, _Match]]:
    test = node.pattern.test()
    known: dict[str, bool] = {}
    for index, token in enumerate(tokens):
        for word in token.words:
            if word not in known:
                known[word] = test(word)
            if known[word]:
                one = token.unit and node.pattern.kind == GLOB and len(node.pattern.literal()) <= token.unit
                yield index, _Match(token.start, token.start + token.unit if one else token.end, kind)
                break


def _phrase(node: Phrase, tokens: list[Token], language: str) -> set[int]:
    slots = [terms_in_language(terms, language) for _, terms in node.slots]
    places: dict[str, list[int]] = {term: [] for terms in slots for term in terms}
    for index, token in enumerate(tokens):
        for term in token.terms:
            if term in places:
                places[term].append(index)
    lists = [merge_positions([places[term] for term in terms]) for terms in slots]
    return {
        index for spot in phrase_occurrences(lists, [offset for offset, _ in node.slots], node.slop) for index in spot
    }


def _merged_marks(found: list[_Match], text: str) -> list[tuple[int, int]]:
    """Returns start and end of each mark; parts of one word that have both matched share one."""
    marks: list[tuple[int, int]] = []
    for match in sorted(found):
        if marks and (
            match.start <= marks[-1][1] or text[marks[-1][1] : match.start] in ("-", "'", "’", "&", "‐", "‑")
        ):
            marks[-1] = (marks[-1][0], max(match.end, marks[-1][1]))
        else:
            marks.append((match.start, match.end))
    return marks


# Passages


def _passages(text: str, found: list[_Match]) -> list[tuple[int, int]]:
    """Returns start and end of one passage, or of two where one does not show all that matched."""
    if len(text) <= LENGTH:
        return [(0, len(text))] if text else []
    if not found:
        return [_window(text, [], LENGTH)]
    best = _window(text, found, LENGTH)
    if not _left_out(found, best):
        return [best]
    first = _window(text, found, LENGTH * 3 // 5)
    rest = _left_out(found, first)
    second = _window(text, rest, LENGTH * 3 // 5) if rest else first
    (a, b), (c, d) = sorted((first, second))
    return [(a, max(b, d))] if c <= b else [(a, b), (c, d)]


def _left_out(found: list[_Match], passage: tuple[int, int]) -> list[_Match]:
    """Returns the matches of kinds that a passage does not show."""
    start, end = passage
    shown = {match.kind for match in found if start <= match.start and match.end <= end}
    return [match for match in found if match.kind not in shown]


def _window(text: str, found: list[_Match], limit: int) -> tuple[int, int]:
    """Returns the passage of at most limit characters with the most different matches, then the most."""
    best, best_score = (0, 0), (-1, -1)
    for index, match in enumerate(found[:_MAX_MATCHES]):
        if match.start < best[1] and best_score[0] >= 0:
            continue
        start = _sentence_start(text, match.start, limit)
        end = _passage_end(text, start, match.end, limit)
        inside = [each.kind for each in found[index : index + limit] if each.end <= end]
        score = (len(set(inside)), len(inside))
        if score > best_score:
            best, best_score = (start, end), score
    return best if found else (0, _passage_end(text, 0, 0, limit))


def _sentence_start(text: str, match: int, limit: int) -> int:
    """Returns where the sentence of a match begins, or a word before it if the sentence is long."""
    earliest = max(0, match - limit * 2 // 3)
    sentence = [found.end() for found in _SENTENCE.finditer(text, earliest, match) if found.end() <= match]
    if sentence:
        return sentence[-1]
    if earliest == 0:
        return 0
    space = _SPACE.search(text, max(0, match - limit // 4), match)
    return space.end() if space else match


def _passage_end(text: str, start: int, match: int, limit: int) -> int:
    """Returns the last end of a sentence within the limit and behind the match, or the last end of a word."""
    latest = start + limit
    if latest >= len(text):
        return len(text)
    ends = [m.end() for m in _SENTENCE.finditer(text, start, latest + 1) if match <= m.end() <= latest + 1]
    if ends and ends[-1] - start >= limit // 4:
        return min(ends[-1], len(text))
    spaces = [m.start() for m in _SPACE.finditer(text, max(start, latest - 40), latest + 1)]
    return spaces[-1] if spaces and spaces[-1] >= match else min(max(latest, match), latest + MAX_WORD)


def _one_line(text: str, start: int, end: int, marks: list[tuple[int, int]]) -> tuple[str, list[tuple[int, int]]]:
    """Returns a passage on one line, without the marks of headings and items, its own marks moved along."""
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
