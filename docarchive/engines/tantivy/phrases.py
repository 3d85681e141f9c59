"""Phrases: places with several terms, terms that count in some languages only, and words between.

tantivy's own slop lets words change places and is not kept to here: a phrase with words between is
asked for as each of the exact phrases that it can be.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import comb
from typing import Final

from tantivy import Query

from docarchive.analysis import Slot
from docarchive.engines.tantivy.patterns import alternatives
from docarchive.engines.tantivy.view import View, all_of, any_of
from docarchive.errors import UnsupportedQuery
from docarchive.query import Phrase
from docarchive.query.tree import languages_of, terms_in_language, text_fields

_MAX_WAYS: Final = 5_000
_ANY: Final = ""  # no language of an article: terms that count in some languages do not

Places = Sequence[tuple[int, Sequence[str]]]


def phrase(node: Phrase, view: View) -> Query:
    """Returns a query for a phrase.

    Raises:
        UnsupportedQuery: It can stand in too many ways.
    """
    if comb(node.slop + len(node.slots) - 1, node.slop) > _MAX_WAYS:
        raise UnsupportedQuery(
            f"{len(node.slots)} words with up to {node.slop} others between them can stand in more than "
            f"{_MAX_WAYS:,} ways; write a smaller number behind the phrase"
        )
    found = []
    for languages, places in _spoken(node.slots):
        ways = [_exact(way, name, view) for way in _ways(places, node.slop) for name in text_fields(node.field)]
        stands = any_of(ways)
        found.append(all_of(stands, view.any_term("language", languages)) if languages else stands)
    return any_of(found)


def _spoken(slots: Sequence[tuple[int, Slot]]) -> Iterator[tuple[list[str], Places]]:
    """Yields the forms of a phrase: languages of articles (none means any), and the terms at each place."""
    mentioned = sorted(set().union(*(languages_of(term) for _, terms in slots for term in terms)))
    forms: dict[tuple[tuple[int, tuple[str, ...]], ...], list[str]] = {}
    for language in [_ANY, *mentioned]:
        places = tuple((offset, tuple(terms_in_language(terms, language))) for offset, terms in slots)
        if all(terms for _, terms in places):
            forms.setdefault(places, []).append(language)
    for places, languages in forms.items():
        yield ([] if _ANY in languages else languages), places


def _ways(places: Places, slop: int) -> Iterator[Places]:
    """Yields a phrase with every number of other words between its words, up to slop all in all."""
    if len(places) < 2 or not slop:
        yield places
        return
    (first, terms), *rest = places
    for gap in range(slop + 1):
        for way in _ways(rest, slop - gap):
            yield [(first, terms), *((offset + gap, others) for offset, others in way)]


def _exact(places: Places, field: str, view: View) -> Query:
    if len(places) == 1:
        return view.any_term(field, places[0][1])
    if all(len(terms) == 1 for _, terms in places):
        return Query.phrase_query(view.schema, field, [(offset, terms[0]) for offset, terms in places])
    words: list[str | tuple[int, str]] = [(offset, alternatives(terms)) for offset, terms in places]
    return Query.regex_phrase_query(view.schema, field, words)
