"""Walking through the files of a folder, in the order in which lists of backups have them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import NamedTuple

from docarchive.archive.backing_up.lists import order
from docarchive.folder import Folder


class Found(NamedTuple):
    """Something in a folder."""

    path: str  # relative to where the walk began, with forward slashes
    kind: str  # ``file``, ``link`` or ``other``
    size: int  # in bytes; 0 for what is no file
    modified: int  # the time of the last change, in nanoseconds since 1970; 0 for what is no file


#: Called with a folder that cannot be listed.
Unlisted = Callable[[str, OSError], None]


def walk(folder: Folder, top: str, unlisted: Unlisted) -> Iterator[Found]:
    """Yields all files in a folder and below it, in order of path; links are not followed, but named.

    Args:
        folder: The folder that paths are relative to.
        top: The path of the folder to begin with; empty for that folder itself.
        unlisted: Called with the path of a folder that cannot be listed; one that is missing is empty.
    """
    stack = [iter(_listed(folder, top, unlisted))]  # no recursion: folders may be nested deeper than Python's stack
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif item.kind == "folder":
            stack.append(iter(_listed(folder, item.path, unlisted)))
        else:
            yield item


def _listed(folder: Folder, path: str, unlisted: Unlisted) -> list[Found]:
    try:
        with folder.entries(path) as entries:
            listed = [found for entry in entries if (found := _found(entry, path)) is not None]
    except (FileNotFoundError, NotADirectoryError):
        return []
    except OSError as error:
        unlisted(path, error)
        return []
    return sorted(listed, key=lambda found: order(found.path + "/" * (found.kind == "folder")))


def _found(entry: os.DirEntry[str], folder: str) -> Found | None:
    path = f"{folder}/{entry.name}" if folder else entry.name
    if entry.is_symlink():
        return Found(path, "link", 0, 0)
    if entry.is_dir(follow_symlinks=False):
        return Found(path, "folder", 0, 0)
    if not entry.is_file(follow_symlinks=False):
        return Found(path, "other", 0, 0)
    try:
        status = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return Found(path, "file", status.st_size, status.st_mtime_ns)
