"""Ranking: which of two matches is the better one; the same for every engine that can compute it.

BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM
2004): the fields' weights count inside one term frequency, so that a word is saturated once, not
once per field. Feedback is Rocchio's, over the terms of the best hits (Manning, Raghavan and Schütze,
"Introduction to Information Retrieval", 9.1.6). The figures behind the numbers are in
docs/decisions/0016-ranking.md.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final

from docarchive.analysis import slots_of
from docarchive.query import AnalyzedArticle, And, Boost, Like, Node, Or, Phrase, Word
from docarchive.query.document import TEXT_FIELDS
from docarchive.records import NamedTuple

K1: Final = 1.2
B: Final = 0.65
#: The weights of a word in the text fields; in a heading of the body, HEADING_WEIGHT.
WEIGHTS: Final = {"title": 3.0, "summary": 1.5, "body": 1.0}
HEADING_WEIGHT: Final = 2.0
#: The score of words that fit a pattern.
LIKE_SCORE: Final = 1.0
#: A word that the query repeats counts for more, by less with each repetition.
_REPETITION: Final = 3.0
#: How many of the best hits feedback reads.
FEEDBACK_HITS: Final = 5
#: Where more articles than FEEDBACK_FOR_ALL match, feedback reorders only the best FEEDBACK_DEPTH of them, which bounds
#: its time.
FEEDBACK_FOR_ALL: Final = 20_000
FEEDBACK_DEPTH: Final = 200
_FEW: Final = 4  # articles, too few to call a word common among them
_FEEDBACK_TERMS: Final = 40  # that feedback adds
_FEEDBACK_SHARE: Final = 0.4  # of the score
#: The power of a hit's score in feedback. A hit that is far better than the others counts nearly alone: where one
#: article is the answer, the others would only lead away from it.
_FEEDBACK_POWER: Final = 4
#: How many characters of a body feedback reads.
FEEDBACK_SIZE: Final = 30_000

#: Reads articles by id, for feedback; it leaves out those that it cannot read.
Reader = Callable[[Sequence[str]], Iterable[AnalyzedArticle]]


class Freshness(NamedTuple):
    """The boost of newer articles: half of the score, which halves every ``half_life`` days."""

    now: datetime  # the moment from which age counts
    half_life: float  # in days

    def factor(self, start: datetime | None) -> float:
        """Returns the factor of the score of an article of this date: from 0.5 to 1."""
        if start is None:
            return 0.5
        age = max((self.now - start).total_seconds() / 86_400, 0.0)
        return 0.5 + 0.5 * math.exp2(-min(age / self.half_life, 1_000.0))


def idf(documents: int, total: int) -> float:
    """Returns the inverse document frequency of a term that is in some of all documents, damped."""
    plain = _plain_idf(documents, total)
    return plain * (plain / (plain + 1))


def damping(documents: int, total: int) -> float:
    """Returns the factor, from 0 to 1, that BM25's own inverse document frequency of a term gets.

    Words that are in most articles, as the common ones of a question are, add up to noise: they lose most of their
    weight, and rare words little.
    """
    plain = _plain_idf(documents, total)
    return plain / (plain + 1)


def _plain_idf(documents: int, total: int) -> float:
    return math.log(1 + (total - documents + 0.5) / (documents + 0.5)) if total > documents else math.log(1.05)


def norm(length: float, average: float) -> float:
    """Returns BM25's normalization for the length of a document, in words."""
    return K1 * (1 - B + B * length / average) if average else K1


def saturated(weight: float, norm_: float) -> float:
    """Returns BM25's saturation of a weighted term frequency."""
    return weight * (K1 + 1) / (weight + norm_)


def weight_of(field: str, analyzed: AnalyzedArticle) -> float:
    """Returns the weight of a word in a text field of an article; a title derived from the text has none of its own."""
    return 0.0 if field == "title" and analyzed.article.title_derived else WEIGHTS[field]


def length_of(analyzed: AnalyzedArticle) -> int:
    """Returns the length of an article: its words, times their weights."""
    return round(sum(weight_of(name, analyzed) * len(analyzed.slots(name)) for name in TEXT_FIELDS))


def weighted_terms(analyzed: AnalyzedArticle) -> dict[str, float]:
    """Returns the weighted frequencies of the terms of an article."""
    weights: dict[str, float] = {}
    for name in TEXT_FIELDS:
        weight = weight_of(name, analyzed)
        for term, positions in analyzed.positions(name).items():
            weights[term] = weights.get(term, 0.0) + weight * len(positions)
    extra = HEADING_WEIGHT - WEIGHTS["body"]
    for slot in slots_of(analyzed.headings()):
        for term in slot:
            weights[term] += extra
    return weights


def bag(node: Node) -> dict[Node, float] | None:
    """Returns the children of an ``Or`` with their weights, repetitions included; None for any other query."""
    if not isinstance(node, Or):
        return None
    counted: Counter[Node] = Counter()
    boosts: dict[Node, float] = {}
    for node_ in node.parts:
        child, factor = (node_.child, node_.factor) if isinstance(node_, Boost) else (node_, 1.0)
        counted[child] += 1
        boosts[child] = max(boosts.get(child, 0.0), factor)
    return {
        child: boosts[child] * (_REPETITION + 1) * count / (_REPETITION + count) for child, count in counted.items()
    }


def scored(node: Node) -> bool:
    """Returns whether a node has scores other than 0."""
    if isinstance(node, Word | Phrase | Like):
        return True
    return isinstance(node, And | Or | Boost) and any(scored(child) for child in node.children())


