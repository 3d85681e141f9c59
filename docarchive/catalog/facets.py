"""Facets: how many articles of a result have each value of a key."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from typing import Final, NamedTuple

from docarchive import keys
from docarchive.catalog.filters import UNLABELLED, listed
from docarchive.errors import UsageError
from docarchive.query.document import DATE_FIELDS

#: How dates are put together, and how many characters of an ISO date that is.
UNITS: Final = {"year": 4, "month": 7, "day": 10}
_FEW: Final = 2_000


class Facet(NamedTuple):
    """What is counted.

    Attributes:
        name: As it was asked for.
        key: The metadata key.
        unit: For dates, one of ``UNITS``; else nothing.
    """

    name: str
    key: str
    unit: str = ""

    @classmethod
    def read(cls, name: str) -> Facet:
        """Reads what the user asks for: a key, ``year``, ``month`` or ``day``, or ``updated:month``.

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
            raise UsageError(f"{key} is text, not a value that could be counted; choose a key such as tag or place")
        return cls(name, first if unit and not keys.canonical(first) else key)


def count(
    db: sqlite3.Connection, facets: Sequence[Facet], rows: Collection[int] | None
) -> dict[str, list[tuple[str, int]]]:
    """Counts the articles of a result by value.

    Args:
        db: The catalog's database.
        facets: What is counted.
        rows: The articles' numbers; None for all of them.

    Returns:
        By name of the facet, values with counts: the most frequent first, dates in their order.
    """
    if rows is not None:
        db.execute("CREATE TEMP TABLE IF NOT EXISTS chosen (n INTEGER PRIMARY KEY)")
        db.execute("DELETE FROM chosen")
        db.execute("INSERT INTO chosen SELECT value FROM json_each(?)", (listed(sorted(rows)),))
    # Of many rows, each is looked up in the table; of few, the table is gone through: +n hides an index.
    among = "1" if rows is None else f"{'+' if len(rows) > _FEW else ''}n IN (SELECT n FROM chosen)"
    found = {}
    for facet in facets:
        counts = [(str(value), int(number)) for value, number in db.execute(*_selection(facet, among))]
        counts.sort(key=lambda pair: pair[0] if facet.unit else (-pair[1], pair[0]))
        found[facet.name] = counts
    return found


def _selection(facet: Facet, among: str) -> tuple[str, list[str]]:
    """Returns the query for values and counts, and its parameters."""
    if facet.unit or facet.key in ("title", *UNLABELLED):
        value = _unit(facet.key, facet.unit) if facet.unit else _column(facet.key)
        return f"SELECT {value} AS value, count(*) FROM articles WHERE value IS NOT NULL AND {among} GROUP BY value", []
    sql = f"""
        SELECT value, number FROM labels JOIN (
            SELECT label, count(*) AS number FROM labelled
            WHERE label IN (SELECT label FROM labels WHERE key = ?) AND {among} GROUP BY label
        ) USING (label)
    """
    return sql, [facet.key]


def _column(key: str) -> str:
    return key if key in ("id", "title") else f"json_extract(metadata, '$.{key}')"


def _unit(key: str, unit: str) -> str:
    """Returns a date's unit, or the coarser one that is known: both ends of a date agree up to there."""
    cases = [
        f"WHEN substr({key}_start, 1, {length}) = substr({key}_end, 1, {length}) THEN substr({key}_start, 1, {length})"
        for length in (10, 7, 4)
        if length <= UNITS[unit]
    ]
    return f"CASE {' '.join(cases)} END"
