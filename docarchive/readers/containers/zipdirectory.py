"""The central directory of a ZIP archive, read with the standard library; harmful archives are refused."""

from __future__ import annotations

import io
import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.readers.containers import members
from docarchive.readers.containers.zipmember import LOCAL_HEADER
from docarchive.readers.protocol import Source

if TYPE_CHECKING:
    from zipfile import ZipInfo

#: Bytes of a directory, which is held in memory: about 500,000 files.
MAX_DIRECTORY: Final = 48_000_000

_ADVICE: Final = {
    "a presentation (PPTX)": "; save it as PDF, and import that",
    "a spreadsheet (XLSX)": "; save its sheets as CSV, and import those",
}
_UTF_8: Final = 0x800


def read_directory(source: Source) -> list[ZipInfo]:
    """Returns the files of an archive of files, in order.

    Raises:
        ReaderError: The archive is damaged or harmful, or it is a document in a ZIP archive, such as a DOCX.
    """
    files = read_files(source)
    if kind := members.document_kind(info.filename for info in files):
        raise ReaderError(f"it is {kind}, which this version does not read{_ADVICE.get(kind, '')}")
    return files


def read_files(source: Source) -> list[ZipInfo]:
    """Returns the files of any ZIP archive, in order.

    Raises:
        ReaderError: The archive is damaged or harmful.
    """
    from zipfile import BadZipFile, ZipFile

    try:
        with source.open() as stream, ZipFile(cast(BinaryIO, _LimitedStream(stream))) as archive:
            infos = archive.infolist()
            end = archive.start_dir
    except (BadZipFile, NotImplementedError, ValueError, struct.error, OSError, EOFError, IndexError) as error:
        raise ReaderError(f"the ZIP archive is damaged: {error}") from None
    if _do_overlap(infos, end):
        raise ReaderError("files in the ZIP archive overlap; it may be harmful")
    files = [info for info in infos if not info.filename.endswith("/")]
    for info in files:
        info.filename = _decode_name(info)
    return files


class _LimitedStream(io.BufferedIOBase):
    """The archive's stream for ``zipfile``; refuses to read a directory that is too large for memory."""

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


def _do_overlap(infos: list[ZipInfo], end: int) -> bool:
    for info in sorted(infos, key=lambda info: info.header_offset, reverse=True):
        if info.header_offset + LOCAL_HEADER.size + info.compress_size > end:
            return True
        end = info.header_offset
    return end < 0


def _decode_name(info: ZipInfo) -> str:
    """Returns a file's name: some programs write UTF-8 without its flag, others put it into an extra field."""
    if info.flag_bits & _UTF_8:
        return info.filename
    name_in_cp437 = info.filename.encode("cp437", "replace")
    try:
        return _unicode_name(info.extra, info.orig_filename.encode("cp437", "replace")) or name_in_cp437.decode("utf-8")
    except UnicodeDecodeError:
        return info.filename


def _unicode_name(extra: bytes, name_in_cp437: bytes) -> str | None:
    """Returns the name in Info-ZIP's extra field 0x7075, if its checksum is that of the name in the header."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + size], extra[4 + size :]
        if (
            kind == 0x7075
            and len(field) > 5
            and field[0] == 1
            and field[1:5] == struct.pack("<L", zlib.crc32(name_in_cp437))
        ):
            return field[5:].decode("utf-8")
    return None
