"""The lines of a file of bytes, also of one whose lines end in CR alone, as on old Macs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final

from docarchive.readers.encoding.detect import has_old_line_ends

_HEAD: Final = 65_536


def lines_of(file: BinaryIO, limit: int) -> Iterator[bytes]:
    """Yields the lines of a file, each with its end; CR alone becomes LF.

    Args:
        file: The file, at its beginning.
        limit: The largest size of what is yielded at once: a longer line is yielded in several pieces.
    """
    head = file.read(_HEAD)
    file.seek(0)
    if not has_old_line_ends(head):
        yield from iter(lambda: file.readline(limit), b"")
        return
    rest = b""
    for chunk in iter(lambda: file.read(_HEAD), b""):
        *lines, rest = (rest + chunk).split(b"\r")
        for line in lines:
            yield from _pieces(line + b"\n", limit)
        while len(rest) > limit:
            yield rest[:limit]
            rest = rest[limit:]
    yield from _pieces(rest, limit)


def _pieces(line: bytes, limit: int) -> Iterator[bytes]:
    for start in range(0, len(line), limit):
        yield line[start : start + limit]
