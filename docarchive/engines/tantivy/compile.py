"""From the query tree to tantivy's queries: ``matching`` for what a node matches, ``scoring`` for its scores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from tantivy import Occur, Query

from docarchive.analysis import label_key
from docarchive.engines.dates import cover, touches
from docarchive.engines.ranking import LIKE_SCORE, Feedback, bag, damping, scored, words_of
from docarchive.engines.tantivy.patterns import alternatives, between, glob, literal
from docarchive.engines.tantivy.phrases import phrase
from docarchive.engines.tantivy.view import View, all_of, any_of, unscored, without
from docarchive.engines.terms import TERM, VALUE, bounded, fine, marked
from docarchive.errors import UnsupportedQuery
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
)
from docarchive.query.patterns import BELOW, EXACT, GLOB, regex
from docarchive.query.tree import languages_of, text_fields


def matching(node: Node, view: View) -> Query:
    """Returns a query for what a node matches; its scores have no meaning.

    Raises:
        UnsupportedQuery: A pattern stands for too many words to hold in memory.
    """
    return _MATCHING[type(node)](node, view)


def scoring(node: Node, view: View) -> Query:
    """Returns a query for what a node matches, with its score.

    Words and phrases are scored by BM25, words that fit a pattern get a fixed score, and metadata
    and exclusions do not score.
    """
    if isinstance(node, Word):
        return _scored_word(node, view)
    if isinstance(node, Phrase):
        words = [(Occur.Should, _scored_word(word, view)) for word in words_of(node)]
        return Query.boolean_query([(Occur.Must, unscored(phrase(node, view))), *words])
    if isinstance(node, Like):
        return Query.const_score_query(_like(node, view), LIKE_SCORE)
    if isinstance(node, Boost):
        return Query.boost_query(scoring(node.child, view), node.factor)
    if isinstance(node, And):
        return _and(node, view, scoring)
    if isinstance(node, Or):
        return any_of([_boosted(scoring(child, view), factor) for child, factor in (bag(node) or {}).items()])
    return unscored(matching(node, view))


def with_terms(query: Query, added: Feedback, view: View, ids: Sequence[str] = (), *, alone: bool = False) -> Query:
    """Returns a query that matches the same, with feedback for the documents of some ids, or for all if there are none.

    ``alone``: match these documents only, which takes far less time.
    """
    own = (Occur.Must, _boosted(query, added.share))
    terms = [(Occur.Should, _scored_term(term, view, factor)) for term, factor in added.terms.items()]
    if not ids:
        return Query.boolean_query([own, *terms])
    inside = (Occur.Must, unscored(view.any_term("id", ids)))
    if alone:
        return Query.boolean_query([inside, own, *terms])
    return Query.boolean_query([own, (Occur.Should, Query.boolean_query([inside, *terms]))])


def _boosted(query: Query, factor: float) -> Query:
    return query if factor == 1.0 else Query.boost_query(query, factor)


def _word(node: Word, view: View) -> Query:
    """Returns a query for the documents that have a word."""
    return any_of([_in_languages(view.term(node.field or "text", term), term, view) for term in node.terms])


def _scored_word(node: Word, view: View) -> Query:
    """Returns a query for the documents that have a word, with its score; of several terms the best one counts.

    The score of a word in one field is that of the word in all fields.
    """
    queries = []
    for term in node.terms:
        query = _scored_term(term, view)
        if node.field:
            query = all_of(query, unscored(view.term(node.field, term)))
        queries.append(_in_languages(query, term, view))
    if len(queries) == 1:
        return queries[0]
    return Query.disjunction_max_query(queries) if queries else Query.empty_query()


def _scored_term(term: str, view: View, factor: float = 1.0) -> Query:
    """Returns a query for the documents that have a term in their text, with its score; see ``ranking.damping``."""
    return Query.boost_query(view.term("text", term), factor * damping(*view.frequency(term)))


def _in_languages(query: Query, term: str, view: View) -> Query:
    languages = sorted(languages_of(term))
    return all_of(query, unscored(view.any_term("language", languages))) if languages else query


def _like(node: Like, view: View) -> Query:
    pattern, queries = node.pattern, []
    for name in text_fields(node.field):
        field = f"words_{name}"
        if pattern.kind == EXACT:
            queries.append(view.term(field, pattern.text))
        elif pattern.kind == GLOB:
            queries.append(_regex_query(field, glob(pattern.text), view))
        else:
            queries.append(Query.fuzzy_term_query(view.schema, field, pattern.text, pattern.distance))
    return any_of(queries)


def _label(node: Label, view: View) -> Query:
    mark = marked(node.key)
    if len(node.patterns) == 1:
        pattern = node.patterns[0]
        if pattern.kind == EXACT:
            return view.term("labels", mark + pattern.text)
        if pattern.kind == GLOB:
            return _regex_query("labels", literal(mark) + glob(pattern.text), view)
        if pattern.kind == BELOW:
            below = _regex_query("labels", literal(f"{mark}{pattern.text}/") + ".*", view)
            return any_of([view.term("labels", mark + pattern.text), below])
        return view.any_term("labels", _label_terms(pattern, mark, view))
    if node.exact:
        return Query.phrase_query(view.schema, "labels", [mark + pattern.text for pattern in node.patterns])
    expanded = [_label_terms(pattern, mark, view) for pattern in node.patterns]
    if not all(expanded):
        return Query.empty_query()
    words = [alternatives(terms) for terms in expanded]
    return Query.regex_phrase_query(view.schema, "labels", words)  # type: ignore[arg-type]


def _label_terms(pattern: Pattern, mark: str, view: View) -> list[str]:
    """Returns the terms of ``labels`` that a pattern stands for."""
    if pattern.kind == EXACT:
        return [mark + pattern.text]
    terms = [term[len(mark) :] for term in view.vocabulary("labels", mark + pattern.literal())]
    return bounded([mark + term for term in pattern.select(terms)])


def _regex_query(field: str, expression: str, view: View) -> Query:
    try:
        return Query.regex_query(view.schema, field, expression)
    except ValueError:
        raise UnsupportedQuery("a pattern of the query is too long for tantivy; use a shorter one") from None


def _regex(node: Regex, view: View) -> Query:
    test, mark = regex(node.pattern), label_key(node.key) + VALUE
    return view.any_term("values", bounded([t for t in view.vocabulary("values", mark) if test(t[len(mark) :])]))


def _date_range(node: DateRange, view: View) -> Query:
    mark = label_key(node.key) + TERM
    terms: list[str] = []
    spans: list[Query] = []
    for kind, value in cover(node.start, node.end):
        if kind == "term":
            terms.append(mark + value)
        elif kind == "years":
            years = between(*value.split("-"))
            spans.append(_regex_query("dates", literal(mark + "y") + years, view))
        else:
            at = mark + "@"
            dates = (term[len(at) :] for term in view.vocabulary("dates", at + value))
            terms += [at + date for date in dates if touches(date, node.start or "", node.end or "9")]
    return any_of([*spans, view.any_term("dates", terms)])


def _number_range(node: NumberRange, view: View) -> Query:
    mark = label_key(node.key) + TERM
    low = "0" * 16 if node.low is None else fine(node.low)
    high = "f" * 16 if node.high is None else fine(node.high)
    return _regex_query("numbers", literal(mark) + between(low, high), view)


def _and(node: And, view: View, inner: Callable[[Node, View], Query]) -> Query:
    clauses: list[tuple[Any, Query]] = []
    for child in dict.fromkeys(node.parts):
        if isinstance(child, Not):
            clauses.append((Occur.MustNot, matching(child.child, view)))
        elif inner is scoring and scored(child):
            clauses.append((Occur.Must, scoring(child, view)))
        else:
            clauses.append((Occur.Must, unscored(matching(child, view))))
    if all(occur == Occur.MustNot for occur, _ in clauses):
        clauses.append((Occur.Must, _every()))
    return Query.boolean_query(clauses)


def _every() -> Query:
    return unscored(Query.all_query())


_MATCHING: Final[dict[type[Node], Callable[..., Query]]] = {
    Every: lambda node, view: _every(),
    Word: _word,
    Phrase: phrase,
    Like: _like,
    Label: _label,
    Regex: _regex,
    Has: lambda node, view: view.term("has", label_key(node.key)),
    DateRange: _date_range,
    NumberRange: _number_range,
    Boost: lambda node, view: matching(node.child, view),
    Not: lambda node, view: without(_every(), matching(node.child, view)),
    And: lambda node, view: _and(node, view, matching),
    Or: lambda node, view: any_of([matching(child, view) for child in dict.fromkeys(node.parts)]),
}
