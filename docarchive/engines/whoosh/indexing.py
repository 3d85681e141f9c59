"""Indexing: from changes to the next generation of the index.

New segments are written first, then small ones are merged, and at last the table of contents is replaced.
Until then the index is the old one, whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from itertools import chain, islice
from typing import Final

from docarchive.engines.protocol import Change
from docarchive.engines.whoosh.carrying import Carrier
from docarchive.engines.whoosh.merging import merge, to_merge
from docarchive.engines.whoosh.segment_builder import build
from docarchive.engines.whoosh.segmentfile import SegmentFile
from docarchive.engines.whoosh.toc import Entry, first_generation, new_id, read_toc, segment_name, write_toc
from docarchive.folder import Folder

#: After this many articles, other processes save more time than they take to start.
MIN_PARALLEL: Final = 2_000


def write_changes(changes: Iterable[Change], folder: Folder, jobs: int, *, fresh: bool) -> None:
    """Applies changes to the index in a folder, or to a new one if it is fresh, in as many processes as jobs."""
    if fresh:
        folder.make()
        write_toc(folder, first_generation(), [])
    generation, entries = read_toc(folder)
    deleted = [set(entry.deleted) for entry in entries]
    with _opened(entries, folder) as files:
        carriers = [Carrier(file) for file in files]
        built = _build(_recorded(changes, files, deleted, carriers), folder, jobs)
        built += [entry for carrier in carriers if (entry := carrier.write(folder))]
    kept = [entry._replace(deleted=frozenset(own)) for entry, own in zip(entries, deleted, strict=True)]
    kept = [entry for entry in kept if len(entry.deleted) < entry.documents]
    entries = _merged([*kept, *built], folder)
    known = {entry.id for entry in kept}
    folder.sync_files([entry.name for entry in entries if entry.id not in known])
    write_toc(folder, generation + 1, entries)


def _build(changes: Iterator[Change], folder: Folder, jobs: int) -> list[Entry]:
    """Writes segments of articles: the first ones in this process as they come, the others in as many as jobs."""
    entries = build(islice(changes, MIN_PARALLEL) if jobs > 1 else changes, folder)
    following = next(changes, None)
    if following is None:
        return entries
    from docarchive.engines.whoosh.builders import build_in_processes  # what it imports takes longer than one article

    return entries + build_in_processes(chain([following], changes), folder, jobs)


@contextmanager
def _opened(entries: Sequence[Entry], folder: Folder) -> Iterator[list[SegmentFile]]:
    """Opens the files of segments, and closes them at the end."""
    with ExitStack() as stack:
        yield [stack.enter_context(closing(SegmentFile(folder, entry.name))) for entry in entries]


def _recorded(
    changes: Iterable[Change],
    files: Sequence[SegmentFile],
    deleted: Sequence[set[int]],
    carriers: Sequence[Carrier],
) -> Iterator[Change]:
    """Yields changes, once the documents that they delete from each file are recorded.

    Those that a carrier takes are left out.
    """
    ids = [file.terms("id") for file in files]
    for change in changes:
        carried = False
        for terms, numbers, carrier in zip(ids, deleted, carriers, strict=True):
            if postings := terms.postings(change.id.encode()):
                carried = carried or any(
                    carrier.take(change, number) for number in postings.ids if number not in numbers
                )
                numbers.update(postings.ids)
        if not carried:
            yield change
    for carrier in carriers:
        yield from carrier.left()


def _merged(entries: list[Entry], folder: Folder) -> list[Entry]:
    """Merges segments until none need it, and returns them."""
    while group := to_merge(entries):
        id_ = new_id()
        with _opened(group, folder) as files:
            deleted = [entry.deleted for entry in group]
            count = merge(list(zip(files, deleted, strict=True)), folder, segment_name(id_))
        entries = [entry for entry in entries if entry not in group]
        if count:
            entries.append(Entry(id_, count, frozenset()))
    return entries
