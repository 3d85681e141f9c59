"""The encodings that HTTP puts round a page: chunks, gzip, deflate and brotli, with a bound on what comes out."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.containers.inflating import GZIP, Deflate, Inflated, Inflater, gunzip

_CHUNK: Final = 65_536


def decoded(data: bytes, encodings: str, limit: int) -> bytes:
    """Returns a page without its encodings.

    Crawlers may keep a page decoded and its header as it was; so what is not encoded is given as it is.

    Args:
        data: The page.
        encodings: The header ``Content-Encoding``.
        limit: Bytes that may come out.

    Raises:
        ReaderError: It is damaged, too large, or encoded in another way.
    """
    for encoding in reversed([each.strip().lower() for each in encodings.split(",")]):
        if encoding in ("gzip", "x-gzip"):
            data = _read(data, gunzip, limit, GZIP) if data.startswith(GZIP) else data
        elif encoding == "deflate":
            data = _inflated(data, limit)
        elif encoding == "br":
            data = _unbrotli(data, limit)
        elif encoding not in ("", "identity", "none", "utf-8"):
            raise ReaderError(f"it is encoded by {encoding[:30]!r}, which is not read")
    return data


def _is_plain(data: bytes) -> bool:
    return data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"%PDF"))


def _inflated(data: bytes, limit: int) -> bytes:
    if not data or _is_plain(data):
        return data
    is_zlib = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0  # else without zlib's header
    return _read(data, partial(Deflate, 15 if is_zlib else -15), limit)


def _unbrotli(data: bytes, limit: int) -> bytes:
    if not data or _is_plain(data):
        return data
    try:
        import brotli
    except ImportError:
        raise ReaderError("it is encoded by brotli, which needs an extra: pip install 'docarchive[warc]'") from None
    inflater, out = brotli.Decompressor(), bytearray()
    try:
        more = inflater.process(data, output_buffer_limit=_CHUNK)
        while more or not inflater.can_accept_more_data():
            out += more
            _check(len(out), limit)
            more = inflater.process(b"", output_buffer_limit=_CHUNK)
    except brotli.error:
        raise ReaderError("its compressed bytes are damaged: they are no brotli") from None
    if not inflater.is_finished():
        raise ReaderError("its compressed bytes are cut off before their end")
    return bytes(out)


def _read(data: bytes, make: Callable[[], Inflater], limit: int, magic: bytes = b"") -> bytes:
    stream, out = Inflated(io.BytesIO(data), make, magic), bytearray()
    while more := stream.read(_CHUNK):
        out += more
        _check(len(out), limit)
    return bytes(out)


def _check(size: int, limit: int) -> None:
    if size > limit:
        raise ReaderError(f"what is in it is larger than {limit // 1_000_000} MB, too large for one article")
