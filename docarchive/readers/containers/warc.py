"""The reader of what crawlers keep (WARC, and ARC before it): each page in it is a source."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from functools import partial
from typing import Any, BinaryIO, Final, cast
from urllib.parse import unquote, urlsplit

from docarchive.errors import ReaderError
from docarchive.readers.containers import CRAWLED, members
from docarchive.readers.containers.encodings import decoded
from docarchive.readers.containers.inflating import GZIP, Inflated, expansion_limit, gunzip
from docarchive.readers.encoding.detect import MAX_SIZE
from docarchive.readers.protocol import Member, Refusal, Source

#: Bytes of the headers of one record.
_MAX_HEADER: Final = 1_000_000
_CHUNK: Final = 65_536
#: What is taken for an article, and the ending that its name gets.
_KINDS: Final = {"text/html": ".html", "application/xhtml+xml": ".html", "application/pdf": ".pdf"}
_CONVERTED: Final = {**_KINDS, "text/plain": ".txt"}
_WANTED: Final = ("response", "resource", "conversion")
_CUT: Final = "the web archive is cut off or damaged; what stands before that was read"


def records(source: Source) -> Iterator[Member | Refusal]:
    """Yields each page of a file, from its beginning to its end, compressed or not."""
    with source.open() as file:
        head = file.read(8)
        file.seek(0)
        stream = Inflated(file, gunzip, GZIP, apart=True) if head.startswith(GZIP) else None
        yield from _Archive(_Bounded(stream or file, expansion_limit(source.size)), stream).members()


class _Bounded:
    """What warcio reads from: it ends in an error where a bomb or an endless header would fill the memory.

    Args:
        stream: The archive, inflated.
        limit: Bytes that it may have.

    Attributes:
        header: How many bytes warcio may read before the next record; None while one is read.
        begins: Whether a part of the archive begins.
    """

    def __init__(self, stream: BinaryIO | Inflated, limit: int) -> None:
        self._stream = cast(BinaryIO, stream)
        self._limit = limit
        self._position = 0
        self.header: int | None = _MAX_HEADER
        self.begins = True

    def tell(self) -> int:
        return self._position

    def read(self, size: int = _CHUNK) -> bytes:
        data = self._stream.read(size)
        while 0 < len(data) < size and (more := self._stream.read(size - len(data))):
            data += more  # of a portion of one byte warcio loses it, as it looks for gzip in it
        if self._position == 0 and not data.startswith(CRAWLED):
            raise ReaderError("it is no web archive, though its name says so")
        if self.begins and data.startswith(GZIP[:2]):
            raise ReaderError(
                "it is compressed twice; unpack it once, and import what comes out"
            )  # warcio has no bound
        self.begins = False
        self._position += len(data)
        if self._position > self._limit:
            raise ReaderError("what is in it is far larger than it is; unpack it yourself if you trust it")
        if self.header is not None:
            self.header -= len(data)
            if self.header < 0:
                raise ReaderError("the web archive is damaged: a header in it has no end")
        return data


class _Archive:
    """The pages of one archive."""

    def __init__(self, stream: _Bounded, parts: Inflated | None) -> None:
        self._stream = stream
        self._parts = parts  # where each record is compressed by itself, its end is sure
        self._whole = ""  # why the archive is to be kept whole

    def members(self) -> Iterator[Member | Refusal]:
        yield from self._part()
        while self._parts is not None and self._parts.next_part():
            self._stream.header, self._stream.begins = _MAX_HEADER, True
            yield from self._part()
        if self._whole:
            raise ReaderError(self._whole)

    def _part(self) -> Iterator[Member | Refusal]:
        from warcio.archiveiterator import ArchiveIterator
        from warcio.exceptions import ArchiveLoadFailed
        from warcio.statusandheaders import StatusAndHeadersParserException

        iterator = ArchiveIterator(self._stream, no_record_parse=True, arc2warc=True)
        iterator.INC_RECORD = ""  # or it writes to standard error; err_count tells
        try:
            for record in iterator:
                yield from self._members(record)
                errors = iterator.err_count
                iterator.read_to_end()
                if iterator.err_count > errors and record.rec_type in _WANTED:
                    self._whole = "a record of the web archive is longer than it says; the others were read"
        except (ArchiveLoadFailed, StatusAndHeadersParserException, ValueError, LookupError, AttributeError):
            raise ReaderError(_CUT) from None
        while self._stream.read():  # to the end of the part, where its checksum is
            pass

    def _members(self, record: Any) -> Iterator[Member | Refusal]:
        if record.length is None:
            raise ReaderError(_CUT)
        if not str(record.rec_headers.get_header("Content-Length")).strip().isdecimal():
            self._whole = "a record of the web archive does not say how long it is; the others were read"
        self._stream.header = None
        url = record.rec_headers.get_header("WARC-Target-URI") or ""
        block = self._block(record, url)
        self._stream.header = _MAX_HEADER
        if block is None:
            return
        try:
            found = _page(record, url, block)
        except ReaderError as error:
            yield Refusal(members.shown(url), block, str(error))
        else:
            if found:
                yield Member(members.shown(url), found)

    def _block(self, record: Any, url: str) -> bytes | None:
        """Reads a record to its end, so that it is known to be whole; returns it if it may hold a page."""
        wanted = record.rec_type in _WANTED
        size, block = 0, bytearray()
        while data := record.raw_stream.read(_CHUNK):
            size += len(data)
            if wanted and size <= MAX_SIZE:
                block += data
        if size < record.length and self._parts is None:
            raise ReaderError(_CUT)
        if wanted and size > MAX_SIZE and _may_be_page(bytes(block[:_CHUNK])):
            self._whole = f"{members.shown(url)} in it is too large, so that it is kept as a whole"
        return bytes(block) if wanted and size <= MAX_SIZE else None


def _page(record: Any, url: str, block: bytes) -> Source | None:
    """Returns the page in a record, or None if it is none."""
    if record.rec_type != "response":
        kind = str(record.rec_headers.get_header("Content-Type") or "")
        suffix = (_CONVERTED if record.rec_type == "conversion" else _KINDS).get(_essence(kind))
        return _source(url, kind, suffix, block) if suffix else None
    if not block.startswith(b"HTTP/"):
        return None
    stream, status, headers = _parsed(block)
    kind = str(headers.get_header("Content-Type") or "")
    suffix = _KINDS.get(_essence(kind))
    if status != "200" or not suffix:
        return None
    if str(headers.get_header("Transfer-Encoding") or "").strip().lower() == "chunked":
        from warcio.bufferedreaders import ChunkedDataReader

        data = ChunkedDataReader(stream).read()
    else:
        data = stream.read()
    return _source(url, kind, suffix, decoded(data, str(headers.get_header("Content-Encoding") or ""), MAX_SIZE))


def _parsed(block: bytes) -> tuple[io.BytesIO, str, Any]:
    from warcio.statusandheaders import StatusAndHeadersParser

    stream = io.BytesIO(block)
    try:
        headers = StatusAndHeadersParser(["HTTP/1.0", "HTTP/1.1"], verify=False).parse(stream)
    except Exception:  # it says what is wrong in many ways
        raise ReaderError("the headers of the page are damaged") from None
    return stream, str(headers.get_statuscode()), headers


def _may_be_page(head: bytes) -> bool:
    if not head.startswith(b"HTTP/"):
        return False
    try:
        _, status, headers = _parsed(head)
    except ReaderError:
        return False
    return status == "200" and _essence(str(headers.get_header("Content-Type") or "")) in _KINDS


def _essence(media_type: str) -> str:
    return media_type.partition(";")[0].strip().lower()


def _source(url: str, media_type: str, suffix: str, data: bytes) -> Source | None:
    if not data.strip():
        return None
    address = url if url.lower().startswith(("http://", "https://")) else None
    return Source(_name(url) + suffix, len(data), partial(io.BytesIO, data), url=address, media_type=media_type)


def _name(url: str) -> str:
    """Returns the last part of an address without its ending.

    >>> _name("https://example.org/news/ships.html?page=2"), _name("https://example.org/")
    ('ships', 'index')
    """
    try:
        path = urlsplit(url).path
    except ValueError:
        path = ""
    return os.path.splitext(members.shown((members.parts(unquote(path)) or [""])[-1]))[0] or "index"
