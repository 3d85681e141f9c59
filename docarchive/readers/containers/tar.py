"""The reader of TAR archives, compressed or not: each file in one is a source."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.readers.containers import members
from docarchive.readers.containers.inflating import expansion_limit, inflated
from docarchive.readers.containers.members import Part
from docarchive.readers.inputs import is_asset
from docarchive.readers.protocol import Member, Refusal, Source

if TYPE_CHECKING:
    from tarfile import TarInfo

#: Bytes of the headers of one file: names and the like are held in memory.
_MAX_HEADER: Final = 1_000_000
_MAX_GLOBAL: Final = 1_000
_CHUNK: Final = 65_536


def records(source: Source) -> Iterator[Member | Refusal]:
    """Yields each file of an archive, from its beginning to its end; nothing is unpacked to disk."""
    with source.open() as file:
        head = file.read(8)
        file.seek(0)
        stream = cast(BinaryIO, inflated(file, head) or file)
        yield from _members(_Forward(stream, expansion_limit(source.size)))


class _Forward(io.RawIOBase):
    """What tarfile reads from: it never goes back, and takes no endless headers.

    A header may name any size, also one below zero, over which tarfile would turn in a circle or fill the memory.

    Args:
        stream: The archive.
        limit: Bytes that it may have.

    Attributes:
        last: What tarfile read last.
        header: How many bytes it may read before the next file.
    """

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        super().__init__()
        self._stream = stream
        self._position = 0
        self._limit = limit
        self.last = b""
        self.header = _MAX_HEADER

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if offset < self._position:
            raise ReaderError("the TAR archive is damaged: a file in it has no size that there can be")
        while self._position < offset and self.take(min(_CHUNK, offset - self._position)):
            pass
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= self.header:
            raise ReaderError("the TAR archive is damaged: a header in it has no size that there can be")
        self.header -= size
        self.last = b""
        while len(self.last) < size and (more := self.take(size - len(self.last))):
            self.last += more
        return self.last

    def take(self, size: int) -> bytes:
        data = self._stream.read(size)
        self._position += len(data)
        if self._position > self._limit:
            raise ReaderError("what is in it is far larger than it is; unpack it yourself if you trust it")
        return data


def _members(stream: _Forward) -> Iterator[Member | Refusal]:
    from tarfile import TarError, TarFile

    whole = ""
    try:
        archive = TarFile(fileobj=cast(BinaryIO, stream), mode="r")
        while (info := archive.next()) is not None:
            path = members.parts(info.name)
            if info.issparse():
                whole = (
                    f"{members.shown(info.name)} in it is sparse, which is not read; unpack the TAR archive yourself"
                )
            elif problem := _problem(info):
                if info.isreg() and info.size > members.MAX_KEPT:
                    whole = f"{members.shown(info.name)} in it cannot be read, so that it is kept as a whole"
                yield Refusal(members.shown(info.name), _kept(stream, info), problem)
            elif info.isreg() and not members.is_hidden(path):
                yield _member(stream, info, path)
            archive.members.clear()  # type: ignore[attr-defined]  # or it would hold all that it saw
            if len(archive.pax_headers) > _MAX_GLOBAL:
                raise ReaderError("the TAR archive has more headers that hold for all files than there can be")
            stream.header = _MAX_HEADER
    except (TarError, ValueError, OverflowError, RecursionError, OSError) as error:
        raise ReaderError(f"the TAR archive is damaged: {error}") from None
    if stream.last.strip(b"\0"):  # for tarfile, a header that is none is an end as any other
        raise ReaderError("the TAR archive is damaged: what stands behind the last file that was read is no file")
    if whole:
        raise ReaderError(whole)


def _problem(info: TarInfo) -> str | None:
    if info.issym() or info.islnk():
        return members.LINK
    if info.isdev():
        return members.DEVICE
    if info.isreg() and members.escapes(info.name):
        return members.ESCAPES
    return members.NAMELESS if info.isreg() and not members.parts(info.name) else None


def _kept(stream: _Forward, info: TarInfo) -> bytes:
    """Returns what is kept of what is refused: its bytes, or where a link leads."""
    if not info.isreg():
        return info.linkname.encode("utf-8", "surrogateescape")
    return Part(stream.take, info.size).readall() if info.size <= members.MAX_KEPT else b""


def _member(stream: _Forward, info: TarInfo, path: list[str]) -> Member:
    """Returns a file; a small one is read at once."""
    part, folder = Part(stream.take, info.size), "/".join(path[:-1])
    if info.size <= members.SMALL and not is_asset(path[-1]):
        try:
            source = members.in_memory(path[-1], folder, part.readall())
        except ReaderError as error:
            raise ReaderError(f"the TAR archive is damaged in {members.shown(info.name)}: {error}") from None
    else:
        source = Source(path[-1], info.size, partial(cast, BinaryIO, part), folder=folder)
    return Member(members.shown(info.name), source)
