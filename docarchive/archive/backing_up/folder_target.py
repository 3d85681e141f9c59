"""FolderTarget: backups in a folder of this machine's file systems. No link in it is followed."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from docarchive.archive.backing_up.copying import Hashed, write_file
from docarchive.archive.backing_up.locking import locked
from docarchive.archive.backing_up.target import (
    BACKUPS,
    EARLIER,
    MIRROR,
    README,
    UNFINISHED,
    Staged,
    StoredFile,
    earlier_path,
)
from docarchive.archive.backing_up.walk import walk
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.store.layout import ARTICLES


class FolderTarget:
    """Backups in a folder; see ``Target``.

    Args:
        path: The folder, which may be missing.
        name: Its name for messages.
    """

    def __init__(self, path: Path, name: str) -> None:
        self.name = name
        self._folder = Folder(path)

    def names(self, folder: str) -> list[str]:
        try:
            with self._folder.entries(folder) as entries:
                return sorted(entry.name for entry in entries)
        except FileNotFoundError:
            return []

    def files(self, folder: str) -> Iterator[StoredFile]:
        for file in walk(self._folder / folder, "", _raise):
            if file.kind == "file":
                yield StoredFile(file.path, file.size)

    def size(self, path: str) -> int | None:
        try:
            return self._folder.status(path).st_size
        except (FileNotFoundError, NotADirectoryError, ArchiveDamaged):
            return None

    def modified(self, path: str) -> int | None:
        return self._folder.modified(path) or None

    def open(self, path: str) -> BinaryIO:
        try:
            return self._folder.open(path)
        except ArchiveDamaged as error:  # it is a link or the like
            raise FileNotFoundError(errno.ENOENT, str(error), path) from None

    @contextmanager
    def writing(self) -> Iterator[FolderWriter]:
        self._folder.path.mkdir(parents=True, exist_ok=True)
        with locked(self._folder, UNFINISHED, self.name) as is_unfinished:
            yield FolderWriter(self._folder, is_unfinished=is_unfinished)

    def close(self) -> None:
        pass


class FolderWriter:
    """Adds a backup to a folder; see ``TargetWriter``."""

    def __init__(self, folder: Folder, *, is_unfinished: bool) -> None:
        self.is_unfinished = is_unfinished
        self._folder = folder
        self._count = 0
        self._retired: list[tuple[str, str]] = []  # pairs of path and digest
        self._put: list[tuple[str, str]] = []  # pairs of temporary path and path
        self._removed: list[str] = []

    def begin(self, readme: bytes) -> None:
        folder = self._folder
        if not folder.is_file(README) or folder.read(README, len(readme) + 1) != readme:
            folder.put(README, readme, flush=True)
        for name in (BACKUPS, EARLIER, f"{MIRROR}/{ARTICLES}"):
            folder.sync_folders(folder.make(name))

    def stage(self, chunks: Iterable[bytes], modified: int) -> Staged:
        hashed = Hashed(chunks)
        write_file(self._folder, _temporary(self._count), hashed, modified)
        self._count += 1
        return Staged(self._count - 1, hashed.digest(), hashed.size, modified)

    def drop(self, staged: Staged) -> None:
        self._folder.remove(_temporary(staged.number))

    def keep(self, path: str) -> None:
        pass

    def retire(self, path: str, digest: str) -> None:
        self._retired.append((f"{MIRROR}/{path}", digest))

    def put(self, staged: Staged, path: str) -> None:
        self._put.append((_temporary(staged.number), f"{MIRROR}/{path}"))

    def remove(self, path: str) -> None:
        self._removed.append(f"{MIRROR}/{path}")

    def flush(self) -> None:
        folder = self._folder
        self._move((path, earlier_path(digest)) for path, digest in self._retired)
        folder.sync_files([temporary for temporary, _ in self._put])
        self._move(self._put)
        for path in self._removed:
            folder.remove(path)
        for path in {_above(path) for path in (*self._removed, *(path for path, _ in self._retired))}:
            self._remove_empty(path)
        self._retired, self._put, self._removed = [], [], []

    def _move(self, moves: Iterable[tuple[str, str]]) -> None:
        """Moves files to new paths, and flushes the folders of these."""
        folder, changed = self._folder, set()
        for path, new_path in moves:
            above = _above(new_path)
            if above not in changed:
                changed |= {above, *folder.make(above)}
            folder.rename(path, new_path)
        folder.sync_folders(changed)

    def _remove_empty(self, path: str) -> None:
        """Removes a folder if it is empty, and then those above it."""
        while path.count("/") > 1 and not self._folder.exists(path):
            path = _above(path)
        while path.count("/") > 1:
            self._folder.remove_empty(path)
            path = _above(path)

    def finish(self, name: str, chunks: Iterable[bytes]) -> None:
        self.flush()
        path = f"{BACKUPS}/{name}"
        temporary = f"{UNFINISHED}/list"
        with self._folder.create(temporary) as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        self._folder.rename(temporary, path)
        self._folder.sync_folders([BACKUPS])


def _temporary(number: int) -> str:
    return f"{UNFINISHED}/{number}"


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _raise(path: str, error: OSError) -> None:
    raise error
