"""ZipTarget: backups in one ZIP file, with the same files as a folder of backups.

Each backup writes a new ZIP file, which then replaces the old one. What the old one has already is copied as it is,
compressed.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from typing import IO, Any, BinaryIO, Final, cast
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile, ZipInfo

from docarchive.archive.backing_up.copying import StagingWriter
from docarchive.archive.backing_up.lists import order
from docarchive.archive.backing_up.target import BACKUPS, EARLIER, MIRROR, README, Staged, StoredFile, earlier_path
from docarchive.archive.backing_up.zip_place import Place
from docarchive.errors import ArchiveError, UsageError

_CHUNK: Final = 1 << 20
_LOCAL_HEADER: Final = 30  # bytes
_EARLIEST: Final = 315532800  # 1980, in seconds since 1970
_LATEST: Final = 4354819198  # 2107


class ZipTarget:
    """Backups in a ZIP file; see ``Target``.

    Args:
        place: The file, which may be missing.
        name: Its name for messages.
    """

    def __init__(self, place: Place, name: str) -> None:
        self.name = name
        self._place = place
        self._stack = ExitStack()
        self._zip: ZipFile | None = None
        self._infos: dict[str, ZipInfo] = {}
        self._open()

    def _open(self) -> None:
        """Opens the file as it is now."""
        self._stack.close()
        self._zip, self._infos = None, {}
        if not self._place.exists():
            return
        try:
            self._zip = self._stack.enter_context(ZipFile(self._stack.enter_context(self._place.open())))
        except (BadZipFile, ValueError, NotImplementedError) as error:
            self._stack.close()
            raise UsageError(f"{self.name} is no ZIP file that can be read ({error}); name another file") from None
        self._infos = {info.filename: info for info in self._zip.infolist() if not info.is_dir()}

    def names(self, folder: str) -> list[str]:
        start = f"{folder}/" if folder else ""
        return sorted({path[len(start) :].split("/")[0] for path in self._infos if path.startswith(start)})

    def files(self, folder: str) -> Iterator[StoredFile]:
        start = f"{folder}/"
        paths = (path[len(start) :] for path in self._infos if path.startswith(start))
        for path in sorted(paths, key=order):
            yield StoredFile(path, self._infos[start + path].file_size)

    def size(self, path: str) -> int | None:
        info = self._infos.get(path)
        return info.file_size if info else None

    def modified(self, path: str) -> int | None:
        info = self._infos.get(path)
        try:
            return int(datetime(*info.date_time, tzinfo=UTC).timestamp()) * 1_000_000_000 if info else None
        except ValueError:
            return None

    def open(self, path: str) -> BinaryIO:
        info = self._infos.get(path)
        if info is None or self._zip is None:
            raise FileNotFoundError(path)
        try:
            return cast(BinaryIO, _Member(self._zip.open(info)))
        except (BadZipFile, ValueError, NotImplementedError, RuntimeError) as error:
            raise OSError(f"{path} in {self.name} cannot be read: {error}") from None

    @contextmanager
    def writing(self) -> Iterator[ZipWriter]:
        with self._place.replacing() as file, ZipFile(file, "w", ZIP_DEFLATED) as new:
            self._open()  # another backup may have replaced it
            with closing(ZipWriter(self._zip, self._infos, new, self.name)) as writer:
                yield writer

    def close(self) -> None:
        self._stack.close()


class _Member:
    """An open member; what is wrong with it is an ``OSError``, as with a damaged disk."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __enter__(self) -> _Member:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def read(self, size: int = -1) -> bytes:
        return self._done(self._file.read, size)

    def readline(self, size: int = -1) -> bytes:
        return self._done(self._file.readline, size)

    def _done(self, read: Any, size: int) -> bytes:
        import zlib

        try:
            return bytes(read(size))
        except (BadZipFile, EOFError, ValueError, zlib.error) as error:
            raise OSError(f"it is damaged: {error}") from None


