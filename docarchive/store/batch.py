"""Batch: many files written as one durable step. See docs/decisions/0007.

The files are written under temporary names and flushed together, then renamed, then their folders are
flushed. After an interruption a file is either complete or missing. Many small files share one flush of
the file system (``syncfs``) where the system has it, and so do many folders.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path, PurePosixPath

from docarchive.errors import ArchiveDamaged
from docarchive.store.leftovers import temporary_path

_MIN_SYNCFS = 32  # files or folders; fewer are flushed one by one
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Batch:
    """A set of files to write together, under temporary names in a folder on the same file system first."""

    def __init__(self, root: Path, temporary: Path) -> None:
        self._root = root
        self._temporary = temporary
        self._files: dict[str, bytes | Path] = {}

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def add(self, path: str, data: bytes | Path) -> None:
        """Adds a file at a path relative to the root, with forward slashes.

        ``data`` is its bytes, or the path of a finished file on the same file system, which is moved.
        """
        self._files[path] = data

    def commit(self) -> None:
        """Writes all files and empties the batch.

        Raises:
            OSError: A file could not be written. Then no file is in place, unless renaming failed, which leaves
                some in place and deletes the others.
            ArchiveDamaged: A path leads out of the archive, or through a link.
        """
        if not self._files:
            return
        self._stay_inside()
        self._temporary.mkdir(parents=True, exist_ok=True)
        root, stem = f"{self._root}{os.sep}", f"{self._temporary / str(os.getpid())}-"
        staged: list[tuple[str, str]] = []  # (temporary name, path); as text, because Path objects take too long
        try:
            for number, (path, data) in enumerate(self._files.items()):
                temporary = f"{stem}{number}" if isinstance(data, bytes) else str(data)
                staged.append((temporary, root + path))
                if isinstance(data, bytes):
                    _create(temporary, data)
            sync_files([temporary for temporary, _ in staged])
            sync_folders(self._rename(staged))
        except BaseException:
            for temporary, _ in staged:
                with suppress(OSError):
                    os.unlink(temporary)
            raise
        self._files.clear()

    def _stay_inside(self) -> None:
        """Refuses paths that lead out of the archive, or through links: a catalog may name any path."""
        root = os.path.realpath(self._root)
        folders = {*map(PurePosixPath, {path.rpartition("/")[0] for path in self._files})}
        parents = {parent for folder in folders for parent in (folder, *folder.parents) if len(parent.parts) > 1}
        for path in sorted(parents):
            if os.path.islink(self._root / path):
                raise ArchiveDamaged(f"{path} is a link, and links in an archive are not followed; put a folder there")
        for folder in folders:
            if not Path(os.path.realpath(self._root / folder)).is_relative_to(root):
                raise ArchiveDamaged(f"{folder} leads out of the archive; fix that, then run 'docarchive rebuild'")

    def _rename(self, staged: list[tuple[str, str]]) -> set[str]:
        """Renames the files to their paths; returns the folders whose entries changed."""
        changed: set[str] = set()
        for temporary, path in staged:
            folder = os.path.dirname(path)
            if folder not in changed:
                _make_folder(Path(folder), changed)
                changed.add(folder)
            os.replace(temporary, path)
        return changed


def write(path: Path, data: bytes) -> None:
    """Writes one small file durably: under a temporary name next to it, flush, rename, flush the folder."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)
        sync_files([str(temporary)])
    sync_folders([str(path.parent)])


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yields a temporary path next to a path, and renames it to that path at the end; after an error it is deleted.

    Nothing is flushed: see ``sync_files`` and ``sync_folders``.
    """
    temporary = temporary_path(path)
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _create(path: str, data: bytes) -> None:
    """Writes a new file; does what ``open`` and ``write`` do, in half the time."""
    descriptor = os.open(path, _NEW, 0o666)
    try:
        remaining = memoryview(data)
        while remaining:
            remaining = remaining[os.write(descriptor, remaining) :]
    finally:
        os.close(descriptor)


def sync_files(paths: list[str]) -> None:
    """Flushes files to the disk."""
    syncfs = _syncfs()
    if syncfs and len(paths) >= _MIN_SYNCFS:
        with open(paths[0], "rb") as file:
            syncfs(file.fileno())
        return
    for path in paths:
        with open(path, "rb+") as file:
            os.fsync(file.fileno())


def sync_folders(folders: Iterable[str]) -> None:
    """Flushes the entries of folders of one file system to the disk, where the system can."""
    if os.name == "nt":
        return
    changed = sorted(folders)
    syncfs = _syncfs() if len(changed) >= _MIN_SYNCFS else None
    for folder in changed[:1] if syncfs else changed:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            (syncfs or os.fsync)(descriptor)
        finally:
            os.close(descriptor)


def _make_folder(folder: Path, changed: set[str]) -> None:
    missing = []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        changed.add(str(path.parent))


@cache
def _syncfs() -> Callable[[int], None] | None:
    """Returns a function that calls Linux's syncfs(2), or None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    try:
        function = ctypes.CDLL(None, use_errno=True).syncfs
    except (OSError, AttributeError):
        return None

    def syncfs(descriptor: int) -> None:
        if function(descriptor) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))

    return syncfs
