"""Finding the files to import under the paths that the user named."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple


class Input(NamedTuple):
    """A file to import, or a reason why a path cannot be imported.

    Attributes:
        path: The file.
        size: Bytes.
        problem: None, or one sentence.
    """

    path: Path
    size: int
    problem: str | None = None


def find_inputs(paths: Iterable[Path], archive: Path) -> Iterator[Input]:
    """Yields the files under paths, folders in order of name.

    In folders, hidden entries are passed over, links are reported and not followed, and of another
    archive only its articles are taken.

    Args:
        paths: Files and folders as named by the user; a link named outright is followed.
        archive: The archive that is imported into; its own files are not imported.
    """
    own = Path(os.path.realpath(archive))
    for path in paths:
        try:
            status = path.stat()
        except FileNotFoundError:
            yield Input(path, 0, "there is no such file or folder")
            continue
        except OSError as error:
            yield Input(path, 0, f"it cannot be opened: {error.strerror}")
            continue
        if Path(os.path.realpath(path)).is_relative_to(own):
            yield Input(path, 0, "it lies in the archive itself; to take in files there, use 'docarchive sync'")
        elif stat.S_ISDIR(status.st_mode):
            yield from _in_folder(path, own)
        else:
            yield _file(path, status)


def _in_folder(folder: Path, own: Path) -> Iterator[Input]:
    waiting: list[Path | Input] = [folder]  # no recursion: folders may be nested deeper than Python's stack
    while waiting:
        item = waiting.pop()
        if isinstance(item, Input):
            yield item
        else:
            waiting.extend(reversed(_entries(item, own)))


def _entries(folder: Path, own: Path) -> list[Path | Input]:
    """Returns the folders and the files in a folder."""
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
        if any(entry.name == "docarchive.toml" and entry.is_file() for entry in entries):
            return [] if Path(os.path.realpath(folder)) == own else [folder / "articles"]
        return [_entry(entry) for entry in entries if not entry.name.startswith(".")]
    except OSError as error:
        return [Input(folder, 0, f"the folder cannot be opened: {error.strerror}")]


def _entry(entry: os.DirEntry[str]) -> Path | Input:
    path = Path(entry.path)
    try:
        if entry.is_symlink():
            return Input(path, 0, "it is a link, and links in folders are not followed; import what it points to")
        return path if entry.is_dir() else _file(path, entry.stat(follow_symlinks=False))
    except OSError as error:  # gone meanwhile, say; the others in the folder are there
        return Input(path, 0, f"it cannot be opened: {error.strerror}")


def _file(path: Path, status: os.stat_result) -> Input:
    if not stat.S_ISREG(status.st_mode):
        return Input(path, 0, "it is neither a file nor a folder")
    return Input(path, status.st_size)
