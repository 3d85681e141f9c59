"""Checking: compares all of an index with its checksums."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

from docarchive.engines.whoosh.packing import DamagedIndex
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import read_toc
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder


def damage(folder: Folder) -> Iterator[str]:
    """Yields what is wrong with the files of an index: parts of sentences."""
    try:
        _, entries = read_toc(folder)
    except (DamagedIndex, ArchiveDamaged, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        yield f"its list of segments cannot be read ({error})"
        return
    for entry in entries:
        try:
            with closing(SegmentFile(folder, entry.name)) as file:
                if file.count != entry.documents:
                    yield f"{entry.name} has {file.count:,} articles, and not {entry.documents:,}"
                yield from (f"{entry.name}: {reason}" for reason in file.damage())
        except (DamagedIndex, ArchiveDamaged, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
            yield f"{entry.name} cannot be read ({error})"
