"""Plug-ins: readers and writers that other packages give, by entry points of a group.

Useful for what such packages add to a list of our own. Not useful for what a plug-in must be: that is known where the
list is. Imports nothing of the package.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Callable
from importlib.machinery import PathFinder
from typing import TypeVar

Plugin = TypeVar("Plugin")


def load(group: str, checked: Callable[[object], Plugin]) -> list[Plugin]:
    """Returns the plug-ins of a group, in order of name; one that cannot be used is warned of, and left out.

    Args:
        group: The group of entry points, such as ``docarchive.readers``. Each is a class, which is called without
            arguments, or an object.
        checked: Returns the object if it is such a plug-in, else raises an exception that says what is wrong.
    """
    if not _is_anywhere(group):
        return []
    from importlib.metadata import entry_points

    plugins: list[Plugin] = []
    for point in sorted(entry_points(group=group), key=lambda point: point.name):
        try:
            loaded = point.load()
            plugins.append(checked(loaded() if isinstance(loaded, type) else loaded))
        except Exception as error:  # a plug-in's mistake must not stop the others
            kind = group.rpartition(".")[2].removesuffix("s")
            warnings.warn(f"the {kind} {point.value!r} cannot be used: {error}", stacklevel=2)
    return plugins


def _is_anywhere(group: str) -> bool:
    """Returns whether an installed package may name a group of entry points.

    To say no takes a millisecond here, and 28 by ``importlib.metadata``, which loads 40 modules. Where packages may be
    elsewhere than in folders, the answer is yes.
    """
    if any(hasattr(finder, "find_distributions") for finder in sys.meta_path if finder is not PathFinder):
        return True
    name = group.encode()
    for folder in sys.path:
        try:
            packages = [entry for entry in os.listdir(folder or ".") if entry.lower().endswith("-info")]
        except NotADirectoryError:  # a ZIP file
            return True
        except OSError:
            continue
        for package in packages:
            try:
                with open(os.path.join(folder, package, "entry_points.txt"), "rb") as file:
                    if name in file.read():
                        return True
            except OSError:
                continue
    return False
