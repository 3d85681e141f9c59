"""Matches: the documents that match a query, as ``engines.counting`` counts them.

If all documents of a segment match, their numbers are in its dictionary, and no postings are read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from docarchive.engines.counting import MOST
from docarchive.engines.whoosh.matching import docs
from docarchive.engines.whoosh.view import Segment
from docarchive.query import Node


class Matches:
    """See ``engines.counting.Matches``."""

    def __init__(self, query: Node, segments: Sequence[Segment]) -> None:
        self._segments = [(segment, _mask(docs(query, segment), segment.count)) for segment in segments]

    def values(self, prefix: str) -> Counter[str] | None:
        """See ``engines.counting.Matches``."""
        return self._numbers("labels", prefix)

    def dates(self, prefix: str) -> Counter[str] | None:
        """See ``engines.counting.Matches``."""
        return self._numbers("dates", prefix)

    def with_any(self, values: Sequence[str]) -> int:
        """See ``engines.counting.Matches``."""
        number = 0
        for segment, mask in self._segments:
            numbers = set().union(*(segment.docs("labels", value) for value in values))
            number += len(numbers) if mask is None else _marked(numbers, mask)
        return number

    def _numbers(self, field: str, prefix: str) -> Counter[str] | None:
        numbers: Counter[str] = Counter()
        for segment, mask in self._segments:
            terms = segment.terms_from(field, prefix)
            if len(numbers.keys() | terms) > MOST:
                return None
            for term in terms:
                own = segment.frequency(term, field) if mask is None else _marked(segment.docs(field, term), mask)
                numbers[term] += own
        return numbers


def _mask(numbers: set[int], count: int) -> bytearray | None:
    """Returns a 1 for each of a segment's documents that match, a 0 for the others; None if all match."""
    if len(numbers) == count:
        return None
    mask = bytearray(count)
    for number in numbers:
        mask[number] = 1
    return mask


def _marked(numbers: Iterable[int], mask: bytearray) -> int:
    return sum(map(mask.__getitem__, numbers))
