"""SegmentBuilder: gathers the postings of articles by term, and writes them as a segment. MetadataBuilder: only those
of their metadata.

Stock Whoosh makes a tuple per posting, sorts all tuples, and calls the codec once per tuple. Here a posting's numbers
are appended to two lists of its term, one for document, weight and count, one for positions; only terms are sorted.
"""

from __future__ import annotations

import gc
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import accumulate
from operator import sub
from typing import Any, Final

from docarchive.engines.protocol import Change, sort_value
from docarchive.engines.ranking import length_of
from docarchive.engines.terms import date_terms, instant
from docarchive.engines.whoosh import schema
from docarchive.engines.whoosh.packing import fixed, pack_few
from docarchive.engines.whoosh.postings import LAYOUTS, REGIONS, Layout, Rows, gaps, packed, rotate
from docarchive.engines.whoosh.segmentfile import SectionWriter
from docarchive.engines.whoosh.toc import Entry, new_id
from docarchive.folder import Folder
from docarchive.query import AnalyzedArticle

#: How many postings are gathered in memory before a segment is written, of about 60 bytes.
MAX_BUFFERED: Final = 2_500_000
_BODY: Final = REGIONS["body"][0]
#: The first position of a body that is not written as it is.
_FAR: Final = rotate(0)
#: Fewer numbers than this are packed faster as a list than as arrays.
_FEW: Final = 40


class MetadataBuilder:
    """Gathers what a segment has of the metadata of articles.

    Attributes:
        count: How many articles it holds.
        buffered: How many postings are in memory, of about 60 bytes.
    """

    def __init__(self) -> None:
        self.count = 0
        self.buffered = 0
        # By field and term: per posting its document, weight (if the field has weights) and count; in a field with
        # positions, a pair of these and the positions of all postings.
        self._terms: dict[str, dict[str, Any]] = {
            field: defaultdict(_positioned if layout.positions else list) for field, layout in LAYOUTS.items()
        }
        self._columns: dict[str, array[int]] = {name: array("q") for name in schema.COLUMNS}

    def add(self, analyzed: AnalyzedArticle, row: int) -> None:
        """Adds an article, whose row in the catalog has this number."""
        article = analyzed.article
        self._add_positions("labels", schema.labels(analyzed))
        self._add_terms("dates", dict.fromkeys(date_terms(analyzed)))
        self._add_terms("numbers", dict.fromkeys(schema.numbers(analyzed)))
        for name, value in (
            ("row", row),
            ("date_key", instant(sort_value(article, "date"))),
            ("archived_key", instant(sort_value(article, "archived"))),
        ):
            self._columns[name].append(value)
        self.count += 1

    def _add_positions(self, field: str, rows: Iterable[tuple[str, Sequence[int]]]) -> None:
        terms, number = self._terms[field], self.count
        once = (number, 1)
        for term, row in rows:
            heads, positions = terms[term]
            positions.append(row[0])
            if len(row) == 1:
                heads += once
            else:
                heads += (number, len(row))
                positions += map(sub, row[1:], row)
            self.buffered += 1

    def _add_terms(self, field: str, names: Iterable[str]) -> None:
        terms, number = self._terms[field], self.count
        for term in names:
            terms[term].append(number)
            self.buffered += 1

    def terms(self, field: str, order: Sequence[int]) -> Iterator[tuple[bytes, int, bytes]]:
        """Yields the terms of a field, for ``SectionWriter.terms``, with the articles in another order.

        ``order`` has the articles, by number from 0 as they were added.
        """
        numbers = {old: new for new, old in enumerate(order)}
        layout = LAYOUTS[field]
        reordered = {term: _reordered(rows, numbers, layout) for term, rows in self._terms[field].items()}
        return _packed_terms(reordered, layout)

    def columns(self, order: Sequence[int]) -> dict[str, array[int]]:
        """Returns the columns with the articles in another order; see ``terms``."""
        return {name: array("q", map(column.__getitem__, order)) for name, column in self._columns.items()}


