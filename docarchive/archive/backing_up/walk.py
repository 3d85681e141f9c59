"""Walking through the files of a folder, in the order in which lists of backups have them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

from docarchive.archive.backing_up.lists import order
from docarchive.folder import Folder
from docarchive.folder.walking import kind_of
from docarchive.folder.walking import walk as folder_walk
from docarchive.records import NamedTuple


class WalkedFile(NamedTuple):
    """A file, or what is no file, in a folder."""

    path: str  # relative to where the walk began, with forward slashes
    kind: str  # ``file``, ``link`` or ``other``
    size: int  # in bytes; 0 for what is no file
    modified: int  # the time of the last change, in nanoseconds since 1970; 0 for what is no file


#: Called with a folder that cannot be listed.
Unlisted = Callable[[str, OSError], None]


def walk(folder: Folder, top: str, unlisted: Unlisted) -> Iterator[WalkedFile]:
    """Yields all files in a folder and below it, in order of path; links are not followed, but named.

    Args:
        folder: The folder that paths are relative to.
        top: The path of the folder to begin with; empty for that folder itself.
        unlisted: Called with the path of a folder that cannot be listed; one that is missing is empty.
    """
    return folder_walk(top, lambda path: _listed(folder, path, unlisted))


def _listed(folder: Folder, path: str, unlisted: Unlisted) -> list[WalkedFile | str]:
    try:
        with folder.entries(path) as entries:
            listed = [file for entry in entries if (file := _file(entry, path)) is not None]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        unlisted(path, error)
        return []
    listed.sort(key=lambda file: order(file.path + "/" * (file.kind == "folder")))
    return [file.path if file.kind == "folder" else file for file in listed]


def _file(entry: os.DirEntry[str], folder: str) -> WalkedFile | None:
    path = f"{folder}/{entry.name}" if folder else entry.name
    if (kind := kind_of(entry)) != "file":
        return WalkedFile(path, kind, 0, 0)
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return WalkedFile(path, kind, status.st_size, status.st_mtime_ns)
