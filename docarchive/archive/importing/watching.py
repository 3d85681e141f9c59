"""Watching: yields the files of folders that are new or have changed, once they are no longer being written.

A program that writes a file does not say when it is done, so a file is read once its size and time have not changed for
a while. All files of a folder are checked at the start, and when the folder appears.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from docarchive.errors import ArchiveError, UsageError
from docarchive.readers import Input, find_inputs, input_at, is_leftover
from docarchive.records import NamedTuple

_TICK: Final = 200  # milliseconds


class _State(NamedTuple):
    size: int
    modified: int
    since: float


def check_installed() -> None:
    """Raises ``UsageError`` if what watching needs is not installed."""
    try:
        import watchfiles  # noqa: F401
    except ImportError:
        raise UsageError("watching folders needs an extra: pip install 'docarchive[watch]'") from None


class Watch:
    """Watches the folders that the user names, but for ``own``, the folder of the archive.

    Files are read once they have not changed for ``settle`` seconds. The watch ends once ``stop``, which is called
    several times a second, returns true.

    Raises:
        UsageError: A folder is missing, or watchfiles is not installed.
    """

    def __init__(self, folders: Iterable[Path], own: Path, settle: float, stop: Callable[[], bool]) -> None:
        check_installed()
        self._given = {Path(os.path.abspath(folder)): folder for folder in folders}
        self._folders = [*self._given]
        self._own = own
        self._settle = settle
        self._stop = stop
        self._files: dict[Path, _State] = {}
        self._new_folders: dict[Path, float] = dict.fromkeys(
            self._folders, 0.0
        )  # by path: the time at which to check it
        if not self._folders:
            raise UsageError("name a folder to watch")
        for folder in self._folders:
            if not folder.is_dir():
                raise UsageError(f"{self._given[folder]} is not a folder; name existing folders")
            if folder.is_relative_to(own):
                raise UsageError(f"{self._given[folder]} is inside the archive; use 'docarchive sync' for files there")

    def batches(self) -> Iterator[Iterator[Input]]:
        """Yields batches of files as they appear. A batch must be read to its end before the next."""
        from watchfiles import watch
        from watchfiles._rust_notify import WatchfilesRustInternalError

        changes = watch(
            *self._folders,
            watch_filter=None,
            step=50,
            debounce=_TICK,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        while True:
            try:
                events = next(changes, None)
            except WatchfilesRustInternalError as error:  # as where the system lets a user watch only so many folders
                raise ArchiveError(
                    f"the folders cannot be watched: {error}; close other programs that watch"
                ) from error
            if events is None or self._stop():
                return
            for _, name in events:
                self._notice(Path(name))
            ready, folders = self._settled(), self._due()
            if ready or folders:
                yield self._inputs(ready, folders)

    def _notice(self, path: Path) -> None:
        try:
            status = path.lstat()
        except OSError:
            self._files.pop(path, None)
            return
        if stat.S_ISDIR(status.st_mode):
            self._new_folders[path] = time.monotonic() + self._settle
        elif not is_leftover(path.name):
            self._files[path] = _State(status.st_size, status.st_mtime_ns, time.monotonic())

    def _settled(self) -> list[Path]:
        """Removes and returns the files that have not changed for long enough."""
        now = time.monotonic()
        settled = []
        for path, state in list(self._files.items()):
            if now - state.since < self._settle:
                continue
            try:
                status = path.lstat()
            except OSError:
                del self._files[path]
                continue
            if (status.st_size, status.st_mtime_ns) == state[:2]:
                del self._files[path]
                settled.append(path)
            else:
                self._files[path] = _State(status.st_size, status.st_mtime_ns, now)
        return sorted(settled)

    def _due(self) -> list[Path]:
        """Removes and returns the folders whose files must be checked now."""
        now = time.monotonic()
        due = sorted(path for path, when in self._new_folders.items() if when <= now)
        for path in due:
            del self._new_folders[path]
        return due

    def _inputs(self, files: Sequence[Path], folders: Iterable[Path]) -> Iterator[Input]:
        """Yields the files to read without repeats, with paths relative to the folders as the user named them."""
        seen: set[Path] = set()
        for file in self._absolute(files, folders):
            root = self._root(file.path)
            if root is not None and file.path not in seen:
                seen.add(file.path)
                self._files.pop(file.path, None)
                yield file._replace(path=self._given[root] / file.path.relative_to(root))

    def _absolute(self, files: Iterable[Path], folders: Iterable[Path]) -> Iterator[Input]:
        for path in files:
            root = self._root(path)
            if root is not None and (file := input_at(root, path, self._own)) is not None:
                yield file
        for folder in folders:
            root = self._root(folder)
            if root is not None:
                yield from self._older(root, folder)

    def _older(self, root: Path, folder: Path) -> Iterator[Input]:
        """Yields the files of a folder; those that may still be written are noted for later."""
        for file in find_inputs([folder], self._own):
            if is_leftover(file.path.name):
                continue
            try:
                status = file.path.lstat()
            except OSError:
                continue
            if file.problem is None and abs(time.time() - status.st_mtime) < self._settle:
                self._notice(file.path)
            elif root == folder:
                yield file
            elif (inner := input_at(root, file.path, self._own)) is not None:
                yield inner

    def _root(self, path: Path) -> Path | None:
        """Returns the watched folder that a path is in."""
        return next((folder for folder in self._folders if path.is_relative_to(folder)), None)
