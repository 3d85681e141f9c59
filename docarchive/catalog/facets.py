"""Facets: the values of a key in a result, with the number of articles that have them."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Sequence
from typing import Any, Final

from docarchive import keys
from docarchive.catalog import stored
from docarchive.catalog.filters import UNLABELLED, listed
from docarchive.errors import UsageError
from docarchive.query.document import DATE_FIELDS
from docarchive.records import NamedTuple

#: The units by which dates are counted, and how many characters of an ISO date they take.
UNITS: Final = {"year": 4, "month": 7, "day": 10}
#: With more rows than this, the index on n is not used; see ``count``.
_FEW: Final = 2_000


class Facet(NamedTuple):
    """What articles are counted by."""

    name: str  # the name that the user gave
    key: str  # the metadata key
    unit: str = ""  # for dates, one of ``UNITS``; else empty

    @classmethod
    def read(cls, name: str) -> Facet:
        """Reads the name of a facet: a key, ``year``, ``month``, ``day``, or a date key with a unit, ``updated:month``.

        Raises:
            UsageError: The key has no values to count.
        """
        first, _, unit = name.partition(":")
        if first in UNITS and not unit:
            return cls(name, "date", first)
        key = keys.canonical(first) or first
        if key in DATE_FIELDS:
            if unit and unit not in UNITS:
                raise UsageError(f"dates are counted by {', '.join(UNITS)}, not by {unit!r}")
            return cls(name, key, unit or "year")
        if key in ("summary", "body"):
            raise UsageError(f"{key} is text and cannot be counted; choose a key such as tag or place")
        return cls(name, first if unit and not keys.canonical(first) else key)


def count(
    db: sqlite3.Connection, facets: Sequence[Facet], rows: Collection[int] | None
) -> dict[str, list[tuple[str, int]]]:
    """Counts the articles of a result, by row number, by value; None for all articles.

    Returns by name of the facet the values with counts: the most frequent first, dates in order of time.
    """
    if rows is not None:
        db.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (n INTEGER PRIMARY KEY)")
        db.execute("DELETE FROM chosen")
        db.execute("INSERT INTO chosen SELECT value FROM json_each(?)", (listed(sorted(rows)),))
    # The + hides the index on n: for many rows it is faster to scan the table and to look its rows up in chosen.
    among = "1" if rows is None else f"{'+' if len(rows) > _FEW else ''}n IN (SELECT n FROM chosen)"
    counted = {}
    for facet in facets:
        if facet.unit or facet.key in ("title", *UNLABELLED):
            counts = [*_selected(db, "tn", _of_column(facet, among))]
        else:
            counts = _of_labels(db, facet.key, among)
        counts.sort(key=lambda pair: pair[0] if facet.unit else (-pair[1], pair[0]))
        counted[facet.name] = counts
    return counted


def _of_column(facet: Facet, among: str) -> str:
    """Returns the SQL for the values of a column and their counts."""
    value = _unit(facet.key, facet.unit) if facet.unit else _column(facet.key)
    return f"SELECT {value} AS value, count(*) FROM articles WHERE value IS NOT NULL AND {among} GROUP BY value"


def _of_labels(db: sqlite3.Connection, key: str, among: str) -> list[tuple[str, int]]:
    """Returns the labels of a key and their counts. Labels that queries do not distinguish are one.

    It has the spelling that most articles have.
    """
    sql = f"""
        SELECT terms, number, value, label FROM labels JOIN (
            SELECT label, count(*) AS number FROM labelled
            WHERE label IN (SELECT label FROM labels WHERE key = ?) AND {among} GROUP BY label
        ) USING (label)
    """
    spellings: dict[str, list[tuple[int, str, int]]] = {}
    for terms, number, value, label in _selected(db, "tntn", sql, [key]):
        spellings.setdefault(terms if terms.strip() else value, []).append((-number, str(value), label))
    counts = []
    for same in spellings.values():
        number, value, _ = min(same)
        if len(same) > 1:  # an article may have several of them
            labels = listed([label for _, _, label in same])
            sql = f"SELECT count(DISTINCT n) FROM labelled WHERE label IN (SELECT value FROM json_each(?)) AND {among}"
            number = -next(_selected(db, "n", sql, [labels]))[0]
        counts.append((value, -number))
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
