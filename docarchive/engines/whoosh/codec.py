"""What Whoosh keeps of the index: its table of contents, written without pickle.

Whoosh has the index, its schema, its generations and its segments; a segment's file is our codec's
(``segmentfile``). Stock Whoosh pickles its table of contents, its term tables and every block of
postings, so that an index from a stranger runs code when it is opened; here the table is JSON, and
nothing is ever unpickled. Only writing imports Whoosh: searching reads the same files directly.

Extends ``whoosh.codec.base`` and ``whoosh.filedb`` (whoosh3 3.54) at their own seams.
"""

from __future__ import annotations

import json
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from whoosh import fields, formats
from whoosh import index as windex
from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.matching import ListMatcher
from whoosh.reading import TermInfo, TermNotFound

from docarchive.engines.whoosh import schema
from docarchive.engines.whoosh.packing import DamagedIndex, fixed, unfixed
from docarchive.engines.whoosh.postings import LAYOUTS, Postings
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import INDEX_NAME, Entry, entry_of, segment_path

_MAX_OBJECT = 1 << 28


class JsonFile(StructFile):
    """A file whose objects are JSON behind their length, where Whoosh would pickle them."""

    def write_pickle(self, obj: Any, protocol: int = -1) -> None:
        """Writes the segments of a table of contents as JSON."""
        text = json.dumps(
            [{"id": each.segid, "count": each.doc_count_all(), "deleted": sorted(each.deleted_docs())} for each in obj]
        ).encode()
        self.write_uint(len(text))
        self.write(text)

    def read_pickle(self) -> Any:
        """Reads the segments of a table of contents."""
        length = self.read_uint()
        if length > _MAX_OBJECT:
            raise DamagedIndex(f"an object of {length} bytes")
        return [Segment(entry_of(item)) for item in json.loads(self.read(length))]


class Storage(FileStorage):
    """A folder of such files."""

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **kwargs: Any) -> JsonFile:
        """Makes a file in the folder."""
        return JsonFile(open(self._fpath(name), "xb" if excl else mode), name=name, **kwargs)

    def open_file(self, name: str, **kwargs: Any) -> JsonFile:
        """Opens a file in the folder."""
        return JsonFile(open(self._fpath(name), "rb"), name=name, **kwargs)


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


def open_index(folder: Path) -> Any:
    """Returns the index in a folder as Whoosh's own ``FileIndex``, for reading."""
    return windex.FileIndex(Storage(str(folder)), whoosh_schema())


def create(folder: Path) -> None:
    """Makes an index without articles in a folder."""
    windex.TOC.create(Storage(str(folder)), whoosh_schema(), INDEX_NAME)


def commit(folder: Path, generation: int, entries: Iterable[Entry]) -> None:
    """Makes a generation the index's own, and deletes the files of those before."""
    storage, segments = Storage(str(folder)), [Segment(entry) for entry in entries]
    windex.TOC(whoosh_schema(), segments, generation).write(storage, INDEX_NAME)
    windex.clean_files(storage, INDEX_NAME, generation, segments)
