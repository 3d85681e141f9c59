"""How the index stands on disk: Whoosh's third codec, without pickle.

Stock Whoosh pickles its table of contents, its term tables and every block of postings, so that an
index file from a stranger runs code when it is opened. Here the first two are JSON, and blocks of
postings are arrays behind a fixed header; a damaged or hostile file gives an error, and the index is
rebuilt. Arrays are also faster than pickled tuples of numbers.

Extends ``whoosh.codec.whoosh3`` (whoosh3 3.54) at its own seams: storage, codec, postings writer
and reader.
"""

from __future__ import annotations

import json
import re
import struct
import sys
import zlib
from array import array
from collections.abc import Container
from itertools import accumulate
from typing import Any
from weakref import WeakSet

from whoosh.codec import whoosh3 as base
from whoosh.filedb.filestore import FileStorage
from whoosh.filedb.structfile import StructFile
from whoosh.util.numeric import byte_to_length, length_to_byte
from whoosh.util.numlists import delta_decode, delta_encode

_MAGIC = base.WHOOSH3_HEADER_MAGIC
# number of postings, last id, greatest weight, zlib level, least and greatest length, kind of weights
_HEADER = struct.Struct("<IIfBBBB")
_NO_WEIGHTS, _ONE_WEIGHT, _ALL_WEIGHTS = range(3)
_COMPRESS_FROM = 80
_SEGMENT_ID = re.compile(r"[a-z0-9]{1,32}")
_INDEX_NAME = "MAIN"
_MAX_BLOCK = 1 << 26


class DamagedIndex(Exception):
    """An index file does not hold what it should."""


class JsonFile(StructFile):
    """A file whose objects are JSON behind their length, where Whoosh would pickle them."""

    def write_pickle(self, obj: Any, protocol: int = -1) -> None:
        """Writes an object as JSON."""
        if isinstance(obj, list) and all(isinstance(item, base.W3Segment) for item in obj):
            obj = [_segment_to_json(item) for item in obj]
        text = json.dumps(obj).encode()
        self.write_uint(len(text))
        self.write(text)

    def read_pickle(self) -> Any:
        """Reads an object written as JSON."""
        length = self.read_uint()
        if length > _MAX_BLOCK:
            raise DamagedIndex(f"an object of {length} bytes")
        value = json.loads(self.read(length))
        return [_segment_from_json(item) for item in value] if isinstance(value, list) else value


