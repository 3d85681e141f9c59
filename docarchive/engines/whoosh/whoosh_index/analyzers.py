"""Whoosh's analyzers over docarchive's own analysis, so that both look for the same terms.

A position of a text may hold several terms: a stem in each language of the archive, each of which counts in
articles of that language alone; a stem with its accents and one without. And a word may be written in
several ways: ``co-operation`` is ``co`` before ``oper``, or ``cooper``. Whoosh's ``Term`` and ``Phrase`` take one
term a position. Where one is not enough, that term is a *group*: the runs of ``QueryAnalyzer`` as JSON, which
``terms`` resolves.
"""

from __future__ import annotations

import json
import re
from collections.abc import Generator, Iterable, Iterator
from copy import copy
from heapq import merge
from typing import Any, Final

from whoosh.analysis import Analyzer, Token

from docarchive.analysis import QueryAnalyzer, Run, analyzer, fold, label_terms
from docarchive.analysis import Term as QueryTerm
from docarchive.query.tree import languages_of

_GROUP: Final = "\x1d"
#: Begins a term that stands for all words that begin with a character of a script without spaces.
BEGINNING: Final = "\x1c"
_REGEX: Final = re.compile(r"\.[*?]")


def group(runs: Iterable[Run]) -> str:
    """Returns one term for any of several runs of terms."""
    rows = [
        [[offset, [[str(term), sorted(languages_of(term))] for term in slot]] for offset, slot in run] for run in runs
    ]
    return _GROUP + json.dumps(rows, ensure_ascii=False)


def runs_of(term: str) -> list[Run] | None:
    """Returns the runs that ``group`` made a term of; None for any other term."""
    if not term.startswith(_GROUP):
        return None
    return [
        tuple((offset, tuple(QueryTerm(text, frozenset(spoken)) for text, spoken in slot)) for offset, slot in run)
        for run in json.loads(term[1:])
    ]


def _one_term(runs: list[Run]) -> str:
    """Returns one term for any of several runs: a plain one where that is all there is."""
    slot = runs[0][0][1]
    if len(runs) == len(runs[0]) == len(slot) == 1 and not languages_of(slot[0]):
        return str(slot[0])
    return group(runs)


class Written(str):
    """A word as it is written, folded: other than a plain ``str``, which is a stem.

    Whoosh's prefixes, wildcards, fuzzy words, regular expressions, ranges and spelling go through these.
    """


class WrittenBytes(bytes):
    """A ``Written`` word as Whoosh's readers name it."""


class Alternatives(str):
    """Terms of which any is meant: equal to whatever shares one of them.

    Whoosh's highlighter looks up the text of each token in the set of the query's terms. So that one token is found
    there by each term of its position, all of these have one hash; such sets are small.
    """

    terms: frozenset[str]

    def __new__(cls, terms: Iterable[str]) -> Alternatives:
        """Makes one of its terms."""
        chosen = frozenset(terms)
        made = super().__new__(cls, "|".join(sorted(chosen)))
        made.terms = chosen
        return made

    @classmethod
    def of(cls, term: str) -> Alternatives:
        """Returns the terms that one term of a query stands for."""
        if isinstance(term, Alternatives):
            return term
        runs = runs_of(term)
        return cls([term] if runs is None else (str(text) for run in runs for _, slot in run for text in slot))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and not self.terms.isdisjoint(self.of(other).terms)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return 0


class _WordToken(Token):
    """A word as it is written, before the token of its terms: it has a length only where it is what matched."""

    span: tuple[int, int]
    matched = False

    @property
    def startchar(self) -> int:
        """Where it begins."""
        return self.span[0]

    @property
    def endchar(self) -> int:
        """Where it ends."""
        return self.span[self.matched]

    def copy(self) -> Any:
        """Returns a copy."""
        return copy(self)


