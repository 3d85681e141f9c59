"""Folder: opens, lists, writes and removes what is inside of an archive's folder, and nothing outside of it.

An archive may come from a stranger. So a path inside of one is opened folder by folder, each relative to the one above
it, and no link on the way is followed; only regular files are read and written. Where the system cannot open relative
to a folder, each folder on the way is checked instead. The archive's folder itself may be reached through links: that
is the user's choice. See docs/decisions/0071.

Paths are relative, with forward slashes. Not for what the user names, such as inputs and exports.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import BufferedReader, BufferedWriter
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from docarchive.errors import ArchiveDamaged
from docarchive.folder.flushing import flusher
from docarchive.folder.open_folder import OpenFolder, empty, is_link, is_regular
from docarchive.folder.temporary import temporary_name
from docarchive.folder.way import Way, is_folder
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from docarchive.folder.scan import Listings, Scan, ScannedEntry

_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_APPEND: Final = os.O_RDWR | os.O_CREAT | os.O_APPEND
_WRITE: Final = os.O_WRONLY | os.O_CREAT
_CHUNK: Final = 1 << 20
_HASHED: Final = 1 << 17  # bytes that are read at a time to compute a digest: they stay in the processor's cache
#: Errors that say that there is nothing at a path, and nothing can be.
_NOTHING: Final = (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.ELOOP, errno.EINVAL)
_UNSEEN: Final = (*_NOTHING, errno.EACCES, errno.EPERM)
#: The size in bytes up to which a file is read at once: a stranger's file of terabytes, all a hole, takes no room.
MAX_READ: Final = 1 << 28


class Folder:
    """A folder of an archive.

    Every method that takes a path raises ``ArchiveDamaged`` if it leads out of the archive, through a link, or to
    something that is neither a folder nor a regular file; the text says what to do.

    Args:
        root: The archive's folder.
        inner: The path of this folder in it; empty for the archive's folder itself.
    """

    def __init__(self, root: str | Path, inner: str = "", _way: Way | None = None) -> None:
        self._way = _way or Way(os.fspath(root))
        self._inner = inner

    def __truediv__(self, inner: str) -> Folder:
        return Folder(self._way.root, self._path(inner), self._way)

    def __reduce__(self) -> tuple[type[Folder], tuple[str, str]]:
        return Folder, (self._way.root, self._inner)

    def __str__(self) -> str:
        return str(self.path)

    @property
    def path(self) -> Path:
        """The full path, for messages and for libraries that open files by name; see ``checked``."""
        return Path(self._way.root, self._inner)

    # Reading

    def open(self, path: str) -> BufferedReader:
        """Opens a file for reading; raises ``OSError`` if there is none."""
        return os.fdopen(self._opened(path, os.O_RDONLY), "rb")

    def read(self, path: str, limit: int = -1) -> bytes:
        """Returns the bytes of a file, up to a limit.

        Raises:
            OSError: There is no file, or no limit and the file is huge.
        """
        return self.read_with_status(path, limit)[0]

    def read_with_status(self, path: str, limit: int = -1) -> tuple[bytes, os.stat_result]:
        """Returns the bytes of a file, up to a limit, and the status that it had then."""
        descriptor = self._opened(path, os.O_RDONLY)
        try:
            status = os.fstat(descriptor)
            if limit < 0 and status.st_size > MAX_READ:
                raise OSError(errno.EFBIG, os.strerror(errno.EFBIG), str(self.path / path))
            data = b""
            while limit < 0 or len(data) < limit:
                left = status.st_size + 1 - len(data)  # Python reserves as much as it is to read
                left = left if left > 0 else _CHUNK
                left = left if limit < 0 else min(left, limit - len(data))
                if not (chunk := os.read(descriptor, left)):
                    break
                data = data + chunk if data else chunk
                if len(chunk) < left and len(data) == status.st_size:
                    break  # that was all, without another call to see that there is no more
            return data, status
        finally:
            os.close(descriptor)

    def read_from(self, path: str, start: int, size: int) -> bytes:
        """Returns so many bytes of a file, or fewer if it ends before; raises ``OSError`` if it cannot be read."""
        with self.open(path) as file:
            file.seek(start)
            return file.read(size)

    def digest(self, path: str) -> tuple[bytes, int]:
        """Returns the SHA-256 of a file's bytes and how many there are; raises ``OSError`` if it cannot be read."""
        from hashlib import sha256  # most commands need none, and it takes longer to load than this module

        digest, size = sha256(), 0
        descriptor = self._opened(path, os.O_RDONLY)
        try:
            while chunk := os.read(descriptor, _HASHED):
                digest.update(chunk)
                size += len(chunk)
        finally:
            os.close(descriptor)
        return digest.digest(), size

    def status(self, path: str) -> os.stat_result:
        """Returns the status of a file; raises ``FileNotFoundError`` if there is none."""
        above, name = self._place(path)
        status = above.stat(name)
        if not is_regular(status):
            self._way.refuse(self._path(path), status)
        return status

    def is_file(self, path: str) -> bool:
        """Returns whether a path leads to a regular file inside of the archive."""
        try:
            self.status(path)
        except (OSError, ArchiveDamaged):
            return False
        return True

    def exists(self, path: str) -> bool:
        """Returns whether there is anything at a path: a file, a folder, or a link.

        Raises:
            OSError: The disk reports an error, or this process may not look. That something is gone is not known then.
        """
        try:
            above, name = self._place(path)
            above.stat(name)
        except OSError as error:
            if error.errno not in _NOTHING:
                raise
            return False
        return True

    def modified(self, path: str) -> int:
        """Returns when what is at a path last changed, in nanoseconds since 1970; 0 if there is nothing."""
        try:
            above, name = self._place(path)
            return above.stat(name).st_mtime_ns
        except (OSError, ArchiveDamaged):
            return 0

    def kind(self, path: str) -> str | None:
        """Returns what is at a path: ``file``, ``folder``, ``link`` or ``other``; None if nothing can be.

        Raises:
            OSError: As for ``exists``.
        """
        try:
            above, name = self._place(path)
            status = above.stat(name)
        except ArchiveDamaged:
            return None
        except OSError as error:
            if error.errno not in _NOTHING:
                raise
            return None
        if is_link(status):
            return "link"
        return "file" if is_regular(status) else "folder" if is_folder(status) else "other"

    def statuses(self, paths: Iterable[str]) -> dict[str, os.stat_result]:
        """Returns the statuses of what is at many paths, links too.

        Those at which there is nothing are left out, and those at which this process may not look.

        Raises:
            OSError: The disk reports an error.
        """
        statuses: dict[str, os.stat_result] = {}
        for _, inside in groupby(sorted(paths), lambda path: path.rpartition("/")[0]):
            together = [*inside]
            try:
                places = [*self._way.places(map(self._path, together))]
            except OSError as error:
                if error.errno not in _UNSEEN:
                    raise
                continue
            for path, (above, name) in zip(together, places, strict=True):
                try:
                    statuses[path] = above.stat(name)
                except OSError as error:
                    if error.errno not in _UNSEEN:
                        raise
        return statuses

    def refuse_links(self, paths: Iterable[str]) -> None:
        """Raises ``ArchiveDamaged`` if there is a link in the place of one of these folders; the outer ones first."""
        for path in paths:
            if self.kind(path) == "link":
                self.check_folders([path])

    def scanned(
        self, path: str, low: str = "", high: str = "\U0010ffff", listings: Listings | None = None
    ) -> Iterator[tuple[Scan, list[ScannedEntry]]]:
        """Yields runs of what is in a folder and in all below it, in order of path, each with its open folder.

        Names that begin with a dot are left out. What cannot be listed is left out, too.

        Args:
            path: The folder's path.
            low: The path, relative to the archive's folder, from which on entries are wanted.
            high: The first path that is not wanted.
            listings: What the folders of the range before this one have.
        """
        from docarchive.folder.scan import Listings, Scan

        listings = listings or Listings()
        try:
            folder = self._way.open_folder(self._path(path))
            stack = [(Scan(folder), listings.runs(folder, path, low, high))]
        except (OSError, ArchiveDamaged):
            return
        while stack:  # no recursion: folders may be nested deeper than Python's stack
            scan, remaining = stack[-1]
            run, inner = next(remaining, ([], ""))
            if run:
                yield scan, run
            if inner == "":
                stack.pop()
            elif inner is not None:
                with suppress(OSError, ArchiveDamaged):
                    folder = self._way.open_folder(self._path(inner))
                    stack.append((Scan(folder), listings.runs(folder, inner, low, high)))

    @contextmanager
    def entries(self, path: str = "") -> Iterator[Iterator[os.DirEntry[str]]]:
        """Lists a folder; raises ``OSError`` if there is none."""
        with self._way.open_folder(self._path(path)).entries() as entries:
            yield entries

    def names(self, path: str = "") -> list[str]:
        """Returns the names of the regular files in a folder, in order; none if there is no such folder."""
        with suppress(FileNotFoundError), self.entries(path) as entries:
            return sorted(entry.name for entry in entries if entry.is_file(follow_symlinks=False))
        return []

    def all_names(self, path: str = "") -> list[str]:
        """Returns the names of everything in a folder, links too, in order; none if it cannot be listed."""
        with suppress(OSError, ArchiveDamaged), self.entries(path) as entries:
            return sorted(entry.name for entry in entries)
        return []

    def folders(self, path: str = "") -> list[str]:
        """Returns the names of the folders in a folder, in order; none if there is no such folder."""
        with suppress(FileNotFoundError), self.entries(path) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
        return []

    def sizes(self, path: str = "") -> list[int | str]:
        """Returns the sizes of the files in a folder, in bytes, and the paths of the folders in it, in order.

        What cannot be looked at, or is removed in the meantime, is left out.
        """
        sizes: list[int | str] = []
        folders = []
        with suppress(OSError, ArchiveDamaged), self.entries(path) as entries:
            for entry in entries:
                with suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        folders.append(f"{path}/{entry.name}" if path else entry.name)
                    else:
                        sizes.append(entry.stat(follow_symlinks=False).st_size)
        return [*sizes, *sorted(folders)]

    def checked(self, path: str) -> Path:
        """Returns the full path of a file, for a library that opens it by name and may write into it.

        No link leads to it, and if it exists, it is a regular file that has no second name (a hard link). Between this
        check and the library's own call, only a process that may write to the archive can change that.
        """
        with suppress(FileNotFoundError):
            status = self.status(path)
            if status.st_nlink > 1:
                raise ArchiveDamaged(f"{self.path / path} has a second name (it is a hard link); delete it")
        return self.path / path

    def check_folders(self, paths: Iterable[str]) -> None:
        """Raises ``ArchiveDamaged`` if there is anything but a folder at one of the paths, such as a link."""
        for path in paths:
            with suppress(FileNotFoundError):
                self._way.folder(self._path(path))

    # Writing

    def make(self, path: str = "") -> set[str]:
        """Creates a folder, and those above it that are missing.

        Returns:
            The paths of the folders whose entries changed, relative to the archive's folder.
        """
        return self._way.make(self._path(path))

    def create(self, path: str) -> BufferedWriter:
        """Creates a file for writing, in place of whatever is there; its folder must exist."""
        return os.fdopen(self.create_descriptor(path), "wb")

    def create_descriptor(self, path: str) -> int:
        """Creates a file as ``create`` does; returns its descriptor."""
        return self._created(*self._place(path), path)

    def create_all(self, files: Mapping[str, bytes]) -> None:
        """Creates many files as ``create`` does; in half the time that ``open`` and ``write`` take for each."""
        places = self._way.places(map(self._path, files))
        for (path, data), (above, name) in zip(files.items(), places, strict=True):
            descriptor = self._created(above, name, path)
            try:
                _write_all(descriptor, data)
            finally:
                os.close(descriptor)

    def put(self, path: str, data: bytes | BinaryIO, *, flush: bool = False) -> None:
        """Writes a file under a temporary name, and then replaces what is at the path by it.

        Args:
            path: Its path; the folder must exist.
            data: Its bytes, or a stream of them.
            flush: Whether the file and the folder are flushed to the disk.
        """
        folder, _, name = path.rpartition("/")
        temporary = f"{folder}/{temporary_name(name)}".lstrip("/")
        try:
            with self.create(temporary) as file:
                for chunk in (data,) if isinstance(data, bytes) else iter(lambda: data.read(_CHUNK), b""):
                    file.write(chunk)
                if flush:
                    file.flush()
                    os.fsync(file.fileno())
            self.rename(temporary, path)
        except BaseException:
            with suppress(OSError):
                self.remove(temporary)
            raise
        if flush:
            self.sync_folders([folder])

    def append_lines(self, path: str, lines: bytes, *, flush: bool = True) -> None:
        """Adds lines to a file, which is created if it is missing, and flushes it to the disk if ``flush`` says so.

        They begin a line of their own even if an interruption has left half a line.
        """
        is_new = not self.is_file(path)
        if not is_new:
            self.separate(path)  # its other name may be outside of the archive
        with os.fdopen(self._opened(path, _APPEND), "ab+") as out:
            if out.seek(0, os.SEEK_END):
                out.seek(-1, os.SEEK_END)
                lines = lines if out.read(1) == b"\n" else b"\n" + lines
            out.write(lines)
            if flush:
                out.flush()
                os.fsync(out.fileno())
        if is_new and flush:
            self.sync_folders([path.rpartition("/")[0]])

    def write_at(self, path: str, pieces: Iterable[tuple[int, bytes]]) -> None:
        """Writes pieces of bytes into a file, each from a position on, and flushes it; created if it is missing.

        What is between the end of the file and a piece are zeros. No reader may rely on the bytes in the meantime.
        """
        is_new = not self.is_file(path)
        if not is_new:
            self.separate(path)
        descriptor = self._opened(path, _WRITE)
        try:
            for position, data in pieces:
                os.lseek(descriptor, position, os.SEEK_SET)
                _write_all(descriptor, data)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            self.sync_folders([path.rpartition("/")[0]])

    def separate(self, path: str) -> None:
        """Makes a file that has a second name (a hard link) a file of its own; raises ``OSError`` if there is none."""
        if self.status(path).st_nlink > 1:
            with self.open(path) as file:
                self.put(path, file, flush=True)

    def link_all(self, files: Mapping[str, tuple[str, int, int]]) -> set[str]:
        """Gives many files second names (hard links), where there is nothing yet.

        Args:
            files: By second name: the file's path, size and time in nanoseconds since 1970. One that is not so, or that
                has a second name already, gets none.

        Returns:
            The second names that were given.
        """
        linked: set[str] = set()
        paths = [path for path, *_ in files.values()]
        places = map(self._way.places, (map(self._path, paths), map(self._path, files)))
        for (new_path, (_, *stamp)), (above, name), (to, new_name) in zip(files.items(), *places, strict=True):
            with suppress(OSError):  # the file system has no links; or what else is wrong shows when it is written
                before = above.stat(name)
                if before.st_nlink > 1 or [before.st_size, before.st_mtime_ns] != stamp:
                    continue
                above.link(name, to, new_name)
                linked.add(new_path)
                now = to.stat(new_name)
                if [now.st_ino, now.st_size, now.st_mtime_ns] != [before.st_ino, *stamp]:  # edited in this moment
                    linked.remove(new_path)
                    to.unlink(new_name)
        return linked

    def rename(self, path: str, new_path: str) -> None:
        """Moves a file or a folder, in place of what is at the new path; its folder must exist."""
        (above, name), (to, new_name) = self._place(path), self._place(new_path)
        above.rename(name, to, new_name)

    def move_all(self, moves: Sequence[tuple[str, str]]) -> None:
        """Moves files one after the other, from a path to another one each, and flushes their folders."""
        targets = [path.rpartition("/")[0] for _, path in moves]
        changed = {path.rpartition("/")[0] for path, _ in moves}.union(targets, *map(self.make, targets))
        for path, new_path in moves:
            self.rename(path, new_path)
        self.sync_folders(changed)

    def rename_all(self, paths: Mapping[str, str]) -> None:
        """Moves many files as ``rename`` does: from these paths to those."""
        places = map(self._way.places, (map(self._path, paths), map(self._path, paths.values())))
        for (above, name), (to, new_name) in zip(*places, strict=True):
            above.rename(name, to, new_name)

    def remove(self, path: str) -> None:
        """Removes a file, or a link and not what it leads to; a missing one is fine."""
        with suppress(FileNotFoundError):
            above, name = self._place(path)
            above.unlink(name)

    def remove_all(self, path: str) -> None:
        """Removes whatever is at a path: a file, a link and not what it leads to, or a folder with all in it."""
        with suppress(FileNotFoundError):
            above, name = self._place(path)
            status = above.stat(name)
            if is_link(status) or not is_folder(status):
                above.unlink(name)
            else:
                empty(self._way.open_folder(self._path(path)))
                above.rmdir(name)

    def remove_empty(self, path: str) -> None:
        """Removes a folder if nothing is in it."""
        with suppress(OSError):
            above, name = self._place(path)
            above.rmdir(name)

    def sync_files(self, paths: list[str]) -> None:
        """Flushes files of one file system to the disk."""
        flush, at_once = flusher(len(paths))
        for path in paths[:1] if at_once else paths:
            descriptor = self._opened(path, os.O_RDWR)
            try:
                flush(descriptor)
            finally:
                os.close(descriptor)

    def sync_folders(self, paths: Iterable[str]) -> None:
        """Flushes the entries of folders of one file system to the disk, where the system can."""
        folders = sorted(paths)
        flush, at_once = flusher(len(folders))
        for path in folders[:1] if at_once else folders:
            self._way.folder(self._path(path)).sync(flush)

    def _path(self, path: str) -> str:
        """Returns a path relative to the archive's folder."""
        return f"{self._inner}/{path}" if self._inner and path else self._inner or path

    def _place(self, path: str) -> tuple[OpenFolder, str]:
        return self._way.place(self._path(path))

    def _created(self, above: OpenFolder, name: str, path: str) -> int:
        try:
            return above.open(name, _CREATE)
        except FileExistsError:
            self.remove_all(path)
            return above.open(name, _CREATE)

    def _opened(self, path: str, flags: int) -> int:
        above, name = self._place(path)
        try:
            return above.open(name, flags)
        except OSError as error:
            with suppress(FileNotFoundError):
                status = above.stat(name)
                if not is_regular(status):
                    self._way.refuse(self._path(path), status)
            error.filename = str(self.path / path)
            raise


def _write_all(descriptor: int, data: bytes) -> None:
    """Writes bytes to an open file; one call may write a part of them."""
    remaining = memoryview(data)
    while remaining:
        remaining = remaining[os.write(descriptor, remaining) :]


class File(NamedTuple):
    """A file of an archive, by its path in a folder."""

    folder: Folder
    path: str

    def open(self) -> BufferedReader:
        """Opens it for reading."""
        return self.folder.open(self.path)

    def size(self) -> int:
        """Returns its size in bytes."""
        return self.folder.status(self.path).st_size
