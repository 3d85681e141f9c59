"""The files of a TAR archive by their paths: pictures that articles show, and files that other files name.

An archive is read from its beginning to its end, so it is searched only once such a file is asked for. Not for the
members themselves: ``tar`` yields these in order.
"""

from __future__ import annotations

import io
import shutil
import tempfile
import weakref
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.readers.containers import members
from docarchive.readers.containers.decompression import decompress
from docarchive.readers.protocol import Folder, Source
from docarchive.readers.shown_files import PicturesByName
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from tarfile import TarInfo

_CHUNK: Final = 1_000_000


class _Entry(NamedTuple):
    """Where the bytes of a file are in the decompressed archive."""

    offset: int
    size: int


class TarFiles:
    """The files of an archive.

    Args:
        source: The archive.
        infos: Yields the headers of all files, with the stream behind each at its bytes; closes it at the end.
    """

    def __init__(self, source: Source, infos: Callable[[Callable[[TarInfo], object]], object]) -> None:
        self._source = source
        self._infos = infos
        self._entries: dict[str, _Entry] | None = None
        self._unpacked: BinaryIO | None = None
        self._folders: dict[str, Folder] = {}
        self._pictures = PicturesByName(self._paths)

    def source_of(self, source: Source) -> Source:
        """Returns the source of a member with what finds the files around it."""
        folder = source.folder
        if folder not in self._folders:
            self._folders[folder] = Folder(partial(self._names_in, folder))
        return source._replace(
            sibling=partial(self._sibling, folder), picture=partial(self._picture, folder), files=self._folders[folder]
        )

    def _paths(self) -> dict[str, _Entry]:
        """Returns where each file is, by its path; of several with one path, the last, as if they were unpacked."""
        if self._entries is None:
            self._entries = entries = {}

            def note(info: TarInfo) -> None:
                if info.isreg() and not info.issparse() and not members.escapes(info.name):
                    path = "/".join(members.split_path(info.name))
                    entries[path] = _Entry(info.offset_data, info.size)

            self._infos(note)
        return self._entries

    def _names_in(self, folder: str, below: str) -> list[str]:
        return members.names_in(self._paths(), "/".join(filter(None, [folder, below])))

    def _sibling(self, folder: str, path: str) -> Source | None:
        name = members.sibling_name(folder, path)
        source = self._file(name) if name else None
        return source._replace(sibling=partial(self._sibling, source.folder)) if source is not None else None

    def _picture(self, folder: str, address: str) -> Source | None:
        from docarchive.readers.shown_files import shown_paths

        return next(filter(None, map(self._file, shown_paths(folder, address, self._pictures))), None)

    def _file(self, path: str) -> Source | None:
        entry = self._paths().get(path)
        if entry is None or entry.size > members.MAX_KEPT:
            return None
        folder, _, name = path.rpartition("/")
        return Source(name, entry.size, partial(self._open, entry), folder=folder)

    def _open(self, entry: _Entry) -> BinaryIO:
        """Returns the bytes of a file.

        Raises:
            ReaderError: The archive is damaged, or there is no space for its bytes.
        """
        try:
            if self._unpacked is None:
                with self._source.open() as archive:
                    stream = decompress(archive)
                    if stream is None:
                        archive.seek(entry.offset)
                        return io.BytesIO(archive.read(entry.size))
                    self._unpacked = self._unpack(cast(BinaryIO, stream))
            self._unpacked.seek(entry.offset)
            return io.BytesIO(self._unpacked.read(entry.size))
        except OSError as error:
            raise ReaderError(f"it cannot be read: {error.strerror or error}") from None

    def _unpack(self, stream: BinaryIO) -> BinaryIO:
        """Copies a decompressed archive, as far as its files are known, to a file that is deleted with this object."""
        end = max((entry.offset + entry.size for entry in self._paths().values()), default=0)
        file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115
        weakref.finalize(self, file.close)
        shutil.copyfileobj(cast(BinaryIO, members.BoundedStream(stream.read, end)), file, _CHUNK)
        return file
