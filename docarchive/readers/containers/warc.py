"""The reader of web archives (WARC, and the older ARC): each page is a source (decision 0024)."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Any, BinaryIO, Final, cast
from urllib.parse import unquote, urlsplit
from weakref import finalize

from docarchive.errors import ReaderError
from docarchive.readers.containers import CRAWLED, members
from docarchive.readers.containers.content_encodings import decode_content
from docarchive.readers.containers.decompression import (
    GZIP_MAGIC,
    TOO_LARGE,
    DecompressedStream,
    expansion_limit,
    gzip_decompressor,
)
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import Member, Refusal, Source, no_sibling

#: Bytes of the headers of one record.
_MAX_HEADER: Final = 1_000_000
_CHUNK: Final = 65_536
#: Pictures of one file, their bytes, and how many of these are in memory.
_MAX_PICTURES: Final = 200_000
_MAX_PICTURE_BYTES: Final = 2_000_000_000
_IN_MEMORY: Final = 20_000_000
#: Media types that are read, and the suffix for the name of such a source.
_SUFFIXES: Final = {"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf"}
_SUFFIXES_OF_CONVERSIONS: Final = {**_SUFFIXES, "text/plain": ".txt"}
_PAGE_RECORDS: Final = ("response", "resource", "conversion")
_TRUNCATED: Final = "the web archive is cut off or damaged; the pages before that were read"


def records(source: Source) -> Iterator[Member | Refusal]:
    """Yields the pages of a file, from its beginning to its end, compressed or not."""
    with source.open() as file:
        yield from _Archive(*_streams(source, file), _Pictures(source)).members()


def _streams(source: Source, file: BinaryIO) -> tuple[_LimitedStream, DecompressedStream | None]:
    head = file.read(8)
    file.seek(0)
    stream = (
        DecompressedStream(file, gzip_decompressor, GZIP_MAGIC, stop_between_members=True)
        if head.startswith(GZIP_MAGIC)
        else None
    )
    return _LimitedStream(stream or file, expansion_limit(source.size)), stream


class _LimitedStream:
    """The archive's stream for warcio: raises where a bomb or an endless header would fill the memory."""

    def __init__(self, stream: BinaryIO | DecompressedStream, limit: int) -> None:
        self._stream = cast(BinaryIO, stream)
        self._limit = limit  # of the decompressed archive, in bytes
        self._position = 0
        #: Bytes that warcio may read before the next record; None while a record's content is read.
        self.header_budget: int | None = _MAX_HEADER
        self.at_start = True  # nothing of the current gzip member was read yet

    def tell(self) -> int:
        return self._position

    def read(self, size: int = _CHUNK) -> bytes:
        data = self._stream.read(size)
        while 0 < len(data) < size and (more := self._stream.read(size - len(data))):
            data += more  # warcio loses a read of one byte when it looks for gzip's magic number
        if self._position == 0 and not data.startswith(CRAWLED):
            raise ReaderError("it is not a web archive, despite its name")
        if self.at_start and data.startswith(GZIP_MAGIC[:2]):
            # warcio would decompress it without a limit.
            raise ReaderError("it is compressed twice; unpack it once, and import the result")
        self.at_start = False
        self._position += len(data)
        if self._position > self._limit:
            raise ReaderError(TOO_LARGE)
        if self.header_budget is not None:
            self.header_budget -= len(data)
            if self.header_budget < 0:
                raise ReaderError("the web archive is damaged: a header in it has no end")
        return data


class _Archive:
    """The pages of one archive."""

    def __init__(
        self, stream: _LimitedStream, compressed: DecompressedStream | None, pictures: Callable[[str], Source | None]
    ) -> None:
        self._pictures = pictures
        self._stream = stream
        self._compressed = compressed  # each record is a gzip member, whose end is certain
        self._failure = ""  # why the archive must be kept whole

    def members(self) -> Iterator[Member | Refusal]:
        yield from self._next_records()
        while self._compressed is not None and self._compressed.next_member():
            self._stream.header_budget, self._stream.at_start = _MAX_HEADER, True
            yield from self._next_records()
        if self._failure:
            raise ReaderError(self._failure)

    def _next_records(self) -> Iterator[Member | Refusal]:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
        from warcio.statusandheaders import StatusAndHeadersParserException

        iterator = ArchiveIterator(self._stream, no_record_parse=True, arc2warc=True)
        iterator.INC_RECORD = ""  # else it writes to standard error; err_count counts the same
        try:
            for record in iterator:
                yield from self._members(record)
                errors = iterator.err_count
                iterator.read_to_end()
                if iterator.err_count > errors and record.rec_type in _PAGE_RECORDS:
                    self._failure = "a record of the web archive is longer than it says; the others were read"
        except (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, LookupError, AttributeError):
            raise ReaderError(_TRUNCATED) from None
        while self._stream.read():  # to the end of the gzip member, where its checksum is
            pass

    def _members(self, record: Any) -> Iterator[Member | Refusal]:
        if record.length is None:
            raise ReaderError(_TRUNCATED)
        if not str(record.rec_headers.get_header("Content-Length")).strip().isdecimal():
            self._failure = "a record of the web archive does not say how long it is; the others were read"
        self._stream.header_budget = None
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        block = self._block(record, url)
        self._stream.header_budget = _MAX_HEADER
        if block is None:
            return
        yield from self._of_block(record, url, block)

    def _of_block(self, record: Any, url: str, block: bytes) -> Iterator[Member | Refusal]:
        try:
            page = _page(record, url, block)
        except ReaderError as error:
            yield Refusal(members.printable_name(url), block, str(error))
        else:
            if page:
                yield Member(members.printable_name(url), page._replace(picture=self._pictures))

    def _block(self, record: Any, url: str) -> bytes | None:
        """Reads a record to its end, to know that it is complete; returns its content if it may be a page."""
        wanted = record.rec_type in _PAGE_RECORDS
        size, block = 0, bytearray()
        while data := record.raw_stream.read(_CHUNK):
            size += len(data)
            if wanted and size <= MAX_SIZE:
                block += data
        if size < record.length and self._compressed is None:
            raise ReaderError(_TRUNCATED)
        if wanted and size > MAX_SIZE and _may_be_page(bytes(block[:_CHUNK])):
            self._failure = f"{members.printable_name(url)} in it is too large, so the whole archive is kept"
        return bytes(block) if wanted and size <= MAX_SIZE else None