class Storage(FileStorage):
    """A folder of such files; it knows which are open, for Whoosh leaves some so after an error."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._opened: WeakSet[JsonFile] = WeakSet()

    def create_file(self, name: str, excl: bool = False, mode: str = "wb", **kwargs: Any) -> JsonFile:
        """Makes a file in the folder."""
        return self._known(JsonFile(open(self._fpath(name), "xb" if excl else mode), name=name, **kwargs))

    def open_file(self, name: str, **kwargs: Any) -> JsonFile:
        """Opens a file in the folder."""
        return self._known(JsonFile(open(self._fpath(name), "rb"), name=name, **kwargs))

    def temp_storage(self, name: str | None = None) -> Storage:
        """Makes a folder in the folder, for files that go away after a commit."""
        inner = Storage(self._fpath(name or "temporary.tmp"))
        inner._opened = self._opened
        inner.create()
        return inner

    def close_all(self) -> None:
        """Closes every file that is still open."""
        for file in list(self._opened):
            if not file.is_closed:
                file.close()

    def _known(self, file: JsonFile) -> JsonFile:
        self._opened.add(file)
        return file


def _segment_to_json(segment: base.W3Segment) -> dict[str, Any]:
    return {
        "id": segment.segid,
        "count": segment.doc_count_all(),
        "deleted": sorted(segment.deleted_docs()),
        "lengths": dict(getattr(segment, "_fieldlengths", {})),
    }


def _segment_from_json(item: dict[str, Any]) -> base.W3Segment:
    if not isinstance(item, dict) or not _SEGMENT_ID.fullmatch(str(item.get("id"))):
        raise DamagedIndex("a segment without a proper id")
    deleted = {int(number) for number in item["deleted"]} or None
    segment = base.W3Segment(Codec(), _INDEX_NAME, int(item["count"]), str(item["id"]), deleted)
    segment._fieldlengths = {str(name): int(length) for name, length in item["lengths"].items()}
    return segment


class Codec(base.W3Codec):
    """Whoosh's codec with our blocks of postings, and without stored fields."""

    def postings_writer(self, dbfile: Any, byteids: bool = False) -> PostingsWriter:
        """Returns a writer of blocks."""
        return PostingsWriter(dbfile, self._blocklimit, byteids, self._compression, self._inlinelimit)

    def postings_reader(self, dbfile: Any, terminfo: Any, format_: Any, term: Any = None, scorer: Any = None) -> Any:
        """Returns a reader of blocks."""
        offset, length = terminfo.extent()
        return PostingsMatcher(dbfile, offset, length, format_, term=term, scorer=scorer)

    def terms_reader(self, storage: Any, segment: Any) -> Any:
        """Returns the reader of the term table."""
        name = segment.make_filename(self.TERMS_EXT)
        terms = storage.open_file(name)
        postings = segment.open_file(storage, self.POSTS_EXT)
        return _TermsReader(self, terms, storage.file_length(name), postings)

    def per_document_reader(self, storage: Any, segment: Any) -> Any:
        """Returns the reader of columns and lengths."""
        return _PerDocumentReader(storage, segment)


class _TermsReader(base.W3TermsReader):
    """Refuses postings inside the term table, which stock Whoosh would unpickle."""

    def term_info(self, fieldname: str, tbytes: bytes) -> Any:
        key = self._keycoder(fieldname, tbytes)
        try:
            value = self._tindex[key]
        except KeyError:
            raise base.TermNotFound(f"No term {fieldname}:{tbytes!r}") from None
        if value[0]:
            raise DamagedIndex("postings inside the term table")
        return base.W3TermInfo.from_bytes(value)


class _PerDocumentReader(base.W3PerDocReader):
    """There are no stored fields: articles are in files, and their metadata is in the catalog."""

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {}


class PostingsWriter(base.W3PostingsWriter):
    """Writes blocks of postings as arrays."""

    def add_postings(
        self, ids: array[int], weights: array[float] | None, values: list[bytes], lengths: dict[int, int] | None
    ) -> None:
        """Adds all postings of a term at once.

        Args:
            ids: Numbers of documents, ascending.
            weights: A weight for each; None for all 1.
            values: A value for each, or nothing.
            lengths: The field's length by number of document, where the field is scored.
        """
        limit = self._blocklimit
        for start in range(0, len(ids), limit):
            if start:
                self._write_block()
            part = ids[start : start + limit]
            self._ids = part
            self._weights = weights[start : start + limit] if weights else array("f", [1.0]) * len(part)
            self._maxweight = max(self._weights)
            self._values = values[start : start + limit]
            if lengths:
                found = [lengths[number] for number in part]
                self._minlength, self._maxlength = min(found), max(found)

    def _write_block(self, last: bool = False) -> None:
        if not self._blockcount:
            self._postfile.write(_MAGIC)
        self._terminfo.add_block(self)
        ids, weights = self._ids, self._weights
        parts = [_bytes(array("I", delta_encode(ids)))]
        first = weights[0]
        if all(weight == first for weight in weights):
            kind = _NO_WEIGHTS if first == 1.0 else _ONE_WEIGHT
            if kind:
                parts.append(_bytes(array("f", [first])))
        else:
            kind = _ALL_WEIGHTS
            parts.append(_bytes(weights))
        if self._values:
            parts.append(_bytes(array("I", [len(value) for value in self._values])))
            parts.extend(self._values)
        data = b"".join(parts)
        level = self._compression if len(data) >= _COMPRESS_FROM else 0
        if level:
            data = zlib.compress(data, level)
        header = _HEADER.pack(
            len(ids),
            ids[-1],
            self._maxweight,
            level,
            length_to_byte(self._minlength),
            length_to_byte(self._maxlength),
            kind,
        )
        length = len(header) + len(data)
        self._postfile.write_int(-length if last else length)
        self._postfile.write(header + data)
        self._blockcount += 1
        self._new_block()


