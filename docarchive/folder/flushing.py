"""Flushing: makes what was written last on the disk, inside of an archive and outside, such as an export."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import Final

_MIN_TOGETHER: Final = 32  # files or folders; fewer are flushed one by one


def flusher(count: int) -> tuple[Callable[[int], None], bool]:
    """Returns a function that flushes an open file or folder, given its descriptor, and whether one call is enough.

    For many files of one file system, that is Linux's syncfs(2), which flushes the whole file system.

    Args:
        count: How many are to be flushed.
    """
    syncfs = _syncfs() if count >= _MIN_TOGETHER else None
    return (syncfs, True) if syncfs else (os.fsync, False)


def flush_tree(folder: Path) -> None:
    """Flushes a folder and all that is in it."""
    flush_all(chain([folder], folder.rglob("*")))


def flush_all(paths: Iterable[Path]) -> None:
    """Flushes files and folders of one file system; folders only where the system can."""
    remaining = iter(paths)
    first = [*islice(remaining, _MIN_TOGETHER)]
    flush, at_once = flusher(len(first))
    for path in first[:1] if at_once else chain(first, remaining):
        try:
            descriptor = os.open(path, os.O_RDONLY)
        except PermissionError:  # Windows opens no folders
            continue
        try:
            flush(descriptor)
        except OSError:
            if os.name != "nt":  # there, only what was opened for writing can be flushed
                raise
        finally:
            os.close(descriptor)


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
