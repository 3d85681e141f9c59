"""Batch: many files written as one durable step.

The files are written under temporary names and flushed together, then renamed, then their folders are
flushed. After an interruption each file is either there whole or not there at all. Many small files
share one flush of the file system (``syncfs``) where the system has it, and so do many folders.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path, PurePosixPath

from docarchive.errors import ArchiveDamaged

_SYNC_TOGETHER = 32
_NEW = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Batch:
    """Files to be written together.

    Args:
        root: The archive's folder.
        temporary: A folder on the same file system, for temporary names.
    """

    def __init__(self, root: Path, temporary: Path) -> None:
        self._root = root
        self._temporary = temporary
        self._files: dict[str, bytes | Path] = {}

    def __len__(self) -> int:
        return len(self._files)

    def __contains__(self, path: str) -> bool:
        return path in self._files

    def paths(self) -> list[str]:
        """Returns the paths that will be written, relative to the root."""
        return list(self._files)

    def add(self, path: str, data: bytes | Path) -> None:
        """Adds a file.

        Args:
            path: Where it goes, relative to the root, with forward slashes.
            data: Its bytes, or a finished file on the same file system, which will be moved.
        """
        self._files[path] = data

    def commit(self) -> None:
        """Writes all files and empties the batch.

        Raises:
            OSError: A file could not be written; none of them is in place then, unless it was while
                renaming, which leaves some in place and the rest away.
        """
        if not self._files:
            return
        self._stay_inside()
        self._temporary.mkdir(parents=True, exist_ok=True)
        root, stem = f"{self._root}{os.sep}", f"{self._temporary / str(os.getpid())}-"
        staged: list[tuple[str, str]] = []  # texts, for paths as objects take longer than the files
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
        """Refuses paths that lead elsewhere: names come from catalogs, and listings do not follow links."""
        home = os.path.realpath(self._root)
        folders = {*map(PurePosixPath, {path.rpartition("/")[0] for path in self._files})}
        for part in sorted({part for folder in folders for part in (folder, *folder.parents) if len(part.parts) > 1}):
            if os.path.islink(self._root / part):
                raise ArchiveDamaged(f"{part} is a link, and links in an archive are not followed; put a folder there")
        for folder in folders:
            if not Path(os.path.realpath(self._root / folder)).is_relative_to(home):
                raise ArchiveDamaged(f"{folder} leads out of the archive; mend that, then run 'docarchive rebuild'")

    def _rename(self, staged: list[tuple[str, str]]) -> set[str]:
        """Puts the files in place; returns the folders whose entries changed."""
        changed: set[str] = set()
        for temporary, path in staged:
            folder = os.path.dirname(path)
            if folder not in changed:
                _make_folder(Path(folder), changed)
                changed.add(folder)
            os.replace(temporary, path)
        return changed


def write(path: Path, data: bytes) -> None:
    """Writes one small file durably: a temporary name beside it, flush, rename, folder flush."""
    with replacing(path) as temporary:
        temporary.write_bytes(data)
        sync_files([str(temporary)])
    sync_folders([str(path.parent)])


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Gives a temporary name beside a path; what is written there takes its place at the end, or goes after an error.

    It brings nothing to the disk: see ``sync_files`` and ``sync_folders``.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        yield temporary
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            temporary.unlink()
        raise


def _create(path: str, data: bytes) -> None:
    """Writes a new file; as ``open`` would, in half of the time."""
    descriptor = os.open(path, _NEW, 0o666)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(descriptor, rest) :]
    finally:
        os.close(descriptor)


def sync_files(paths: list[str]) -> None:
    """Brings files to the disk."""
    together = _syncfs()
    if together and len(paths) >= _SYNC_TOGETHER:
        with open(paths[0], "rb") as file:
            together(file.fileno())
        return
    for path in paths:
        with open(path, "rb+") as file:
            os.fsync(file.fileno())


def sync_folders(folders: Iterable[str]) -> None:
    """Brings the entries of folders of one file system to the disk, where the system allows it."""
    if os.name == "nt":
        return
    changed = sorted(folders)
    together = _syncfs() if len(changed) >= _SYNC_TOGETHER else None
    for folder in changed[:1] if together else changed:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            (together or os.fsync)(descriptor)
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
    """Returns a call of Linux's syncfs(2), or None where there is none."""
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
