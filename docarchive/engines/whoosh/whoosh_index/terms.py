"""The terms of the index's fields, and their postings in one segment.

What Whoosh knows as fields are views of the engine's own (``engines.whoosh.schema``): ``body`` is a part of
the positions of ``text``, ``tags`` a part of the terms of ``labels``.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from typing import Final

from docarchive.analysis import label_terms
from docarchive.dates import PartialDate
from docarchive.engines.dates import touches
from docarchive.engines.terms import TERM, VALUE, instant, moment
from docarchive.engines.whoosh.view import Segment
from docarchive.query.phrases import merge_positions
from docarchive.records import NamedTuple

_REMEMBERED: Final = 200  # terms a field and segment


class Matches(NamedTuple):
    """The documents of a segment that have a term."""

    ids: Sequence[int]  # their numbers, ascending
    weights: Sequence[float] | None = None  # the weights of the term in them; None: 1 in all
    #: Returns the positions of the term in them; None if the field has no positions.
    load: Callable[[], Sequence[tuple[int, ...]]] | None = None


class VisibleSegment(Segment):
    """A segment whose documents Whoosh numbers without the deleted ones.

    Whoosh would have to skip these, and in ``Not`` it does not always: ``InverseMatcher`` returns some.
    """

    @cached_property
    def visible(self) -> Sequence[int]:
        """The documents that are not deleted, by Whoosh's numbers."""
        return sorted(self.alive) if self.deleted else range(self.count)

    @cached_property
    def _renumbered(self) -> dict[int, int]:
        return {number: position for position, number in enumerate(self.visible)}

    def show(self, matches: Matches | None) -> Matches | None:
        """Returns matches by Whoosh's numbers, without deleted documents; None if none is left."""
        if matches is None or not self.deleted:
            return matches
        numbers, (ids, weights, load) = self._renumbered, matches
        rows = [row for row, number in enumerate(ids) if number in numbers]
        if not rows:
            return None
        return Matches(
            [numbers[ids[row]] for row in rows],
            [weights[row] for row in rows] if weights else None,
            (lambda: _chosen(load(), rows)) if load else None,
        )


class FieldTerms:
    """The terms of a field in a segment."""

    def __init__(self, segment: VisibleSegment) -> None:
        self._segment = segment
        self._remembered: dict[bytes, Matches | None] = {}

    def since(self, start: bytes) -> Iterator[bytes]:
        """Yields the terms that do not sort before a start, in order."""
        return (term for term in self._since(start) if not self._segment.deleted or self.matches(term))

    def matches(self, term: bytes) -> Matches | None:
        """Returns the documents that have a term, or None if none has it."""
        if term not in self._remembered:
            if len(self._remembered) >= _REMEMBERED:
                self._remembered.clear()
            self._remembered[term] = self._segment.show(self._matches(term))
        return self._remembered[term]

    def frequency(self, term: bytes) -> int:
        """Returns how many documents have a term."""
        matches = self.matches(term)
        return len(matches.ids) if matches else 0

    def _since(self, start: bytes) -> Iterator[bytes]:
        """Yields these terms, deleted documents included."""
        return (text.encode() for text in self._texts_from(start.decode("utf-8", "ignore")))

    def _texts_from(self, start: str) -> Iterator[str]:
        """Yields these terms as text, if the field has text."""
        raise NotImplementedError

    def _matches(self, term: bytes) -> Matches | None:
        raise NotImplementedError


class PlainTerms(FieldTerms):
    """The terms of one of the engine's own fields that begin with a mark, without it."""

    def __init__(self, segment: VisibleSegment, field: str, mark: str = "") -> None:
        super().__init__(segment)
        self._field = field
        self._mark = mark

    def _texts_from(self, start: str) -> Iterator[str]:
        terms = self._segment.terms_from(self._field, self._mark)
        for term in terms[bisect_left(terms, self._mark + start) :]:
            yield term[len(self._mark) :]

    def _matches(self, term: bytes) -> Matches | None:
        return self._of_text(term.decode())

    def _of_text(self, text: str) -> Matches | None:
        ids = self._segment.docs(self._field, self._mark + text)
        return Matches(ids) if ids else None


