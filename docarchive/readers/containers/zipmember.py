"""The bytes of a file in a ZIP archive.

``zipfile.ZipExtFile`` holds everything that one read of compressed bytes expands to, without a limit (decision 0024).
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.readers.containers.decompression import (
    DecompressedStream,
    Decompressor,
    DeflateDecompressor,
    ForwardStream,
    bzip2_decompressor,
)
from docarchive.readers.containers.members import BoundedStream

if TYPE_CHECKING:
    from zipfile import ZipInfo

#: The header before each file; its last two fields are the sizes of the file's name and of its extra fields.
LOCAL_HEADER: Final = struct.Struct("<4s5H3L2H")

_ENCRYPTED: Final = 0x1
_LZMA: Final = 14
_LZMA_DICTIONARY: Final = 64_000_000
#: Methods of compression that are not supported, for messages.
_METHODS: Final = {9: "Deflate64", 93: "Zstandard", 95: "xz", 98: "PPMd", 99: "AES"}


def decompressor_of(info: ZipInfo) -> Callable[[], Decompressor] | None:
    """Returns what creates the decompressor of a file; None if the file is stored.

    Raises:
        ReaderError: The file is encrypted, or its method of compression is not supported.
    """
    if info.flag_bits & _ENCRYPTED:
        raise ReaderError("it is encrypted; unpack the ZIP archive with its password, and import the files")
    if info.compress_type in (0, 8, 12, _LZMA):
        return {0: None, 8: partial(DeflateDecompressor, -15), 12: bzip2_decompressor, _LZMA: _LzmaDecompressor}[
            info.compress_type
        ]
    method = _METHODS.get(info.compress_type, f"method {info.compress_type}")
    raise ReaderError(
        f"it is compressed with {method}, which is not supported; unpack the ZIP archive, and import the folder"
    )


def _open_content(archive: BinaryIO, info: ZipInfo) -> BinaryIO:
    """Returns the decompressed bytes of a file as a stream."""
    new_decompressor = decompressor_of(info)
    archive.seek(info.header_offset)
    header = archive.read(LOCAL_HEADER.size)
    if len(header) < LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
        raise ReaderError("it is damaged: it is not where the ZIP archive's directory says")
    *_, name, extra = LOCAL_HEADER.unpack(header)
    archive.seek(info.header_offset + LOCAL_HEADER.size + name + extra)
    compressed = cast(BinaryIO, io.BufferedReader(BoundedStream(archive.read, info.compress_size), 65_536))
    return cast(BinaryIO, DecompressedStream(compressed, new_decompressor)) if new_decompressor else compressed


def stored_size(info: ZipInfo) -> int:
    """Returns about how many bytes a file has in its archive, with its header but without extra fields."""
    return LOCAL_HEADER.size + len(info.orig_filename.encode()) + info.compress_size


def read_stored(archive: BinaryIO, info: ZipInfo) -> bytes:
    """Returns a file as it is in its archive, for quarantine."""
    archive.seek(info.header_offset)
    return archive.read(stored_size(info))


class ZipMemberStream(ForwardStream):
    """The bytes of a file in a ZIP archive; their size and checksum must be those in the directory.

    Args:
        archive: The archive; it is closed with this stream.
        info: The file's entry in the directory.
        on_damage: Called with the entry before a ``ReaderError`` is raised.
    """

    def __init__(self, archive: BinaryIO, info: ZipInfo, on_damage: Callable[[ZipInfo], None] | None = None) -> None:
        super().__init__()
        self._archive = archive
        self._info = info
        self._on_damage = on_damage
        self._content: BinaryIO | None = None
        self._remaining = info.file_size
        self._crc = 0

    def close(self) -> None:
        """Closes the archive too."""
        if not self.closed:
            self._archive.close()
        super().close()

    def next_bytes(self, size: int) -> bytes:
        """See ``ForwardStream``."""
        try:
            self._content = self._content or _open_content(self._archive, self._info)
            return self._read_checked(self._content, size)
        except ReaderError:
            if self._on_damage:
                self._on_damage(self._info)
            raise

    def _read_checked(self, content: BinaryIO, size: int) -> bytes:
        if self._remaining == 0 and self._info.compress_type == _LZMA:
            data = b""  # LZMA data may have no end marker
        else:
            data = content.read(min(size, max(1, self._remaining)))  # at the end, a byte more shows excess
        self._remaining -= len(data)
        self._crc = zlib.crc32(data, self._crc)
        if self._remaining < 0:
            raise ReaderError("it is damaged: it is larger than the ZIP archive says")
        if not data and self._remaining:
            raise ReaderError("it is damaged: it is shorter than the ZIP archive says")
        if not data and self._crc != self._info.CRC:
            raise ReaderError("it is damaged: its checksum is not what the ZIP archive says")
        return data


class _LzmaDecompressor:
    """The decompressor of LZMA in a ZIP archive, where a header of 9 bytes has the settings (APPNOTE 5.8.8)."""

    def __init__(self) -> None:
        self._header = b""
        self._decompressor: Decompressor | None = None

    @property
    def eof(self) -> bool:
        return self._decompressor is not None and self._decompressor.eof

    @property
    def unused_data(self) -> bytes:
        return self._decompressor.unused_data if self._decompressor else b""

    @property
    def needs_input(self) -> bool:
        return self._decompressor is None or self._decompressor.needs_input

    def decompress(self, data: bytes, max_length: int) -> bytes:
        if self._decompressor is None:
            self._header += data
            if len(self._header) < 9:
                return b""
            data, self._decompressor = self._header[9:], self._create(self._header[4], self._header[5:9])
        return self._decompressor.decompress(data, max_length)

    @staticmethod
    def _create(properties: int, dictionary: bytes) -> Decompressor:
        from lzma import FILTER_LZMA1, FORMAT_RAW, LZMADecompressor

        size = int.from_bytes(dictionary, "little")
        if size > _LZMA_DICTIONARY or properties >= 225:
            raise ReaderError("it is compressed with settings that are not supported; unpack the ZIP archive yourself")
        remainder, lc = divmod(properties, 9)
        pb, lp = divmod(remainder, 5)
        filters = [{"id": FILTER_LZMA1, "dict_size": max(size, 4096), "lc": lc, "lp": lp, "pb": pb}]
        return LZMADecompressor(FORMAT_RAW, filters=filters)
