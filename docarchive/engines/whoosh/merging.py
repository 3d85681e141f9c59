"""Merging: which segments are made one, and how.

Segments are of a class by their number of articles: below 16, 128, 1,024, 8,192, 65,536. Where a class
has eight, they become one; so an article is written again once a class, a small import rewrites small
segments alone, and there are never many. Larger segments are left as they are, which bounds what a
merge holds in memory. A segment half of whose articles are deleted is written again without them.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from heapq import merge as merge_sorted
from itertools import accumulate, groupby
from operator import itemgetter
from pathlib import Path
from typing import Final, NamedTuple

from docarchive.engines.whoosh import schema
from docarchive.engines.whoosh.packing import fixed
from docarchive.engines.whoosh.postings import LAYOUTS, Layout, Rows, gaps, split, written
from docarchive.engines.whoosh.segmentfile import SectionWriter, SegmentFile
from docarchive.engines.whoosh.toc import Entry

#: How many segments of a class become one.
MANY: Final = 8
_FIRST_CLASS: Final = 16  # articles
_LAST: Final = 65_536


def to_merge(entries: Sequence[Entry]) -> list[Entry] | None:
    """Returns segments that are to be made one, or None if all may stay as they are.

    Args:
        entries: The segments of an index.
    """
    classes: defaultdict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        if 2 * len(entry.deleted) > entry.documents:
            return [entry]
        if entry.documents < _LAST:
            classes[_class(entry.documents)].append(entry)
    for number in sorted(classes):
        if len(classes[number]) >= MANY:
            return classes[number][:MANY]
    return None


def _class(count: int) -> int:
    number, bound = 0, _FIRST_CLASS
    while count >= bound:
        number, bound = number + 1, bound * MANY
    return number


class _Part(NamedTuple):
    """A segment that is merged.

    Attributes:
        file: Its file.
        base: The number that its first document gets.
        numbers: The number that each document gets, -1 for none; or None if none is deleted.
    """

    file: SegmentFile
    base: int
    numbers: list[int] | None

    def kept(self) -> list[int]:
        """Returns the documents that are not deleted."""
        if self.numbers is None:
            return list(range(self.file.count))
        return [old for old, new in enumerate(self.numbers) if new >= 0]


def merge(segments: Sequence[tuple[SegmentFile, frozenset[int]]], path: Path) -> int:
    """Writes several segments as one, without what is deleted.

    Args:
        segments: The files, and the numbers of documents in each that are deleted.
        path: The new file.

    Returns:
        How many documents the new one holds.
    """
    parts: list[_Part] = []
    count = 0
    for file, deleted in segments:
        numbers = None
        if deleted:
            fresh = iter(range(count, count + file.count))
            numbers = [-1 if old in deleted else next(fresh) for old in range(file.count)]
        parts.append(_Part(file, count, numbers))
        count += file.count - len(deleted)
    writer = SectionWriter(path)
    try:
        for field, layout in LAYOUTS.items():
            writer.terms(field, _terms(field, layout, parts))
        length = _columns(writer, parts)
        writer.close(count=count, length=length)
    except BaseException:
        writer.cancel()
        raise
    return count


def _columns(writer: SectionWriter, parts: Sequence[_Part]) -> int:
    """Writes the columns; returns the length of all documents."""
    kept = [part.kept() for part in parts]
    for name in schema.COLUMNS:
        numbers = array("q")
        for part, documents in zip(parts, kept, strict=True):
            column = part.file.numbers(name, "q")
            numbers.extend(column if part.numbers is None else [column[document] for document in documents])
        writer.section(name, [fixed(numbers)])
    for name in schema.TEXT_COLUMNS:
        values: list[bytes] = []
        for part, documents in zip(parts, kept, strict=True):
            texts = part.file.texts(name)
            values += texts if part.numbers is None else [texts[document] for document in documents]
        writer.texts(name, values)
    total, lengths = 0, bytearray()
    for part, documents in zip(parts, kept, strict=True):
        column_ = part.file.section("lengths")
        here = column_ if part.numbers is None else bytes(column_[document] for document in documents)
        lengths += here
        total += part.file.length if part.numbers is None else sum(schema.LENGTHS[byte] for byte in here)
    writer.section("lengths", [bytes(lengths)])
    return total


def _terms(field: str, layout: Layout, parts: Sequence[_Part]) -> Iterator[tuple[bytes, int, bytes]]:
    """Yields the terms of all parts in order, each with its postings in all of them."""
    streams = [_numbered(number, part.file.terms(field).items()) for number, part in enumerate(parts)]
    for term, found in groupby(merge_sorted(*streams), key=itemgetter(0)):
        joined: list[Rows] = []
        last = count = 0
        for _, number, documents, blob in found:
            rows, numbers = split(blob, documents, layout), parts[number].numbers
            if numbers is None:
                rows.ids[0] += parts[number].base
            else:
                rows = _without_deleted(rows, numbers)
                if not rows.ids:
                    continue
            end = sum(rows.ids)
            rows.ids[0] -= last
            last = end
            count += len(rows.ids)
            joined.append(rows)
        if joined:
            yield (
                term,
                count,
                written(joined[0] if len(joined) == 1 else Rows(*map(_chained, zip(*joined, strict=True)))),
            )


def _numbered(number: int, items: Iterator[tuple[bytes, int, bytes]]) -> Iterator[tuple[bytes, int, int, bytes]]:
    for term, documents, blob in items:
        yield term, number, documents, blob


def _chained(arrays: Iterable[array[int]]) -> array[int]:
    total = array("I")
    for each in arrays:
        total += each
    return total


def _without_deleted(rows: Rows, numbers: list[int]) -> Rows:
    """Returns postings with the new numbers of their documents, of those that have one."""
    kept = [(place, numbers[old]) for place, old in enumerate(accumulate(rows.ids)) if numbers[old] >= 0]
    positions = array("I")
    if rows.counts:
        starts = list(accumulate(rows.counts, initial=0))
        for place, _ in kept:
            positions += rows.positions[starts[place] : starts[place + 1]]
    return Rows(
        gaps([new for _, new in kept]),
        array("I", [rows.weights[place] for place, _ in kept] if rows.weights else ()),
        array("I", [rows.counts[place] for place, _ in kept] if rows.counts else ()),
        positions,
    )
