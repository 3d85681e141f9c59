"""The reader of ZIP archives: each file in one is a source."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.formats.folders import ARTICLES, SETTINGS
from docarchive.readers.containers import members
from docarchive.readers.containers.zipdirectory import read_directory
from docarchive.readers.containers.zipped import LOCAL, Zipped, inflater
from docarchive.readers.inputs import OMNIVORE, OMNIVORE_TEXTS, is_asset
from docarchive.readers.protocol import Member, Reader, Refusal, Source

if TYPE_CHECKING:
    from zipfile import ZipInfo

_KIND_OF_LINKS: Final = 0o12
_KIND_OF_FILES: Final = 0o10
_MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")


class ZipReader(Reader):
    """Reads an archive in place; nothing is unpacked to disk."""

    name = "zip"
    summary = "ZIP archives: each file in them"
    suffixes = (".zip",)

    def recognizes(self, head: bytes) -> bool:
        """See ``Reader``."""
        return head.startswith(_MAGIC)

    def records(self, source: Source) -> Iterator[Member | Refusal]:
        """See ``Reader``."""
        yield from _Archive(source).members()


class _Archive:
    """The files of one archive."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._files = read_directory(source)
        self._by_name: dict[str, ZipInfo] = {}
        self._whole: str | None = None  # why the archive is to be kept whole

    def members(self) -> Iterator[Member | Refusal]:
        archives, exports = _archives_in(self._files), _exports_in(self._files)
        for info in self._files:
            path, problem = members.parts(info.filename), _problem(info)
            if problem:
                yield Refusal(members.shown(info.filename), self._stored(info), problem)
            elif not (members.is_hidden(path) or _is_kept_by(archives, path) or _is_text_of(exports, path)):
                yield self._member(info, path)
        if self._whole:
            raise ReaderError(self._whole)

    def _member(self, info: ZipInfo, path: list[str]) -> Member | Refusal:
        place, folder = members.shown(info.filename), "/".join(path[:-1])
        beside = partial(self._beside, folder)
        try:
            if info.file_size > members.SMALL or is_asset(path[-1]):
                inflater(info)
                source = Source(path[-1], info.file_size, partial(self._stream, info), folder=folder, beside=beside)
            else:
                source = members.in_memory(path[-1], folder, self._bytes(info))._replace(beside=beside)
            return Member(place, source)
        except ReaderError as error:
            return Refusal(place, self._stored(info), str(error))

    def _beside(self, folder: str, path: str) -> Source | None:
        name = members.beside(folder, path)
        if not self._by_name:
            files = (info for info in self._files if not _problem(info))
            self._by_name = {"/".join(members.parts(info.filename)): info for info in files}
        info = self._by_name.get(name or "")
        if not name or info is None or info.file_size > members.MAX_KEPT:
            return None
        *folders, last = name.split("/")
        there = "/".join(folders)
        try:
            source = members.in_memory(last, there, self._bytes(info))
        except ReaderError:
            return None
        return source._replace(beside=partial(self._beside, there))

    def _bytes(self, info: ZipInfo) -> bytes:
        with self._source.open() as archive:
            return Zipped(archive, info).readall()

    def _stream(self, info: ZipInfo) -> BinaryIO:
        """Opens a large file; if it is damaged, that is known only at its end."""
        return cast(BinaryIO, Zipped(self._source.open(), info, self._note_damage))

    def _note_damage(self, info: ZipInfo) -> None:
        self._whole = f"{members.shown(info.filename)} in it is damaged, so that it is kept as a whole"

    def _stored(self, info: ZipInfo) -> bytes:
        """Returns a file as it stands in the archive, to be kept."""
        size = LOCAL.size + len(info.orig_filename.encode()) + info.compress_size
        if size > members.MAX_KEPT:
            self._whole = f"{members.shown(info.filename)} in it cannot be read, so that it is kept as a whole"
            return b""
        with self._source.open() as archive:
            archive.seek(info.header_offset)
            return archive.read(size)


def _problem(info: ZipInfo) -> str | None:
    """Returns why a file is not looked at, as far as the archive says."""
    kind = info.external_attr >> 28 if info.create_system == 3 else 0
    if kind == _KIND_OF_LINKS:
        return members.LINK
    if kind not in (0, _KIND_OF_FILES):
        return members.DEVICE
    if members.escapes(info.filename):
        return members.ESCAPES
    return None if members.parts(info.filename) else members.NAMELESS


def _archives_in(files: list[ZipInfo]) -> set[tuple[str, ...]]:
    """Returns the folders that are archives of docarchive."""
    paths = (members.parts(info.filename) for info in files if info.filename.endswith(SETTINGS))
    return {tuple(path[:-1]) for path in paths if path and path[-1] == SETTINGS}


def _exports_in(files: list[ZipInfo]) -> set[tuple[str, ...]]:
    """Returns the folders that are exports of Omnivore."""
    paths = (members.parts(info.filename) for info in files if info.filename.endswith(".json"))
    return {tuple(path[:-1]) for path in paths if path and OMNIVORE.fullmatch(path[-1])}


def _is_text_of(exports: set[tuple[str, ...]], path: list[str]) -> bool:
    """Tells whether it is read with an entry of such an export."""
    return tuple(path[:-2]) in exports and len(path) > 1 and path[-2] in OMNIVORE_TEXTS


def _is_kept_by(archives: set[tuple[str, ...]], path: list[str]) -> bool:
    """Tells whether it is a file of an archive of docarchive, but no article."""
    if not archives:
        return False
    folders = (tuple(path[:length]) for length in range(len(path)))
    return any(folder in archives and path[len(folder)] != ARTICLES for folder in folders)
