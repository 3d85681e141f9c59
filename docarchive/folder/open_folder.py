"""OpenFolder: the calls of the system on what is in one open folder. No link is followed."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial, wraps
from typing import Concatenate, Final, ParamSpec, TypeVar

#: Whether the system opens files relative to an open folder; tests turn it off to check the other way.
RELATIVE: bool = {os.open, os.stat, os.mkdir, os.unlink, os.rmdir, os.rename} <= os.supports_dir_fd

NO_LINKS: Final = getattr(os, "O_NOFOLLOW", 0)
_COMMON: Final = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_FOLDER: Final = os.O_RDONLY | _COMMON | getattr(os, "O_DIRECTORY", 0)
#: A named pipe is opened without waiting for its other end, and then refused.
_FILE: Final = _COMMON | NO_LINKS | getattr(os, "O_NONBLOCK", 0)
#: A larger file of which less than this part is on the disk is not read: it would never end, and comes from a stranger.
_HUGE: Final = 1 << 30
_HOLLOW: Final = 1_000
_BLOCK: Final = 512  # bytes that ``st_blocks`` counts
P = ParamSpec("P")
T = TypeVar("T")
#: What Windows calls a link, and a junction.
_LINK_TAGS: Final = (0xA000000C, 0xA0000003)


def _named(call: Callable[Concatenate[OpenFolder, str, P], T]) -> Callable[Concatenate[OpenFolder, str, P], T]:
    """Makes the errors of a call have the whole path, as the system knows only the name."""

    @wraps(call)
    def named(self: OpenFolder, name: str, /, *arguments: P.args, **options: P.kwargs) -> T:
        try:
            return call(self, name, *arguments, **options)
        except OSError as error:
            error.filename = f"{self.path}{os.sep}{name}"
            raise

    return named


class OpenFolder:
    """An open folder; closed with its last reference, so that a thread never uses what another one has closed."""

    __slots__ = ("_descriptor", "identity", "path")

    def __init__(self, path: str, descriptor: int | None, status: os.stat_result) -> None:
        self.path = path
        self.identity = (status.st_dev, status.st_ino)
        self._descriptor = descriptor

    def __del__(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)

    @classmethod
    def top(cls, path: str) -> OpenFolder:
        """Opens the folder that the user named, through links if there are any."""
        if not RELATIVE:
            return cls(path, None, os.stat(path))
        descriptor = os.open(path, _FOLDER)
        return cls(path, descriptor, os.fstat(descriptor))

    @property
    def lasts(self) -> bool:
        """Whether it stays the same folder if another takes its place; not if only its path is known."""
        return self._descriptor is not None

    @_named
    def folder(self, name: str) -> OpenFolder:
        """Opens a folder in this one; raises ``NotADirectoryError`` for a link and for anything else."""
        path, descriptor = self._arguments(name)
        if descriptor is None:
            status = self.stat(name)
            if not stat.S_ISDIR(status.st_mode) or is_link(status):
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), path)
            return OpenFolder(path, None, status)
        opened = os.open(path, _FOLDER | NO_LINKS, dir_fd=descriptor)
        return OpenFolder(f"{self.path}{os.sep}{name}", opened, os.fstat(opened))

    @_named
    def open(self, name: str, flags: int) -> int:
        """Opens a regular file in this folder; returns its descriptor.

        Raises:
            OSError: It cannot be opened; with ``ENXIO`` or another number if it is a link or no regular file.
        """
        path, descriptor = self._arguments(name)
        if descriptor is None and not flags & os.O_EXCL:
            with suppress(FileNotFoundError):
                check_regular(self.stat(name), path)
        opened = os.open(path, flags | _FILE, 0o666, dir_fd=descriptor)
        if flags & os.O_EXCL:  # it is new
            return opened
        try:
            check_regular(os.fstat(opened), path)
        except BaseException:
            os.close(opened)
            raise
        return opened

    def opener(self) -> Callable[[str], int]:
        """Returns a function that opens a file for reading, without a look at what it is; a link is refused.

        Read only so much of it as it should have. Keep this object while the function is used.
        """
        if self._descriptor is not None:  # without a function in Python, which a verification would call for each file
            return partial(os.open, flags=os.O_RDONLY | _FILE, dir_fd=self._descriptor)
        return self._open_checked

    def _open_checked(self, name: str) -> int:
        path, _ = self._arguments(name)
        check_regular(self.stat(name), path)
        return os.open(path, os.O_RDONLY | _FILE)

    @_named
    def stat(self, name: str) -> os.stat_result:
        """Returns the status of an entry; of a link, its own."""
        path, descriptor = self._arguments(name)
        return os.stat(path, dir_fd=descriptor, follow_symlinks=False)

    @_named
    def make(self, name: str) -> None:
        """Creates a folder."""
        path, descriptor = self._arguments(name)
        os.mkdir(path, dir_fd=descriptor)

    @_named
    def unlink(self, name: str) -> None:
        """Removes a file or a link."""
        path, descriptor = self._arguments(name)
        os.unlink(path, dir_fd=descriptor)

    @_named
    def rmdir(self, name: str) -> None:
        """Removes an empty folder."""
        path, descriptor = self._arguments(name)
        os.rmdir(path, dir_fd=descriptor)

    @_named
    def rename(self, name: str, to: OpenFolder, new_name: str) -> None:
        """Moves an entry to a folder under a new name, in place of what is there."""
        (path, descriptor), (new_path, new_descriptor) = self._arguments(name), to._arguments(new_name)
        os.replace(path, new_path, src_dir_fd=descriptor, dst_dir_fd=new_descriptor)

    @_named
    def link(self, name: str, to: OpenFolder, new_name: str) -> None:
        """Gives a file a second name (a hard link), where there is nothing yet."""
        (path, descriptor), (new_path, new_descriptor) = self._arguments(name), to._arguments(new_name)
        os.link(path, new_path, src_dir_fd=descriptor, dst_dir_fd=new_descriptor, follow_symlinks=False)

    @contextmanager
    def entries(self) -> Iterator[Iterator[os.DirEntry[str]]]:
        """Lists the folder. Only one at a time may: an open folder has one position in its list."""
        with os.scandir(self.path if self._descriptor is None else self._descriptor) as entries:
            yield entries

    def sync(self, flush: Callable[[int], object]) -> None:
        """Flushes the folder's entries to the disk with a function of a descriptor, where the system can."""
        if self._descriptor is not None:
            flush(self._descriptor)

    def _arguments(self, name: str) -> tuple[str, int | None]:
        """Returns a path and what it is relative to."""
        if self._descriptor is None:
            return f"{self.path}{os.sep}{name}", None
        return name, self._descriptor


