"""HTTP's content encodings: gzip, deflate and brotli, with a limit on the decoded size."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial
from typing import Final

from docarchive.errors import ReaderError
from docarchive.readers.containers.decompression import (
    GZIP_MAGIC,
    DecompressedStream,
    Decompressor,
    DeflateDecompressor,
    gzip_decompressor,
)

_CHUNK: Final = 65_536


def decode_content(content: bytes, encodings: str, limit: int) -> bytes:
    """Decodes the content of an HTTP response.

    Crawlers may store a page decoded, with its original header; content that is not encoded is returned as it is.

    Args:
        content: The content.
        encodings: The header ``Content-Encoding``.
        limit: The largest decoded size in bytes.

    Raises:
        ReaderError: The content is damaged, too large, or its encoding is not supported.
    """
    for encoding in reversed([name.strip().lower() for name in encodings.split(",")]):
        if encoding in ("gzip", "x-gzip"):
            if content.startswith(GZIP_MAGIC):
                content = _decompress(content, gzip_decompressor, limit, GZIP_MAGIC)
        elif encoding == "deflate":
            content = _decode_deflate(content, limit)
        elif encoding == "br":
            content = _decode_brotli(content, limit)
        elif encoding not in ("", "identity", "none", "utf-8"):
            raise ReaderError(f"it is encoded with {encoding[:30]!r}, which is not supported")
    return content


def _is_plain(data: bytes) -> bool:
    return data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"%PDF"))


def _decode_deflate(data: bytes, limit: int) -> bytes:
    if not data or _is_plain(data):
        return data
    is_zlib = data[0] & 15 == 8 and int.from_bytes(data[:2], "big") % 31 == 0  # else without zlib's header
    return _decompress(data, partial(DeflateDecompressor, 15 if is_zlib else -15), limit)


def _decode_brotli(data: bytes, limit: int) -> bytes:
    if not data or _is_plain(data):
        return data
    try:
        import brotli
    except ImportError:
        raise ReaderError("it is encoded with brotli, which needs an extra: pip install 'docarchive[warc]'") from None
    decompressor, output = brotli.Decompressor(), bytearray()
    try:
        chunk = decompressor.process(data, output_buffer_limit=_CHUNK)
        while chunk or not decompressor.can_accept_more_data():
            output += chunk
            _check_size(len(output), limit)
            chunk = decompressor.process(b"", output_buffer_limit=_CHUNK)
    except brotli.error:
        raise ReaderError("its compressed data is damaged: it is not brotli") from None
    if not decompressor.is_finished():
        raise ReaderError("its compressed data is cut off")
    return bytes(output)


def _decompress(data: bytes, make: Callable[[], Decompressor], limit: int, magic: bytes = b"") -> bytes:
    stream, output = DecompressedStream(io.BytesIO(data), make, magic), bytearray()
    while chunk := stream.read(_CHUNK):
        output += chunk
        _check_size(len(output), limit)
    return bytes(output)


def _check_size(size: int, limit: int) -> None:
    if size > limit:
        raise ReaderError(f"it expands to more than {limit // 1_000_000} MB, too large for one article")
