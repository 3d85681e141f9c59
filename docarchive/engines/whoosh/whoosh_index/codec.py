"""The codec: hands the terms, postings, lengths, columns and stored fields of a segment to Whoosh.

Nothing is ever unpickled: segments are read by ``engines.whoosh.segmentfile``.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

from whoosh.codec import base
from whoosh.matching import ListMatcher, ReadTooFar
from whoosh.reading import TermInfo, TermNotFound

from docarchive.engines.whoosh.schema import LENGTHS
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import INDEX_NAME, Entry
from docarchive.engines.whoosh.whoosh_index.fields import ValuesColumn, column_values
from docarchive.engines.whoosh.whoosh_index.terms import FieldTerms, Matches, VisibleSegment
from docarchive.folder import Folder
from docarchive.query import Pattern
from docarchive.query.document import TEXT_FIELDS
from docarchive.query.patterns import FUZZY

#: Returns the fields of an article by its id, as ``Article.to_dict`` has them; nothing if it cannot be read.
Stored = Callable[[str], dict[str, Any]]


class Segment(base.Segment):
    """A segment of the index. Deleted documents are hidden; see ``VisibleSegment``."""

    def __init__(self, entry: Entry, codec: Codec) -> None:
        super().__init__(INDEX_NAME)
        self.segid = entry.id
        self.entry = entry
        self._codec = codec

    def codec(self) -> Codec:
        return self._codec

    def doc_count_all(self) -> int:
        return self.entry.documents - len(self.entry.deleted)

    def deleted_count(self) -> int:
        return 0

    def deleted_docs(self) -> frozenset[int]:
        return frozenset()

    def is_deleted(self, docnum: int) -> bool:
        return False


class Codec(base.Codec):
    """Opens segments for Whoosh's readers."""

    length_stats = True

    def __init__(self, folder: Folder, schema: Any, stored: Stored) -> None:
        self._folder = folder
        self._schema = schema
        self._stored = stored

    def terms_reader(self, storage: Any, segment: Segment) -> TermsReader:
        return TermsReader(self._open(segment), self._schema)

    def per_document_reader(self, storage: Any, segment: Segment) -> PerDocumentReader:
        return PerDocumentReader(self._open(segment), self._schema, self._stored)

    def automata(self, storage: Any, segment: Segment) -> Automata:
        return Automata()

    def _open(self, segment: Segment) -> VisibleSegment:
        return VisibleSegment(SegmentFile(self._folder, segment.entry.name), segment.entry)


class Automata(base.Automata):
    """Finds fuzzy words by docarchive's own distance, which counts a swap of two neighbours as one change."""

    def terms_within(self, fieldcur: Cursor, uterm: str, maxdist: int, prefix: int = 0) -> Iterator[str]:
        words = Pattern(FUZZY, str(uterm), maxdist).select(fieldcur.terms)
        return (word for word in words if word.startswith(uterm[:prefix]))


