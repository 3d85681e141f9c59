"""Facets: how many articles of a result have each value of a key."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Collection
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


def count(db: sqlite3.Connection, facet: Facet, rows: Collection[int] | None) -> list[tuple[str, int]]:
    """Counts the articles of a result by value.

    Args:
        db: The catalog's database.
        facet: What is counted.
        rows: The articles' numbers; None for all of them.

    Returns:
        Values with counts, the most frequent first; dates in their order.
    """
    found = _pairs(db, facet, rows)
    return sorted(found.items()) if facet.unit else sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))


def _pairs(db: sqlite3.Connection, facet: Facet, rows: Collection[int] | None) -> Counter[str]:
    sql, parameters = _selection(facet)
    if rows is None:
        grouped = db.execute(f"SELECT value, count(*) FROM ({sql}) WHERE value IS NOT NULL GROUP BY value", parameters)
        return Counter({str(value): number for value, number in grouped})
    if len(rows) <= _FEW:
        few = f"SELECT value FROM ({sql}) WHERE value IS NOT NULL AND n IN (SELECT value FROM json_each(?))"
        return Counter(str(value) for (value,) in db.execute(few, [*parameters, listed(list(rows))]))
    wanted = rows if isinstance(rows, set | frozenset) else set(rows)
    return Counter([str(value) for value, n in db.execute(sql, parameters) if n in wanted and value is not None])


def _selection(facet: Facet) -> tuple[str, list[str]]:
    """Returns the query for all pairs of value and article."""
    if facet.unit == "year":
        return f"SELECT substr({facet.key}_start, 1, 4) AS value, n FROM articles", []
    if facet.unit:
        path = f"json_extract(metadata, '$.{facet.key}')"
        return f"SELECT substr({path}, 1, {UNITS[facet.unit]}) AS value, n FROM articles", []
    if facet.key in ("id", "title"):
        return f"SELECT {facet.key} AS value, n FROM articles", []
    if facet.key in UNLABELLED:
        return f"SELECT json_extract(metadata, '$.{facet.key}') AS value, n FROM articles", []
    return "SELECT labels.value AS value, n FROM labels JOIN labelled USING (label) WHERE key = ?", [facet.key]
