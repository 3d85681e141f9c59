"""Ranking: what makes one match better than another; the same for every engine that can follow it.

BM25F (Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields", CIKM
2004): the fields' weights count inside one term frequency, so that a word is saturated once, not
once a field. Feedback is Rocchio's, over the terms of the best hits (Manning, Raghavan and Schütze,
"Introduction to Information Retrieval", 9.1.6). The figures behind the numbers are in
docs/decisions/0016-ranking.md.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from docarchive.analysis import slots_of
from docarchive.query import AnalyzedArticle, And, Boost, Like, Node, Or, Phrase, Word
from docarchive.query.document import TEXT_FIELDS

K1: Final = 1.2
B: Final = 0.65
#: What a word weighs in each text field; in a heading of the body, HEADING_WEIGHT.
WEIGHTS: Final = {"title": 3.0, "summary": 1.5, "body": 1.0}
HEADING_WEIGHT: Final = 2.0
#: Of what fits a pattern, whatever it is.
LIKE_SCORE: Final = 1.0
#: A word that the query names several times counts for more, but less each time.
_REPETITION: Final = 3.0
#: How many of the best hits feedback reads, how many terms it takes, and its share of the score.
FEEDBACK_HITS: Final = 5
#: Where more match than the first number, only so many of the best as the second are put in order anew by what these
#: add, so that a search does not take longer and longer; what comes behind them keeps its order.
FEEDBACK_FOR_ALL: Final = 20_000
FEEDBACK_DEPTH: Final = 200
_FEW: Final = 4  # articles, among which every word is common
_FEEDBACK_TERMS: Final = 40
_FEEDBACK_SHARE: Final = 0.4
#: How many characters of a body feedback reads.
FEEDBACK_SIZE: Final = 30_000

#: Reads articles by id, for feedback; those that cannot be read are left out.
Reader = Callable[[Sequence[str]], Iterable[AnalyzedArticle]]


class Freshness(NamedTuple):
    """How much newer articles are preferred: one that is ``half_life`` days old has lost half of what
    newness gives, and newness gives at most half of the score.

    Attributes:
        now: The moment to count from.
        half_life: In days.
    """

    now: datetime
    half_life: float

    def factor(self, start: datetime | None) -> float:
        """Returns what the score of an article of this date is multiplied with: from 0.5 to 1."""
        if start is None:
            return 0.5
        age = max((self.now - start).total_seconds() / 86_400, 0.0)
        return 0.5 + 0.5 * math.exp2(-min(age / self.half_life, 1_000.0))


def idf(documents: int, total: int) -> float:
    """Returns the weight of a term that so many of all documents hold."""
    return math.log(1 + (total - documents + 0.5) / (documents + 0.5)) if total > documents else math.log(1.05)


def norm(length: float, average: float) -> float:
    """Returns BM25's part that the length of a document (in words) decides."""
    return K1 * (1 - B + B * length / average) if average else K1


def saturated(weight: float, norm_: float) -> float:
    """Returns BM25's part that the weighted term frequency decides."""
    return weight * (K1 + 1) / (weight + norm_)


def weight_of(field: str, analyzed: AnalyzedArticle) -> float:
    """Returns what a word in a text field of an article weighs; a title made from the text counts nothing more."""
    return 0.0 if field == "title" and analyzed.article.title_derived else WEIGHTS[field]


def length_of(analyzed: AnalyzedArticle) -> int:
    """Returns the length of an article in words, each counted as often as it weighs."""
    return round(sum(weight_of(name, analyzed) * len(analyzed.slots(name)) for name in TEXT_FIELDS))


def weighted_terms(analyzed: AnalyzedArticle) -> dict[str, float]:
    """Returns the weighted frequency of each term of an article."""
    found: dict[str, float] = {}
    for name in TEXT_FIELDS:
        weight = weight_of(name, analyzed)
        for term, positions in analyzed.positions(name).items():
            found[term] = found.get(term, 0.0) + weight * len(positions)
    extra = HEADING_WEIGHT - WEIGHTS["body"]
    for slot in slots_of(analyzed.headings()):
        for term in slot:
            found[term] += extra
    return found


def bag(node: Node) -> dict[Node, float] | None:
    """Returns the words of a query that is any of several words, each with its weight, or None if it is
    not of that form; what is named several times counts for more.
    """
    if not isinstance(node, Or):
        return None
    counted: Counter[Node] = Counter()
    boosts: dict[Node, float] = {}
    for part in node.parts:
        child, factor = (part.child, part.factor) if isinstance(part, Boost) else (part, 1.0)
        counted[child] += 1
        boosts[child] = max(boosts.get(child, 0.0), factor)
    return {
        child: boosts[child] * (_REPETITION + 1) * count / (_REPETITION + count) for child, count in counted.items()
    }


