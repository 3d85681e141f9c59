"""From the query tree to Whoosh's queries.

Each kind of node has one function. Words and phrases are scored; labels, dates and exclusions only
filter.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from whoosh import query as wq
from whoosh.matching import ListMatcher
from whoosh.query import spans

from docarchive.analysis import Analyzer, fold_word
from docarchive.engines.whoosh.schema import REGION_END, REGIONS, SEPARATOR, WORD_MARK
from docarchive.errors import UnsupportedQuery
from docarchive.query import And, DateRange, Every, Label, Node, Not, Or, Phrase, Prefix, Word

_MAX_EXPANSIONS = 10_000
_NEXT_TO_NOTHING = 1e-6


def compile_query(node: Node, analyzer: Analyzer, expand: Callable[[str, str], list[str]]) -> Any:
    """Turns a tree into a Whoosh query.

    Args:
        node: The tree.
        analyzer: The one that the index was made with.
        expand: Returns the terms of a field that start with a prefix: ``expand(field, prefix)``.

    Raises:
        UnsupportedQuery: A node that Whoosh cannot answer.
    """
    compile_ = partial(compile_query, analyzer=analyzer, expand=expand)
    if isinstance(node, Every):
        return wq.Every()
    if isinstance(node, Word):
        return _in_field([analyzer.term(node.text)], node.field)
    if isinstance(node, Phrase):
        return _in_field([analyzer.term(word) for word in node.words], node.field)
    if isinstance(node, Prefix):
        return _prefix(node)
    if isinstance(node, Label):
        return _filter(_label(node, expand))
    if isinstance(node, DateRange):
        return _filter(wq.Or([_date_part(part, expand, node.field) for part in cover(node.start, node.end)]))
    if isinstance(node, Not):
        return _filter(wq.And([wq.Every(), wq.Not(compile_(node.child))]))
    if isinstance(node, And):
        wanted = [compile_(part) for part in node.parts if not isinstance(part, Not)]
        excluded = [wq.Not(compile_(part.child)) for part in node.parts if isinstance(part, Not)]
        return wq.And((wanted or [_filter(wq.Every())]) + excluded)
    if isinstance(node, Or):
        return wq.Or([compile_(part) for part in node.parts])
    raise UnsupportedQuery(f"whoosh cannot answer {type(node).__name__}")


def cover(start: str | None, end: str | None) -> Iterator[tuple[str, str]]:
    """Yields the date terms that together stand for a range.

    Years that lie inside come as one span; years, months and days at the ends are taken apart. A
    date of coarser precision than the cut (the whole of 2024, of 2024-03) touches the range too.

    Yields:
        ``("years", "1987-1990")``, ``("term", token)`` or ``("moments", "1987-03-01")`` with the
        range appended for the engine to compare.
    """
    low, high = start or "0001", end or "9999-12-31T23:59:59.999999"
    first, last = int(low[:4] or 1), int(high[:4] or 0)
    if last < first:
        return
    inner_first = first if _inside(f"{first:04d}", low, high) else first + 1
    inner_last = last if _inside(f"{last:04d}", low, high) else last - 1
    if inner_first <= inner_last:
        yield "years", f"{inner_first:04d}-{inner_last:04d}"
    for year in sorted({first, last} - set(range(inner_first, inner_last + 1))):
        yield from _unit(f"{year:04d}", low, high)


def _unit(unit: str, low: str, high: str) -> Iterator[tuple[str, str]]:
    if _inside(unit, low, high):
        yield "term", "ymd"[len(unit) // 3 - 1] + unit
    elif _touches(unit, low, high):
        yield "term", "=" + unit
        if len(unit) == 10:
            yield "moments", f"{unit}{SEPARATOR}{low}{SEPARATOR}{high}"
        else:
            for number in range(1, 13 if len(unit) == 4 else _days(unit) + 1):
                yield from _unit(f"{unit}-{number:02d}", low, high)


def _days(month: str) -> int:
    from calendar import monthrange

    return monthrange(int(month[:4]), int(month[5:]))[1]


def _bounds(unit: str) -> tuple[str, str]:
    from docarchive.dates import PartialDate

    date = PartialDate(unit)
    return date.start, date.end


def _inside(unit: str, low: str, high: str) -> bool:
    start, end = _bounds(unit)
    return start >= low and end <= high


def _touches(unit: str, low: str, high: str) -> bool:
    start, end = _bounds(unit)
    return end >= low and start <= high


def _date_part(part: tuple[str, str], expand: Callable[[str, str], list[str]], field: str) -> Any:
    kind, value = part
    marked = field + SEPARATOR
    if kind == "term":
        return wq.Term("dates", marked + value)
    if kind == "years":
        first, last = value.split("-")
        return wq.TermRange("dates", f"{marked}y{first}", f"{marked}y{last}", constantscore=True)
    day, low, high = value.split(SEPARATOR)
    moments = expand("dates", f"{marked}@{day}")
    return wq.Or([wq.Term("dates", m) for m in moments if _touches(m[len(marked) + 1 :], low, high)])


def _in_field(terms: list[str], field: str | None) -> Any:
    """Returns a term or a phrase, in any text field or in one."""
    place = "title" if field == "title" else "text"
    found = wq.Term(place, terms[0]) if len(terms) == 1 else wq.Phrase(place, terms)
    if field in (None, "title"):
        return found
    return _Within(found, REGIONS[field][0], REGION_END[field])


def _prefix(node: Prefix) -> Any:
    marks = WORD_MARK.values() if node.field is None else [WORD_MARK[node.field]]
    start = fold_word(node.text)
    return wq.Or([wq.Prefix("words", mark + start, constantscore=True) for mark in marks])


def _label(node: Label, expand: Callable[[str, str], list[str]]) -> Any:
    marked = node.key + SEPARATOR
    terms = [marked + term for term in node.terms]
    if not terms:
        return wq.Term("labels", marked)
    if not node.prefix:
        return wq.Term("labels", terms[0]) if len(terms) == 1 else wq.Phrase("labels", terms)
    if len(terms) == 1:
        return wq.Prefix("labels", terms[0], constantscore=True)
    lasts = expand("labels", terms[-1])
    if len(lasts) > _MAX_EXPANSIONS:
        raise UnsupportedQuery(f"{node.key}: more than {_MAX_EXPANSIONS:,} values start so; write more of it")
    return wq.Or([wq.Phrase("labels", [*terms[:-1], last]) for last in lasts])


def _filter(query: Any) -> Any:
    return _Unscored(query)


class _Unscored(wq.ConstantScoreQuery):
    """Matches what its child matches, with a score that rounds to 0.

    Whoosh's own query takes 0 for 1, and its union of many takes a score of 0 for no match.
    """

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        found = self.child.matcher(searcher, context)
        if not found.is_active():
            return found
        ids = array("I", found.all_ids())
        return ListMatcher(ids, array("f", [_NEXT_TO_NOTHING]) * len(ids))


class _Within(spans.WrappingSpan):
    """Matches what its child matches at positions from start up to end, not included."""

    boost = 1.0

    def __init__(self, q: Any, start: int, end: int) -> None:
        self.q = q
        self.start = start
        self.end = end

    def __hash__(self) -> int:
        return hash((self.q, self.start, self.end))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Within) and (self.q, self.start, self.end) == (other.q, other.start, other.end)

    def estimate_size(self, ixreader: Any) -> Any:
        return self.q.estimate_size(ixreader)

    def estimate_min_size(self, ixreader: Any) -> Any:
        return self.q.estimate_min_size(ixreader)

    def matcher(self, searcher: Any, context: Any = None) -> Any:
        return _WithinMatcher(self._subm(searcher, context), self.start, self.end)


class _WithinMatcher(spans.SpanWrappingMatcher):
    def __init__(self, child: Any, start: int, end: int) -> None:
        self.start = start
        self.end = end
        super().__init__(child)

    def copy(self) -> _WithinMatcher:
        return _WithinMatcher(self.child.copy(), self.start, self.end)

    def _replacement(self, newchild: Any) -> _WithinMatcher:
        return _WithinMatcher(newchild, self.start, self.end)

    def _get_spans(self) -> list[Any]:
        return [span for span in self.child.spans() if self.start <= span.start and span.end < self.end]
