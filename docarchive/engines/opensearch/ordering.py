"""The order of hits: by score or by a column, and by id where these are equal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from docarchive.engines.opensearch.queries import Query
from docarchive.engines.opensearch.view import MOST_HITS, View
from docarchive.engines.protocol import Scored

#: What the index has a column of, to sort by.
SORTED: Final = ("date", "updated", "archived", "title")
_MARGIN: Final = 50  # hits beyond those that are wanted, which show whether the last one has equals
_DIGITS: Final = 4  # of scores
_FLOAT: Final = 2**-22  # the precision of the cluster's scores, with some to spare
_BY_ID: Final[dict[str, Any]] = {"id": {"order": "asc"}}
_BY_SCORE: Final[list[Any]] = [{"_score": {"order": "desc"}}, _BY_ID]


def by_id(query: Query, view: View, wanted: int, score: float = 0.0) -> tuple[int, list[Scored]]:
    """Returns the number of matches and the first of them by id, with the score that all have."""
    total, hits = view.first(query, wanted, [_BY_ID])
    return total, [Scored(id_, score) for (id_,) in hits]


def by_column(query: Query, view: View, sort: str, wanted: int) -> tuple[int, list[Scored]]:
    """Returns the number of matches and the first of them by a column; documents without a value are last."""
    total, hits = view.first(query, wanted, columns(sort))
    return total, [Scored(hit[-1], 0.0) for hit in hits]


def columns(sort: str) -> list[Any]:
    """Returns how the cluster sorts by one of ``SORTED``, perhaps after ``-``."""
    order = "desc" if sort.startswith("-") else "asc"
    return [{f"{sort.lstrip('-')}_key": {"order": order, "missing": "_last"}}, _BY_ID]


def by_score(query: Query, view: View, wanted: int) -> tuple[int, list[Scored]]:
    """Returns the number of matches and the best of them, by their rounded scores and by id.

    The cluster sorts by exact scores. So some more are asked for, which show whether hits with other exact scores
    equal the last that is wanted. If even the last of them does, those that equal it are asked for by id: very many
    may, as those of a very common word do.
    """
    limit = wanted + _MARGIN
    total, rows = view.first(query, limit, _BY_SCORE)
    best = sorted((Scored(id_, round(score, _DIGITS)) for score, id_ in rows), key=lambda hit: (-hit.score, hit.id))
    last = best[wanted - 1 : wanted]
    if len(rows) < limit or not last or round(rows[-1][0], _DIGITS) < last[0].score or limit > MOST_HITS:
        return total, best[:wanted]
    better = [hit for hit in best[:wanted] if hit.score > last[0].score]
    return total, [*better, *islice(_with_score(query, view, last[0].score, limit), wanted - len(better))]


def _with_score(query: Query, view: View, score: float, together: int) -> Iterator[Scored]:
    """Yields the matches with a rounded score in order of id, which are asked for so many together."""
    least = score - 0.5 * 10**-_DIGITS
    for exact, id_ in view.scored_by_id(query, least - abs(least) * _FLOAT, together):
        if round(exact, _DIGITS) == score:
            yield Scored(id_, score)
