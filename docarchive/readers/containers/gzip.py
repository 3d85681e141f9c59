"""The reader of single compressed files: the file in it is a source."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from functools import partial
from typing import BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.readers.containers import COMPRESSED, members
from docarchive.readers.containers.decompression import TOO_LARGE, decompress, expansion_limit
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
    yield Member(
        members.printable_name(name), Source(name, size, open_, folder=source.folder, sibling=source.sibling), True
    )


def _open(source: Source) -> BinaryIO:
    stream = source.open()
    decompressed = decompress(stream)
    if decompressed is None:
        stream.close()
        raise ReaderError("it is not compressed with gzip, bzip2 or xz, despite its name")
    return cast(BinaryIO, decompressed)


def _size(source: Source) -> int:
    """Returns the decompressed size in bytes; everything is read once, so that damage is known before it is used."""
    limit, size = expansion_limit(source.size), 0
    with _open(source) as file:
        while chunk := file.read(_CHUNK):
            size += len(chunk)
            if size > limit:
                raise ReaderError(TOO_LARGE)
    return size