def _page(record: Any, url: str, block: bytes) -> Source | None:
    """Returns the page in a record, or None if the record is not a page."""
    if record.rec_type != "response":
        media_type = str(record.rec_headers.get_header("Content-Type") or "")
        suffix = (_SUFFIXES_OF_CONVERSIONS if record.rec_type == "conversion" else _SUFFIXES).get(
            _mime_type(media_type)
        )
        return _source(url, media_type, suffix, block) if suffix else None
    if not block.startswith(b"HTTP/"):
        return None
    content = _content(block, lambda mime_type: mime_type in _SUFFIXES)
    if content is None:
        return None
    media_type, data = content
    return _source(url, media_type, _SUFFIXES[_mime_type(media_type)], data)


def _content(block: bytes, wanted: Callable[[str], bool]) -> tuple[str, bytes] | None:
    """Returns the media type and the content of a response, if it is complete and of a wanted type."""
    stream, status, headers = _parse_http(block)
    media_type = str(headers.get_header("Content-Type") or "")
    if status != "200" or not wanted(_mime_type(media_type)):
        return None
    if str(headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
        from warcio.bufferedreaders import ChunkedDataReader

        data = ChunkedDataReader(stream).read()
    else:
        data = stream.read()
    return media_type, decode_content(data, str(headers.get_header("Content-Encoding") or ""), MAX_SIZE)


class _Pictures:
    """Opens the pictures of a file by their addresses: when the first is asked for, all are copied to another file."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._places: dict[bytes, tuple[int, int]] | None = None  # by digest of the address: offset and size
        self._file: IO[bytes] | None = None

    def __call__(self, address: str) -> Source | None:
        """Returns a picture; None if the file has none from this address."""
        if self._places is None or self._file is None:
            self._places, self._file = {}, SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
            finalize(self, self._file.close)
            with suppress(ReaderError), self._source.open() as file:
                for _ in _PictureScan(*_streams(self._source, file), self._add).members():
                    pass
        place = self._places.get(_digest(address))
        if place is None:
            return None
        self._file.seek(place[0])
        data = self._file.read(place[1])
        return Source.in_memory(data)

    def _add(self, url: str, data: bytes) -> None:
        assert self._places is not None
        assert self._file is not None
        if len(self._places) < _MAX_PICTURES and self._file.tell() + len(data) <= _MAX_PICTURE_BYTES:
            self._places.setdefault(_digest(url), (self._file.tell(), len(data)))
            self._file.write(data)


class _PictureScan(_Archive):
    """Reads a file for the pictures in it."""

    def __init__(
        self, stream: _LimitedStream, compressed: DecompressedStream | None, add: Callable[[str, bytes], None]
    ) -> None:
        super().__init__(stream, compressed, no_sibling)
        self._add = add

    def _of_block(self, record: Any, url: str, block: bytes) -> Iterator[Member | Refusal]:
        with suppress(ReaderError):
            if record.rec_type == "resource":
                if _is_picture(_mime_type(str(record.rec_headers.get_header("Content-Type") or ""))):
                    self._add(url, block)
            elif block.startswith(b"HTTP/") and (content := _content(block, _is_picture)):
                self._add(url, content[1])
        yield from ()


def _is_picture(mime_type: str) -> bool:
    return mime_type.startswith("image/")


def _digest(address: str) -> bytes:
    return sha256(address.partition("#")[0].encode("utf-8", "replace")).digest()


def _parse_http(block: bytes) -> tuple[io.BytesIO, str, Any]:
    from warcio.statusandheaders import StatusAndHeadersParser

    stream = io.BytesIO(block)
    try:
        headers = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False).parse(stream)
    except Exception:  # warcio raises many types
        raise ReaderError("the headers of the page are damaged") from None
    return stream, str(headers.get_statuscode()), headers


def _may_be_page(beginning: bytes) -> bool:
    if not beginning.startswith(b"HTTP/"):
        return False
    try:
        _, status, headers = _parse_http(beginning)
    except ReaderError:
        return False
    return status == "200" and _mime_type(str(headers.get_header("Content-Type") or "")) in _SUFFIXES


def _mime_type(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _source(url: str, media_type: str, suffix: str, data: bytes) -> Source | None:
    if not data.strip():
        return None
    address = url if url.lower().startswith(("http://", "https://")) else None
    return Source.in_memory(data, _file_name(url) + suffix)._replace(url=address, media_type=media_type)


def _file_name(url: str) -> str:
    """Returns the last segment of an address's path, without its suffix.

    >>> _file_name("https://example.org/news/ships.html?page=2"), _file_name("https://example.org/")
    ('ships', 'index')
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    return os.path.splitext(members.printable_name((members.split_path(unquote(path)) or [""])[-1]))[0] or "index"
