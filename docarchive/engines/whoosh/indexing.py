"""Indexing: from changes to the next generation of the index.

New segments are written first, then small ones are merged, and at last the table of contents is replaced.
Until then the index is the old one, whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path
from secrets import token_hex

from docarchive.engines.protocol import Change
from docarchive.engines.whoosh.builders import MIN_PARALLEL, build, build_in_processes
from docarchive.engines.whoosh.merging import merge, to_merge
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import Entry, first_generation, read_toc, segment_path, write_toc


def write_changes(changes: Iterable[Change], folder: Path, jobs: int, *, fresh: bool) -> None:
    """Applies changes to the index in a folder.

    Args:
        changes: The changes.
        folder: The index.
        jobs: How many processes may build it.
        fresh: Whether to begin a new index.
    """
    if fresh:
        folder.mkdir(parents=True, exist_ok=True)
        write_toc(folder, first_generation(), [])
    generation, entries = read_toc(folder)
    deletions = _Deletions(folder, entries)
    try:
        built = _build(deletions.recorded(changes), folder, jobs)
    finally:
        deletions.close()
    write_toc(folder, generation + 1, _merged([*deletions.entries(), *built], folder))


def _build(changes: Iterator[Change], folder: Path, jobs: int) -> list[Entry]:
    """Writes segments of articles, in other processes if there are enough of them."""
    first = list(islice(changes, MIN_PARALLEL)) if jobs > 1 else []
    if len(first) < MIN_PARALLEL:
        return build(chain(first, changes), folder)
    return build_in_processes(chain(first, changes), folder, jobs)


class _Deletions:
    """Records the documents that changes delete from the segments of an index."""

    def __init__(self, folder: Path, entries: Sequence[Entry]) -> None:
        self._deleted: list[tuple[Entry, set[int]]] = [(entry, set(entry.deleted)) for entry in entries]
        self._files: list[SegmentFile] = []
        try:
            self._files.extend(SegmentFile(entry.path(folder)) for entry in entries)
        except BaseException:
            self.close()
            raise

    def recorded(self, changes: Iterable[Change]) -> Iterator[Change]:
        """Yields changes, once the documents that they delete are recorded."""
        ids = [file.terms("id") for file in self._files]
        for change in changes:
            for terms, (_, deleted) in zip(ids, self._deleted, strict=True):
                if postings := terms.postings(change.id.encode()):
                    deleted.update(postings.ids)
            yield change

    def entries(self) -> list[Entry]:
        """Returns the segments with their deleted documents; without segments that have no others."""
        entries = [entry._replace(deleted=frozenset(deleted)) for entry, deleted in self._deleted]
        return [entry for entry in entries if len(entry.deleted) < entry.documents]

    def close(self) -> None:
        """Closes the files."""
        for file in self._files:
            file.close()


def _merged(entries: list[Entry], folder: Path) -> list[Entry]:
    """Merges segments until none need it, and returns them."""
    while group := to_merge(entries):
        files: list[SegmentFile] = []
        try:
            files.extend(SegmentFile(entry.path(folder)) for entry in group)
            id_ = token_hex(8)
            deleted = [entry.deleted for entry in group]
            count = merge(list(zip(files, deleted, strict=True)), segment_path(folder, id_))
        finally:
            for file in files:
                file.close()
        entries = [entry for entry in entries if entry not in group]
        if count:
            entries.append(Entry(id_, count, frozenset()))
    return entries