class TermsReader(base.TermsReader):
    """The terms of a segment, which it closes."""

    def __init__(self, segment: VisibleSegment, schema: Any) -> None:
        self._segment = segment
        self._schema = schema
        self._fields: dict[str, FieldTerms] = {}
        lengths = segment.lengths
        self._lengths = (LENGTHS[min(lengths)], LENGTHS[max(lengths)]) if lengths else (0, 0)

    def _terms(self, field: str) -> FieldTerms:
        if field not in self._fields:
            self._fields[field] = self._schema[field].terms(self._segment)
        return self._fields[field]

    def _matches(self, field: str, term: bytes) -> Matches:
        matches = self._terms(field).matches(term)
        if matches is None:
            raise TermNotFound(f"{field}:{term!r}")
        return matches

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        return self._terms(term[0]).matches(term[1]) is not None

    def indexed_field_names(self) -> list[str]:
        return list(self._schema.names())

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for field in self.indexed_field_names():
            yield from self.terms_from(field, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return ((fieldname, term) for term in self._terms(fieldname).since(prefix))

    def items(self) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[tuple[str, bytes], Any]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> Any:
        ids, weights, _ = self._matches(fieldname, text)
        total, most = (sum(weights), max(weights)) if weights else (float(len(ids)), 1.0)
        return TermInfo(total, len(ids), *self._lengths, most, ids[0], ids[-1])

    def frequency(self, fieldname: str, text: bytes) -> float:
        matches = self._terms(fieldname).matches(text)
        return sum(matches.weights or [1.0] * len(matches.ids)) if matches else 0.0

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return self._terms(fieldname).frequency(text)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> PostingsMatcher:
        matches, info = self._matches(fieldname, text), self.term_info(fieldname, text)
        return PostingsMatcher(matches, format_, scorer, (fieldname, text), info)

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        return Cursor([fieldobj.from_bytes(term) for term in self._terms(fieldname).since(b"")])

    def close(self) -> None:
        self._segment.close()


class PostingsMatcher(ListMatcher):
    """Steps through the documents that have a term. All of them are one block of the same quality."""

    def __init__(
        self, matches: Matches, format_: Any, scorer: Any, term: tuple[str, bytes], info: Any, position: int = 0
    ) -> None:
        super().__init__(matches.ids, matches.weights, None, format_, scorer, position, term=term, terminfo=info)
        self._matches = matches
        self._positions: Any = None

    def copy(self) -> PostingsMatcher:
        return PostingsMatcher(self._matches, self._format, self._scorer, self._term, self._terminfo, self._i)

    def value(self) -> Any:
        if self._matches.load is None:
            return b""
        if self._positions is None:
            self._positions = self._matches.load()
        return self._positions[self._i]

    def skip_to(self, id: int) -> None:
        if not self.is_active():
            raise ReadTooFar
        self._i: int = bisect_left(self._ids, id, self._i)

    def skip_to_quality(self, minquality: float) -> int:
        if self.is_active() and self.block_quality() <= minquality:
            self._i = len(self._ids)
        return 0

    def block_max_weight(self) -> float:
        return float(self._terminfo.max_weight())


class Cursor(base.FieldCursor):
    """Steps through the terms of a field in order."""

    def __init__(self, terms: list[str]) -> None:
        self.terms = terms
        self._next = 0

    def is_valid(self) -> bool:
        return self._next < len(self.terms)

    def first(self) -> str | None:
        self._next = 0
        return self.text()

    def find(self, string: bytes | str) -> str | None:
        self._next = bisect_left(self.terms, string if isinstance(string, str) else string.decode())
        return self.text()

    def next(self) -> str | None:
        self._next += 1
        return self.text()

    def text(self) -> str | None:
        return self.terms[self._next] if self.is_valid() else None

    term = text


class PerDocumentReader(base.PerDocumentReader):
    """The documents of a segment, which it closes. Their fields are read from the archive's files when asked for."""

    def __init__(self, segment: VisibleSegment, schema: Any, stored: Stored) -> None:
        self._segment = segment
        self._schema = schema
        self._stored = stored

    def doc_count(self) -> int:
        return len(self._segment.visible)

    def doc_count_all(self) -> int:
        return self.doc_count()

    def has_deletions(self) -> bool:
        return False

    def is_deleted(self, docnum: int) -> bool:
        return False

    def deleted_docs(self) -> frozenset[int]:
        return frozenset()

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        id_ = self._segment.id(self._segment.visible[docnum])
        record = self._stored(id_)
        text = "\n\n".join(filter(None, map(record.get, TEXT_FIELDS)))
        return {"id": id_, **({"text": text} if text else {}), **record}

    @cached_property
    def _lengths(self) -> list[int]:
        lengths = self._segment.lengths
        return [LENGTHS[lengths[number]] for number in self._segment.visible]

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return self._lengths[docnum] if self._schema[fieldname].scorable else default

    def field_length(self, fieldname: str) -> int:
        return sum(self._lengths) if self._schema[fieldname].scorable else 0

    def min_field_length(self, fieldname: str) -> int:
        return min(self._lengths) if self._schema[fieldname].scorable else 0

    def max_field_length(self, fieldname: str) -> int:
        return max(self._lengths) if self._schema[fieldname].scorable else 0

    def supports_columns(self) -> bool:
        return True

    def has_column(self, fieldname: str) -> bool:
        return fieldname in self.list_columns()

    def list_columns(self) -> list[str]:
        return [name for name, field in self._schema.items() if field.column_type]

    def column_reader(self, fieldname: str, column: Any) -> ValuesColumn:
        missing = column.default_value()
        values = column_values(fieldname, self._segment, column)
        return ValuesColumn(values, missing if isinstance(missing, int) else None)

    def close(self) -> None:
        self._segment.close()