def scored(node: Node) -> bool:
    """Tells whether a node gives other scores than 0."""
    if isinstance(node, Word | Phrase | Like):
        return True
    return isinstance(node, And | Or | Boost) and any(scored(child) for child in node.children())


def even_score(node: Node) -> float | None:
    """Returns the score that a query gives to all that it matches, where that is one: of patterns; None elsewhere."""
    if isinstance(node, Like):
        return LIKE_SCORE
    if isinstance(node, Boost):
        even = even_score(node.child)
        return None if even is None else even * node.factor
    if isinstance(node, And):
        parts = [even_score(child) for child in dict.fromkeys(node.parts) if scored(child)]
        return math.fsum(part for part in parts if part is not None) if parts and None not in parts else None
    return None


def scored_leaves(
    node: Node, matches: Callable[[Node], bool], factor: float = 1.0
) -> Iterator[tuple[Word | Phrase | Like, float]]:
    """Yields what of a query adds to the score of an article, each part with what its score is multiplied with.

    Args:
        node: The query.
        matches: Tells whether the article satisfies a part of it.
        factor: What all is multiplied with.
    """
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


def takes_feedback(node: Node) -> bool:
    """Tells whether a query is so much a description that its best hits can tell more about it."""
    words = bag(node)
    return words is not None and sum(isinstance(child, Word) for child in words) > 1


class Feedback(NamedTuple):
    """What the best hits of a query add to it.

    Attributes:
        share: What the query's own score is multiplied with.
        terms: What each term's BM25 is multiplied with, to be added to the scores of the best, or of all; see
            ``FEEDBACK_DEPTH``.
    """

    share: float
    terms: dict[str, float]


def feedback(
    articles: Iterable[AnalyzedArticle],
    scores: Sequence[float],
    weight: float,
    average: float,
    frequency: Callable[[str], tuple[int, int]],
) -> Feedback:
    """Chooses the terms that tell the best hits from all others.

    Args:
        articles: The best hits.
        scores: The score of each.
        weight: The weights of the query's own words, all in all.
        average: The average length of an article, in words.
        frequency: Returns how many documents hold a term, and how many there are.
    """
    found: dict[str, float] = {}
    total = sum(scores) or 1.0
    for analyzed, score in zip(articles, scores, strict=True):
        norm_ = norm(length_of(analyzed), average)
        for term, weighted in weighted_terms(analyzed).items():
            found[term] = found.get(term, 0.0) + score / total * saturated(weighted, norm_)
    rated = {}
    for term, value in found.items():
        documents, everywhere = frequency(term)
        if documents > 1:  # what one article alone has ranks no other
            rated[term] = value * idf(documents, everywhere)
    best = sorted(rated, key=lambda term: (-rated[term], term))[:_FEEDBACK_TERMS]
    whole = sum(found[term] for term in best) or 1.0
    scale = _FEEDBACK_SHARE * weight / whole
    return Feedback(1 - _FEEDBACK_SHARE, {term: found[term] * scale for term in best})


def asked_feedback(
    query: Node,
    best: Sequence[tuple[str, float]],
    reader: Reader,
    average: float,
    frequency: Callable[[str], tuple[int, int]],
) -> Feedback | None:
    """Reads the best hits of a query, and returns what they add to it.

    Args:
        query: One that ``takes_feedback``.
        best: The ids and scores of its ``FEEDBACK_HITS`` best hits.
        reader: Reads them.
        average: See ``feedback``.
        frequency: See ``feedback``.
    """
    by_id = {analyzed.article.id: analyzed for analyzed in reader([id_ for id_, _ in best])}
    used = [(id_, score) for id_, score in best if id_ in by_id and score > 0]
    if not used:
        return None
    weight = sum((bag(query) or {}).values())
    return feedback([by_id[id_] for id_, _ in used], [score for _, score in used], weight, average, frequency)


def telling_terms(
    analyzed: AnalyzedArticle, frequency: Callable[[str], tuple[int, int]], limit: int = 25
) -> Mapping[str, float]:
    """Returns the terms that tell an article from others, with weights, the most telling first."""
    weighted = weighted_terms(analyzed)
    rated = {}
    for term, weight in weighted.items():
        documents, total = frequency(term)
        common = total >= _FEW and documents * 2 > total
        rated[term] = 0.0 if common or not documents else saturated(weight, K1) * idf(documents, total)
    best = sorted((term for term in rated if rated[term] > 0), key=lambda term: (-rated[term], term))[:limit]
    most = rated[best[0]] if best else 1.0
    return {term: round(rated[term] / most, 4) for term in best}
