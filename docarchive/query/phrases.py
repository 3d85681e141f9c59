"""Phrases: whether and where terms follow one another, by their positions; the same for all engines."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence


def phrase_occurs(lists: Sequence[Sequence[int]], offsets: Sequence[int], slop: int = 0) -> bool:
    """Returns whether a phrase occurs; see ``phrase_occurrences``."""
    if slop == 0 and len(lists) > 1 and all(lists):
        starts = set(lists[0])
        for positions, offset in zip(lists[1:], offsets[1:], strict=True):
            starts &= {position - offset for position in positions}
        return bool(starts)
    return next(phrase_occurrences(lists, offsets, slop), None) is not None


def phrase_occurrences(
    lists: Sequence[Sequence[int]], offsets: Sequence[int], slop: int = 0
) -> Iterator[tuple[int, ...]]:
    """Yields the occurrences of a phrase, as the positions of its terms.

    Args:
        lists: The positions of the terms, in ascending order, one list per term.
        offsets: The distances of the terms from the first term, in positions.
        slop: The maximum number of other words between the terms, in total; the terms are in order.
    """
    for start in lists[0] if all(lists) else ():
        positions = [start]
        for index in range(1, len(lists)):
            earliest = positions[-1] + offsets[index] - offsets[index - 1]
            following = bisect_left(lists[index], earliest)
            if following == len(lists[index]):
                return  # the phrase cannot occur after any later start either
            positions.append(lists[index][following])
        if positions[-1] - start - offsets[-1] <= slop:
            yield tuple(positions)


def merge_positions(lists: Sequence[Collection[int]]) -> Sequence[int]:
    """Returns the numbers of several ascending lists as one ascending list, without repetitions."""
    if len(lists) == 1:
        return list(next(iter(lists)))
    return sorted(set().union(*lists))