class PostingsMatcher(base.W3LeafMatcher):
    """Reads blocks of postings that are arrays; a block's data is read when it is first needed."""

    _data: bytes | None
    _ids: Any
    _weights: Any
    _values: Any

    def _goto(self, position: int) -> None:
        postfile = self._postfile
        self._data = self._ids = self._weights = self._values = None
        self._i = 0
        postfile.seek(position)
        length = postfile.read_int()
        if length < 0:
            self._lastblock = True
            length = -length
        if not _HEADER.size <= length <= _MAX_BLOCK:
            raise DamagedIndex(f"a block of {length} bytes")
        self._nextoffset = position + 4 + length
        header = _HEADER.unpack(postfile.read(_HEADER.size))
        self._blocklength, self._maxid, self._maxweight, self._compression, least, greatest, self._kind = header
        self._minlength = byte_to_length(least)
        self._maxlength = byte_to_length(greatest)
        self._dataoffset = position + 4 + _HEADER.size

    def _block(self) -> bytes:
        if self._data is None:
            data: bytes = self._postfile.get(self._dataoffset, self._nextoffset - self._dataoffset)
            self._data = zlib.decompressobj().decompress(data, _MAX_BLOCK) if self._compression else data
        return self._data

    def _read_ids(self) -> None:
        self._ids = tuple(delta_decode(_array("I", self._block(), 0, self._blocklength)))

    def _read_weights(self) -> None:
        count = self._blocklength
        if self._kind == _NO_WEIGHTS:
            self._weights = (1.0,) * count
        elif self._kind == _ONE_WEIGHT:
            self._weights = tuple(_array("f", self._block(), 4 * count, 1)) * count
        else:
            self._weights = _array("f", self._block(), 4 * count, count)

    def _read_values(self) -> None:
        data, count = self._block(), self._blocklength
        position = 4 * count + 4 * (0, 1, count)[self._kind]
        if position == len(data):
            self._values = (b"",) * count
            return
        values = []
        lengths = _array("I", data, position, count)
        position += 4 * count
        for length in lengths:
            values.append(data[position : position + length])
            position += length
        self._values = values


