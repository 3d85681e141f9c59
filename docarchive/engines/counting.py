"""Counting: facets by the terms that engines index for queries: whole values, and the units of dates.

A value that is not indexed as it is has a mark, so that its key is left to the catalog.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from docarchive.analysis import label_key
from docarchive.engines.terms import TERM, VALUE
from docarchive.query.document import ADDRESS
from docarchive.query.facets import UNITS, Counts, Facet, folded, spelling

#: Of a key with more values than this, the catalog counts sooner.
MOST: Final = 2_000
#: Keys of which most articles have another value, or a long one: their terms are not even listed.
_VARIOUS: Final = frozenset({ADDRESS, "source_id", "highlights", "notes"})


class Matches(Protocol):
    """The documents that match a query."""

    def values(self, prefix: str) -> Mapping[str, int] | None:
        """Returns how many of them have each whole value that begins with a prefix; None if more than ``MOST`` do."""

    def dates(self, prefix: str) -> Mapping[str, int] | None:
        """Returns the same for the terms of dates."""

    def with_any(self, values: Sequence[str]) -> int:
        """Returns how many of them have any of several whole values."""


def prefixes(facet: Facet) -> list[tuple[str, str]]:
    """Returns the fields, ``values`` or ``dates``, and the prefixes whose terms ``counted`` asks for.

    There are none if the catalog must count.
    """
    if facet.unit:
        units = [*UNITS][: [*UNITS].index(facet.unit) + 1]
        return [("dates", f"{label_key(facet.key)}{TERM}{unit[0]}") for unit in units]
    if facet.counts_labels and facet.key not in _VARIOUS and label_key(facet.key) == facet.key:
        return [("values", facet.key + VALUE)]
    return []


def counted(facets: Sequence[Facet], matches: Matches) -> dict[str, Counts]:
    """Returns the counts of what matches, by facet's name, without facets that the catalog must count."""
    counts = {}
    for facet in facets:
        if prefixes(facet):
            own = by_date(prefixes(facet), matches) if facet.unit else _labels(facet.key, matches)
            if own is not None:
                counts[facet.name] = facet.sorted(own)
    return counts


def by_date(prefixes: Sequence[tuple[str, str]], matches: Matches) -> Counts | None:
    """Returns the dates that are counted by some ``prefixes``, with their numbers; None if there are too many.

    Of the articles of a year, those that are in none of its months have a date that is a year.
    """
    counts: Counter[str] = Counter()
    for (_, prefix), length in zip(prefixes, UNITS.values(), strict=False):
        numbers = matches.dates(prefix)
        if numbers is None:
            return None
        for term, number in numbers.items():
            date = term[len(prefix) :]
            counts[date] += number
            if length > UNITS["year"]:
                counts[date[: length - 3]] -= number
    return [(date, number) for date, number in counts.items() if number]


def _labels(key: str, matches: Matches) -> Counts | None:
    """Returns the values of a key and their numbers; None if there are too many, or some are indexed otherwise."""
    if matches.with_any([VALUE + key]):
        return None
    return by_label(key, key + VALUE, matches)


def by_label(key: str, prefix: str, matches: Matches) -> Counts | None:
    """Returns the values of a key, which begin with a prefix, and their numbers; None if there are too many."""
    numbers = matches.values(prefix)
    if numbers is None:
        return None
    spellings: dict[str, Counts] = {}
    for term, number in numbers.items():
        if number:
            value = term[len(prefix) :]
            spellings.setdefault(folded(key, value), []).append((value, number))
    return [
        # An article may have several spellings.
        same[0] if len(same) == 1 else (spelling(same), matches.with_any([prefix + value for value, _ in same]))
        for same in spellings.values()
    ]