def is_link(status: os.stat_result) -> bool:
    """Returns whether a status is that of a link, or of what Windows follows like one."""
    return stat.S_ISLNK(status.st_mode) or getattr(status, "st_reparse_tag", 0) in _LINK_TAGS


def is_regular(status: os.stat_result) -> bool:
    """Returns whether a status is that of a regular file."""
    return stat.S_ISREG(status.st_mode) and not is_link(status)


def check_regular(status: os.stat_result, path: str) -> None:
    """Raises ``OSError`` for what is no regular file, and for a huge one that takes next to no room: a hole."""
    if not is_regular(status):
        raise OSError(errno.ENXIO, os.strerror(errno.ENXIO), path)
    if status.st_size > _HUGE and getattr(status, "st_blocks", status.st_size) * _BLOCK < status.st_size // _HOLLOW:
        raise OSError(errno.EFBIG, f"its {status.st_size:,} bytes take no room on the disk", path)


def empty(top: OpenFolder) -> None:
    """Removes all that is in a folder.

    What is nested deeper is moved up first: there is no limit to how deep a stranger's folders are.
    """
    while folders := _without_files(top):
        for name in folders:
            inner = top.folder(name)
            for nested in _without_files(inner):
                inner.rename(nested, top, os.urandom(8).hex())
            top.rmdir(name)


def _without_files(folder: OpenFolder) -> list[str]:
    """Removes files and links from a folder; returns the names of the folders in it."""
    with folder.entries() as entries:
        names = {entry.name: entry.is_dir(follow_symlinks=False) for entry in entries}
    for name, is_folder in names.items():
        if not is_folder:
            with suppress(FileNotFoundError):
                folder.unlink(name)
    return [name for name, is_folder in names.items() if is_folder]
