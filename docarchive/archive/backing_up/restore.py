"""Restoring: writes the files of one backup to a new folder. See ``Archive.restore``.

The files are first written to a folder inside of the new one, which is still there after an interruption: then the next
attempt begins again. The target may be a stranger's: no path in it leads out of the new folder, and each file must have
the digest that the list of the backup names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from docarchive import failures
from docarchive.archive.backing_up.copying import Hashed, write_file
from docarchive.archive.backing_up.lists import ListedFile, chosen
from docarchive.archive.backing_up.opening import check_use, head_of, opened, read_list, times
from docarchive.archive.backing_up.target import MIRROR, Target, earlier_path
from docarchive.archive.progress import Progress
from docarchive.archive.reports import Refusal, RestoreReport
from docarchive.errors import NotFoundError, UsageError
from docarchive.folder import Folder
from docarchive.paths import expanded_target
from docarchive.store.layout import ARTICLES, BACKED_UP, ORIGINALS, SETTINGS

_WORK: Final = ".docarchive-restore"
_CHUNK: Final = 1 << 20
_BATCH: Final = 1_000


def restore(
    address: str | os.PathLike[str], path: str | os.PathLike[str], at: str | None, progress: Progress
) -> RestoreReport:
    """Restores a backup; for arguments and errors see ``Archive.restore``."""
    root = Path(os.path.abspath(expanded_target(path)))
    with opened(address, restored=root) as target:
        if not check_use(target):
            raise NotFoundError(f"there are no backups in {target.name}")
        time = chosen(times(target), at, target.name)
        with failures.naming(os.fspath(root), target.name):
            return _Restore(target, time, _prepared(root), progress).run()


def _prepared(root: Path) -> Folder:
    """Creates a folder, or empties one in which a restore was interrupted.

    Raises:
        UsageError: There is something else in it.
    """
    if root.exists() and not root.is_dir():
        raise UsageError(f"{root} is a file; name a new folder")
    root.mkdir(parents=True, exist_ok=True)
    folder = Folder(root)
    with folder.entries() as entries:
        names = {entry.name for entry in entries}
    ours = {_WORK, *BACKED_UP} if _WORK in names else set()
    if others := sorted(names - ours):
        raise UsageError(f"{root} is not empty: it has {others[0]}; name a new or an empty folder")
    for name in sorted(names, key=_WORK.__eq__):  # that folder last: it says that the others may be removed
        folder.remove_all(name)
    return folder


class _Restore:
    """One backup that is restored to a folder.

    Args:
        target: Where the backup is.
        time: Its time.
        folder: The empty folder.
        progress: Called while it runs.
    """

    def __init__(self, target: Target, time: str, folder: Folder, progress: Progress) -> None:
        self.report = RestoreReport(time)
        self._target = target
        self._time = time
        self._folder = folder
        self._progress = progress
        self._is_last = times(target)[-1] == time
        self._written: list[str] = []  # paths that are not flushed yet
        self._folders: set[str] = set()  # likewise

    def run(self) -> RestoreReport:
        """Restores it."""
        count = head_of(self._target, self._time).files
        for name in (ARTICLES, ORIGINALS):
            self._folder.make(f"{_WORK}/{name}")
        for number, listed in enumerate(read_list(self._target, self._time)):
            self._restore(listed)
            if number % 100 == 0:
                self._progress("restore", number, count)
        self._flush()
        self._reveal()
        self._progress("restore", count, count)
        return self.report

    def _restore(self, listed: ListedFile) -> None:
        path = f"{_WORK}/{listed.path}"
        folder = path.rpartition("/")[0]
        if folder not in self._folders:
            self._folder.make(folder)
            self._folders.add(folder)
        sizes = (self._copied(stored, listed, path) for stored in self._places(listed))
        size = next((size for size in sizes if size is not None), None)
        if size is None:
            self._folder.remove(path)
            self.report.refused.append(Refusal(listed.path, f"is missing or damaged in {self._target.name}"))
            return
        self.report.files += 1
        self.report.bytes += size
        self._written.append(path)
        if len(self._written) >= _BATCH:
            self._flush()

    def _places(self, listed: ListedFile) -> tuple[str, str]:
        """Returns the paths in the target where a file may be, the likelier one first."""
        places = f"{MIRROR}/{listed.path}", earlier_path(listed.digest)
        return places if self._is_last else places[::-1]

    def _copied(self, stored: str, listed: ListedFile, path: str) -> int | None:
        """Copies a file of the target; returns its size in bytes, or None if it is not there or has another digest."""
        try:
            file = self._target.open(stored)
        except OSError:
            return None
        with file:
            hashed = Hashed(_chunks(file))
            write_file(self._folder, path, hashed, self._target.modified(stored))
        return hashed.size if hashed.digest() == listed.digest else None

    def _flush(self) -> None:
        self._folder.sync_files(self._written)
        self._folder.sync_folders(self._folders)
        self._written.clear()
        self._folders.clear()

    def _reveal(self) -> None:
        """Moves what was restored to its place, the settings last: without them, the folder is no archive."""
        with self._folder.entries(_WORK) as entries:
            names = [entry.name for entry in entries]
        for name in sorted(names, key=SETTINGS.__eq__):
            self._folder.rename(f"{_WORK}/{name}", name)
        self._folder.sync_folders([""])
        self._folder.remove_all(_WORK)


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """Yields the bytes of a file of the target; a part that cannot be read is left out, so that the digest differs."""
    with suppress(OSError, ValueError):
        while chunk := file.read(_CHUNK):
            yield chunk
