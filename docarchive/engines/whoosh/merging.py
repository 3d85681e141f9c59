"""Merging: which segments become one, and how.

Segments are of a class by their number of articles: below 16, 128, 1,024, 8,192, 65,536. Eight of a class become
one, so that an article is written again once per class, a small import rewrites small segments alone, and there are
never many segments (decision 0044). Larger segments stay as they are, which bounds the memory of a merge. A segment
half of whose articles are deleted is written again without them.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from heapq import merge as merge_sorted
from itertools import accumulate, groupby
from operator import itemgetter
from typing import Final

from docarchive.engines.whoosh import schema
from docarchive.engines.whoosh.packing import fixed
from docarchive.engines.whoosh.postings import LAYOUTS, Layout, Rows, gaps, packed, split
from docarchive.engines.whoosh.segmentfile import SectionWriter, SegmentFile
from docarchive.engines.whoosh.toc import Entry
from docarchive.folder import Folder
from docarchive.records import NamedTuple

#: How many segments of a class are merged.
MANY: Final = 8
_FIRST_CLASS: Final = 16  # articles
_LAST: Final = 65_536


def to_merge(entries: Sequence[Entry]) -> list[Entry] | None:
    """Returns those of an index's segments that are to be merged into one, or None if there is nothing to merge."""
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


class Source(NamedTuple):
    """A segment that is merged, or whose articles are carried."""

    file: SegmentFile
    base: int  # the new number of its first document
    numbers: list[int] | None  # the new numbers of its documents, -1 for deleted ones; None if none is deleted

    def kept(self) -> list[int]:
        """Returns the documents that are not deleted."""
        if self.numbers is None:
            return list(range(self.file.count))
        return [old for old, new in enumerate(self.numbers) if new >= 0]


def merge(segments: Sequence[tuple[SegmentFile, frozenset[int]]], folder: Folder, name: str) -> int:
    """Writes several segments as one, without their deleted documents; returns how many documents are left."""
    sources: list[Source] = []
    count = 0
    for file, deleted in segments:
        numbers = None
        if deleted:
            fresh = iter(range(count, count + file.count))
            numbers = [-1 if old in deleted else next(fresh) for old in range(file.count)]
        sources.append(Source(file, count, numbers))
        count += file.count - len(deleted)
    with closing(SectionWriter(folder, name)) as writer:
        for field, layout in LAYOUTS.items():
            writer.terms(field, merged_terms(field, layout, sources))
        length = columns(writer, sources)
        writer.finish(count=count, length=length)
    return count


def columns(writer: SectionWriter, sources: Sequence[Source], others: Mapping[str, array[int]] | None = None) -> int:
    """Writes the columns; returns the length of all documents. ``others`` are columns of numbers with other values."""
    kept = [source.kept() for source in sources]
    for name in schema.COLUMNS:
        if others:
            writer.section(name, [fixed(others[name])])
            continue
        numbers = array("q")
        for source, documents in zip(sources, kept, strict=True):
            column = source.file.numbers(name, "q")
            numbers.extend(column if source.numbers is None else [column[document] for document in documents])
        writer.section(name, [fixed(numbers)])
    for name in schema.TEXT_COLUMNS:
        values: list[bytes] = []
        for source, documents in zip(sources, kept, strict=True):
            texts = source.file.texts(name)
            values += texts if source.numbers is None else [texts[document] for document in documents]
        writer.texts(name, values)
    total, lengths = 0, bytearray()
    for source, documents in zip(sources, kept, strict=True):
        own = source.file.section("lengths")
        if source.numbers is None:
            total += source.file.length
        else:
            own = bytes(own[document] for document in documents)
            total += sum(schema.LENGTHS[byte] for byte in own)
        lengths += own
    writer.section("lengths", [bytes(lengths)])
    return total


def merged_terms(field: str, layout: Layout, sources: Sequence[Source]) -> Iterator[tuple[bytes, int, bytes]]:
    """Yields the terms of all sources in order, with their postings in all of them."""
    streams = [_numbered(index, source.file.terms(field).items()) for index, source in enumerate(sources)]
    for term, group in groupby(merge_sorted(*streams), key=itemgetter(0)):
        joined: list[Rows] = []
        last = count = 0
        for _, index, documents, blob in group:
            rows, source = split(blob, documents, layout), sources[index]
            if source.numbers is None:
                rows.ids[0] += source.base
            else:
                rows = _without_deleted(rows, source.numbers)
                if not rows.ids:
                    continue
            end = sum(rows.ids)
            rows.ids[0] -= last
            last = end
            count += len(rows.ids)
            joined.append(rows)
        if joined:
            whole = joined[0] if len(joined) == 1 else Rows(*map(_chained, zip(*joined, strict=True)))
            yield term, count, packed(whole)


def _numbered(index: int, items: Iterator[tuple[bytes, int, bytes]]) -> Iterator[tuple[bytes, int, int, bytes]]:
    for term, documents, blob in items:
        yield term, index, documents, blob


def _chained(arrays: Iterable[array[int]]) -> array[int]:
    total = array("I")
    for numbers in arrays:
        total += numbers
    return total


def _without_deleted(rows: Rows, numbers: list[int]) -> Rows:
    """Returns postings with the new numbers of their documents, without deleted ones."""
    kept = [(index, numbers[old]) for index, old in enumerate(accumulate(rows.ids)) if numbers[old] >= 0]
    positions = array("I")
    if rows.counts:
        starts = list(accumulate(rows.counts, initial=0))
        for index, _ in kept:
            positions += rows.positions[starts[index] : starts[index + 1]]
    return Rows(
        gaps([new for _, new in kept]),
        array("I", [rows.weights[index] for index, _ in kept] if rows.weights else ()),
        array("I", [rows.counts[index] for index, _ in kept] if rows.counts else ()),
        positions,
    )
