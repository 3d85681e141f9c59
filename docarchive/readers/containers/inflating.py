"""Reading compressed bytes bit by bit: what comes out is bounded by what was asked for, whatever went in.

The standard library's own files (``GzipFile``, ``ZipExtFile``) hold all that one read of compressed bytes gives,
which a bomb makes gigabytes, and take any size of dictionary that an .xz file names.
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
#: Memory that an .xz file may ask for; ``xz -9`` asks for 65 MB.
_LZMA_MEMORY: Final = 256_000_000
#: What is in a compressed file may be so many times larger than it, and so many bytes more.
_RATIO: Final = 200
_SPARE: Final = 100_000_000


class Inflater(Protocol):
    """What turns compressed bytes into bytes, at most so many at a time."""

    @property
    def eof(self) -> bool:
        """Whether the end of the compressed bytes was reached."""

    @property
    def unused_data(self) -> bytes:
        """What was given and stands behind that end."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing comes out before more goes in."""

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """Takes compressed bytes and gives at most so many."""


class Deflate:
    """zlib's inflater in the manner of those of bz2 and lzma.

    Args:
        wbits: As for ``zlib.decompressobj``: 31 for gzip, whose checksum it checks, -15 for ZIP.
    """

    def __init__(self, wbits: int) -> None:
        self._inflater = zlib.decompressobj(wbits)
        self._more = False

    @property
    def eof(self) -> bool:
        """See ``Inflater``."""
        return self._inflater.eof

    @property
    def unused_data(self) -> bytes:
        """See ``Inflater``."""
        return self._inflater.unused_data

    @property
    def needs_input(self) -> bool:
        """See ``Inflater``."""
        return not self._more

    def decompress(self, data: bytes, max_length: int) -> bytes:
        """See ``Inflater``."""
        out = self._inflater.decompress(self._inflater.unconsumed_tail + data, max_length)
        # A full portion may leave some within zlib, even if it took all of the input.
        self._more = not self._inflater.eof and (bool(self._inflater.unconsumed_tail) or len(out) == max_length)
        return out


class Inflated(io.RawIOBase):
    """The bytes of a compressed stream, forwards only. Damage is a ``ReaderError``.

    Args:
        compressed: The stream; it is closed with this one.
        make: Makes an inflater.
        magic: How another part begins, for which another inflater is made, as gzip files may be joined to one; what
            follows and does not begin so, such as zeros, is passed over. Empty if there is one part.
        apart: Whether it ends with each part, and goes on after ``next_part``.
    """

    def __init__(
        self, compressed: BinaryIO, make: Callable[[], Inflater], magic: bytes = b"", *, apart: bool = False
    ) -> None:
        super().__init__()
        self._compressed = compressed
        self._make = make
        self._inflater = make()
        self._magic = magic
        self._apart = apart
        self._before = b""  # what was read behind the end of a part
        self._ended = False
        self._position = 0

    def readable(self) -> bool:
        """Returns True."""
        return True

    def close(self) -> None:
        """Closes the compressed stream too."""
        if not self.closed:
            self._compressed.close()
        super().close()

    def tell(self) -> int:
        """Returns how many bytes were read."""
        return self._position

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Reads some bytes.

        Raises:
            ReaderError: The compressed bytes are damaged or end too early.
        """
        view = memoryview(buffer).cast("B")
        while len(view) and not self._ended:
            if self._inflater.eof and (self._apart or not self.next_part()):
                break
            if out := self._portion(min(len(view), _CHUNK)):
                view[: len(out)] = out
                self._position += len(out)
                return len(out)
        return 0

    def _portion(self, size: int) -> bytes:
        from lzma import LZMAError

        data = b""
        if self._inflater.needs_input:
            data, self._before = self._before or self._compressed.read(_CHUNK), b""
            if not data:
                raise ReaderError("its compressed bytes are cut off before their end")
        try:
            return self._inflater.decompress(data, size)
        except (OSError, EOFError, ValueError, zlib.error, LZMAError, MemoryError) as error:
            raise ReaderError(f"its compressed bytes are damaged: {error or 'they cannot be read'}") from None

    def next_part(self) -> bool:
        """Goes on to the next part, after all of this one was read; returns whether there is one."""
        rest = self._inflater.unused_data
        while len(rest) < len(self._magic) and (more := self._compressed.read(_CHUNK)):
            rest += more
        if not self._magic or not rest.startswith(self._magic):
            self._ended = True
            return False
        self._inflater, self._before = self._make(), rest
        return True


def gunzip() -> Inflater:
    """Makes an inflater of gzip."""
    return Deflate(31)


def bunzip2() -> Inflater:
    """Makes an inflater of bzip2."""
    from bz2 import BZ2Decompressor

    return BZ2Decompressor()


def unxz() -> Inflater:
    """Makes an inflater of xz."""
    from lzma import FORMAT_XZ, LZMADecompressor

    return LZMADecompressor(FORMAT_XZ, memlimit=_LZMA_MEMORY)


#: How a file compressed by gzip begins.
GZIP: Final = b"\x1f\x8b\x08"
#: By how it begins, what makes the inflater of a file.
KINDS: Final[tuple[tuple[bytes, Callable[[], Inflater]], ...]] = (
    (GZIP, gunzip),
    (b"BZh", bunzip2),
    (b"\xfd7zXZ\0", unxz),
)


def inflated(stream: BinaryIO, head: bytes) -> Inflated | None:
    """Returns what is in a compressed stream, or None if it is not compressed.

    Args:
        stream: The stream, at its beginning.
        head: Its first bytes.
    """
    kind = next((kind for kind in KINDS if head.startswith(kind[0])), None)
    return Inflated(stream, kind[1], kind[0]) if kind else None


def inflated_head(head: bytes, size: int = 1024) -> bytes:
    """Returns the first bytes of what is compressed in the head of a file; nothing if it is not compressed."""
    stream = inflated(io.BytesIO(head), head)
    found = b""
    try:
        while stream and len(found) < size and (more := stream.read(size - len(found))):
            found += more
    except ReaderError:
        pass  # the head ends within it
    return found


def expansion_limit(size: int) -> int:
    """Returns how many bytes may be in a compressed file of so many bytes before it is taken for a bomb."""
    return _SPARE + _RATIO * size