class SegmentBuilder(MetadataBuilder):
    """Gathers one segment."""

    def __init__(self) -> None:
        super().__init__()
        self._length = 0
        self._texts: dict[str, list[bytes]] = {name: [] for name in schema.TEXT_COLUMNS}
        self._lengths = bytearray()

    def add(self, analyzed: AnalyzedArticle, row: int) -> None:
        """Adds an article, whose row in the catalog has this number."""
        article = analyzed.article
        self._add_text(analyzed)
        self._add_words(analyzed)
        self._add_positions("title", analyzed.positions("title").items())
        self._add_terms("id", (article.id,))
        self._texts["id"].append(article.id.encode())
        self._texts["title_key"].append(sort_value(article, "title").encode())
        self._texts["text_digest"].append(schema.text_digest(article, analyzed.language))
        length = length_of(analyzed)
        self._length += length
        self._lengths.append(schema.length_byte(length))
        super().add(analyzed, row)

    def _add_text(self, analyzed: AnalyzedArticle) -> None:
        terms, number = self._terms["text"], self.count
        others = schema.weighted_terms(analyzed)
        for term, (weight, row) in others.items():
            heads, positions = terms[term]
            heads += (number, weight, len(row))
            positions += (rotate(row[0]), *map(sub, row[1:], row))
        far = len(analyzed.slots("body")) > _FAR
        once = (number, schema.BODY_UNITS, 1)
        body = analyzed.positions("body")
        for term, row in body.items():
            if term in others:
                continue
            heads, positions = terms[term]
            positions.append(rotate(_BODY + row[0]) if far else row[0])
            if len(row) == 1:
                heads += once
            else:
                count = len(row)
                heads += (number, schema.BODY_UNITS * count, count)
                positions += map(sub, row[1:], row)
        self.buffered += len(body)

    def _add_words(self, analyzed: AnalyzedArticle) -> None:
        terms = self._terms["words"]
        for mask, words in schema.masks(analyzed):
            head = (self.count, mask)
            for heads in map(terms.__getitem__, words):
                heads += head
        self.buffered += len(analyzed.words("body"))

    def write(self, folder: Folder, name: str) -> None:
        """Writes the segment's file, and frees what was gathered."""
        with closing(SectionWriter(folder, name)) as file:
            for field, layout in LAYOUTS.items():
                file.terms(field, _packed_terms(self._terms[field], layout))
                self._terms[field].clear()
            for name, numbers in self._columns.items():
                file.section(name, [fixed(numbers)])
            for name, values in self._texts.items():
                file.texts(name, values)
            file.section("lengths", [bytes(self._lengths)])
            file.finish(count=self.count, length=self._length)


def build(changes: Iterable[Change], folder: Folder, max_buffered: int = MAX_BUFFERED) -> list[Entry]:
    """Writes segments of articles in this process, each when ``max_buffered`` postings are gathered, and at the end.

    Changes without an article are skipped.
    """
    entries: list[Entry] = []
    collecting = gc.isenabled()
    gc.disable()  # millions of small objects live to the end, and none is in a cycle
    try:
        builder = SegmentBuilder()
        for change in changes:
            if change.article is not None:
                builder.add(AnalyzedArticle(change.article, change.language), change.row)
                if builder.buffered > max_buffered:
                    entries.append(_written(builder, folder))
                    builder = SegmentBuilder()
                    gc.collect()
        if builder.count:
            entries.append(_written(builder, folder))
    finally:
        if collecting:
            gc.enable()
    return entries


def _written(builder: SegmentBuilder, folder: Folder) -> Entry:
    entry = Entry(new_id(), builder.count, frozenset())
    builder.write(folder, entry.name)
    return entry


def _positioned() -> tuple[list[int], list[int]]:
    return [], []


def _reordered(rows: Any, numbers: Mapping[int, int], layout: Layout) -> Any:
    """Returns the postings of a term of metadata with other numbers of documents, in their order."""
    if not layout.positions:
        return sorted(map(numbers.__getitem__, rows))
    heads, positions = rows
    if len(heads) == 2:  # as most have
        return [numbers[heads[0]], heads[1]], positions
    documents, counts = heads[::2], heads[1::2]
    starts = accumulate(counts, initial=0)
    ordered = sorted(zip(map(numbers.__getitem__, documents), counts, starts, strict=False))
    return (
        [number for document, count, _ in ordered for number in (document, count)],
        [position for _, count, start in ordered for position in positions[start : start + count]],
    )


def _packed_terms(terms: dict[str, Any], layout: Layout) -> Iterator[tuple[bytes, int, bytes]]:
    """Yields terms in order, for ``SectionWriter.terms``."""
    width = 1 + layout.weights + layout.positions
    for term in sorted(terms):
        heads, positions = terms[term] if layout.positions else (terms[term], [])
        if len(heads) == width:
            blob = pack_few(heads + positions)
        elif len(heads) < _FEW:
            ids = heads[::width]
            others = [number for kind in range(1, width) for number in heads[kind::width]]
            blob = pack_few([ids[0], *map(sub, ids[1:], ids), *others, *positions])
        else:
            blob = packed(_rows(heads, positions, layout))
        yield term.encode(), len(heads) // width, blob


def _rows(heads: list[int], positions: list[int], layout: Layout) -> Rows:
    """Returns the rows of interleaved numbers, one row per kind."""
    width = 1 + layout.weights + layout.positions
    return Rows(
        gaps(heads[::width]),
        array("I", heads[1::width] if layout.weights else ()),
        array("I", heads[width - 1 :: width] if layout.positions else ()),
        array("I", positions),
    )
