"""Postings: the documents of a segment that have a term, with its weights and positions.

The postings of a term are one row of numbers: the gaps between its documents; then, if the field has them, the
weights, the numbers of positions, and the positions: the first of a document, and the gaps between the others of the
document. Numbers of one kind are next to each other, so that a query decodes only the kinds that it needs, and so
that postings of several segments are concatenated with a change to the first gap alone.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Sequence
from itertools import accumulate
from operator import sub
from typing import Final

from docarchive.engines.whoosh.packing import DamagedIndex, pack, unpack
from docarchive.records import NamedTuple

#: The first positions of the text fields, and the first ones after their last.
REGIONS: Final = {"title": (0, 10_000), "summary": (10_000, 100_000), "body": (100_000, 1 << 31)}
# First positions are rotated, so that those of the body are the smallest numbers, which are the shortest.
_BODY: Final = REGIONS["body"][0]
_SHIFT: Final = 0xF0000


class Layout(NamedTuple):
    """The kinds of numbers in the postings of a field, besides documents."""

    weights: bool = False  # whether postings have weights; otherwise the weight is the number of positions, or 1
    positions: bool = False  # whether postings have positions
    unit: float = 1.0  # the weight that the number 1 stands for
    rotated: bool = False  # whether first positions are rotated


#: The fields of the index.
LAYOUTS: Final = {
    "dates": Layout(),
    "id": Layout(),
    "labels": Layout(positions=True),
    "numbers": Layout(),
    "text": Layout(weights=True, positions=True, unit=0.5, rotated=True),
    "title": Layout(positions=True),
    "words": Layout(weights=True),
}


class Postings:
    """The ``packed`` postings of one term in one segment; ``ids`` are the numbers of the documents, ascending."""

    __slots__ = ("_count", "_layout", "_numbers", "ids")

    def __init__(self, data: bytes, count: int, layout: Layout) -> None:
        self._numbers = unpack(data)
        self._count = count
        self._layout = layout
        if len(self._numbers) < count * (1 + layout.weights + layout.positions):
            raise DamagedIndex("postings that end too soon")
        self.ids: list[int] = list(accumulate(self._numbers[:count]))

    def weights(self) -> list[float]:
        """Returns the weights of the postings."""
        if not self._layout.weights and not self._layout.positions:
            return [1.0] * self._count
        unit = self._layout.unit
        return [unit * number for number in self._numbers[self._count : 2 * self._count]]

    def with_bits(self, bits: int) -> list[int]:
        """Returns the documents whose weight, as a set of bits, has any of some bits."""
        return [number for number, mask in zip(self.ids, self.weights(), strict=True) if int(mask) & bits]

    def positions(self, wanted: Container[int] | None = None) -> dict[int, list[int]]:
        """Returns the positions by document; of the wanted documents only, unless they are None."""
        numbers = self._numbers
        start = self._count * (2 + self._layout.weights)
        rotated = self._layout.rotated
        positions: dict[int, list[int]] = {}
        for number, length in zip(self.ids, numbers[start - self._count : start], strict=True):
            if wanted is None or number in wanted:
                row = numbers[start : start + length]
                if rotated and row:
                    row[0] = unrotate(row[0])
                positions[number] = list(accumulate(row))
            start += length
        if start > len(numbers):
            raise DamagedIndex("positions that end too soon")
        return positions


class Rows(NamedTuple):
    """The postings of a term, one row per kind of number; empty rows for kinds that the layout lacks."""

    ids: array[int]  # the numbers of the documents, ascending; or the first number and the gaps
    weights: array[int]  # the weights, in the layout's unit
    counts: array[int]  # the numbers of positions
    positions: array[int]  # the positions: per document the first, rotated if the layout says so, and the gaps


def packed(rows: Rows) -> bytes:
    """Returns postings, whose ids are gaps, as bytes."""
    return pack(rows.ids + rows.weights + rows.counts + rows.positions)


def gaps(numbers: Sequence[int]) -> array[int]:
    """Returns ascending numbers as the first number and the gaps between them."""
    row = array("I", numbers[:1])
    if len(numbers) > 1:
        row.extend(map(sub, numbers[1:], numbers))
    return row


def split(data: bytes, count: int, layout: Layout) -> Rows:
    """Returns the rows of packed postings, ids as gaps."""
    numbers = unpack(data)
    none = array("I")
    weights = 1 + layout.weights
    counts = weights + layout.positions
    if len(numbers) < counts * count:
        raise DamagedIndex("postings that end too soon")
    return Rows(
        numbers[:count],
        numbers[count : 2 * count] if layout.weights else none,
        numbers[weights * count : counts * count] if layout.positions else none,
        numbers[counts * count :],
    )


def rotate(position: int) -> int:
    """Returns the number that a first position is written as."""
    if position < _BODY:
        return position + _SHIFT
    return position - _BODY if position < _BODY + _SHIFT else position


def unrotate(number: int) -> int:
    """Returns the first position that is written as a number."""
    if number < _SHIFT:
        return number + _BODY
    return number - _SHIFT if number < _BODY + _SHIFT else number
