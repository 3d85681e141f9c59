"""The readers of ZIP archives: each file is a source (decision 0024). WACZ is a ZIP archive of web archives."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from docarchive.errors import ReaderError
from docarchive.formats.folders import ARTICLES, SETTINGS
from docarchive.readers.containers import members
from docarchive.readers.containers.zipdirectory import read_directory
from docarchive.readers.containers.zipmember import ZipMemberStream, decompressor_of, read_stored, stored_size
from docarchive.readers.inputs import folders_of_export, is_asset
from docarchive.readers.protocol import Folder, Member, Refusal, Source
from docarchive.readers.shown_files import PicturesByName

if TYPE_CHECKING:
    from zipfile import ZipInfo

#: Bytes that no file of at least one byte is compressed to.
_EMPTY: Final = 2
_KIND_OF_LINKS: Final = 0o12
_KIND_OF_FILES: Final = 0o10


def records(source: Source) -> Iterator[Member | Refusal]:
    """Yields the files of an archive; nothing is unpacked to disk."""
    yield from _Archive(source).members()


def wacz_records(source: Source) -> Iterator[Member | Refusal]:
    """Yields the web archives in a WACZ file; its indexes, lists of pages and logs are skipped."""
    has_web_archive = False
    for member in records(source):
        if member.location.startswith("archive/"):
            has_web_archive = True
            yield member
    if not has_web_archive:
        raise ReaderError("it has no web archive in the folder 'archive', as a WACZ file has")


class _Archive:
    """The files of one archive."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._files = read_directory(source)
        self._by_name: dict[str, ZipInfo] = {}
        self._folders: dict[str, Folder] = {}
        self._pictures = PicturesByName(self._paths)
        self._failure: str | None = None  # why the archive must be kept whole

    def members(self) -> Iterator[Member | Refusal]:
        archives = _folders_of_archives(self._files)
        texts = self._folders_of_exports()
        for info in self._files:
            parts, reason = members.split_path(info.filename), _refusal_reason(info)
            if reason:
                yield Refusal(members.printable_name(info.filename), self._raw_bytes(info), reason)
            elif not (members.is_hidden(parts) or _is_internal(archives, parts) or tuple(parts[:-1]) in texts):
                yield self._member(info, parts)
        if self._failure:
            raise ReaderError(self._failure)

    def _member(self, info: ZipInfo, parts: list[str]) -> Member | Refusal:
        location, folder = members.printable_name(info.filename), "/".join(parts[:-1])
        try:
            if not info.file_size and info.compress_size <= _EMPTY:
                source = members.memory_source(parts[-1], folder, b"")
            elif info.file_size > members.SMALL or is_asset(parts[-1]):
                decompressor_of(info)
                source = Source(parts[-1], info.file_size, partial(self._open_stream, info), folder=folder)
            else:
                source = members.memory_source(parts[-1], folder, self._read(info))
            sibling, picture = partial(self._sibling, folder), partial(self._picture, folder)
            return Member(location, source._replace(sibling=sibling, picture=picture, files=self._folder(folder)))
        except ReaderError as error:
            return Refusal(location, self._raw_bytes(info), str(error))

    def _folders_of_exports(self) -> set[tuple[str, ...]]:
        """Returns the folders whose files are read together with a list next to them."""
        lists: dict[tuple[str, ...], set[str]] = {}
        for info in self._files:
            if info.filename.endswith((".json", ".csv")) and (parts := members.split_path(info.filename)):
                lists.setdefault(tuple(parts[:-1]), set()).add(parts[-1])

        def head(folder: tuple[str, ...], name: str) -> bytes:
            source = self._sibling("/".join(folder), name)
            return source.read(members.MAX_KEPT) if source is not None else b""

        return {
            (*folder, name)
            for folder, names in lists.items()
            for name in folders_of_export(names, partial(head, folder))
        }

    def _picture(self, folder: str, address: str) -> Source | None:
        """Returns the file that an article shows: its bytes, once they are asked for."""
        from docarchive.readers.shown_files import shown_paths

        infos = (self._named(path) for path in shown_paths(folder, address, self._pictures))
        info = next((info for info in infos if info is not None and info.file_size <= members.MAX_KEPT), None)
        return Source("", info.file_size, partial(self._open, info)) if info is not None else None

    def _folder(self, path: str) -> Folder:
        if path not in self._folders:
            self._folders[path] = Folder(partial(self._names_in, path))
        return self._folders[path]

    def _names_in(self, folder: str, below: str) -> list[str]:
        return members.names_in(self._paths(), "/".join(filter(None, [folder, below])))

    def _open(self, info: ZipInfo) -> BinaryIO:
        return cast(BinaryIO, ZipMemberStream(self._source.open(), info))

    def _paths(self) -> Iterable[str]:
        self._named("")
        return self._by_name

    def _named(self, name: str) -> ZipInfo | None:
        if not self._by_name:
            files = (info for info in self._files if not _refusal_reason(info))
            self._by_name = {"/".join(members.split_path(info.filename)): info for info in files}
        return self._by_name.get(name)

    def _sibling(self, folder: str, path: str) -> Source | None:
        name = members.sibling_name(folder, path)
        info = self._named(name or "")
        if not name or info is None or info.file_size > members.MAX_KEPT:
            return None
        *folders, file_name = name.split("/")
        sibling_folder = "/".join(folders)
        try:
            source = members.memory_source(file_name, sibling_folder, self._read(info))
        except ReaderError:
            return None
        return source._replace(sibling=partial(self._sibling, sibling_folder))

    def _read(self, info: ZipInfo) -> bytes:
        with self._source.open() as archive:
            return ZipMemberStream(archive, info).readall()

    def _open_stream(self, info: ZipInfo) -> BinaryIO:
        """Opens a large file; whether it is damaged is known only at its end."""
        return cast(BinaryIO, ZipMemberStream(self._source.open(), info, self._note_damage))

    def _note_damage(self, info: ZipInfo) -> None:
        self._failure = f"{members.printable_name(info.filename)} in it is damaged, so the whole archive is kept"

    def _raw_bytes(self, info: ZipInfo) -> bytes:
        """Returns a refused file as it is in the archive, for quarantine."""
        if stored_size(info) > members.MAX_KEPT:
            self._failure = (
                f"{members.printable_name(info.filename)} in it cannot be read, so the whole archive is kept"
            )
            return b""
        with self._source.open() as archive:
            return read_stored(archive, info)


def _refusal_reason(info: ZipInfo) -> str | None:
    """Returns why a file is refused by its entry in the directory, or None."""
    kind = info.external_attr >> 28 if info.create_system == 3 else 0
    if kind == _KIND_OF_LINKS:
        return members.LINK
    if kind not in (0, _KIND_OF_FILES):
        return members.DEVICE
    if members.escapes(info.filename):
        return members.ESCAPES
    return None if members.split_path(info.filename) else members.NAMELESS


def _folders_of_archives(files: list[ZipInfo]) -> set[tuple[str, ...]]:
    """Returns the folders that are docarchive archives."""
    paths = (members.split_path(info.filename) for info in files if info.filename.endswith(SETTINGS))
    return {tuple(path[:-1]) for path in paths if path and path[-1] == SETTINGS}


def _is_internal(archives: set[tuple[str, ...]], parts: list[str]) -> bool:
    """Returns whether a file belongs to a docarchive archive but is not an article."""
    if not archives:
        return False
    folders = (tuple(parts[:length]) for length in range(len(parts)))
    return any(folder in archives and parts[len(folder)] != ARTICLES for folder in folders)
