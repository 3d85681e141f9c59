"""The reader of single compressed files: what is in one is a source."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.readers.containers import COMPRESSED, members
from docarchive.readers.containers.inflating import expansion_limit, inflated
from docarchive.readers.protocol import Member, Source

_CHUNK: Final = 1_000_000


def records(source: Source) -> Iterator[Member]:
    """Yields the file that was compressed by gzip, bzip2 or xz."""
    size = _size(source)
    stem, suffix = os.path.splitext(source.name)
    name = stem if suffix.lower() in COMPRESSED else source.name
    open_: Callable[[], BinaryIO] = partial(_open, source)
    if size <= members.SMALL:
        with open_() as file:
            data = cast(io.RawIOBase, file).readall()
        open_ = partial(io.BytesIO, data)
    yield Member(members.shown(name), Source(name, size, open_, folder=source.folder, beside=source.beside), True)


def _open(source: Source) -> BinaryIO:
    stream = source.open()
    head = stream.read(8)
    stream.seek(0)
    found = inflated(stream, head)
    if found is None:
        stream.close()
        raise ReaderError("it is not compressed by gzip, bzip2 or xz, though its name says so")
    return cast(BinaryIO, found)


def _size(source: Source) -> int:
    """Returns how many bytes come out; all are read once, so that damage is known before any is used."""
    limit, size = expansion_limit(source.size), 0
    with _open(source) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise ReaderError("what is in it is far larger than it is; unpack it yourself if you trust it")
    return size