class TextAnalyzer(Analyzer):
    """Makes the terms of text: of a query's words, phrases and patterns, and of articles for the highlighter."""

    def __init__(self, words: QueryAnalyzer) -> None:
        self._words = words

    def __call__(
        self, value: str, *, mode: str = "", tokenize: bool | None = None, removestops: bool = True, **options: Any
    ) -> Iterator[Any]:
        """Yields tokens; see ``whoosh.analysis.Analyzer``.

        Whoosh's parser calls this with ``tokenize`` for a word (True) or a pattern (False), and without for a phrase.
        Its highlighter calls this with ``removestops=False``.
        """
        options = {**options, "mode": mode, "removestops": removestops}
        if mode == "query" and tokenize is not None:
            text = self._of_word(value) if tokenize else self._of_pattern(value)
            return _tokens([(text, 0, len(value))] if text else [], **options)
        if mode == "query" and removestops:
            return _tokens(self._of_phrase(value), **options)
        return self._of_article(value, **options)

    def _of_word(self, value: str) -> str:
        if single := self._words.single_character(value):
            return BEGINNING + single
        runs = self._words.runs(value)
        return _one_term(runs) if runs else ""

    def _of_pattern(self, value: str) -> str:
        """Returns a word with wildcards, folded; a regular expression stays as it is."""
        return (not _REGEX.search(value) and self._words.word(value)) or value

    def _of_phrase(self, value: str) -> list[tuple[str, int, int]]:
        """Returns one term a position; one for all where there are several ways to divide the words."""
        runs = self._words.runs(value)
        if not runs:
            return []
        in_a_row = len(runs) == 1 and [offset for offset, _ in runs[0]] == [*range(len(runs[0]))]
        if not in_a_row or self._words.single_character(value):
            return [(self._of_word(value), 0, len(value))]
        texts = [_one_term([((0, slot),)]) for _, slot in runs[0]]
        places = self._words.word_spans(value)
        if len(places) != len(texts):
            places = [(0, len(value))] * len(texts)
        return [(text, *place) for text, place in zip(texts, places, strict=True)]

    def _of_article(self, value: str, *, chars: bool = False, **options: Any) -> Iterator[Any]:
        """Yields the tokens of an article; for the highlighter, which asks for characters, one a position if it can."""
        streams = [
            ((token.start, token.end, token.terms, token.words) for token in analyzer(language).tokens(value))
            for language in self._words.languages
        ]
        slots: dict[tuple[int, int], tuple[list[str], list[str]]] = {}
        for start, end, *both in merge(*streams):
            for gathered, texts in zip(slots.setdefault((start, end), ([], [])), both, strict=True):
                gathered.extend(texts)
        if not chars:
            spans = ((term, *span) for span, (terms, _) in slots.items() for term in dict.fromkeys(terms))
            yield from _tokens(spans, **options)
            return
        options["chars"] = True
        (probe,) = _tokens([("", 0, 0)], **options)
        yield probe
        by_phrase = not hasattr(probe, "matched")  # Whoosh's filter for strict phrases wants one token a position
        for span, (terms, words) in slots.items():
            if by_phrase or not (yield from _written(words, span, **options)):
                yield from _tokens([(Alternatives(terms), *span)], **options)


def _written(words: Iterable[str], span: tuple[int, int], **options: Any) -> Generator[Any, None, bool]:
    """Yields tokens of words as they are written; returns whether one of them matched."""
    for word in dict.fromkeys(words):
        token = _WordToken(**options)
        token.text, token.span = word, span
        yield token
        if token.matched:
            return True
    return False


class LabelAnalyzer(Analyzer):
    """Makes the terms of a metadata value: folded, split at white space, without punctuation at their edges."""

    def __call__(self, value: str, *, tokenize: bool = True, **options: Any) -> Iterator[Any]:
        """Yields tokens; see ``whoosh.analysis.Analyzer``. A pattern, which is not to be split, is folded alone."""
        if not tokenize:
            return _tokens([(fold(value), 0, len(value))], **options)
        chunks = [(match[0], *match.span()) for match in re.finditer(r"\S+", value)]
        return _tokens([(term, start, end) for chunk, start, end in chunks for term in label_terms(chunk)], **options)


def _tokens(spans: Iterable[tuple[str, int, int]], **options: Any) -> Iterator[Any]:
    for position, (text, start, end) in enumerate(spans):
        token = Token(**options)
        token.text, token.pos, token.startchar, token.endchar = text, position, start, end
        yield token
