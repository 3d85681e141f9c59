"""Writers that other packages give: entry points of the group ``docarchive.writers``."""

from __future__ import annotations

import warnings
from typing import Final

from docarchive.writers.protocol import Writer

GROUP: Final = "docarchive.writers"


def found_plugins() -> list[Writer]:
    """Returns the writers of installed packages, in order of name; one that cannot be loaded is warned of."""
    from importlib.metadata import entry_points

    found: list[Writer] = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            loaded = point.load()
            writer = loaded() if isinstance(loaded, type) else loaded
            if not isinstance(writer, Writer):
                raise TypeError("it is no docarchive.writers.Writer")
        except Exception as error:  # a plug-in's mistake must not stop the others
            warnings.warn(f"the writer {point.value!r} cannot be used: {error}", stacklevel=2)
            continue
        found.append(writer)
    return found
