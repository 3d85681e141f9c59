"""Phrases: slots with several terms, terms that count in some languages only, and other words between.

tantivy's own slop allows words to change their order, so that it is not used: a phrase with slop is searched for as
each of the exact phrases that it stands for.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb
from typing import Final

from tantivy import Query

from docarchive.engines.forms import Slots, by_language
from docarchive.engines.tantivy.patterns import alternatives
from docarchive.engines.tantivy.view import View, all_of, any_of
from docarchive.errors import UnsupportedQuery
from docarchive.query import Phrase
from docarchive.query.tree import text_fields

_MAX_WAYS: Final = 5_000


def phrase(node: Phrase, view: View) -> Query:
    """Returns a query for a phrase; raises ``UnsupportedQuery`` if it stands for too many exact phrases."""
    if comb(node.slop + len(node.slots) - 1, node.slop) > _MAX_WAYS:
        raise UnsupportedQuery(
            f"{len(node.slots)} words with up to {node.slop} others between them can be arranged in more than "
            f"{_MAX_WAYS:,} ways; use a smaller number after the phrase"
        )
    queries = []
    for languages, slots in by_language(node.slots):
        exact = [_exact(way, name, view) for way in _ways(slots, node.slop) for name in text_fields(node.field)]
        query = any_of(exact)
        queries.append(all_of(query, view.any_term("language", languages)) if languages else query)
    return any_of(queries)


def _ways(slots: Slots, slop: int) -> Iterator[Slots]:
    """Yields the slots with all numbers of other words between them, up to slop in total."""
    if len(slots) < 2 or not slop:
        yield slots
        return
    (first, terms), *rest = slots
    for gap in range(slop + 1):
        for way in _ways(rest, slop - gap):
            yield [(first, terms), *((offset + gap, others) for offset, others in way)]


def _exact(slots: Slots, field: str, view: View) -> Query:
    if len(slots) == 1:
        return view.any_term(field, slots[0][1])
    if all(len(terms) == 1 for _, terms in slots):
        return Query.phrase_query(view.schema, field, [(offset, terms[0]) for offset, terms in slots])
    words: list[str | tuple[int, str]] = [(offset, alternatives(terms)) for offset, terms in slots]
    return Query.regex_phrase_query(view.schema, field, words)
