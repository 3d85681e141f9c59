"""Facets: counts the values of a key in a result, in SQL; engines count most of them sooner (``Engine.facets``)."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from docarchive.catalog import stored
from docarchive.catalog.filters import listed
from docarchive.query.facets import UNITS, Counts, Facet, spelling

#: With more rows than this, the index on n is not used; see ``count``.
_FEW: Final = 2_000


def count(db: sqlite3.Connection, facets: Sequence[Facet], rows: Collection[int] | None) -> dict[str, Counts]:
    """Counts the articles of a result, by row number, by value, by facet's name; None for all articles."""
    if rows is not None:
        db.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (n INTEGER PRIMARY KEY)")
        db.execute("DELETE FROM chosen")
        db.execute("INSERT INTO chosen SELECT value FROM json_each(?)", (listed(sorted(rows)),))
    # The + hides the index on n: for many rows it is faster to scan the table and to look its rows up in chosen.
    among = "1" if rows is None else f"{'+' if len(rows) > _FEW else ''}n IN (SELECT n FROM chosen)"
    counted = {}
    for facet in facets:
        is_label = facet.counts_labels
        counts = _of_labels(db, facet.key, among) if is_label else _selected(db, "tn", _of_column(facet, among))
        counted[facet.name] = facet.sorted(counts)
    return counted


def _of_column(facet: Facet, among: str) -> str:
    """Returns the SQL for the values of a column and their counts."""
    value = _unit(facet.key, facet.unit) if facet.unit else _column(facet.key)
    return f"SELECT {value} AS value, count(*) FROM articles WHERE value IS NOT NULL AND {among} GROUP BY value"


def _of_labels(db: sqlite3.Connection, key: str, among: str) -> Counts:
    """Returns the labels of a key and their counts. Labels that queries do not distinguish are one.

    It has the spelling that most articles have.
    """
    sql = f"""
        SELECT terms, value, number, label FROM labels JOIN (
            SELECT label, count(*) AS number FROM labelled
            WHERE label IN (SELECT label FROM labels WHERE key = ?) AND {among} GROUP BY label
        ) USING (label)
    """
    spellings: dict[str, list[tuple[str, int, int]]] = {}
    for terms, *rest in _selected(db, "ttnn", sql, [key]):
        spellings.setdefault(terms if terms.strip() else rest[0], []).append(tuple(rest))
    counts = []
    for same in spellings.values():
        number = same[0][1]
        if len(same) > 1:  # an article may have several of them
            labels = listed([label for _, _, label in same])
            sql = f"SELECT count(DISTINCT n) FROM labelled WHERE label IN (SELECT value FROM json_each(?)) AND {among}"
            number = next(_selected(db, "n", sql, [labels]))[0]
        counts.append((spelling((value, count) for value, count, _ in same), number))
    return counts


def _selected(db: sqlite3.Connection, types: str, sql: str, parameters: Any = ()) -> Iterator[Any]:
    return (row for batch in stored.rows(db, types, sql, parameters) for row in batch)


def _column(key: str) -> str:
    return key if key in ("id", "title") else f"json_extract(metadata, '$.{key}')"


def _unit(key: str, unit: str) -> str:
    """Returns the SQL for a date cut to a unit, or to the coarser unit that it has: where its two ends agree."""
    cases = [
        f"WHEN substr({key}_start, 1, {length}) = substr({key}_end, 1, {length}) THEN substr({key}_start, 1, {length})"
        for length in (10, 7, 4)
        if length <= UNITS[unit]
    ]
    return f"CASE {' '.join(cases)} END"
