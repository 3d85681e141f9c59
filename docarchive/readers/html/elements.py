"""Elements of large XML and SGML files, one at a time, without parsing the file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO, Final

from docarchive.errors import ReaderError

_CHUNK: Final = 1 << 20


def elements(file: BinaryIO, start: re.Pattern[bytes], end: bytes, max_size: int, what: str) -> Iterator[bytes]:
    """Yields the bytes of each element; the last one may be cut off, and does not end with ``end`` then.

    Args:
        file: The file.
        start: Matches the start tag.
        end: The end tag.
        max_size: The largest size of an element in bytes.
        what: What an element is, for the message, such as ``story``.

    Raises:
        ReaderError: An element is larger.
    """
    buffer = bytearray()
    searched = 0  # no end tag begins before
    while chunk := file.read(_CHUNK):
        buffer += chunk
        position = 0
        while (stop := buffer.find(end, max(position, searched))) >= 0:
            stop += len(end)
            if match := start.search(buffer, position, stop):
                yield bytes(buffer[match.start() : stop])
            position = stop
        del buffer[:position]
        searched = max(0, len(buffer) - len(end) + 1)
        if len(buffer) > max_size:
            raise ReaderError(f"a {what} in it is larger than {max_size // 1_000_000} MB")
    if match := start.search(buffer):
        yield bytes(buffer[match.start() :])
