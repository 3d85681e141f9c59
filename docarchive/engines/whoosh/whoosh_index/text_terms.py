"""The terms of text fields, and their postings in one segment: stems, and words as they are written."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from docarchive.analysis import Run
from docarchive.engines.whoosh.matching import docs
from docarchive.engines.whoosh.postings import LAYOUTS, REGIONS
from docarchive.engines.whoosh.schema import FIELD_BITS
from docarchive.engines.whoosh.whoosh_index.analyzers import BEGINNING, WrittenBytes, runs_of
from docarchive.engines.whoosh.whoosh_index.terms import FieldTerms, Matches, VisibleSegment, of_positions
from docarchive.query import Like, Node, Or, Pattern, Phrase, Word
from docarchive.query.patterns import GLOB
from docarchive.query.phrases import merge_positions
from docarchive.query.tree import languages_of

_LEAST: Final = LAYOUTS["text"].unit


class TextTerms(FieldTerms):
    """The terms of a text field, or of all three as ``text``: stems, and words as they are written."""

    def __init__(self, segment: VisibleSegment, field: str) -> None:
        super().__init__(segment)
        self._name = None if field == "text" else field
        self._stems = "title" if field == "title" else "text"
        self._region = REGIONS[field] if field in ("summary", "body") else None

    def _since(self, start: bytes) -> Iterator[bytes]:
        return (WrittenBytes(term) for term in super()._since(start))

    def matches(self, term: bytes) -> Matches | None:
        """Returns the documents that have a term, or None if none has it."""
        if isinstance(term, WrittenBytes):
            return self._segment.show(self._of_written(term.decode()))
        return super().matches(term)

    def frequency(self, term: bytes) -> int:
        """Returns how many documents have a term; its postings are not read where that will do."""
        text = term.decode()
        if self._region or self._segment.deleted or isinstance(term, WrittenBytes) or text < " ":
            return super().frequency(term)
        return self._segment.frequency(text, self._stems)

    def _texts_from(self, start: str) -> Iterator[str]:
        terms = self._segment.terms_from("words", "")
        for term in terms[bisect_left(terms, start) :]:
            if self._name is None or self._of_written(term):
                yield term

    def _of_written(self, word: str) -> Matches | None:
        postings = self._segment.postings("words", word)
        if postings is None or self._name is None:
            return Matches(postings.ids) if postings else None
        ids = postings.with_bits(FIELD_BITS[self._name])
        return Matches(ids) if ids else None

    def _matches(self, term: bytes) -> Matches | None:
        text = term.decode()
        if text.startswith(BEGINNING):
            return self._of_node(Like(Pattern(GLOB, text[1:] + "*"), self._name))
        runs = runs_of(text)
        if runs is None:
            return self._of_term(text)
        if all(len(run) == 1 for run in runs):
            return self._of_any([term for run in runs for term in run[0][1]])
        return self._of_node(Or(tuple(self._way(run) for run in runs)))

    def _way(self, run: Run) -> Node:
        return Word(run[0][1], self._name) if len(run) == 1 else Phrase(run, self._name)

    def _of_term(self, term: str) -> Matches | None:
        postings = self._segment.postings(self._stems, term)
        if postings is None:
            return None
        if not self._region:
            # Whoosh takes a score of 0 for no match, and a word that a title made from the text alone has weighs 0.
            weights = [weight or _LEAST for weight in postings.weights()]
            return Matches(postings.ids, weights, lambda: [tuple(row) for row in postings.positions().values()])
        start, end = self._region
        rows = {
            number: tuple(positions[bisect_left(positions, start) : bisect_left(positions, end)])
            for number, positions in postings.positions().items()
        }
        inside = {number: row for number, row in rows.items() if row}
        return of_positions(inside) if inside else None

    def _of_any(self, terms: Sequence[str]) -> Matches | None:
        """Returns the documents that have any of several terms in their languages."""
        parts: list[tuple[Matches, Collection[int] | None]] = []
        weights: dict[int, float] = {}
        for term in terms:
            matches = self._of_term(str(term))
            if matches is None:
                continue
            languages = languages_of(term)
            spoken = self._segment.in_languages(languages) if languages else None
            parts.append((matches, spoken))
            for number, weight in zip(matches.ids, matches.weights or (), strict=True):
                if spoken is None or number in spoken:
                    weights[number] = weights.get(number, 0.0) + weight
        ids = sorted(weights)

        def load() -> list[tuple[int, ...]]:
            rows: dict[int, list[tuple[int, ...]]] = {number: [] for number in ids}
            for matches, spoken in parts:
                for number, row in zip(matches.ids, matches.load() if matches.load else (), strict=True):
                    if spoken is None or number in spoken:
                        rows[number].append(row)
            return [tuple(merge_positions(row)) for row in rows.values()]

        return Matches(ids, [weights[number] for number in ids], load) if ids else None

    def _of_node(self, node: Node) -> Matches | None:
        """Returns the documents that a query of several terms matches, at no position."""
        ids = sorted(docs(node, self._segment))
        return Matches(ids, None, lambda: [(0,)] * len(ids)) if ids else None
