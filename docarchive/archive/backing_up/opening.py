"""Opening a target: a folder, a ZIP file, or an address that fsspec reads; and checking what is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from docarchive.archive.backing_up.folder_target import FolderTarget
from docarchive.archive.backing_up.lists import ListedFile, moment, name_of, read_files, read_head, time_of
from docarchive.archive.backing_up.readme import is_readme
from docarchive.archive.backing_up.target import BACKUPS, README, Target, is_foreign
from docarchive.archive.reports import Backup
from docarchive.errors import ArchiveError, NotFoundError, UsageError
from docarchive.paths import expanded_target

_ZIP: Final = ".zip"
_MAX_README: Final = 1 << 16


@contextmanager
def opened(
    address: str | os.PathLike[str], *, archive: Path | None = None, restored: Path | None = None
) -> Iterator[Target]:
    """Opens a target.

    Args:
        address: A path, or an address with ``://``. What ends in ``.zip`` is a ZIP file.
        archive: The folder of the archive to back up, if there is one: it must not be in the target, nor the target
            in it.
        restored: The folder to restore to, if there is one: it must not be in the target.

    Raises:
        UsageError: The target cannot be one.
    """

    def check(path: Path) -> None:
        if archive is not None:
            _check_apart(path, archive)
        if restored is not None and _is_in(_real(restored), _real(path)):
            raise UsageError(f"{restored} is inside of {path}; name a folder outside of it")

    target = _target(address, check)
    try:
        yield target
    finally:
        target.close()


def _target(address: str | os.PathLike[str], check: Callable[[Path], None]) -> Target:
    text = os.fspath(address)
    if "://" in text:
        from docarchive.archive.backing_up.remote_target import remote_target

        return remote_target(text, check)
    path = Path(os.path.abspath(expanded_target(address)))
    check(path)
    if path.suffix.lower() == _ZIP and not path.is_dir():
        from docarchive.archive.backing_up.zip_place import LocalPlace
        from docarchive.archive.backing_up.zip_target import ZipTarget

        return ZipTarget(LocalPlace(path, text), text)
    if path.exists() and not path.is_dir():
        raise UsageError(f"{text} is a file; name a folder, or a file that ends in .zip")
    return FolderTarget(path, text)


def _check_apart(path: Path, root: Path) -> None:
    """Raises ``UsageError`` if a target is in an archive, or an archive in a target."""
    target, archive = _real(path), _real(root)
    if _is_in(target, archive):
        raise UsageError(f"{path} is inside of the archive; name a folder outside of it, best on another disk")
    if _is_in(archive, target):
        raise UsageError(f"the archive is inside of {path}; name a folder that is not above it")


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _is_in(path: Path, folder: Path) -> bool:
    """Returns whether a path is that of a folder, or in it, also by another spelling of its name."""
    return any(
        above == folder or (above.exists() and folder.exists() and os.path.samefile(above, folder))
        for above in (path, *path.parents)
    )


def check_use(target: Target) -> bool:
    """Returns whether a target has backups, finished or not; False if it is empty.

    Raises:
        UsageError: It is used for something else.
    """
    names = target.names("")
    if README in names and is_readme(_start(target, README)):
        return True
    foreign = next(filter(is_foreign, names), None)
    if foreign is not None:
        raise UsageError(
            f"{target.name} has other files, such as {foreign}, and no backups; name an empty or a new folder"
        )
    return False


def _start(target: Target, path: str) -> bytes:
    try:
        with target.open(path) as file:
            return file.read(_MAX_README)
    except FileNotFoundError:
        return b""


def times(target: Target) -> list[str]:
    """Returns the times of all backups in a target, in order."""
    return sorted(filter(None, map(time_of, target.names(BACKUPS))), key=moment)


def backups(target: Target) -> list[Backup]:
    """Returns all backups in a target, the first one first.

    Raises:
        NotFoundError: There are none.
        ArchiveError: A list cannot be read.
    """
    listed = times(target)
    if not listed:
        raise NotFoundError(f"there are no backups in {target.name}")
    return [head_of(target, time) for time in listed]


def head_of(target: Target, time: str) -> Backup:
    """Returns the backup of a time."""
    name = name_of(time)
    with target.open(f"{BACKUPS}/{name}") as file:
        try:
            return read_head(file, name)
        except ValueError as error:
            raise _damaged_list(target, name, error) from None


def read_list(target: Target, time: str) -> Iterator[ListedFile]:
    """Yields the files of a backup; raises ``ArchiveError`` if its list is damaged."""
    name = name_of(time)
    with target.open(f"{BACKUPS}/{name}") as file:
        try:
            backup = read_head(file, name)
            yield from read_files(file, backup.files)
        except ValueError as error:
            raise _damaged_list(target, name, error) from None


def _damaged_list(target: Target, name: str, error: ValueError) -> ArchiveError:
    """Returns the error for a list that cannot be read."""
    return ArchiveError(f"{BACKUPS}/{name} in {target.name} is damaged: {error}")
