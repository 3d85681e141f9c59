"""The reader of TAR archives, compressed or not: each file is a source."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.readers.containers import members
from docarchive.readers.containers.decompression import TOO_LARGE, decompress, expansion_limit
from docarchive.readers.containers.members import BoundedStream
from docarchive.readers.containers.tarfiles import TarFiles
from docarchive.readers.inputs import is_asset
from docarchive.readers.protocol import Member, Refusal, Source

if TYPE_CHECKING:
    from tarfile import TarInfo

#: Bytes of the headers of one file, which are held in memory.
_MAX_HEADER: Final = 1_000_000
#: Global PAX headers of an archive.
_MAX_GLOBAL: Final = 1_000
_CHUNK: Final = 65_536


def records(source: Source) -> Iterator[Member | Refusal]:
    """Yields the files of an archive, from its beginning to its end; nothing is unpacked to disk."""
    with source.open() as file:
        stream = cast(BinaryIO, decompress(file) or file)
        files = TarFiles(source, partial(_visit, source))
        yield from _members(_ForwardStream(stream, expansion_limit(source.size)), files)


def _visit(source: Source, visit: Callable[[TarInfo], object]) -> None:
    """Calls ``visit`` with the header of each file of an archive, up to the first that cannot be read."""
    from tarfile import TarError, TarFile

    with source.open() as file:
        stream = _ForwardStream(cast(BinaryIO, decompress(file) or file), expansion_limit(source.size))
        with suppress(TarError, ReaderError, ValueError, OverflowError, RecursionError, OSError):
            archive = TarFile(fileobj=cast(BinaryIO, stream), mode="r")
            while (info := archive.next()) is not None:
                visit(info)
                archive.members.clear()  # type: ignore[attr-defined]  # it would hold every member
                stream.header_budget = _MAX_HEADER


class _ForwardStream(io.RawIOBase):
    """The archive's stream for ``tarfile``: forwards only, and with a limit on headers.

    A header may name any size: with a negative one ``tarfile`` loops forever, with a huge one it fills the memory.
    """

    def __init__(self, stream: BinaryIO, limit: int) -> None:
        super().__init__()
        self._stream = stream
        self._position = 0
        self._limit = limit  # of the decompressed archive, in bytes
        self.last_read = b""
        self.header_budget = _MAX_HEADER  # bytes that tarfile may read before the next file

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = 0, /) -> int:
        if offset < self._position:
            raise ReaderError("the TAR archive is damaged: a file in it has an impossible size")
        while self._position < offset and self.read_up_to(min(_CHUNK, offset - self._position)):
            pass
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or not 0 <= size <= self.header_budget:
            raise ReaderError("the TAR archive is damaged: a header in it has an impossible size")
        self.header_budget -= size
        self.last_read = b""
        while len(self.last_read) < size and (data := self.read_up_to(size - len(self.last_read))):
            self.last_read += data
        return self.last_read

    def read_up_to(self, max_size: int) -> bytes:
        data = self._stream.read(max_size)
        self._position += len(data)
        if self._position > self._limit:
            raise ReaderError(TOO_LARGE)
        return data


def _members(stream: _ForwardStream, files: TarFiles) -> Iterator[Member | Refusal]:
    from tarfile import TarError, TarFile

    failure = ""
    try:
        archive = TarFile(fileobj=cast(BinaryIO, stream), mode="r")
        while (info := archive.next()) is not None:
            names = members.split_path(info.name)
            if info.issparse():
                name = members.printable_name(info.name)
                failure = f"{name} in it is a sparse file, which is not supported; unpack the TAR archive yourself"
            elif problem := _refusal_reason(info):
                if info.isreg() and info.size > members.MAX_KEPT:
                    failure = f"{members.printable_name(info.name)} in it cannot be read, so the whole archive is kept"
                yield Refusal(members.printable_name(info.name), _bytes_to_keep(stream, info), problem)
            elif info.isreg() and not members.is_hidden(names):
                member = _member(stream, info, names)
                yield member._replace(source=files.source_of(member.source))
            archive.members.clear()  # type: ignore[attr-defined]  # it would hold every member
            if len(archive.pax_headers) > _MAX_GLOBAL:
                raise ReaderError("the TAR archive has too many global headers")
            stream.header_budget = _MAX_HEADER
    except (TarError, ValueError, OverflowError, RecursionError, OSError) as error:
        raise ReaderError(f"the TAR archive is damaged: {error}") from None
    if stream.last_read.strip(b"\0"):  # tarfile takes an invalid header for the end
        raise ReaderError("the TAR archive is damaged: what follows the last file is not a file")
    if failure:
        raise ReaderError(failure)


def _refusal_reason(info: TarInfo) -> str | None:
    if info.issym() or info.islnk():
        return members.LINK
    if info.isdev():
        return members.DEVICE
    if info.isreg() and members.escapes(info.name):
        return members.ESCAPES
    return members.NAMELESS if info.isreg() and not members.split_path(info.name) else None


def _bytes_to_keep(stream: _ForwardStream, info: TarInfo) -> bytes:
    """Returns the bytes of a refused member for quarantine: its content, or the target of a link."""
    if not info.isreg():
        return info.linkname.encode("utf-8", "surrogateescape")
    return BoundedStream(stream.read_up_to, info.size).readall() if info.size <= members.MAX_KEPT else b""


def _member(stream: _ForwardStream, info: TarInfo, names: list[str]) -> Member:
    """Returns a file; a small one is read into memory, so that damage is known."""
    content, folder = BoundedStream(stream.read_up_to, info.size), "/".join(names[:-1])
    if info.size <= members.SMALL and not is_asset(names[-1]):
        try:
            source = members.memory_source(names[-1], folder, content.readall())
        except ReaderError as error:
            raise ReaderError(f"the TAR archive is damaged in {members.printable_name(info.name)}: {error}") from None
    else:
        source = Source(names[-1], info.size, partial(cast, BinaryIO, content), folder=folder)
    return Member(members.printable_name(info.name), source)