class ZipWriter(StagingWriter):
    """Writes a new ZIP file with one more backup; see ``TargetWriter``."""

    def __init__(self, old: ZipFile | None, infos: dict[str, ZipInfo], new: ZipFile, name: str) -> None:
        super().__init__()
        self.is_unfinished = False
        self._old = old
        self._infos = infos
        self._new = new
        self._name = name

    def begin(self, readme: bytes) -> None:
        self._new.writestr(_info(README, int(datetime.now(UTC).timestamp())), readme, ZIP_DEFLATED)
        for path, info in self._infos.items():
            if path.startswith((f"{EARLIER}/", f"{BACKUPS}/")):
                self._copy(info, path)

    def keep(self, path: str) -> None:
        self._copy(self._infos[f"{MIRROR}/{path}"], f"{MIRROR}/{path}")

    def retire(self, path: str, digest: str) -> None:
        if earlier_path(digest) not in self._new.NameToInfo:
            self._copy(self._infos[f"{MIRROR}/{path}"], earlier_path(digest))

    def put(self, staged: Staged, path: str) -> None:
        info = _info(self._checked(f"{MIRROR}/{path}"), staged.modified // 1_000_000_000)
        info.file_size = staged.size
        with self._staged.taken(staged.number) as chunks, self._new.open(info, "w") as out:
            for chunk in chunks:
                out.write(chunk)

    def remove(self, path: str) -> None:
        pass  # it is not copied

    def flush(self) -> None:
        pass  # the new file is flushed when it is complete

    def finish(self, name: str, chunks: Iterable[bytes]) -> None:
        info = _info(f"{BACKUPS}/{name}", int(datetime.now(UTC).timestamp()))
        with self._new.open(info, "w", force_zip64=True) as out:
            for chunk in chunks:
                out.write(chunk)

    def _checked(self, path: str) -> str:
        try:
            path.encode()
        except UnicodeEncodeError:
            shown = path.encode("utf-8", "replace").decode()
            raise ArchiveError(f"{shown} cannot be in a ZIP file: its name is not UTF-8; rename it") from None
        return path

    def _copy(self, info: ZipInfo, path: str) -> None:
        """Copies a member of the old file as it is, compressed, under a path."""
        assert self._old is not None
        source = self._old.fp
        assert source is not None
        source.seek(info.header_offset)
        header = source.read(_LOCAL_HEADER)
        if len(header) < _LOCAL_HEADER or header[:4] != b"PK\x03\x04" or info.flag_bits & 0x1:
            raise ArchiveError(f"{self._name} is damaged at {info.filename}; name another file")
        source.seek(sum(struct.unpack("<HH", header[26:30])), 1)
        _add(self._new, _like(info, path), source)


def _info(path: str, modified: int) -> ZipInfo:
    """Returns the entry of a new member; its time is in UTC, as ZIP has no time zones."""
    moment = datetime.fromtimestamp(min(max(modified, _EARLIEST), _LATEST), UTC)
    info = ZipInfo(path, (moment.year, moment.month, moment.day, moment.hour, moment.minute, moment.second))
    info.compress_type = ZIP_DEFLATED
    info.create_system = 3
    info.external_attr = 0o644 << 16
    return info


def _like(info: ZipInfo, path: str) -> ZipInfo:
    """Returns the entry of a member that is copied as it is."""
    copy = ZipInfo(path, info.date_time)
    for name in ("compress_type", "CRC", "compress_size", "file_size", "create_system", "external_attr"):
        setattr(copy, name, getattr(info, name))
    return copy


def _add(new: Any, info: ZipInfo, source: IO[bytes]) -> None:
    """Adds a compressed member to a ZIP file that is being written: ``zipfile`` itself would compress it again."""
    new.fp.seek(new.start_dir)
    info.header_offset = new.fp.tell()
    new.fp.write(info.FileHeader())
    rest = info.compress_size
    while rest:
        chunk = source.read(min(rest, _CHUNK))
        if not chunk:
            raise ArchiveError(f"{new.filename or 'the ZIP file'} ends too early")
        new.fp.write(chunk)
        rest -= len(chunk)
    new.filelist.append(info)
    new.NameToInfo[info.filename] = info
    new.start_dir = new.fp.tell()
    new._didModify = True
