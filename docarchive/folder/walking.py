"""Walking: what is in a folder and in all below it, in order, on a disk or in a store that is reached otherwise."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

T = TypeVar("T")


def walk(top: str, listed: Callable[[str], Iterable[T | str]]) -> Iterator[T]:
    """Yields what is in a folder and in all below it.

    Args:
        top: The path of the folder.
        listed: Returns what is in a folder, given its path, in order; a text is the path of a folder in it.
    """
    stack = [iter(listed(top))]  # no recursion: folders may be nested deeper than Python's stack
    while stack:
        item = next(stack[-1], None)
        if item is None:
            stack.pop()
        elif isinstance(item, str):
            stack.append(iter(listed(item)))
        else:
            yield item


def kind_of(entry: os.DirEntry[str]) -> str:
    """Returns what an entry of a folder is: ``file``, ``folder``, ``link`` or ``other``; a link is not followed."""
    if entry.is_file(follow_symlinks=False):
        return "file"
    if entry.is_dir(follow_symlinks=False):
        return "folder"
    return "link" if entry.is_symlink() else "other"
