"""Carrying: articles whose texts are as they were go into a new segment with the terms that the old one has.

Most changes are of metadata: a tag, a rating, an address. To analyze a text takes most of the time of indexing. So a
segment has a digest of each text, and where that is the same, the terms of the text are copied, and only those of the
metadata are made. A copy reads the whole old segment, which is worthwhile for a good part of its articles only.
See docs/decisions/0087.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Final

from docarchive.engines.protocol import Change
from docarchive.engines.whoosh import schema
from docarchive.engines.whoosh.merging import Source, columns, merged_terms
from docarchive.engines.whoosh.postings import LAYOUTS
from docarchive.engines.whoosh.segment_builder import MetadataBuilder
from docarchive.engines.whoosh.segmentfile import SectionWriter, SegmentFile
from docarchive.engines.whoosh.toc import Entry, new_id
from docarchive.folder import Folder
from docarchive.query import AnalyzedArticle

#: From one part in so many of a segment's articles on, a copy is faster than an analysis.
_PART: Final = 4


class Carrier:
    """What becomes of the articles of one segment that have the same text as before.

    Args:
        file: The segment.
    """

    def __init__(self, file: SegmentFile) -> None:
        self._file = file
        self._waiting: list[tuple[int, Change]] = []  # documents of the segment, until there are enough of them
        self._numbers: list[int] = []  # the documents that are carried
        self._metadata = MetadataBuilder()

    def take(self, change: Change, number: int) -> bool:
        """Takes an article that the segment has as a document, if its text is the same; returns whether it is."""
        if change.article is None:
            return False
        if self._file.text("text_digest", number) != schema.text_digest(change.article, change.language):
            return False
        self._waiting.append((number, change))
        if _PART * (len(self._numbers) + len(self._waiting)) >= self._file.count:
            for waiting, other in self._waiting:
                assert other.article is not None
                self._numbers.append(waiting)
                self._metadata.add(AnalyzedArticle(other.article, other.language), other.row)
            self._waiting.clear()
        return True

    def left(self) -> Iterator[Change]:
        """Yields the articles that were taken, but are too few: they must be analyzed."""
        return (change for _, change in self._waiting)

    def write(self, folder: Folder) -> Entry | None:
        """Writes the segment with the articles that are carried; returns None if none is."""
        if not self._numbers:
            return None
        order = sorted(range(len(self._numbers)), key=self._numbers.__getitem__)
        source = _source(self._file, [self._numbers[index] for index in order])
        entry = Entry(new_id(), len(order), frozenset())
        with closing(SectionWriter(folder, entry.name)) as writer:
            for field, layout in LAYOUTS.items():
                if field in schema.OF_METADATA:
                    writer.terms(field, self._metadata.terms(field, order))
                elif source.numbers is None:
                    writer.copied_terms(field, self._file)
                else:
                    writer.terms(field, merged_terms(field, layout, [source]))
            length = columns(writer, [source], self._metadata.columns(order))
            writer.finish(count=len(order), length=length)
        return entry


def _source(file: SegmentFile, kept: list[int]) -> Source:
    if len(kept) == file.count:
        return Source(file, 0, None)
    numbers = [-1] * file.count
    for new, old in enumerate(kept):
        numbers[old] = new
    return Source(file, 0, numbers)