class LabelTerms(FieldTerms):
    """The terms of a metadata key's values. A value that is one term as it is written is indexed once, as a value."""

    def __init__(self, segment: VisibleSegment, key: str) -> None:
        super().__init__(segment)
        self._marks = (key + TERM, key + VALUE)

    @cached_property
    def _vocabulary(self) -> list[str]:
        term, value = self._marks
        terms = {text[len(term) :] for text in self._segment.terms_from("labels", term)}
        values = (text[len(value) :] for text in self._segment.terms_from("labels", value))
        return sorted((terms | {text for text in values if label_terms(text) == [text]}) - {""})

    def _texts_from(self, start: str) -> Iterator[str]:
        return iter(self._vocabulary[bisect_left(self._vocabulary, start) :])

    def _matches(self, term: bytes) -> Matches | None:
        text = term.decode()
        if label_terms(text) != [text]:
            return None
        rows: dict[int, list[list[int]]] = {}
        for mark in self._marks:
            if postings := self._segment.postings("labels", mark + text):
                for number, positions in postings.positions().items():
                    rows.setdefault(number, []).append(positions)
        return of_positions({number: tuple(merge_positions(rows[number])) for number in sorted(rows)}) if rows else None


class DateTerms(FieldTerms):
    """The dates of a metadata key, as instants: microseconds since the year 1, encoded as terms.

    A date of any precision is in the index as all the instants that it can mean, so that a range finds what touches
    it: looking up an instant returns the dates that hold it, and the terms from an instant on are that instant, if a
    date holds it, and the beginnings of dates after it.
    """

    def __init__(
        self, segment: VisibleSegment, key: str, encode: Callable[[int], bytes], decode: Callable[[bytes], int]
    ) -> None:
        super().__init__(segment)
        self._key = key
        self._encode = encode
        self._decode = decode

    @cached_property
    def _starts(self) -> array[int]:
        mark = self._key + TERM
        texts = [term[len(mark) + 1 :] for own in "=@" for term in self._segment.terms_from("dates", mark + own)]
        return array("q", sorted({instant(PartialDate(text).start) - 1 for text in texts}))

    def _since(self, start: bytes) -> Iterator[bytes]:
        first = self._decode(start) if start else -1
        if first >= 0 and self.matches(start):
            yield start
        for micros in self._starts[bisect_right(self._starts, first) :]:
            yield self._encode(micros)

    def _matches(self, term: bytes) -> Matches | None:
        micros = self._decode(term)
        try:
            day = moment(micros + 1) if micros >= 0 else None
        except OverflowError:
            day = None
        if day is None:
            return None
        at = day.isoformat(timespec="microseconds")
        mark = self._key + TERM
        terms = [f"{mark}={at[:length]}" for length in (4, 7, 10)]  # a year, a month, a day
        moments = self._segment.terms_from("dates", f"{mark}@{at[:16]}")
        terms += [term for term in moments if touches(term[len(mark) + 1 :], at, at)]
        ids = sorted(set().union(*(self._segment.docs("dates", term) for term in terms)))
        return Matches(ids) if ids else None


class NumberTerms(PlainTerms):
    """The numbers of a metadata key, in the eight bytes in which Whoosh sorts floats, after its byte of precision."""

    def __init__(self, segment: VisibleSegment, key: str) -> None:
        super().__init__(segment, "numbers", f"{key}{TERM}f")

    def _since(self, start: bytes) -> Iterator[bytes]:
        for digits in self._texts_from(start[1:].hex()):
            yield b"\x00" + bytes.fromhex(digits)

    def _matches(self, term: bytes) -> Matches | None:
        return self._of_text(term[1:].hex())


class KeyTerms(FieldTerms):
    """The metadata keys and text fields that articles have a value of."""

    @cached_property
    def _keys(self) -> list[str]:
        return [key for key in self._segment.keys("labels") if self._segment.docs("labels", key + TERM)]

    def _texts_from(self, start: str) -> Iterator[str]:
        return iter(self._keys[bisect_left(self._keys, start) :])

    def _matches(self, term: bytes) -> Matches | None:
        ids = self._segment.docs("labels", term.decode() + TERM) if term else ()
        return Matches(ids) if ids else None


def _chosen(positions: Sequence[tuple[int, ...]], rows: Sequence[int]) -> Sequence[tuple[int, ...]]:
    return [positions[row] for row in rows]


def of_positions(rows: dict[int, tuple[int, ...]]) -> Matches:
    """Returns matches whose weights are their numbers of positions; the ids ascend."""
    return Matches([*rows], [float(len(row)) for row in rows.values()], lambda: [*rows.values()])
