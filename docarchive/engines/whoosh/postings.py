"""Postings: in which documents of a segment a term stands, how much it weighs there, and where.

The postings of a term are one row of numbers: of each document the gap to the one before; then,
by what the field keeps, a weight of each, how many positions each has, and the positions, of each
document the first and the gaps between them. Rows of the same kind stand together, so that what
a query does not ask for is never looked at, and so that postings of several segments are joined
without a look at any of them but the first gap.
"""

from __future__ import annotations

from array import array
from collections.abc import Container, Sequence
from itertools import accumulate
from operator import sub
from typing import Final, NamedTuple

from docarchive.engines.whoosh.packing import DamagedIndex, pack, unpack

#: Where the positions of each text field begin, and the first one behind them.
REGIONS: Final = {"title": (0, 10_000), "summary": (10_000, 100_000), "body": (100_000, 1 << 31)}
# First positions are written turned round, those of the body before all others: small numbers are short.
_BODY: Final = REGIONS["body"][0]
_TURN: Final = 0xF0000


class Layout(NamedTuple):
    """What the postings of a field keep besides documents.

    Attributes:
        weights: Whether each has a weight of its own; else it weighs as much as it has positions, or 1.
        positions: Whether each has positions.
        unit: What the number 1 means as a weight.
        turned: Whether first positions are written turned round.
    """

    weights: bool = False
    positions: bool = False
    unit: float = 1.0
    turned: bool = False


#: The fields of the index.
LAYOUTS: Final = {
    "dates": Layout(),
    "id": Layout(),
    "labels": Layout(positions=True),
    "numbers": Layout(),
    "text": Layout(weights=True, positions=True, unit=0.5, turned=True),
    "title": Layout(positions=True),
    "words": Layout(weights=True),
}


class Postings:
    """The postings of one term in one segment.

    Args:
        data: As ``written`` made it.
        count: How many documents it is about.
        layout: The field's.

    Attributes:
        ids: Numbers of documents, ascending.
    """

    __slots__ = ("_count", "_layout", "_numbers", "ids")

    def __init__(self, data: bytes, count: int, layout: Layout) -> None:
        self._numbers = unpack(data)
        self._count = count
        self._layout = layout
        if len(self._numbers) < count * (1 + layout.weights + layout.positions):
            raise DamagedIndex("postings that end too soon")
        self.ids: list[int] = list(accumulate(self._numbers[:count]))

    def weights(self) -> list[float]:
        """Returns the weight of each posting."""
        if not self._layout.weights and not self._layout.positions:
            return [1.0] * self._count
        unit = self._layout.unit
        return [unit * number for number in self._numbers[self._count : 2 * self._count]]

    def positions(self, wanted: Container[int] | None = None) -> dict[int, list[int]]:
        """Returns the positions of each posting by number of document, of those that are wanted alone."""
        numbers = self._numbers
        start = self._count * (2 + self._layout.weights)
        turned = self._layout.turned
        found: dict[int, list[int]] = {}
        for number, length in zip(self.ids, numbers[start - self._count : start], strict=True):
            if wanted is None or number in wanted:
                row = numbers[start : start + length]
                if turned and row:
                    row[0] = turned_back(row[0])
                found[number] = list(accumulate(row))
            start += length
        if start > len(numbers):
            raise DamagedIndex("positions that end too soon")
        return found


class Rows(NamedTuple):
    """The postings of a term, a row for each kind of number; a row that a layout has not is empty.

    Attributes:
        ids: Numbers of documents, ascending; or the first and the gaps between them.
        weights: In the layout's units.
        counts: How many positions each has.
        positions: Of each document the first, turned where the layout says so, and the gaps between them.
    """

    ids: array[int]
    weights: array[int]
    counts: array[int]
    positions: array[int]


def written(rows: Rows) -> bytes:
    """Returns postings as they are kept; their ids are the first and the gaps."""
    return pack(rows.ids + rows.weights + rows.counts + rows.positions)


def gaps(numbers: Sequence[int]) -> array[int]:
    """Returns ascending numbers as the first and the distances from each to the next."""
    found = array("I", numbers[:1])
    if len(numbers) > 1:
        found.extend(map(sub, numbers[1:], numbers))
    return found


def split(data: bytes, count: int, layout: Layout) -> Rows:
    """Returns the rows of postings as they are kept, ids as the first and the gaps."""
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


def turned(position: int) -> int:
    """Returns a position as the first of a document is written."""
    if position < _BODY:
        return position + _TURN
    return position - _BODY if position < _BODY + _TURN else position


def turned_back(number: int) -> int:
    """Returns the position that ``turned`` made a number of."""
    if number < _TURN:
        return number + _BODY
    return number - _TURN if number < _BODY + _TURN else number