class Block:
    """The postings of one term in one segment, decoded as they are asked for.

    Attributes:
        ids: Numbers of documents, ascending.
    """

    def __init__(self, postfile: Any, offset: int) -> None:
        self.ids: list[int] = []
        self._parts: list[tuple[int, int, int, bytes]] = []  # count, kind of weights, position behind ids, data
        postfile.seek(offset)
        if postfile.read(4) != _MAGIC:
            raise DamagedIndex("postings that do not begin as they should")
        last = False
        while not last:
            length = postfile.read_int()
            last, length = length < 0, abs(length)
            if not _HEADER.size <= length <= _MAX_BLOCK:
                raise DamagedIndex(f"a block of {length} bytes")
            count, _, _, level, _, _, kind = _HEADER.unpack(postfile.read(_HEADER.size))
            data = postfile.read(length - _HEADER.size)
            if level:
                data = zlib.decompressobj().decompress(data, _MAX_BLOCK)
            self.ids += accumulate(_array("I", data, 0, count))
            self._parts.append((count, kind, 4 * count, data))

    def weights(self) -> list[float]:
        """Returns the weight of each posting."""
        found: list[float] = []
        for count, kind, position, data in self._parts:
            if kind == _ALL_WEIGHTS:
                found += _array("f", data, position, count)
            else:
                found += [1.0 if kind == _NO_WEIGHTS else _array("f", data, position, 1)[0]] * count
        return found

    def positions(self, wanted: Container[int] | None = None) -> dict[int, array[int]]:
        """Returns the positions of each posting by number of document, of those that are wanted alone."""
        found: dict[int, array[int]] = {}
        first = 0
        for count, kind, position, data in self._parts:
            position += 4 * (0, 1, count)[kind]
            lengths = _array("I", data, position, count)
            start = position + 4 * count
            for number, length in zip(self.ids[first : first + count], lengths, strict=True):
                if wanted is None or number in wanted:
                    found[number] = _array("I", data, start, length // 4)
                start += length
            first += count
        return found


def read_postings(reader: Any, field: str, term: str) -> Block | None:
    """Returns the postings of a term in a segment, or None if it is not there.

    Args:
        reader: Whoosh's reader of the segment.
        field: The field.
        term: The term.
    """
    terms = reader._terms
    try:
        info = terms.term_info(field, term.encode())
    except base.TermNotFound:
        return None
    return Block(terms._postfile, info.extent()[0])


def read_frequency(reader: Any, field: str, term: str) -> int:
    """Returns how many documents of a segment have a term, deleted ones among them, without its postings."""
    try:
        return int(reader._terms.doc_frequency(field, term.encode()))
    except (KeyError, base.TermNotFound):
        return 0


def read_lengths(reader: Any, field: str, count: int) -> bytes:
    """Returns for each document of a segment the byte that stands for the length of a field."""
    return _column(reader, f"_{field}_len", base.LENGTHS_COLUMN, count, 1)


def read_numbers(reader: Any, name: str, count: int) -> array[int]:
    """Returns a numeric column of a segment: 64 bits for each document, 0 where there is none."""
    values: array[int] = array("q", _column(reader, name, reader.schema[name].column_type, count, 8))
    if sys.byteorder == "little":
        values.byteswap()
    return values


def _column(reader: Any, name: str, column: Any, count: int, size: int) -> bytes:
    perdoc = reader._perdoc
    if not perdoc.has_column(name):
        return bytes(count * size)
    perdoc.column_reader(name, column)
    file, offset, length = perdoc._colfiles[name]
    if length > count * size or length % size:
        raise DamagedIndex(f"a column {name} of {length} bytes")
    return bytes(file.get(offset, length)).ljust(count * size, b"\0")


def pack_vocabulary(terms: list[bytes], counts: list[int]) -> bytes:
    """Returns the file of a vocabulary: how many terms, how many documents each, and the terms as lines."""
    return struct.pack("<I", len(terms)) + _bytes(array("I", counts)) + b"\n".join(terms)


def read_vocabulary(data: bytes) -> tuple[list[str], array[int]]:
    """Returns the terms in order, and how many documents have each."""
    (count,) = struct.unpack_from("<I", data) if len(data) >= 4 else (0,)
    counts = _array("I", data, 4, count)
    terms = data[4 + 4 * count :].decode().split("\n") if count else []
    if len(terms) != count:
        raise DamagedIndex("a vocabulary that does not hold what it says")
    return terms, counts


def vocabulary_name(segment: Any, field: str) -> str:
    """Returns the name of the file of a field's vocabulary."""
    return str(segment.make_filename(f".{field}.voc"))


def _bytes(numbers: array[Any]) -> bytes:
    if sys.byteorder == "big":
        numbers = array(numbers.typecode, numbers)
        numbers.byteswap()
    return numbers.tobytes()


def _array(typecode: str, data: bytes, position: int, count: int) -> array[Any]:
    part = data[position : position + 4 * count]
    if len(part) != 4 * count:
        raise DamagedIndex("a block that ends too soon")
    numbers: array[Any] = array(typecode, part)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers
