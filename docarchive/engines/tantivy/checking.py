"""Checking: compares all of an index with its checksums, and its files with its lists."""

from __future__ import annotations

from collections.abc import Iterator

from docarchive.engines.tantivy.checksums import damaged_files
from docarchive.engines.tantivy.files import checked_index, managed, segments
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder


def damage(folder: Folder) -> Iterator[str]:
    """Yields what is wrong with the files of an index: parts of sentences."""
    try:
        checked_index(folder)
        ids = {*segments(folder)}
        there = {name for name in folder.names() if name.partition(".")[0] in ids}
        listed = {name for name in managed(folder) if name.partition(".")[0] in ids}
        listed |= {f"{id_}.store" for id_ in ids}
        yield from (f"{name} is missing" for name in sorted(listed - there))
        yield from (f"{name} is not in its list of files" for name in sorted(there - listed))
        yield from (f"{name} has changed" for name in damaged_files(folder))
    except (ArchiveDamaged, OSError) as error:
        yield str(error).partition("; run 'docarchive")[0]
