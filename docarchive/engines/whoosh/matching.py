"""From the query tree to documents: one function a kind of node, which returns the set that it matches.

Postings are read term by term and whole, since sets and arrays are far faster in Python than matchers that
go from document to document (decision 0015).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

from docarchive.analysis import label_key
from docarchive.engines.dates import cover, touches
from docarchive.engines.terms import TERM, VALUE, fine
from docarchive.engines.whoosh.postings import REGIONS
from docarchive.engines.whoosh.schema import FIELD_BITS
from docarchive.engines.whoosh.view import Segment
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
from docarchive.query.patterns import EXACT, regex
from docarchive.query.phrases import merge_positions, phrase_occurs
from docarchive.query.tree import languages_of, text_fields

_MAX_EXPANSIONS: Final = 100_000


def docs(node: Node, segment: Segment) -> set[int]:
    """Returns the documents of a segment that a node matches.

    Raises:
        UnsupportedQuery: It would take more than memory should hold.
    """
    found = _DOCS[type(node)](node, segment)
    return found - segment.deleted if segment.deleted else found


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
    lists = [[_spots(term, field, candidates, segment) for term in terms] for _, terms in node.slots]
    offsets = [offset for offset, _ in node.slots]
    regions = [REGIONS[name] for name in text_fields(node.field)]

    def stands_in(number: int) -> bool:
        rows = [merge_positions([found.get(number, ()) for found in each]) for each in lists]
        for start, end in regions:
            inside = [[position for position in row if start <= position < end] for row in rows]
            if phrase_occurs(inside, offsets, node.slop):
                return True
        return False

    return {number for number in candidates if stands_in(number)}


def _spots(term: str, field: str, candidates: set[int], segment: Segment) -> dict[int, list[int]]:
    """Returns the positions of a term, in those of the candidates where its language counts."""
    block, languages = segment.postings(field, term), languages_of(term)
    if block is None:
        return {}
    return block.positions(candidates & segment.in_languages(languages) if languages else candidates)


def _like(node: Like, segment: Segment) -> set[int]:
    words = segment.terms_from("words", node.pattern.literal())
    bits = sum(FIELD_BITS[name] for name in text_fields(node.field))
    found: set[int] = set()
    for word in _bounded(node.pattern.select(words)):
        block = segment.postings("words", word)
        if block is None:
            continue
        if node.field is None:
            found.update(block.ids)
        else:
            found.update(n for n, mask in zip(block.ids, block.weights(), strict=True) if int(mask) & bits)
    return found


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
    lists = [
        [block.positions(candidates) for term in terms if (block := segment.postings("labels", term))]
        for terms in expanded
    ]
    offsets = list(range(len(expanded)))
    return {
        number
        for number in candidates
        if phrase_occurs([merge_positions([found.get(number, ()) for found in each]) for each in lists], offsets)
    }


def _label_terms(pattern: Pattern, key: str, segment: Segment) -> list[str]:
    """Returns the terms of ``labels`` that a pattern stands for."""
    if pattern.kind == EXACT:
        return [key + TERM + pattern.text, key + VALUE + pattern.text]
    found = []
    for mark in (TERM, VALUE):
        marked = key + mark
        terms = [term[len(marked) :] for term in segment.terms_from("labels", marked + pattern.literal())]
        # A whole value counts here only where it is one term as it stands.
        selected = (term for term in pattern.select(terms) if term and (mark == TERM or _one_term(term)))
        found += [marked + term for term in selected]
    return _bounded(found)


def _one_term(value: str) -> bool:
    from docarchive.analysis import label_terms

    return label_terms(value) == [value]


def _regex(node: Regex, segment: Segment) -> set[int]:
    test, marked = regex(node.pattern), label_key(node.key) + VALUE
    found = [term for term in segment.terms_from("labels", marked) if test(term[len(marked) :])]
    return set().union(*(segment.docs("labels", term) for term in _bounded(found)))


def _has(node: Has, segment: Segment) -> set[int]:
    return set(segment.docs("labels", label_key(node.key) + TERM))


def _date_range(node: DateRange, segment: Segment) -> set[int]:
    marked = label_key(node.key) + TERM
    found: set[int] = set()
    for kind, value in cover(node.start, node.end):
        if kind == "term":
            found.update(segment.docs("dates", marked + value))
        elif kind == "years":
            first, last = (f"{marked}y{year}" for year in value.split("-"))
            for term in segment.terms_from("dates", marked + "y"):
                if first <= term <= last:
                    found.update(segment.docs("dates", term))
        else:
            for term in segment.terms_from("dates", f"{marked}@{value}"):
                if touches(term[len(marked) + 1 :], node.start or "", node.end or "9"):
                    found.update(segment.docs("dates", term))
    return found


def _number_range(node: NumberRange, segment: Segment) -> set[int]:
    marked = label_key(node.key) + TERM
    low = "0" * 16 if node.low is None else fine(node.low)
    high = "f" * 16 if node.high is None else fine(node.high)
    found: set[int] = set()
    edges = {low[:4], high[:4]}
    for term in segment.terms_from("numbers", marked + "c"):
        coarse = term[len(marked) + 1 :]
        if low[:4] <= coarse <= high[:4] and coarse not in edges:
            found.update(segment.docs("numbers", term))
    for edge in edges:
        for term in segment.terms_from("numbers", f"{marked}f{edge}"):
            if low <= term[len(marked) + 1 :] <= high:
                found.update(segment.docs("numbers", term))
    return found


def _not(node: Not, segment: Segment) -> set[int]:
    return segment.alive - docs(node.child, segment)


def _and(node: And, segment: Segment) -> set[int]:
    found: set[int] | None = None
    parts = dict.fromkeys(node.parts)
    for part in sorted(parts, key=lambda part: isinstance(part, Not)):  # what excludes comes last
        if found is None:
            found = docs(part, segment)
        elif isinstance(part, Not):
            found = found - docs(part.child, segment)
        else:
            found = found & docs(part, segment)
        if not found:
            break
    return found or set()


def _or(node: Or, segment: Segment) -> set[int]:
    return set().union(*(docs(part, segment) for part in dict.fromkeys(node.parts)))


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
    block = segment.postings("title" if field == "title" else "text", term)
    if block is None or field == "title":
        return set(block.ids) if block else ()
    start, end = REGIONS[field]
    return {number for number, each in block.positions().items() if any(start <= place < end for place in each)}


def _bounded(terms: list[str]) -> list[str]:
    if len(terms) > _MAX_EXPANSIONS:
        raise UnsupportedQuery(f"more than {_MAX_EXPANSIONS:,} different words fit this wildcard; write more of it")
    return terms
