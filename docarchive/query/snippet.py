"""Snippets: the best passages of a text for a query, with the matched words marked.

Owns the choice of passages and marks. Passages are whole sentences if they are short enough. Marked are whole words
that match the query by stem, by pattern or as part of a phrase; never words that the query excludes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Final

from docarchive.analysis import MAX_WORD, Analyzer, Token
from docarchive.arguments import checked
from docarchive.markdown import shown, without_markup
from docarchive.pictures import without_addresses
from docarchive.query.patterns import GLOB
from docarchive.query.phrases import merge_positions, phrase_occurrences
from docarchive.query.readable import literal, protected, readable, unprotected
from docarchive.query.tree import Like, Node, Phrase, Word, terms_in_language, walk
from docarchive.records import NamedTuple
from docarchive.regexes import lazy

LENGTH: Final = 200
_MAX_TEXT: Final = 200_000
_MAX_MATCHES: Final = 2_000
_SPACE = lazy(r"\s+")
_SENTENCE = lazy(r"[.!?…][\"'”’»)\]]*\s+|[。！？]\s*|\n[ \t]*\n\s*|\n(?=[ \t]*(?:#{1,6}[ \t]|>|[-*][ \t]))")
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


class _Match(NamedTuple):
    """Start and end of a word that matched, and the index of the node that it matched."""

    start: int
    end: int
    kind: int


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
    matches = _matches(query, text, analyzer, fields)
    marks = _merged_marks(matches, text)
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
    spans = _passages(text, _matches(query, text, analyzer, ("body",)))
    return [Passage(text[start:end], start + base, end + base) for start, end in spans]


# Matches


def _matches(query: Node, text: str, analyzer: Analyzer, fields: tuple[str, ...]) -> list[_Match]:
    """Returns the matched words, in order."""
    nodes = [
        node
        for node in walk(query, positive=True)
        if isinstance(node, Word | Phrase | Like) and node.field in (None, *fields)
    ]
    if not nodes:
        return []
    kinds = _kinds(nodes, analyzer.language)
    only_words = all(isinstance(node, Word) for node in nodes)
    tokens = list(analyzer.tokens(text, kinds if only_words else None))
    matches = _words(kinds, tokens)
    likes = [(kind, node) for kind, node in enumerate(nodes) if isinstance(node, Like)]
    for kind, like in likes:
        matches.update({index: match for index, match in _like(like, kind, tokens) if index not in matches})
    for kind, node in enumerate(nodes):
        if isinstance(node, Phrase):
            for index in _phrase(node, tokens, analyzer.language):
                matches[index] = _Match(tokens[index].start, tokens[index].end, kind)
    return [matches[index] for index in sorted(matches)]


def _kinds(nodes: list[Word | Phrase | Like], language: str) -> dict[str, int]:
    """Returns the index of the first node of each term that is a word of the query."""
    kinds: dict[str, int] = {}
    for kind, node in enumerate(nodes):
        if isinstance(node, Word):
            for term in terms_in_language(node.terms, language):
                kinds.setdefault(term, kind)
    return kinds


def _words(kinds: dict[str, int], tokens: list[Token]) -> dict[int, _Match]:
    matches = {}
    for index, token in enumerate(tokens):
        for term in token.terms:
            if term in kinds:
                matches[index] = _Match(token.start, token.end, kinds[term])
                break
    return matches


def _like(node: Like, kind: int, tokens: list[Token]) -> Iterator[tuple[int, _Match]]:
    test = node.pattern.test()
    matched: dict[str, bool] = {}
    for index, token in enumerate(tokens):
        for word in token.words:
            if word not in matched:
                matched[word] = test(word)
            if matched[word]:
                single = token.unit and node.pattern.kind == GLOB and len(node.pattern.literal()) <= token.unit
                yield index, _Match(token.start, token.start + token.unit if single else token.end, kind)
                break


def _phrase(node: Phrase, tokens: list[Token], language: str) -> set[int]:
    slots = [terms_in_language(terms, language) for _, terms in node.slots]
    positions: dict[str, list[int]] = {term: [] for terms in slots for term in terms}
    for index, token in enumerate(tokens):
        for term in token.terms:
            if term in positions:
                positions[term].append(index)
    lists = [merge_positions([positions[term] for term in terms]) for terms in slots]
    return {
        index for spot in phrase_occurrences(lists, [offset for offset, _ in node.slots], node.slop) for index in spot
    }


def _merged_marks(matches: list[_Match], text: str) -> list[tuple[int, int]]:
    """Returns the marks as pairs of start and end; matches that are parts of one word share a mark."""
    marks: list[tuple[int, int]] = []
    for match in sorted(matches):
        if marks and (
            match.start <= marks[-1][1] or text[marks[-1][1] : match.start] in ("-", "'", "’", "&", "‐", "‑")
        ):
            marks[-1] = (marks[-1][0], max(match.end, marks[-1][1]))
        else:
            marks.append((match.start, match.end))
    return marks


# Passages


def _passages(text: str, matches: list[_Match]) -> list[tuple[int, int]]:
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


def _left_out(matches: list[_Match], passage: tuple[int, int]) -> list[_Match]:
    """Returns the matches of nodes that have no match in a passage."""
    start, end = passage
    shown = {match.kind for match in matches if start <= match.start and match.end <= end}
    return [match for match in matches if match.kind not in shown]


def _window(text: str, matches: list[_Match], limit: int) -> tuple[int, int]:
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
