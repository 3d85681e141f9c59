"""The directory of a ZIP archive, as the standard library reads it; what is harmful or none of ours is refused."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.readers.containers import members
from docarchive.readers.containers.zipped import LOCAL
from docarchive.readers.protocol import Source

if TYPE_CHECKING:
    from zipfile import ZipInfo

#: Bytes of a directory: it is held in memory, some 500,000 files.
MAX_DIRECTORY: Final = 48_000_000

_INSTEAD: Final = {
    "a presentation (PPTX)": "; save it as PDF, and import that",
    "a spreadsheet (XLSX)": "; save its sheets as CSV, and import those",
}
_UTF_8: Final = 0x800


def read_directory(source: Source) -> list[ZipInfo]:
    """Returns the files of an archive, in their order.

    Raises:
        ReaderError: It is damaged or harmful, or a document that only looks like an archive.
    """
    found = read_files(source)
    if kind := members.own_format(info.filename for info in found):
        raise ReaderError(f"it is {kind}, which this version does not read{_INSTEAD.get(kind, '')}")
    return found


def read_files(source: Source) -> list[ZipInfo]:
    """Returns the files of an archive, whatever it is of."""
    from zipfile import BadZipFile, ZipFile

    try:
        with source.open() as stream, ZipFile(cast(BinaryIO, _Guarded(stream))) as archive:
            infos = archive.infolist()
            end = archive.start_dir
    except (BadZipFile, NotImplementedError, ValueError, struct.error, OSError, EOFError, IndexError) as error:
        raise ReaderError(f"the ZIP archive is damaged: {error}") from None
    if _overlap(infos, end):
        raise ReaderError("files in the ZIP archive lie over each other, as only in a harmful one")
    found = [info for info in infos if not info.filename.endswith("/")]
    for info in found:
        info.filename = _name(info)
    return found


class _Guarded(io.BufferedIOBase):
    """A stream of which the directory is read, unless it is too large."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0, /) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > MAX_DIRECTORY:
            raise ReaderError("there are too many files in the ZIP archive; unpack it, and import the folder")
        return self._stream.read(-1 if size is None else size)


def _overlap(infos: list[ZipInfo], end: int) -> bool:
    for info in sorted(infos, key=lambda info: info.header_offset, reverse=True):
        if info.header_offset + LOCAL.size + info.compress_size > end:
            return True
        end = info.header_offset
    return end < 0


def _name(info: ZipInfo) -> str:
    """Returns a file's name: programs write UTF-8 without saying so, and newer ones beside the old name."""
    if info.flag_bits & _UTF_8:
        return info.filename
    old = info.filename.encode("cp437", "replace")
    try:
        return _unicode_name(info.extra, info.orig_filename.encode("cp437", "replace")) or old.decode("utf-8")
    except UnicodeDecodeError:
        return info.filename


def _unicode_name(extra: bytes, old: bytes) -> str | None:
    """Returns the name in the field 0x7075 of Info-ZIP, if it goes with the old name."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == 0x7075 and len(field) > 5 and field[0] == 1 and field[1:5] == struct.pack("<L", zlib.crc32(old)):
            return field[5:].decode("utf-8")
    return None
