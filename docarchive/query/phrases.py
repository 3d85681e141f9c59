"""Phrases: where terms stand one after the other, by their positions; the same for every engine."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence


def phrase_occurs(lists: Sequence[Sequence[int]], offsets: Sequence[int], slop: int = 0) -> bool:
    """Tells whether a phrase stands anywhere; see ``phrase_occurrences``."""
    if slop == 0 and len(lists) > 1 and all(lists):
        starts = set(lists[0])
        for positions, offset in zip(lists[1:], offsets[1:], strict=True):
            starts &= {position - offset for position in positions}
        return bool(starts)
    return next(phrase_occurrences(lists, offsets, slop), None) is not None


def phrase_occurrences(
    lists: Sequence[Sequence[int]], offsets: Sequence[int], slop: int = 0
) -> Iterator[tuple[int, ...]]:
    """Yields the positions of a phrase's terms wherever it stands.

    Args:
        lists: The positions of each of its terms, ascending.
        offsets: Each term's distance from the first.
        slop: How many other words may stand between them, all in all; the order is kept.
    """
    for start in lists[0] if all(lists) else ():
        found = [start]
        for index in range(1, len(lists)):
            earliest = found[-1] + offsets[index] - offsets[index - 1]
            place = bisect_left(lists[index], earliest)
            if place == len(lists[index]):
                return  # nor does it stand behind any later start
            found.append(lists[index][place])
        if found[-1] - start - offsets[-1] <= slop:
            yield tuple(found)


def merge_positions(lists: Sequence[Collection[int]]) -> Sequence[int]:
    """Returns the numbers of several ascending lists in one."""
    if len(lists) == 1:
        return list(next(iter(lists)))
    return sorted(set().union(*lists))
