"""The order of hits: by score or by a column, and by id where these are equal.

tantivy does not define the order of equal documents. So the last ones of a page are queried again if documents after
the page may be equal to them.
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

_MARGIN: Final = 50  # hits beyond those that are wanted, which show whether the last one has equals


def by_id(query: Query, view: View, wanted: int, score: float = 0.0) -> tuple[int, list[Scored]]:
    """Returns the number of matches and the first of them by id, with the score that all have."""
    total, hits = view.ask(query, wanted, by="id")
    return total, [Scored(id_, score) for id_, _ in hits]


def by_column(query: Query, view: View, sort: str, wanted: int) -> list[Scored]:
    """Returns the first matches by a column; documents without a value are last."""
    field = sort.lstrip("-") + "_key"
    valued = Query.exists_query(field)
    hits = view.by(field, all_of(query, valued), wanted, descending=sort.startswith("-"))
    ordered: list[Scored] = []
    for key, group in groupby(hits, key=lambda hit: hit[0]):
        equals = list(group)
        if len(ordered) + len(equals) < len(hits) or len(hits) < wanted:
            ordered += [Scored(id_, 0.0) for id_ in sorted(view.id(address) for _, address in equals)]
        else:  # documents after these may be equal to them
            ordered += by_id(all_of(query, _equal(field, key, view)), view, wanted - len(ordered))[1]
    if len(ordered) < wanted:
        ordered += by_id(without(query, valued), view, wanted - len(ordered))[1]
    return ordered


def by_score(query: Query, view: View, wanted: int, freshness: Freshness | None = None) -> tuple[int, list[Scored]]:
    """Returns the number of matches and the best of them, by their rounded scores."""
    limit = wanted + _MARGIN
    total, hits = view.ask(query, min(limit, max(view.total, 1)))
    while True:
        rows = _rounded(hits, view, freshness)
        rows.sort(key=lambda row: -row[0])
        if len(hits) < limit or not wanted or round(hits[-1][0], 4) < rows[wanted - 1][0]:
            break
        limit *= 4
        hits = view.best(query, min(limit, total))
    if wanted < len(rows):
        rows = _first(rows, view, wanted)
    best = [Scored(view.id(address), score) for score, address in rows]
    return total, sorted(best, key=lambda hit: (-hit.score, hit.id))[:wanted]


def _first(rows: list[Hit], view: View, wanted: int) -> list[Hit]:
    """Returns the first of rows that are ordered by score, and those with an equal score that may precede them by id.

    Thousands of articles may be equal to the last one: the first characters of ids are compared, and few ids are read.
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
