"""Matching: which lines or words two versions have in common, in bounded time.

Lines that both have once are matched first (a patience diff). What is between them is compared by Myers' algorithm,
with a budget: when that is used up, the rest counts as replaced. So the texts may be a stranger's. ``difflib`` is not
used because its time is quadratic or worse.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

#: As ``difflib`` has them: ``equal``, ``replace``, ``delete`` or ``insert``, start and end in A, start and end in B.
Opcode = tuple[str, int, int, int, int]
_Region = tuple[int, int, int, int]  # start and end in A, start and end in B
_Match = tuple[int, int, int]  # start in A, start in B, length

_DEEPEST: Final = 24  # regions within regions that are divided at common lines
_MOST_EDITS: Final = 600  # in a region without lines that both have once
_STEPS: Final = 1_000_000


class Budget:
    """How many steps of Myers' algorithm comparisons may still take together."""

    def __init__(self, steps: int = _STEPS) -> None:
        self.steps = steps


def opcodes(a: Sequence[str], b: Sequence[str], budget: Budget) -> list[Opcode]:
    """Returns how A becomes B: the opcodes cover both, in order, and none follows one of its kind.

    Args:
        a: The lines or words of the one.
        b: Those of the other.
        budget: The steps that this may take; it is used up by calls together.
    """
    numbers: dict[str, int] = {}
    left = [numbers.setdefault(item, len(numbers)) for item in a]
    right = [numbers.setdefault(item, len(numbers)) for item in b]
    return [*_opcodes(_joined(sorted(_matches(left, right, budget))), len(a), len(b))]


def _changed(region: _Region) -> Opcode:
    """Returns the opcode of a region in which nothing is equal."""
    start, end, other_start, other_end = region
    name = "delete" if other_start == other_end else "insert" if start == end else "replace"
    return name, *region


def _opcodes(matches: Iterable[_Match], a_length: int, b_length: int) -> Iterator[Opcode]:
    i = j = 0
    for start, other, length in (*matches, (a_length, b_length, 0)):
        if (i, j) != (start, other):
            yield _changed((i, start, j, other))
        i, j = start + length, other + length
        if length:
            yield "equal", start, i, other, j


def _joined(matches: Iterable[_Match]) -> Iterator[_Match]:
    """Yields matches, with those that follow each other without a gap as one."""
    last: _Match | None = None
    for match in matches:
        if last is not None and (last[0] + last[2], last[1] + last[2]) == match[:2]:
            last = (*last[:2], last[2] + match[2])
            continue
        if last is not None:
            yield last
        last = match
    if last is not None:
        yield last


def _matches(a: list[int], b: list[int], budget: Budget) -> Iterator[_Match]:
    regions: list[tuple[_Region, int]] = [((0, len(a), 0, len(b)), 0)]
    while regions:
        (i, end, j, other_end), depth = regions.pop()
        head = _common(a, b, i, end, j, other_end)
        i, j = i + head, j + head
        if head:
            yield i - head, j - head, head
        tail = 0
        while tail < min(end - i, other_end - j) and a[end - tail - 1] == b[other_end - tail - 1]:
            tail += 1
        end, other_end = end - tail, other_end - tail
        if tail:
            yield end, other_end, tail
        if i == end or j == other_end:
            continue
        region = (i, end, j, other_end)
        anchors = _anchors(a, b, region) if depth < _DEEPEST else []
        if not anchors:
            yield from _myers(a, b, region, budget)
            continue
        for x, y in anchors:
            yield x, y, 1
            regions.append(((i, x, j, y), depth + 1))
            i, j = x + 1, y + 1
        regions.append(((i, end, j, other_end), depth + 1))


def _common(a: list[int], b: list[int], i: int, end: int, j: int, other_end: int) -> int:
    """Returns how many items are equal from two positions on."""
    start = i
    while i < end and j < other_end and a[i] == b[j]:
        i, j = i + 1, j + 1
    return i - start


def _anchors(a: list[int], b: list[int], region: _Region) -> list[tuple[int, int]]:
    """Returns the longest list of items that each side of a region has once, and that are in the same order in both."""
    i, end, j, other_end = region
    counts = Counter(a[i:end])
    other_counts = Counter(b[j:other_end])
    where = {item: y for y, item in enumerate(b[j:other_end], j) if other_counts[item] == 1}
    pairs = [(x, where[item]) for x, item in enumerate(a[i:end], i) if counts[item] == 1 and item in where]
    ends: list[int] = []  # the least last position in B of lists by their length
    last: list[int] = []  # the index of that pair
    before: list[int] = []  # the pair before each, or -1
    for index, (_, y) in enumerate(pairs):
        length = bisect_left(ends, y)
        before.append(last[length - 1] if length else -1)
        if length == len(ends):
            ends.append(y)
            last.append(index)
        else:
            ends[length], last[length] = y, index
    chosen = []
    index = last[-1] if last else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = before[index]
    return chosen[::-1]


def _myers(a: list[int], b: list[int], region: _Region, budget: Budget) -> list[_Match]:
    """Returns the matches of the shortest edit of a region; none if that takes too long to find."""
    i, end, j, other_end = region
    width, height = end - i, other_end - j
    reached = {1: 0}  # how far A is matched on each diagonal
    history: list[dict[int, int]] = []
    for edits in range(_MOST_EDITS):
        if budget.steps < 0 or abs(width - height) > _MOST_EDITS:
            break
        history.append(reached.copy())
        for diagonal in range(-edits, edits + 1, 2):
            x, _ = _step(reached, diagonal, edits)
            y = x - diagonal
            run = _common(a, b, i + x, end, j + y, other_end)
            budget.steps -= run + 1
            reached[diagonal] = x + run
            if x + run >= width and y + run >= height:
                return _traced(history, region)
    return []


def _step(reached: dict[int, int], diagonal: int, edits: int) -> tuple[int, int]:
    """Returns where an edit begins on a diagonal, and the diagonal that it comes from."""
    down = diagonal == -edits or (diagonal != edits and reached[diagonal - 1] < reached[diagonal + 1])
    return (reached[diagonal + 1], diagonal + 1) if down else (reached[diagonal - 1] + 1, diagonal - 1)


def _traced(history: list[dict[int, int]], region: _Region) -> list[_Match]:
    """Returns the matches of a region from what was reached before each edit, the last ones first."""
    i, end, j, other_end = region
    x, diagonal = end - i, (end - i) - (other_end - j)
    matches = []
    for edits in reversed(range(len(history))):
        start, before = _step(history[edits], diagonal, edits)
        if x > start:
            matches.append((i + start, j + start - diagonal, x - start))
        x, diagonal = history[edits][before], before
    return matches
