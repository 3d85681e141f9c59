"""Facets: what articles are counted by, and which of their values are one.

Owns the rules for all that counts: the catalog, and the engines.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from docarchive import keys
from docarchive.errors import UsageError
from docarchive.query.document import DATE_FIELDS, UNLABELLED, value_terms
from docarchive.records import NamedTuple

#: The units by which dates are counted, and how many characters of an ISO date they take.
UNITS: Final = {"year": 4, "month": 7, "day": 10}

#: Values with their numbers of articles: the most frequent first, dates in order of time.
Counts = list[tuple[str, int]]


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

    @property
    def counts_labels(self) -> bool:
        """Whether it counts labels, not dates or values of which nearly every article has another one."""
        return not self.unit and self.key not in ("title", *UNLABELLED)

    def sorted(self, counts: Iterable[tuple[str, int]]) -> Counts:
        """Returns values and their numbers in order."""
        return sorted(counts, key=lambda pair: pair[0] if self.unit else (-pair[1], pair[0]))


def folded(key: str, value: str) -> str:
    """Returns what a value of a key has in common with those that queries do not distinguish from it."""
    return " ".join(value_terms(key, value)) or value


def spelling(values: Iterable[tuple[str, int]]) -> str:
    """Returns the spelling of values that are one, given with their numbers: the one that most articles have."""
    return min(values, key=lambda pair: (-pair[1], pair[0]))[0]
