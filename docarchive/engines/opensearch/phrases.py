"""Phrases: slots with several terms, terms that count in some languages only, and other words between."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from docarchive.engines.forms import Slots, by_language
from docarchive.engines.opensearch.queries import Query, all_of, any_of, any_term
from docarchive.engines.opensearch.schema import slots_text
from docarchive.query import Phrase
from docarchive.query.tree import text_fields

#: A distance beyond which a phrase cannot be written out: it needs a token for each position.
_FAR: Final = 1_000


def phrase(node: Phrase) -> Query:
    """Returns a query for a phrase."""
    queries = []
    for languages, slots in by_language(node.slots):
        query = any_of([_in_field(slots, name, node.slop) for name in text_fields(node.field)])
        queries.append(all_of(query, any_term("language", languages)) if languages else query)
    return any_of(queries)


def _in_field(slots: Slots, field: str, slop: int) -> Query:
    if len(slots) == 1:
        return any_term(field, slots[0][1])
    if slop == 0 and slots[-1][0] < _FAR:
        return _exact(slots, field)
    return _near(slots, field, slop)


def _exact(slots: Slots, field: str) -> Query:
    """Returns a query for terms at fixed distances, as a text that the analyzer reads as it does those of articles."""
    positions: list[tuple[str, ...]] = [()] * (slots[-1][0] + 1)
    for offset, terms in slots:
        positions[offset] = tuple(terms)
    return {"match_phrase": {field: {"query": slots_text(positions), "analyzer": "slots"}}}


def _near(slots: Slots, field: str, slop: int) -> Query:
    """Returns a query for terms in order with other words between.

    Lucene takes the first place of each term after that of the term before it, as ``phrase_occurrences`` does.
    """
    clauses: list[dict[str, Any]] = []
    last = slots[0][0] - 1
    for offset, terms in slots:
        if offset > last + 1:
            clauses.append({"span_gap": {field: offset - last - 1}})
        clauses.append(_any_span(field, terms))
        last = offset
    return {"span_near": {"clauses": clauses, "slop": slop, "in_order": True}}


def _any_span(field: str, terms: Sequence[str]) -> dict[str, Any]:
    spans = [{"span_term": {field: {"value": term}}} for term in terms]
    return spans[0] if len(spans) == 1 else {"span_or": {"clauses": spans}}
