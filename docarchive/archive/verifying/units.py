"""Units: a verification in parts, each a range of paths, so that processes can share it and it can continue later."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from docarchive.catalog import Catalog
from docarchive.records import NamedTuple
from docarchive.store.layout import ARTICLES, ORIGINALS, QUARANTINE, TRASH, VERSIONS

#: Files of one unit.
_STEP: Final = 2_000
_GROUPS: Final = 32


class Unit(NamedTuple):
    """A range of paths in one of the archive's folders."""

    area: str  # ``articles``, ``originals``, ``quarantine``, ``trash`` or ``versions``
    low: str  # the first path
    high: str  # the first path that is no longer in the range
    full: bool  # whether files are read


def units(catalog: Catalog, after: tuple[str, str], *, full: bool) -> Iterator[Unit]:
    """Yields the units of a verification, in order.

    Args:
        catalog: The archive's catalog.
        after: Area and end of the last unit that is done; empty for none.
        full: Whether files are read.
    """
    hexes = [f"{ORIGINALS}/{number:02x}" for number in range(0, 256, 256 // _GROUPS)]
    limits = {
        ARTICLES: catalog.boundaries(_STEP),
        ORIGINALS: hexes[1:],
        QUARANTINE: [],
        TRASH: [],
        VERSIONS: catalog.recorded_boundaries(_STEP, f"{VERSIONS}/"),
    }
    for area, inner in limits.items():
        # The character after the slash is zero: all paths in a folder are before it.
        ends = [f"{area}/", *(path for path in inner if path > f"{area}/"), f"{area}0"]
        for low, high in pairwise(ends):
            if (area, high) > after:
                yield Unit(area, max(low, after[1]) if area == after[0] else low, high, full)
