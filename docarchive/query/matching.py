"""Matching words: which words of a text match a query.

These are whole words that match by stem, by pattern or as part of a phrase; never words that the query excludes. Useful
for marking words. Not useful for deciding whether an article matches: that is ``tree``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from docarchive.analysis import Analyzer, PreToken, Token
from docarchive.query.patterns import GLOB
from docarchive.query.phrases import merge_positions, phrase_occurrences
from docarchive.query.tree import Like, Node, Phrase, Word, terms_in_language, walk
from docarchive.records import NamedTuple

#: Tokens by the numbers of their positions.
_Tokens = dict[int, Token]


class Match(NamedTuple):
    """Start and end of a word that matched, and the index of the node that it matched."""

    start: int
    end: int
    kind: int


def matches_in(query: Node, text: str, analyzer: Analyzer, fields: tuple[str, ...]) -> list[Match]:
    """Returns the words of the text of some fields that match a query, in order."""
    nodes = [
        node
        for node in walk(query, positive=True)
        if isinstance(node, Word | Phrase | Like) and node.field in (None, *fields)
    ]
    if not nodes:
        return []
    kinds = _kinds(nodes, analyzer.language)
    if all(isinstance(node, Word) for node in nodes):
        return [*_words(kinds, dict(enumerate(analyzer.tokens_with(text, kinds)))).values()]
    tokens = dict(analyzer.numbered_tokens(text, _test(nodes, kinds, analyzer.language)))
    matches = _words(kinds, tokens)
    for kind, node in enumerate(nodes):
        if isinstance(node, Like):
            matches.update({index: match for index, match in _like(node, kind, tokens) if index not in matches})
    for kind, node in enumerate(nodes):
        if isinstance(node, Phrase):
            for index in _phrase(node, tokens, analyzer.language):
                matches[index] = Match(tokens[index].start, tokens[index].end, kind)
    return [matches[index] for index in sorted(matches)]


def merged_marks(matches: list[Match], text: str) -> list[tuple[int, int]]:
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


def _kinds(nodes: list[Word | Phrase | Like], language: str) -> dict[str, int]:
    """Returns the index of the first node of each term that is a word of the query."""
    kinds: dict[str, int] = {}
    for kind, node in enumerate(nodes):
        if isinstance(node, Word):
            for term in terms_in_language(node.terms, language):
                kinds.setdefault(term, kind)
    return kinds


def _test(nodes: list[Word | Phrase | Like], kinds: dict[str, int], language: str) -> Callable[[PreToken], bool]:
    """Returns the test whether a chunk may be part of a match."""
    phrases = [node for node in nodes if isinstance(node, Phrase)]
    slots = [terms_in_language(terms, language) for phrase in phrases for _, terms in phrase.slots]
    terms = frozenset(kinds).union(*slots)
    tests = [node.pattern.test() for node in nodes if isinstance(node, Like)]

    def is_wanted(chunk: PreToken) -> bool:
        return not chunk.is_without(terms) or any(test(word) for test in tests for word in chunk.words)

    return is_wanted


def _words(kinds: dict[str, int], tokens: _Tokens) -> dict[int, Match]:
    matches = {}
    for index, token in tokens.items():
        for term in token.terms:
            if term in kinds:
                matches[index] = Match(token.start, token.end, kinds[term])
                break
    return matches


def _like(node: Like, kind: int, tokens: _Tokens) -> Iterator[tuple[int, Match]]:
    test = node.pattern.test()
    matched: dict[str, bool] = {}
    for index, token in tokens.items():
        for word in token.words:
            if word not in matched:
                matched[word] = test(word)
            if matched[word]:
                single = token.unit and node.pattern.kind == GLOB and len(node.pattern.literal()) <= token.unit
                yield index, Match(token.start, token.start + token.unit if single else token.end, kind)
                break


def _phrase(node: Phrase, tokens: _Tokens, language: str) -> set[int]:
    slots = [terms_in_language(terms, language) for _, terms in node.slots]
    positions: dict[str, list[int]] = {term: [] for terms in slots for term in terms}
    for index, token in tokens.items():
        for term in token.terms:
            if term in positions:
                positions[term].append(index)
    lists = [merge_positions([positions[term] for term in terms]) for terms in slots]
    return {
        index for spot in phrase_occurrences(lists, [offset for offset, _ in node.slots], node.slop) for index in spot
    }
