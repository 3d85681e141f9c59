"""The bytes of a file in a ZIP archive.

The reader of the standard library takes all that a portion of compressed bytes gives, however much that is.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.readers.containers.inflating import Deflate, Inflated, Inflater, bunzip2
from docarchive.readers.containers.members import Part

if TYPE_CHECKING:
    from zipfile import ZipInfo

    from _typeshed import WriteableBuffer

LOCAL: Final = struct.Struct("<4s5H3L2H")

_ENCRYPTED: Final = 0x1
_LZMA: Final = 14
_LZMA_DICTIONARY: Final = 64_000_000
_METHODS: Final = {9: "Deflate64", 93: "Zstandard", 95: "xz", 98: "PPMd", 99: "AES"}


def inflater(info: ZipInfo) -> Callable[[], Inflater] | None:
    """Returns what makes the inflater of a file; None if it is not compressed."""
    if info.flag_bits & _ENCRYPTED:
        raise ReaderError("it is encrypted; unpack the ZIP archive with its password, and import what comes out")
    if info.compress_type in (0, 8, 12, _LZMA):
        return {0: None, 8: partial(Deflate, -15), 12: bunzip2, _LZMA: _Lzma}[info.compress_type]
    method = _METHODS.get(info.compress_type, f"method {info.compress_type}")
    raise ReaderError(
        f"it is compressed with {method}, which is not read; unpack the ZIP archive, and import the folder"
    )


def _content(archive: BinaryIO, info: ZipInfo) -> BinaryIO:
    """Returns the bytes of a file without their compression."""
    make = inflater(info)
    archive.seek(info.header_offset)
    header = archive.read(LOCAL.size)
    if len(header) < LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise ReaderError("it is damaged: the ZIP archive does not have it where it should")
    *_, name, extra = LOCAL.unpack(header)
    archive.seek(info.header_offset + LOCAL.size + name + extra)
    part = cast(BinaryIO, io.BufferedReader(Part(archive.read, info.compress_size), 65_536))
    return cast(BinaryIO, Inflated(part, make)) if make else part


class Zipped(io.RawIOBase):
    """The bytes of a file in a ZIP archive: just as many as it says, with the checksum that it says.

    Args:
        archive: The archive; it is closed with this.
        info: The file, as the directory has it.
        failed: Is called when it turns out to be damaged, before the ``ReaderError`` that tells of it.
    """

    def __init__(self, archive: BinaryIO, info: ZipInfo, failed: Callable[[ZipInfo], None] | None = None) -> None:
        super().__init__()
        self._archive = archive
        self._info = info
        self._failed = failed
        self._content: BinaryIO | None = None
        self._left = info.file_size
        self._sum = 0

    def readable(self) -> bool:
        """Returns True."""
        return True

    def close(self) -> None:
        """Closes the archive too."""
        if not self.closed:
            self._archive.close()
        super().close()

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Reads some bytes.

        Raises:
            ReaderError: The file is damaged, or cannot be read.
        """
        view = memoryview(buffer).cast("B")
        try:
            self._content = self._content or _content(self._archive, self._info)
            data = self._portion(self._content, len(view))
        except ReaderError:
            if self._failed:
                self._failed(self._info)
            raise
        view[: len(data)] = data
        return len(data)

    def _portion(self, content: BinaryIO, size: int) -> bytes:
        if self._left == 0 and self._info.compress_type == _LZMA:
            data = b""  # it need not say where it ends
        else:
            data = content.read(min(size, max(1, self._left)))  # a byte more than there should be shows
        self._left -= len(data)
        self._sum = zlib.crc32(data, self._sum)
        if self._left < 0:
            raise ReaderError("it is damaged: it is larger than the ZIP archive says")
        if not data and self._left:
            raise ReaderError("it is damaged: it is shorter than the ZIP archive says")
        if not data and self._sum != self._info.CRC:
            raise ReaderError("it is damaged: its checksum is not what the ZIP archive says")
        return data


class _Lzma:
    """The inflater of LZMA in a ZIP archive, where its settings stand before it."""

    def __init__(self) -> None:
        self._head = b""
        self._inflater: Inflater | None = None

    @property
    def eof(self) -> bool:
        return self._inflater is not None and self._inflater.eof

    @property
    def unused_data(self) -> bytes:
        return self._inflater.unused_data if self._inflater else b""

    @property
    def needs_input(self) -> bool:
        return self._inflater is None or self._inflater.needs_input

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._inflater is None:
            self._head += data
            if len(self._head) < 9:
                return b""
            data, self._inflater = self._head[9:], self._made(self._head[4], self._head[5:9])
        return self._inflater.decompress(data, max_length)

    @staticmethod
    def _made(settings: int, dictionary: bytes) -> Inflater:
        from lzma import FILTER_LZMA1, FORMAT_RAW, LZMADecompressor

        size = int.from_bytes(dictionary, "little")
        if size > _LZMA_DICTIONARY or settings >= 225:
            raise ReaderError("it is compressed with settings that are not read; unpack the ZIP archive yourself")
        rest, lc = divmod(settings, 9)
        pb, lp = divmod(rest, 5)
        filters = [{"id": FILTER_LZMA1, "dict_size": max(size, 4096), "lc": lc, "lp": lp, "pb": pb}]
        return LZMADecompressor(FORMAT_RAW, filters=filters)
