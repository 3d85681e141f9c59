"""Decompression in bounded steps: a read returns at most as many bytes as are asked for (decision 0024).

The standard library's files (``GzipFile``, ``ZipExtFile``) hold everything that one read of compressed bytes expands
to, gigabytes for a bomb, and accept any dictionary size that an .xz file names.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol

from docarchive.errors import ReaderError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK: Final = 65_536
#: Bytes of memory that an .xz file may ask for; ``xz -9`` asks for 65 MB.
_LZMA_MEMORY: Final = 256_000_000
#: A file may expand to this many times its size, and this many bytes more.
_MAX_RATIO: Final = 200
_ALLOWANCE: Final = 100_000_000
#: Why one that expands to more is refused.
TOO_LARGE: Final = "it expands to far more than its size; unpack it yourself if you trust it"


class Decompressor(Protocol):
    """A decompressor with the interface of ``bz2.BZ2Decompressor``."""

    @property
    def eof(self) -> bool:
        """Whether the end of the compressed data was reached."""

    @property
    def unused_data(self) -> bytes:
        """The input after that end."""

    @property
    def needs_input(self) -> bool:
        """Whether it needs more input to return more output."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Takes more input and returns at most ``max_length`` bytes of output."""


class DeflateDecompressor:
    """zlib's decompressor with the interface of bz2's and lzma's.

    Args:
        wbits: As for ``zlib.decompressobj``: 31 for gzip, with its checksum, -15 for ZIP.
    """

    def __init__(self, wbits: int) -> None:
        self._decompressor = zlib.decompressobj(wbits)
        self._more = False

    @property
    def eof(self) -> bool:
        """See ``Decompressor``."""
        return self._decompressor.eof

    @property
    def unused_data(self) -> bytes:
        """See ``Decompressor``."""
        return self._decompressor.unused_data

    @property
    def needs_input(self) -> bool:
        """See ``Decompressor``."""
        return not self._more

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """See ``Decompressor``."""
        output = self._decompressor.decompress(self._decompressor.unconsumed_tail + data, max_length)
        # After a full output, zlib may hold more even if it has consumed all of the input.
        self._more = not self._decompressor.eof and (
            bool(self._decompressor.unconsumed_tail) or len(output) == max_length
        )
        return output


class ForwardStream(io.RawIOBase):
    """A stream that is read forwards only, from where a subclass has its bytes."""

    def next_bytes(self, size: int) -> bytes:
        """Returns at least one byte and at most ``size`` bytes; none at the end.

        Raises:
            ReaderError: There should be more, or they are damaged.
        """
        raise NotImplementedError

    def readable(self) -> bool:
        """Returns True."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Reads some bytes; raises as ``next_bytes`` does."""
        view = memoryview(buffer).cast("B")
        data = self.next_bytes(len(view))
        view[: len(data)] = data
        return len(data)


class DecompressedStream(ForwardStream):
    """The decompressed bytes of a stream, forwards only.

    Args:
        compressed: The compressed stream; it is closed with this one.
        new_decompressor: Creates a decompressor.
        magic: The first bytes of a member. A file may have several members, one after the other, as gzip files do
            (RFC 1952); bytes after a member that do not begin with these, such as zeros, are skipped. Empty if there
            is only one member.
        stop_between_members: Whether reading stops at the end of each member, and continues after ``next_member``.
    """

    def __init__(
        self,
        compressed: BinaryIO,
        new_decompressor: Callable[[], Decompressor],
        magic: bytes = b"",
        *,
        stop_between_members: bool = False,
    ) -> None:
        super().__init__()
        self._compressed = compressed
        self._new_decompressor = new_decompressor
        self._decompressor = new_decompressor()
        self._magic = magic
        self._stop_between_members = stop_between_members
        self._unread = b""  # input after the end of a member
        self._ended = False
        self._position = 0

    def close(self) -> None:
        """Closes the compressed stream too."""
        if not self.closed:
            self._compressed.close()
        super().close()

    def tell(self) -> int:
        """Returns how many bytes were read."""
        return self._position

    def next_bytes(self, size: int) -> bytes:
        """See ``ForwardStream``."""
        while size and not self._ended:
            if self._decompressor.eof and (self._stop_between_members or not self.next_member()):
                break
            if data := self._decompress(min(size, _CHUNK)):
                self._position += len(data)
                return data
        return b""

    def _decompress(self, size: int) -> bytes:
        from lzma import LZMAError

        compressed = b""
        if self._decompressor.needs_input:
            compressed, self._unread = self._unread or self._compressed.read(_CHUNK), b""
            if not compressed:
                raise ReaderError("its compressed data is cut off")
        try:
            return self._decompressor.decompress(compressed, size)
        except (OSError, EOFError, ValueError, zlib.error, LZMAError, MemoryError) as error:
            raise ReaderError(f"its compressed data is damaged: {error or 'they cannot be read'}") from None

    def next_member(self) -> bool:
        """Continues with the next member, once all of this one was read; returns whether there is one."""
        following = self._decompressor.unused_data
        while len(following) < len(self._magic) and (chunk := self._compressed.read(_CHUNK)):
            following += chunk
        if not self._magic or not following.startswith(self._magic):
            self._ended = True
            return False
        self._decompressor, self._unread = self._new_decompressor(), following
        return True


def gzip_decompressor() -> Decompressor:
    """Creates a decompressor for gzip."""
    return DeflateDecompressor(31)


def bzip2_decompressor() -> Decompressor:
    """Creates a decompressor for bzip2."""
    from bz2 import BZ2Decompressor

    return BZ2Decompressor()


def xz_decompressor() -> Decompressor:
    """Creates a decompressor for xz."""
    from lzma import FORMAT_XZ, LZMADecompressor

    return LZMADecompressor(FORMAT_XZ, memlimit=_LZMA_MEMORY)


#: The first bytes of a gzip file.
GZIP_MAGIC: Final = b"\x1f\x8b\x08"
#: The first bytes of a compressed file, and what creates its decompressor.
DECOMPRESSORS: Final[tuple[tuple[bytes, Callable[[], Decompressor]], ...]] = (
    (GZIP_MAGIC, gzip_decompressor),
    (b"BZh", bzip2_decompressor),
    (b"\xfd7zXZ\0", xz_decompressor),
)


def decompress(stream: BinaryIO) -> DecompressedStream | None:
    """Returns the decompressed bytes of a stream, which is and stays at its beginning; None if it is not compressed."""
    head = stream.read(8)
    stream.seek(0)
    match = next((match for match in DECOMPRESSORS if head.startswith(match[0])), None)
    return DecompressedStream(stream, match[1], match[0]) if match else None


def decompress_head(head: bytes, size: int = 1024) -> bytes:
    """Returns the first ``size`` bytes that the beginning of a file expands to; empty if it is not compressed."""
    stream = decompress(io.BytesIO(head))
    beginning = b""
    try:
        while stream and len(beginning) < size and (chunk := stream.read(size - len(beginning))):
            beginning += chunk
    except ReaderError:
        pass  # the beginning of a file ends in the middle of its compressed data
    return beginning


def expansion_limit(size: int) -> int:
    """Returns how many bytes a file of ``size`` bytes may expand to; one that expands to more is taken for a bomb."""
    return _ALLOWANCE + _MAX_RATIO * size
