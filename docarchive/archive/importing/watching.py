"""Watching: which files of folders have appeared or changed, once they are no longer written.

A program that writes a file does not tell when it is done, so a file is taken when its size and time have
stayed the same for a while. Where a folder appears, and at the beginning, all that is in it is looked at.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from docarchive.errors import UsageError
from docarchive.readers import Input, find_inputs, input_at

_TICK: Final = 200  # milliseconds
#: What programs call files that they are not done with.
_UNFINISHED: Final = (".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp", ".temp", ".swp", "~")


class _State(NamedTuple):
    size: int
    modified: int
    since: float


class Watch:
    """Looks at folders.

    Args:
        folders: Which, as the user names them.
        own: The folder of the archive, which is never looked at.
        settle: Seconds for which a file must stay the same.
        stop: Is asked several times a second whether to end.

    Raises:
        UsageError: A folder is missing, or watchfiles is not installed.
    """

    def __init__(self, folders: Iterable[Path], own: Path, settle: float, stop: Callable[[], bool]) -> None:
        self._named = {Path(os.path.abspath(folder)): folder for folder in folders}
        self._folders = [*self._named]
        self._own = own
        self._settle = settle
        self._stop = stop
        self._files: dict[Path, _State] = {}
        self._new_folders: dict[Path, float] = dict.fromkeys(self._folders, 0.0)  # by the time when to look at it
        for folder in self._folders:
            if not folder.is_dir():
                raise UsageError(f"{self._named[folder]} is not a folder that can be watched")
            if folder.is_relative_to(own):
                raise UsageError(
                    f"{self._named[folder]} is in the archive itself; 'docarchive sync' takes in files there"
                )
        try:
            import watchfiles  # noqa: F401
        except ImportError:
            raise UsageError("watching folders needs an extra: pip install 'docarchive[watch]'") from None

    def batches(self) -> Iterator[Iterator[Input]]:
        """Yields, each time that there are any, the files that are to be read; read one to its end before the next."""
        from watchfiles import watch

        changes = watch(
            *self._folders,
            watch_filter=None,
            step=50,
            debounce=_TICK,
            rust_timeout=_TICK,
            yield_on_timeout=True,
            raise_interrupt=False,
        )
        for found in changes:
            if self._stop():
                return
            for _, name in found:
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
        elif not _is_unfinished(path):
            self._files[path] = _State(status.st_size, status.st_mtime_ns, time.monotonic())

    def _settled(self) -> list[Path]:
        """Takes out the files that have stayed the same for long enough."""
        now = time.monotonic()
        found = []
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
                found.append(path)
            else:
                self._files[path] = _State(status.st_size, status.st_mtime_ns, now)
        return sorted(found)

    def _due(self) -> list[Path]:
        """Takes out the folders that are to be looked at as a whole now."""
        now = time.monotonic()
        found = sorted(path for path, when in self._new_folders.items() if when <= now)
        for path in found:
            del self._new_folders[path]
        return found

    def _inputs(self, files: Sequence[Path], folders: Iterable[Path]) -> Iterator[Input]:
        """Yields what is to be read, each once, by the name that the user would give it."""
        seen: set[Path] = set()
        for found in self._absolute(files, folders):
            root = self._root(found.path)
            if root is not None and found.path not in seen:
                seen.add(found.path)
                self._files.pop(found.path, None)
                yield found._replace(path=self._named[root] / found.path.relative_to(root))

    def _absolute(self, files: Iterable[Path], folders: Iterable[Path]) -> Iterator[Input]:
        for path in files:
            root = self._root(path)
            if root is not None and (found := input_at(root, path, self._own)) is not None:
                yield found
        for folder in folders:
            root = self._root(folder)
            if root is not None:
                yield from self._older(root, folder)

    def _older(self, root: Path, folder: Path) -> Iterator[Input]:
        """Yields the files of a folder; what may still be written is kept for later."""
        for found in find_inputs([folder], self._own):
            if _is_unfinished(found.path):
                continue
            try:
                status = found.path.lstat()
            except OSError:
                continue
            if found.problem is None and abs(time.time() - status.st_mtime) < self._settle:
                self._notice(found.path)
            elif root == folder:
                yield found
            elif (placed := input_at(root, found.path, self._own)) is not None:
                yield placed

    def _root(self, path: Path) -> Path | None:
        """Returns the folder that is watched and holds a path."""
        return next((folder for folder in self._folders if path.is_relative_to(folder)), None)


def _is_unfinished(path: Path) -> bool:
    return os.path.basename(path).lower().endswith(_UNFINISHED)
