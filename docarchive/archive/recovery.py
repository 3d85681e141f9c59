"""Recovery: finishes a write that an interruption left undone, at the next open or the next write (decision 0007)."""

from __future__ import annotations

from contextlib import suppress

from docarchive.archive.progress import Progress
from docarchive.catalog import Catalog
from docarchive.errors import ArchiveLocked
from docarchive.store import Store


def recover(store: Store, catalog: Catalog, progress: Progress) -> None:
    """Stores in the catalog the files that an interrupted write has put in place, unless a process still writes them.

    Before files are written, the catalog has their paths as pending; so what is pending now was interrupted.

    Args:
        store: The archive's files.
        catalog: Its catalog.
        progress: Called with progress.
    """
    if not catalog.pending():
        return
    from docarchive.archive.indexing.syncer import Syncer

    with suppress(ArchiveLocked), store.lock.at_once():
        Syncer(store, catalog, progress).look_at(catalog.pending())
        with catalog.transaction():
            catalog.clear_pending()
        store.clean()
