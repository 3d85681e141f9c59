"""Readers that other packages give: entry points of the group ``docarchive.readers``."""

from __future__ import annotations

import warnings
from typing import Final

from docarchive.readers.protocol import Reader

GROUP: Final = "docarchive.readers"


def found_plugins() -> list[Reader]:
    """Returns the readers of installed packages, in order of name; one that cannot be loaded is warned of."""
    from importlib.metadata import entry_points

    found: list[Reader] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            loaded = point.load()
            reader = loaded() if isinstance(loaded, type) else loaded
            if not (isinstance(reader.name, str) and callable(reader.recognizes) and callable(reader.records)):
                raise TypeError("it is no reader")
        except Exception as error:  # a plug-in's mistake must not stop the others
            warnings.warn(f"the reader {point.value!r} cannot be used: {error}", stacklevel=2)
            continue
        found.append(reader)
    return found
