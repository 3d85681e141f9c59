"""Scores of the documents that a query matches, and what they are the sum of."""

from __future__ import annotations

from collections.abc import Iterator

from docarchive.engines.protocol import Part
from docarchive.engines.ranking import K1, LIKE_SCORE, bag, idf, scored, scored_leaves
from docarchive.engines.whoosh.matching import docs, in_field
from docarchive.engines.whoosh.view import Segment, View
from docarchive.query import And, Boost, Like, Node, Or, Phrase, Word
from docarchive.query.tree import languages_of


def scores(node: Node, segment: Segment, view: View) -> dict[int, float]:
    """Returns the score of each document of a segment that a node matches.

    Words and phrases are scored by BM25F, words that fit a pattern get a fixed score, and metadata
    and exclusions do not score.
    """
    if isinstance(node, Word):
        return _alive(_word_scores(node, segment, view), segment)
    if isinstance(node, Phrase):
        found = docs(node, segment)
        return _summed(found, [_word_scores(Word(terms, node.field), segment, view) for _, terms in node.slots])
    if isinstance(node, Like):
        return dict.fromkeys(docs(node, segment), LIKE_SCORE)
    if isinstance(node, Boost):
        return {number: score * node.factor for number, score in scores(node.child, segment, view).items()}
    if isinstance(node, And):
        found = docs(node, segment)
        parts = [part for part in dict.fromkeys(node.parts) if scored(part)]
        return _summed(found, [scores(part, segment, view) for part in parts]) if found else {}
    if isinstance(node, Or):
        words = bag(node) or {}
        total: dict[int, float] = {}
        for part, factor in words.items():
            add(total, scores(part, segment, view), factor)
        return total
    return dict.fromkeys(docs(node, segment), 0.0)


def add(total: dict[int, float], part: dict[int, float], factor: float = 1.0) -> None:
    """Adds scores to others."""
    get = total.get
    if factor == 1.0:
        total.update({number: get(number, 0.0) + score for number, score in part.items()})
    else:
        total.update({number: get(number, 0.0) + factor * score for number, score in part.items()})


def explained(node: Node, number: int, segment: Segment, view: View, factor: float = 1.0) -> Iterator[Part]:
    """Yields the parts of what a node adds to the score of a document."""
    for leaf, times in scored_leaves(node, lambda part: number in docs(part, segment), factor):
        if isinstance(leaf, Like):
            yield Part(f"{leaf.pattern.text} ({leaf.pattern.kind})", LIKE_SCORE * times)
        else:
            yield from _explained_words(leaf, number, segment, view, times)


def _explained_words(node: Word | Phrase, number: int, segment: Segment, view: View, factor: float) -> Iterator[Part]:
    for terms in [node.terms] if isinstance(node, Word) else [terms for _, terms in node.slots]:
        word = Word(terms, node.field)
        weight = _weights(word, segment).get(number, 0.0)
        score = _word_scores(word, segment, view).get(number, 0.0)
        yield Part("|".join(terms), score * factor, weight, view.documents(word.terms))


def _word_scores(node: Word, segment: Segment, view: View) -> dict[int, float]:
    weights = _weights(node, segment)
    if not weights:
        return {}
    factor = idf(view.documents(node.terms), view.total) * (K1 + 1)
    norms, lengths = view.norms, segment.lengths
    return {number: factor * w / (w + norms[lengths[number]]) for number, w in weights.items()}


def _weights(node: Word, segment: Segment) -> dict[int, float]:
    """Returns the weighted frequency of a word by document; one of several terms counts as any other.

    Of a word in one field it is that of the word in all of them, for the documents that have it in that field.
    """
    total: dict[int, float] = {}
    for term in node.terms:
        block = segment.postings("text", term)
        if block is None:
            continue
        found = dict(zip(block.ids, block.weights(), strict=True))
        if node.field:
            there = in_field(term, node.field, segment)
            found = {number: weight for number, weight in found.items() if number in there}
        if languages := languages_of(term):
            spoken = segment.in_languages(languages)
            found = {number: weight for number, weight in found.items() if number in spoken}
        if total:
            add(total, found)
        else:
            total = found
    return total


def _summed(found: set[int], parts: list[dict[int, float]]) -> dict[int, float]:
    """Returns for each document found the sum of its scores."""
    total = dict.fromkeys(found, 0.0)
    for part in parts:
        if len(part) > len(total):
            get = part.get
            total = {number: score + get(number, 0.0) for number, score in total.items()}
        else:
            for number, score in part.items():
                if number in total:
                    total[number] += score
    return total


def _alive(found: dict[int, float], segment: Segment) -> dict[int, float]:
    for number in segment.deleted:
        found.pop(number, None)
    return found
