"""Leftovers: temporary files that a killed process left next to the files that it was about to replace."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Container, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final

from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.folder.temporary import TemporaryName, temporary_name

#: How tantivy names the temporary files of its lists.
_IN_INDEX: Final = re.compile(r"\.tmp[A-Za-z0-9]{6}")
#: A younger one may be that of a process on another machine, which is not seen from here.
_MIN_AGE: Final = 60  # seconds


def temporary_path(path: Path) -> Path:
    """Returns a new temporary path for a file or folder."""
    return path.with_name(temporary_name(path.name))


def is_leftover(name: str) -> bool:
    """Returns whether the name of a file is that of a temporary one."""
    return TemporaryName.parse(name) is not None


def own(folder: Folder, path: str, names: Container[str] | None = None) -> Iterator[str]:
    """Yields the paths of the leftovers in a folder of the archive; ``names`` are those of the only files meant."""
    for leftover in _names(folder, path):
        if (name := TemporaryName.parse(leftover)) and (names is None or name.replaced in names):
            yield f"{path}/{leftover}" if path else leftover


def in_index(folder: Folder, path: str) -> Iterator[str]:
    """Yields the paths of the leftovers in the folder of an index, also those of an engine's library."""
    yield from own(folder, path)
    yield from (f"{path}/{name}" for name in filter(_IN_INDEX.fullmatch, _names(folder, path)))


def _names(folder: Folder, path: str) -> list[str]:
    try:
        return folder.names(path)
    except (OSError, ArchiveDamaged):
        return []


def delete_dead(path: Path) -> None:
    """Deletes the leftovers of exports to a path, if their processes have ended."""
    for leftover, name in _leftovers(path.parent):
        with suppress(OSError):
            if name.replaced != path.name or is_alive(name.process):
                continue
            if leftover.lstat().st_mtime > time.time() - _MIN_AGE:
                continue
            if leftover.is_dir() and not leftover.is_symlink():
                import shutil

                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink()


def _leftovers(folder: Path) -> Iterator[tuple[Path, TemporaryName]]:
    """Yields the leftovers in a folder, with what their names say."""
    with suppress(OSError):
        for leftover in os.listdir(folder):
            if name := TemporaryName.parse(leftover):
                yield folder / leftover, name


def is_alive(process: int) -> bool:
    """Returns whether a process runs; True where that cannot be asked without ending it."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        pass
    return True
