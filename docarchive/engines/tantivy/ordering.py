"""Putting what was found in order: by score or by a column, and by id where those are equal.

tantivy leaves open which of several equal documents come first. So what comes last on a page is
asked for once more where it may have equals behind it.
"""

from __future__ import annotations

from heapq import nsmallest
from itertools import groupby
from typing import Any, Final

from tantivy import FieldType, Query

from docarchive.engines.protocol import Scored
from docarchive.engines.ranking import Freshness
from docarchive.engines.tantivy.view import Hit, View, all_of, without
from docarchive.engines.terms import moment

_MARGIN: Final = 50  # more than are wanted, to see whether the last one has equals


def by_id(query: Query, view: View, wanted: int, score: float = 0.0) -> tuple[int, list[Scored]]:
    """Returns how many match, and the first of them in order of id, with the score that all have."""
    total, hits = view.first(query, wanted)
    return total, [Scored(id_, score) for id_, _ in hits]


def by_column(query: Query, view: View, sort: str, wanted: int) -> list[Scored]:
    """Returns the first of what matches, in order of a column; documents without a value come last."""
    field = sort.lstrip("-") + "_key"
    valued = Query.exists_query(field)
    hits = view.by(field, all_of(query, valued), wanted, descending=sort.startswith("-"))
    found: list[Scored] = []
    for key, group in groupby(hits, key=lambda hit: hit[0]):
        equals = list(group)
        if len(found) + len(equals) < len(hits) or len(hits) < wanted:
            found += [Scored(id_, 0.0) for id_ in sorted(view.id(address) for _, address in equals)]
        else:  # there may be more of them than these
            found += by_id(all_of(query, _equal(field, key, view)), view, wanted - len(found))[1]
    if len(found) < wanted:
        found += by_id(without(query, valued), view, wanted - len(found))[1]
    return found


def by_score(query: Query, view: View, wanted: int, freshness: Freshness | None = None) -> tuple[int, list[Scored]]:
    """Returns how many match, and the best of them, with scores rounded as they are compared."""
    limit = wanted + _MARGIN
    total, hits = view.ranked(query, min(limit, max(view.total, 1)))
    while True:
        rows = _rounded(hits, view, freshness)
        rows.sort(key=lambda row: -row[0])
        if len(hits) < limit or not wanted or round(hits[-1][0], 4) < rows[wanted - 1][0]:
            break
        limit *= 4
        hits = view.best(query, min(limit, total))
    if wanted < len(rows):
        rows = _first(rows, view, wanted)
    found = [Scored(view.id(address), score) for score, address in rows]
    return total, sorted(found, key=lambda hit: (-hit.score, hit.id))[:wanted]


def _first(rows: list[Hit], view: View, wanted: int) -> list[Hit]:
    """Returns the first of rows that are ordered by score, and what may have to come before the last of them by its id.

    Thousands of articles may be as good as the last one: so many ids are not looked up, but their first characters.
    """
    if not wanted:
        return []
    least = rows[wanted - 1][0]
    better = [row for row in rows if row[0] > least]
    equal = [row for row in rows if row[0] == least]
    keys = view.numbers("id_key", [address for _, address in equal])
    last = nsmallest(wanted - len(better), keys)[-1]
    return better + [row for row, key in zip(equal, keys, strict=True) if key <= last]


def _rounded(hits: list[tuple[float, Any]], view: View, freshness: Freshness | None) -> list[Hit]:
    if freshness is None:
        return [(round(score, 4), address) for score, address in hits]
    dates = view.numbers("date_key", [address for _, address in hits])
    return [
        (round(score * freshness.factor(moment(date or 0)), 4), address)
        for (score, address), date in zip(hits, dates, strict=True)
    ]


def _equal(field: str, key: Any, view: View) -> Query:
    if isinstance(key, str):
        return view.term(field, key)
    return Query.range_query(view.schema, field, FieldType.Unsigned, key, key)
