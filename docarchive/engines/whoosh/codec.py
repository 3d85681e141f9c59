"""The index as Whoosh's own library reads it.

Stock Whoosh pickles its table of contents, its term tables and every block of postings, so that an index
from a stranger runs code when it is opened; here nothing is ever unpickled.

Extends ``whoosh.codec.base`` and ``whoosh.index`` (whoosh3 3.54) at their own seams.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from whoosh import fields, formats
from whoosh import index as windex
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from docarchive.engines.whoosh import schema
from docarchive.engines.whoosh.packing import fixed, unfixed
from docarchive.engines.whoosh.postings import LAYOUTS, Postings
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import INDEX_NAME, Entry, read_toc, segment_path


class Segment(base.Segment):
    """A segment, as Whoosh's index knows it.

    Args:
        entry: What the table of contents says of it.
    """

    def __init__(self, entry: Entry) -> None:
        super().__init__(INDEX_NAME)
        self.segid = entry.id
        self._count = entry.documents
        self._deleted = set(entry.deleted)

    def codec(self) -> Codec:
        """See ``whoosh.codec.base.Segment``, also for what follows."""
        return Codec()

    def entry(self) -> Entry:
        """Returns what the table of contents is to say of it."""
        return Entry(self.segid, self._count, frozenset(self._deleted))

    def doc_count_all(self) -> int:
        return self._count

    def deleted_count(self) -> int:
        return len(self._deleted)

    def deleted_docs(self) -> set[int]:
        return self._deleted

    def is_deleted(self, docnum: int) -> bool:
        return docnum in self._deleted

    def delete_document(self, docnum: int, delete: bool = True) -> None:
        (self._deleted.add if delete else self._deleted.discard)(docnum)


class Codec(base.Codec):
    """Opens segments for Whoosh's own readers, searchers and queries."""

    length_stats = False

    def terms_reader(self, storage: Any, segment: Segment) -> TermsReader:
        """Returns the reader of terms and postings."""
        return TermsReader(SegmentFile(segment_path(Path(storage.folder), segment.segid)))

    def per_document_reader(self, storage: Any, segment: Segment) -> PerDocumentReader:
        """Returns the reader of columns and lengths."""
        return PerDocumentReader(SegmentFile(segment_path(Path(storage.folder), segment.segid)), segment)


class TermsReader(base.TermsReader):
    """The terms of a segment, for Whoosh."""

    def __init__(self, file: SegmentFile) -> None:
        self._file = file

    def __contains__(self, term: tuple[str, bytes]) -> bool:
        field, text = term
        return self._file.terms(field).find(text) is not None

    def terms(self) -> Iterator[tuple[str, bytes]]:
        for field in self.indexed_field_names():
            yield from self.terms_from(field, b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[str, bytes]]:
        return ((fieldname, term) for term, _, _ in self._file.terms(fieldname).items() if term >= prefix)

    def term_info(self, fieldname: str, text: bytes) -> Any:
        postings = self._postings(fieldname, text)
        weights = postings.weights()
        least, most = (schema.LENGTHS[each(self._file.section("lengths"))] for each in (min, max))
        return TermInfo(sum(weights), len(weights), least, most, max(weights), postings.ids[0], postings.ids[-1])

    def frequency(self, fieldname: str, text: bytes) -> float:
        return sum(self._postings(fieldname, text).weights())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return self._file.terms(fieldname).frequency(text)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        postings = self._postings(fieldname, text)
        values = None
        if LAYOUTS[fieldname].positions:
            values = [fixed(array("I", each)) for each in postings.positions().values()]
        return ListMatcher(postings.ids, postings.weights(), values, format_, scorer, term=(fieldname, text))

    def cursor(self, fieldname: str, fieldobj: Any) -> Cursor:
        return Cursor(self._file.terms(fieldname).starting(""))

    def indexed_field_names(self) -> Iterable[str]:
        return sorted(LAYOUTS)

    def close(self) -> None:
        self._file.close()

    def _postings(self, field: str, term: bytes) -> Postings:
        postings = self._file.terms(field).postings(term)
        if postings is None:
            raise TermNotFound(f"{field}:{term!r}")
        return postings


class Cursor(base.FieldCursor):
    """Steps through the terms of a field in order, for Whoosh.

    Args:
        terms: The terms.
    """

    def __init__(self, terms: list[str]) -> None:
        self._terms = terms
        self._place = 0

    def is_valid(self) -> bool:
        return self._place < len(self._terms)

    def first(self) -> str | None:
        self._place = 0
        return self.text()

    def find(self, term: bytes | str) -> str | None:
        self._place = bisect_left(self._terms, term if isinstance(term, str) else term.decode())
        return self.text()

    def next(self) -> str | None:
        self._place += 1
        return self.text()

    def text(self) -> str | None:
        return self._terms[self._place] if self.is_valid() else None


class PerDocumentReader(base.PerDocumentReader):
    """The documents of a segment, for Whoosh: articles are in files, so that nothing is stored."""

    def __init__(self, file: SegmentFile, segment: Segment) -> None:
        self._file = file
        self._segment = segment
        self._lengths = file.section("lengths")

    def doc_count(self) -> int:
        return self._file.count - self._segment.deleted_count()

    def doc_count_all(self) -> int:
        return self._file.count

    def has_deletions(self) -> bool:
        return self._segment.deleted_count() > 0

    def is_deleted(self, docnum: int) -> bool:
        return self._segment.is_deleted(docnum)

    def deleted_docs(self) -> set[int]:
        return self._segment.deleted_docs()

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {"id": self._file.text("id", docnum).decode()}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return schema.LENGTHS[self._lengths[docnum]] if fieldname == "text" else default

    def field_length(self, fieldname: str) -> int:
        return self._file.length if fieldname == "text" else 0

    def min_field_length(self, fieldname: str) -> int:
        return schema.LENGTHS[min(self._lengths)] if fieldname == "text" else 0

    def max_field_length(self, fieldname: str) -> int:
        return schema.LENGTHS[max(self._lengths)] if fieldname == "text" else 0

    def supports_columns(self) -> bool:
        return False

    def has_column(self, fieldname: str) -> bool:
        return False

    def close(self) -> None:
        self._file.close()


class Positions(formats.Format):
    """Postings with positions."""

    def decode_positions(self, value: bytes) -> list[int]:
        """Returns the positions of a posting."""
        return list(unfixed("I", value))


class Field(fields.FieldType):
    """A field whose postings are made elsewhere (``building``)."""


def whoosh_schema() -> Any:
    """Returns the index's fields, as Whoosh knows them."""
    return fields.Schema(
        **{
            name: Field(Positions() if layout.positions else formats.Existence(), None, scorable=name == "text")
            for name, layout in LAYOUTS.items()
        }
    )


class Index(windex.FileIndex):
    """An index in a folder, for reading: its table of contents is our own, and is never unpickled.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self.storage = FileStorage(str(folder), readonly=True)
        self.indexname = INDEX_NAME
        self._folder = folder
        self._schema = whoosh_schema()

    def _read_toc(self) -> Any:
        generation, entries = read_toc(self._folder)
        return windex.TOC(self._schema, [Segment(entry) for entry in entries], generation)


def open_index(folder: Path) -> Any:
    """Returns the index in a folder as Whoosh's own ``FileIndex``, for reading."""
    return Index(folder)
