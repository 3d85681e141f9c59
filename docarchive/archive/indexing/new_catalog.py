"""New catalog: built from the files next to the old one, which it then replaces."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, nullcontext, suppress

from docarchive.archive.indexing.hand_edits import HandEdits
from docarchive.archive.indexing.live import LiveIndexer
from docarchive.archive.indexing.recording import Earlier
from docarchive.archive.indexing.syncer import Syncer
from docarchive.archive.progress import Progress
from docarchive.archive.reports import SyncReport
from docarchive.catalog import Catalog, schema
from docarchive.errors import DocarchiveError
from docarchive.folder import Folder
from docarchive.store import Store
from docarchive.store.layout import DERIVED, OWN_FILES, TEMPORARY


def build_catalog(
    store: Store,
    language: str,
    progress: Progress,
    indexer: Callable[[Catalog], LiveIndexer] | None = None,
    *,
    folder: Folder | None = None,
    earlier: Earlier | None = None,
) -> SyncReport:
    """Builds a catalog from the files; returns what was found. Hold the lock, unless there is a folder.

    Of articles whose files are damaged, it has what the archive's catalog has, if that can be read.

    Args:
        store: The archive's files.
        language: The language of articles whose own is unknown.
        progress: Called while files are read.
        indexer: Returns the indexer of the articles; None if they are indexed later.
        earlier: Says which digests files had, if the archive's catalog cannot.
        folder: The folder of the new catalog; None for the place from which ``replace_catalog`` takes it.
    """
    is_temporary = folder is not None
    folder = folder or store.folder / TEMPORARY  # the next process that writes deletes what is left there
    schema.create(folder, uuid.uuid4().hex, language)
    catalog = Catalog.open(folder, language)
    assert catalog is not None
    with closing(catalog), _old_catalog(store) as old:
        live = indexer(catalog) if indexer else None
        with closing(live) if live else nullcontext():
            edits = HandEdits(store, old) if old is not None and not is_temporary else None
            syncer = Syncer(store, catalog, progress, live, old, earlier if old is None else None, edits)
            syncer.run()
            syncer.remember_versions()
            syncer.remember_deletions()
            syncer.record_files()
            with catalog.transaction():
                catalog.note_all_copies()
                if old is not None:
                    catalog.record(record for path in OWN_FILES if (record := old.recorded_at(path)))
                    for path in OWN_FILES:
                        catalog.record_added(path, old.added_to(path))
            if live is not None:
                live.end()
    return syncer.report


@contextmanager
def _old_catalog(store: Store) -> Iterator[Catalog | None]:
    """Opens the archive's catalog for reading, in whatever language; None if it cannot be read to its end."""
    connection = None
    with suppress(DocarchiveError):
        connection = schema.connect(store.folder / DERIVED, writable=False)
    if connection is None:
        yield None
        return
    with closing(Catalog(connection, store.folder / DERIVED)) as catalog:
        yield catalog if catalog.is_whole() else None


def replace_catalog(store: Store) -> None:
    """Replaces the archive's catalog, which this process has closed, with the new one."""
    schema.replace(store.folder, TEMPORARY, DERIVED)
    store.folder.remove_empty(TEMPORARY)  # an index may be built there, too
