"""The scores of the documents that a query matches, and their explanations."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from docarchive.engines.protocol import ScorePart
from docarchive.engines.ranking import K1, LIKE_SCORE, bag, idf, scored, scored_leaves, words_of
from docarchive.engines.whoosh.matching import docs, in_field
from docarchive.engines.whoosh.view import Segment, View
from docarchive.query import And, Boost, Like, Node, Or, Phrase, Word
from docarchive.query.tree import languages_of


def scores(node: Node, segment: Segment, view: View) -> dict[int, float]:
    """Returns the scores of the documents of a segment that a node matches.

    Words and phrases are scored by BM25F, words that fit a pattern get a fixed score, and metadata
    and exclusions do not score.
    """
    if isinstance(node, Word):
        return _alive(_word_scores(node, segment, view), segment)
    if isinstance(node, Phrase):
        return _summed(docs(node, segment), [_word_scores(word, segment, view) for word in words_of(node)])
    if isinstance(node, Like):
        return dict.fromkeys(docs(node, segment), LIKE_SCORE)
    if isinstance(node, Boost):
        return {number: score * node.factor for number, score in scores(node.child, segment, view).items()}
    if isinstance(node, And):
        numbers = docs(node, segment)
        children = [child for child in dict.fromkeys(node.parts) if scored(child)]
        return _summed(numbers, [scores(child, segment, view) for child in children]) if numbers else {}
    if isinstance(node, Or):
        total: dict[int, float] = {}
        for child, factor in (bag(node) or {}).items():
            add(total, scores(child, segment, view), factor)
        return total
    return dict.fromkeys(docs(node, segment), 0.0)


def add(total: dict[int, float], scores: dict[int, float], factor: float = 1.0) -> None:
    """Adds scores, times a factor, to others in place."""
    get = total.get
    if factor == 1.0:
        total.update({number: get(number, 0.0) + score for number, score in scores.items()})
    else:
        total.update({number: get(number, 0.0) + factor * score for number, score in scores.items()})


def add_word(
    total: dict[int, float], word: Word, factor: float, wanted: Container[int], segment: Segment, view: View
) -> None:
    """Adds the scores of a word, times a factor, to those of the wanted documents in place."""
    own, norms, lengths = _factor(word, view), view.norms, segment.lengths
    total.update(
        {
            number: total[number] + factor * (own * weight / (weight + norms[lengths[number]]))
            for number, weight in _weights(word, segment)
            if number in wanted
        }
    )


def explained(node: Node, number: int, segment: Segment, view: View, factor: float = 1.0) -> Iterator[ScorePart]:
    """Yields the summands of a node in the score of a document."""
    for leaf, times in scored_leaves(node, lambda child: number in docs(child, segment), factor):
        if isinstance(leaf, Like):
            yield ScorePart(f"{leaf.pattern.text} ({leaf.pattern.kind})", LIKE_SCORE * times)
            continue
        for word in words_of(leaf):
            weight = dict(_weights(word, segment)).get(number, 0.0)
            score = _word_scores(word, segment, view).get(number, 0.0)
            yield ScorePart("|".join(word.terms), score * times, weight, view.documents(word.terms))


def _word_scores(node: Word, segment: Segment, view: View) -> dict[int, float]:
    factor, norms, lengths = _factor(node, view), view.norms, segment.lengths
    return {number: factor * w / (w + norms[lengths[number]]) for number, w in _weights(node, segment)}


def _factor(node: Word, view: View) -> float:
    """Returns the factor of BM25 that a word has in every document."""
    return idf(view.documents(node.terms), view.total) * (K1 + 1)


def _weights(node: Word, segment: Segment) -> Iterable[tuple[int, float]]:
    """Returns pairs of a document and the weighted frequency of a word in it; one of several terms counts as any other.

    Of a word in one field it is that of the word in all of them, for the documents that have it in that field.
    """
    if len(node.terms) == 1 and not node.field and not languages_of(node.terms[0]):  # most words: no dict is needed
        postings = segment.postings("text", node.terms[0])
        return zip(postings.ids, postings.weights(), strict=True) if postings else ()
    total: dict[int, float] = {}
    for term in node.terms:
        postings = segment.postings("text", term)
        if postings is None:
            continue
        weights = dict(zip(postings.ids, postings.weights(), strict=True))
        if node.field:
            inside = in_field(term, node.field, segment)
            weights = {number: weight for number, weight in weights.items() if number in inside}
        if languages := languages_of(term):
            spoken = segment.in_languages(languages)
            weights = {number: weight for number, weight in weights.items() if number in spoken}
        if total:
            add(total, weights)
        else:
            total = weights
    return total.items()


def _summed(numbers: set[int], summands: list[dict[int, float]]) -> dict[int, float]:
    """Returns the sums of the scores of documents."""
    total = dict.fromkeys(numbers, 0.0)
    for scores in summands:
        if len(scores) > len(total):
            get = scores.get
            total = {number: score + get(number, 0.0) for number, score in total.items()}
        else:
            for number, score in scores.items():
                if number in total:
                    total[number] += score
    return total


def _alive(scores: dict[int, float], segment: Segment) -> dict[int, float]:
    for number in segment.deleted:
        scores.pop(number, None)
    return scores