def even_score(node: Node) -> float | None:
    """Returns the score of all matches of a query where it is the same for all, as of patterns; None elsewhere."""
    if isinstance(node, Like):
        return LIKE_SCORE
    if isinstance(node, Boost):
        even = even_score(node.child)
        return None if even is None else even * node.factor
    if isinstance(node, And):
        scores = [even_score(child) for child in dict.fromkeys(node.parts) if scored(child)]
        return math.fsum(score for score in scores if score is not None) if scores and None not in scores else None
    return None


def scored_leaves(
    node: Node, matches: Callable[[Node], bool], factor: float = 1.0
) -> Iterator[tuple[Word | Phrase | Like, float]]:
    """Yields the leaves of a query that add to the score of an article that ``matches`` tests, with their factors."""
    if isinstance(node, Boost):
        yield from scored_leaves(node.child, matches, factor * node.factor)
    elif isinstance(node, And | Or | Word | Phrase | Like) and matches(node):
        if isinstance(node, Or):
            for child, times in (bag(node) or {}).items():
                yield from scored_leaves(child, matches, factor * times)
        elif isinstance(node, And):
            for child in dict.fromkeys(node.parts):
                yield from scored_leaves(child, matches, factor)
        else:
            yield node, factor


def words_of(node: Word | Phrase) -> list[Word]:
    """Returns the words of a leaf, each of which has its own part of the score."""
    slots = [node.terms] if isinstance(node, Word) else [terms for _, terms in node.slots]
    return [Word(terms, node.field) for terms in slots]


def takes_feedback(node: Node) -> bool:
    """Returns whether a query describes a topic, as any of several words, so that feedback improves it."""
    words = bag(node)
    return words is not None and sum(isinstance(child, Word) for child in words) > 1


class Feedback(NamedTuple):
    """The feedback of a query's best hits."""

    share: float  # the factor of the query's own score
    #: The terms that are added, with the factors of their BM25. They count for all matches or for the best alone; see
    #: ``FEEDBACK_DEPTH``.
    terms: dict[str, float]


def feedback(
    articles: Iterable[AnalyzedArticle],
    scores: Sequence[float],
    weight: float,
    average: float,
    frequency: Callable[[str], tuple[int, int]],
) -> Feedback:
    """Returns the feedback of the best hits: the terms that distinguish them from all other articles.

    Args:
        articles: The best hits.
        scores: Their scores.
        weight: The sum of the weights of the query's own words.
        average: The average length of an article, in words.
        frequency: Returns how many documents have a term, and how many there are.
    """
    values: dict[str, float] = {}
    powers = [score**_FEEDBACK_POWER for score in scores]
    total = sum(powers) or 1.0
    for analyzed, power in zip(articles, powers, strict=True):
        norm_ = norm(length_of(analyzed), average)
        for term, weighted in weighted_terms(analyzed).items():
            values[term] = values.get(term, 0.0) + power / total * saturated(weighted, norm_)
    rated = {}
    for term, value in values.items():
        documents, everywhere = frequency(term)
        if documents > 1:  # a term of one article ranks no other
            rated[term] = value * idf(documents, everywhere)
    best = sorted(rated, key=lambda term: (-rated[term], term))[:_FEEDBACK_TERMS]
    whole = sum(values[term] for term in best) or 1.0
    scale = _FEEDBACK_SHARE * weight / whole
    return Feedback(1 - _FEEDBACK_SHARE, {term: values[term] * scale for term in best})


def reordered(total: int, best: Sequence[tuple[str, float]]) -> list[str]:
    """Returns the ids of the articles that feedback puts in order; empty if these are all that match.

    Args:
        total: The number of matches.
        best: Ids and scores of the best of them, as many as ``FEEDBACK_DEPTH``.
    """
    return [] if total <= FEEDBACK_FOR_ALL else [id_ for id_, _ in best]


def feedback_of_one(added: Feedback | None, id_: str, total: int, best: Sequence[tuple[str, float]]) -> Feedback | None:
    """Returns the feedback that counts for one article; for the other arguments see ``reordered``."""
    is_within = total <= FEEDBACK_FOR_ALL or id_ in reordered(total, best)
    return added if added is None or is_within else added._replace(terms={})


def read_feedback(
    query: Node,
    best: Sequence[tuple[str, float]],
    reader: Reader,
    average: float,
    frequency: Callable[[str], tuple[int, int]],
) -> Feedback | None:
    """Reads the best hits of a query that ``takes_feedback``, and returns their feedback; see ``feedback``.

    It is None if no hit can be read or has a score.
    """
    by_id = {analyzed.article.id: analyzed for analyzed in reader([id_ for id_, _ in best])}
    used = [(id_, score) for id_, score in best if id_ in by_id and score > 0]
    if not used:
        return None
    weight = sum((bag(query) or {}).values())
    return feedback([by_id[id_] for id_, _ in used], [score for _, score in used], weight, average, frequency)


def distinctive_terms(
    analyzed: AnalyzedArticle, frequency: Callable[[str], tuple[int, int]], limit: int = 25
) -> Mapping[str, float]:
    """Returns the terms that distinguish an article from others, the most distinctive first, with weights up to 1."""
    weighted = weighted_terms(analyzed)
    rated = {}
    for term, weight in weighted.items():
        documents, total = frequency(term)
        common = total >= _FEW and documents * 2 > total
        rated[term] = 0.0 if common or not documents else saturated(weight, K1) * idf(documents, total)
    best = sorted((term for term in rated if rated[term] > 0), key=lambda term: (-rated[term], term))[:limit]
    most = rated[best[0]] if best else 1.0
    return {term: round(rated[term] / most, 4) for term in best}
