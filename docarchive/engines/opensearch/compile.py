"""From the query tree to OpenSearch's queries: ``matching`` for what a node matches, ``scoring`` for its scores."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from docarchive.analysis import label_key
from docarchive.engines.dates import cover, touches
from docarchive.engines.opensearch.phrases import phrase
from docarchive.engines.opensearch.queries import (
    EVERY,
    NONE,
    Query,
    all_of,
    any_of,
    any_term,
    between,
    boosted,
    fuzzy,
    glob,
    plain,
    term,
    unscored,
    wildcard,
)
from docarchive.engines.ranking import LIKE_SCORE, Feedback, Freshness, bag, damping, scored, words_of
from docarchive.engines.terms import TERM, VALUE, bounded, fine, instant, marked
from docarchive.query import (
    And,
    Boost,
    DateRange,
    Every,
    Has,
    Label,
    Like,
    Node,
    Not,
    NumberRange,
    Or,
    Pattern,
    Phrase,
    Regex,
    Word,
    walk,
)
from docarchive.query.patterns import BELOW, EXACT, GLOB, regex
from docarchive.query.tree import languages_of, text_fields

if TYPE_CHECKING:
    from docarchive.engines.opensearch.view import View


def matching(node: Node, view: View) -> Query:
    """Returns a query for what a node matches; its scores have no meaning.

    Raises:
        UnsupportedQuery: A pattern stands for too many values.
    """
    return _MATCHING[type(node)](node, view)


def scoring(node: Node, view: View) -> Query:
    """Returns a query for what a node matches, with its score.

    Words and phrases are scored by BM25, words that fit a pattern get a fixed score, and metadata
    and exclusions do not score.
    """
    view.learn(_scored_terms(node))
    return _scoring(node, view)


def with_terms(query: Query, added: Feedback, view: View, ids: Sequence[str] = ()) -> Query:
    """Returns a query that matches the same, with feedback for the documents of some ids, or for all without ids."""
    own = boosted(query, added.share)
    terms = [_scored_term(term, view, factor) for term, factor in added.terms.items()]
    if not ids:
        return {"bool": {"must": [own], "should": terms}}
    best = {"bool": {"filter": [any_term("id", ids)], "should": terms}}
    return {"bool": {"must": [own], "should": [best]}}


def with_freshness(query: Query, freshness: Freshness) -> Query:
    """Returns a query that matches the same, with the scores of ``Freshness.factor``."""
    now = instant(freshness.now.isoformat())
    scale = max(round(freshness.half_life * 86_400 * 1_000_000), 1)
    half: dict[str, Any] = {"weight": 0.5}
    younger = {"filter": {"range": {"date_key": {"gt": now}}}, "weight": 0.5}
    older = {
        "filter": {"range": {"date_key": {"lte": now}}},
        "exp": {"date_key": {"origin": now, "scale": scale, "decay": 0.5}},
        "weight": 0.5,
    }
    functions = [half, younger, older]
    return {"function_score": {"query": query, "functions": functions, "score_mode": "sum", "boost_mode": "multiply"}}


def _scoring(node: Node, view: View) -> Query:
    if isinstance(node, Word):
        return _scored_word(node, view)
    if isinstance(node, Phrase):
        words = [_scored_word(word, view) for word in words_of(node)]
        return {"bool": {"filter": [phrase(node)], "should": words}}
    if isinstance(node, Like):
        return {"constant_score": {"filter": _like(node, view), "boost": LIKE_SCORE}}
    if isinstance(node, Boost):
        return boosted(_scoring(node.child, view), node.factor)
    if isinstance(node, And):
        return _and(node, view, _scoring)
    if isinstance(node, Or):
        return any_of([boosted(_scoring(child, view), factor) for child, factor in (bag(node) or {}).items()])
    return unscored(matching(node, view))


def _scored_terms(node: Node) -> Iterator[str]:
    for part in walk(node):
        if isinstance(part, Word | Phrase):
            for word in words_of(part):
                yield from word.terms


def _word(node: Word, view: View) -> Query:
    """Returns a query for the documents that have a word."""
    return any_of([_in_languages(term(node.field or "text", word), word) for word in node.terms])


def _scored_word(node: Word, view: View) -> Query:
    """Returns a query for the documents that have a word, with its score; of several terms the best one counts.

    The score of a word in one field is that of the word in all fields.
    """
    queries = []
    for word in node.terms:
        query = _scored_term(word, view)
        if node.field:
            query = all_of(query, unscored(term(node.field, word)))
        queries.append(_in_languages(query, word))
    if len(queries) == 1:
        return queries[0]
    return {"dis_max": {"queries": queries}} if queries else NONE


def _scored_term(word: str, view: View, factor: float = 1.0) -> Query:
    """Returns a query for the documents that have a term in their text, with its score; see ``ranking.damping``."""
    return term("text", word, factor * damping(*view.frequency(word)) * view.scale)


def _in_languages(query: Query, word: str) -> Query:
    languages = sorted(languages_of(word))
    return all_of(query, any_term("language", languages)) if languages else query


def _like(node: Like, view: View) -> Query:
    pattern, queries = node.pattern, []
    for name in text_fields(node.field):
        field = f"words_{name}"
        if pattern.kind == EXACT:
            queries.append(term(field, pattern.text))
        elif pattern.kind == GLOB:
            queries.append(wildcard(field, glob(pattern.text)))
        else:
            queries.append(fuzzy(field, pattern.text, pattern.distance))
    return unscored(any_of(queries))


def _label(node: Label, view: View) -> Query:
    mark = marked(node.key)
    if node.exact and len(node.patterns) > 1:
        text = " ".join(mark + pattern.text for pattern in node.patterns)
        return {"match_phrase": {"labels": {"query": text, "analyzer": "terms"}}}
    if len(node.patterns) == 1:
        return any_of([*_label_queries(node.patterns[0], mark)])
    spans = [_label_span(pattern, mark) for pattern in node.patterns]
    return {"span_near": {"clauses": spans, "slop": 0, "in_order": True}}


def _label_queries(pattern: Pattern, mark: str) -> Iterator[Query]:
    """Yields queries for the terms of ``labels`` that a pattern stands for."""
    if pattern.kind in (EXACT, BELOW):
        yield term("labels", mark + pattern.text)
    if pattern.kind == BELOW:
        yield {"prefix": {"labels": {"value": f"{mark}{pattern.text}/", "rewrite": "constant_score"}}}
    elif pattern.kind == GLOB:
        yield wildcard("labels", plain(mark) + glob(pattern.text))
    elif pattern.kind != EXACT:
        yield fuzzy("labels", mark + pattern.text, pattern.distance, len(mark))


def _label_span(pattern: Pattern, mark: str) -> Query:
    if pattern.kind == EXACT:
        return {"span_term": {"labels": {"value": mark + pattern.text}}}
    spans: list[Query] = []
    for query in _label_queries(pattern, mark):
        kind, fields = next(iter(query.items()))
        value = {name: value for name, value in fields["labels"].items() if name not in ("rewrite", "boost")}
        if kind == "term":
            spans.append({"span_term": {"labels": value}})
        else:
            spans.append({"span_multi": {"match": {kind: {"labels": value}}}})
    return spans[0] if len(spans) == 1 else {"span_or": {"clauses": spans}}


def _regex(node: Regex, view: View) -> Query:
    test, mark = regex(node.pattern), label_key(node.key) + VALUE
    values = [value for value, _ in view.vocabulary("values", mark) if test(value[len(mark) :])]
    return any_term("values", bounded(values))


def _date_range(node: DateRange, view: View) -> Query:
    mark = label_key(node.key) + TERM
    terms: list[str] = []
    spans: list[Query] = []
    for kind, value in cover(node.start, node.end):
        if kind == "term":
            terms.append(mark + value)
        elif kind == "years":
            first, last = value.split("-")
            spans.append(between("dates", f"{mark}y{first}", f"{mark}y{last}"))
        else:
            at = mark + "@"
            dates = (date[len(at) :] for date, _ in view.vocabulary("dates", at + value))
            terms += [at + date for date in dates if touches(date, node.start or "", node.end or "9")]
    return any_of([*spans, any_term("dates", terms)])


def _number_range(node: NumberRange, view: View) -> Query:
    mark = label_key(node.key) + TERM
    low = "0" * 16 if node.low is None else fine(node.low)
    high = "f" * 16 if node.high is None else fine(node.high)
    return between("numbers", mark + low, mark + high)


def _and(node: And, view: View, inner: Callable[[Node, View], Query]) -> Query:
    clauses: dict[str, list[Query]] = {"must": [], "filter": [], "must_not": []}
    for child in dict.fromkeys(node.parts):
        if isinstance(child, Not):
            clauses["must_not"].append(matching(child.child, view))
        elif inner is _scoring and scored(child):
            clauses["must"].append(_scoring(child, view))
        else:
            clauses["filter"].append(matching(child, view))
    if not clauses["must"] and not clauses["filter"]:
        clauses["filter"].append(EVERY)
    return {"bool": {name: queries for name, queries in clauses.items() if queries}}


_MATCHING: Final[dict[type[Node], Callable[..., Query]]] = {
    Every: lambda node, view: EVERY,
    Word: _word,
    Phrase: lambda node, view: phrase(node),
    Like: _like,
    Label: _label,
    Regex: _regex,
    Has: lambda node, view: term("has", label_key(node.key)),
    DateRange: _date_range,
    NumberRange: _number_range,
    Boost: lambda node, view: matching(node.child, view),
    Not: lambda node, view: {"bool": {"filter": [EVERY], "must_not": [matching(node.child, view)]}},
    And: lambda node, view: _and(node, view, matching),
    Or: lambda node, view: any_of([matching(child, view) for child in dict.fromkeys(node.parts)]),
}
