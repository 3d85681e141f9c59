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
from docarchive.engines.whoosh.builders import WORTHWHILE, build, build_together
from docarchive.engines.whoosh.merging import merge, to_merge
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import Entry, first_generation, read_toc, segment_path, write_toc


def bring_in(changes: Iterable[Change], folder: Path, jobs: int, *, fresh: bool) -> None:
    """Brings changes into the index in a folder.

    Args:
        changes: The changes.
        folder: The index.
        jobs: How many processes may build it.
        fresh: There is no index yet.
    """
    if fresh:
        folder.mkdir(parents=True, exist_ok=True)
        write_toc(folder, first_generation(), [])
    generation, entries = read_toc(folder)
    replaced = _Replaced(folder, entries)
    try:
        made = _build(replaced.noted(changes), folder, jobs)
    finally:
        replaced.close()
    write_toc(folder, generation + 1, _merged([*replaced.entries(), *made], folder))


def _build(changes: Iterator[Change], folder: Path, jobs: int) -> list[Entry]:
    """Writes segments of articles; a few are no work for other processes."""
    first = list(islice(changes, WORTHWHILE)) if jobs > 1 else []
    if len(first) < WORTHWHILE:
        return build(chain(first, changes), folder)
    return build_together(chain(first, changes), folder, jobs)


class _Replaced:
    """Notes in the segments of an index what changes replace."""

    def __init__(self, folder: Path, entries: Sequence[Entry]) -> None:
        self._deleted: list[tuple[Entry, set[int]]] = [(entry, set(entry.deleted)) for entry in entries]
        self._files: list[SegmentFile] = []
        try:
            self._files.extend(SegmentFile(entry.path(folder)) for entry in entries)
        except BaseException:
            self.close()
            raise

    def noted(self, changes: Iterable[Change]) -> Iterator[Change]:
        """Yields changes, after what they replace is noted."""
        ids = [file.terms("id") for file in self._files]
        for change in changes:
            for terms, (_, deleted) in zip(ids, self._deleted, strict=True):
                if postings := terms.postings(change.id.encode()):
                    deleted.update(postings.ids)
            yield change

    def entries(self) -> list[Entry]:
        """Returns the segments with all that is deleted in them; those of which nothing is left are left out."""
        noted = [entry._replace(deleted=frozenset(deleted)) for entry, deleted in self._deleted]
        return [entry for entry in noted if len(entry.deleted) < entry.documents]

    def close(self) -> None:
        """Closes the files."""
        for file in self._files:
            file.close()


def _merged(entries: list[Entry], folder: Path) -> list[Entry]:
    """Returns the segments after what is to be merged is merged."""
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
