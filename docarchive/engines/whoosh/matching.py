"""From the query tree to documents: one function a kind of node, which returns the set that it matches.

Postings are read term by term and whole, since sets and arrays are far faster in Python than matchers that
go from document to document (decision 0015).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from docarchive.analysis import label_key
from docarchive.engines.dates import cover, touches
from docarchive.engines.terms import TERM, VALUE, bounded, fine
from docarchive.engines.whoosh.postings import REGIONS
from docarchive.engines.whoosh.schema import FIELD_BITS
from docarchive.engines.whoosh.view import Segment
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
from docarchive.query.patterns import EXACT, regex
from docarchive.query.phrases import merge_positions, phrase_occurs
from docarchive.query.tree import languages_of, text_fields


def docs(node: Node, segment: Segment) -> set[int]:
    """Returns the documents of a segment that a node matches.

    Raises:
        UnsupportedQuery: A pattern stands for too many words to hold in memory.
    """
    numbers = _DOCS[type(node)](node, segment)
    return numbers - segment.deleted if segment.deleted else numbers


def _every(node: Every, segment: Segment) -> set[int]:
    return set(segment.alive)


def _word(node: Word, segment: Segment) -> set[int]:
    if node.field in (None, "title"):
        return set().union(*(segment.words(term, node.field or "text") for term in node.terms))
    return set().union(*(segment.spoken(in_field(term, node.field, segment), term) for term in node.terms))


def _phrase(node: Phrase, segment: Segment) -> set[int]:
    field = "title" if node.field == "title" else "text"
    candidates = set.intersection(
        *(set().union(*(segment.words(term, field) for term in terms)) for _, terms in node.slots)
    )
    if not candidates:
        return candidates
    rows = [[_positions(term, field, candidates, segment) for term in terms] for _, terms in node.slots]
    offsets = [offset for offset, _ in node.slots]
    regions = [REGIONS[name] for name in text_fields(node.field)]

    def has_phrase(number: int) -> bool:
        positions = [merge_positions([postings.get(number, ()) for postings in slot]) for slot in rows]
        for start, end in regions:
            inside = [[position for position in row if start <= position < end] for row in positions]
            if phrase_occurs(inside, offsets, node.slop):
                return True
        return False

    return {number for number in candidates if has_phrase(number)}


def _positions(term: str, field: str, candidates: set[int], segment: Segment) -> dict[int, list[int]]:
    """Returns the positions of a term in candidates whose language it counts in."""
    postings, languages = segment.postings(field, term), languages_of(term)
    if postings is None:
        return {}
    return postings.positions(candidates & segment.in_languages(languages) if languages else candidates)


def _like(node: Like, segment: Segment) -> set[int]:
    words = segment.terms_from("words", node.pattern.literal())
    bits = sum(FIELD_BITS[name] for name in text_fields(node.field))
    numbers: set[int] = set()
    for word in bounded(node.pattern.select(words)):
        if postings := segment.postings("words", word):
            numbers.update(postings.ids if node.field is None else postings.with_bits(bits))
    return numbers


def _label(node: Label, segment: Segment) -> set[int]:
    key = label_key(node.key)
    expanded = [_label_terms(pattern, key, segment) for pattern in node.patterns]
    if not all(expanded):
        return set()
    if len(expanded) == 1:
        return set().union(*(segment.docs("labels", term) for term in expanded[0]))
    candidates = set.intersection(
        *(set().union(*(segment.docs("labels", term) for term in terms)) for terms in expanded)
    )
    rows = [
        [postings.positions(candidates) for term in terms if (postings := segment.postings("labels", term))]
        for terms in expanded
    ]
    offsets = list(range(len(expanded)))
    return {
        number
        for number in candidates
        if phrase_occurs([merge_positions([positions.get(number, ()) for positions in slot]) for slot in rows], offsets)
    }


def _label_terms(pattern: Pattern, key: str, segment: Segment) -> list[str]:
    """Returns the terms of ``labels`` that a pattern stands for."""
    if pattern.kind == EXACT:
        return [key + TERM + pattern.text, key + VALUE + pattern.text]
    labels = []
    for mark in (TERM, VALUE):
        marked = key + mark
        terms = [term[len(marked) :] for term in segment.terms_from("labels", marked + pattern.literal())]
        # A whole value counts only where it is one term as it is written: it is not indexed as a term then.
        selected = (term for term in pattern.select(terms) if term and (mark == TERM or _one_term(term)))
        labels += [marked + term for term in selected]
    return bounded(labels)


def _one_term(value: str) -> bool:
    from docarchive.analysis import label_terms

    return label_terms(value) == [value]


def _regex(node: Regex, segment: Segment) -> set[int]:
    test, marked = regex(node.pattern), label_key(node.key) + VALUE
    values = [term for term in segment.terms_from("labels", marked) if test(term[len(marked) :])]
    return set().union(*(segment.docs("labels", term) for term in bounded(values)))


def _has(node: Has, segment: Segment) -> set[int]:
    return set(segment.docs("labels", label_key(node.key) + TERM))


def _date_range(node: DateRange, segment: Segment) -> set[int]:
    marked = label_key(node.key) + TERM
    terms: list[str] = []
    for kind, value in cover(node.start, node.end):
        if kind == "term":
            terms.append(marked + value)
        elif kind == "years":
            first, last = (f"{marked}y{year}" for year in value.split("-"))
            terms += [term for term in segment.terms_from("dates", marked + "y") if first <= term <= last]
        else:
            moments = segment.terms_from("dates", f"{marked}@{value}")
            start, end = node.start or "", node.end or "9"
            terms += [term for term in moments if touches(term[len(marked) + 1 :], start, end)]
    return set().union(*(segment.docs("dates", term) for term in terms))


def _number_range(node: NumberRange, segment: Segment) -> set[int]:
    marked = label_key(node.key) + TERM
    low = "0" * 16 if node.low is None else fine(node.low)
    high = "f" * 16 if node.high is None else fine(node.high)
    edges = {low[:4], high[:4]}
    terms: list[str] = []
    for term in segment.terms_from("numbers", marked + "c"):
        coarse = term[len(marked) + 1 :]
        if low[:4] <= coarse <= high[:4] and coarse not in edges:
            terms.append(term)
    for edge in edges:
        fine_terms = segment.terms_from("numbers", f"{marked}f{edge}")
        terms += [term for term in fine_terms if low <= term[len(marked) + 1 :] <= high]
    return set().union(*(segment.docs("numbers", term) for term in terms))


def _not(node: Not, segment: Segment) -> set[int]:
    return segment.alive - docs(node.child, segment)


def _and(node: And, segment: Segment) -> set[int]:
    numbers: set[int] | None = None
    children = dict.fromkeys(node.parts)
    for child in sorted(children, key=lambda child: isinstance(child, Not)):  # exclusions last
        if numbers is None:
            numbers = docs(child, segment)
        elif isinstance(child, Not):
            numbers = numbers - docs(child.child, segment)
        else:
            numbers = numbers & docs(child, segment)
        if not numbers:
            break
    return numbers or set()


def _or(node: Or, segment: Segment) -> set[int]:
    return set().union(*(docs(child, segment) for child in dict.fromkeys(node.parts)))


_DOCS: Final[dict[type[Node], Callable[..., set[int]]]] = {
    Every: _every,
    Word: _word,
    Phrase: _phrase,
    Like: _like,
    Label: _label,
    Regex: _regex,
    Has: _has,
    DateRange: _date_range,
    NumberRange: _number_range,
    Boost: lambda node, segment: docs(node.child, segment),
    Not: _not,
    And: _and,
    Or: _or,
}


def in_field(term: str, field: str, segment: Segment) -> Collection[int]:
    """Returns the documents that have a term in one text field."""
    postings = segment.postings("title" if field == "title" else "text", term)
    if postings is None or field == "title":
        return set(postings.ids) if postings else ()
    start, end = REGIONS[field]
    return {
        number
        for number, positions in postings.positions().items()
        if any(start <= position < end for position in positions)
    }
