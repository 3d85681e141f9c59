"""New catalog: built from the files next to the old one, which it then replaces."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from contextlib import closing, nullcontext

from docarchive.archive.indexing.live import LiveIndexer
from docarchive.archive.indexing.syncer import Syncer
from docarchive.archive.progress import Progress
from docarchive.archive.reports import Refusal
from docarchive.catalog import Catalog, schema
from docarchive.store import Store
from docarchive.store.layout import DERIVED, TEMPORARY


def build_catalog(
    store: Store, language: str, progress: Progress, indexer: Callable[[Catalog], LiveIndexer] | None = None
) -> list[Refusal]:
    """Builds a catalog from the files, for ``replace_catalog``; returns those that cannot be read. Hold the lock.

    ``indexer`` returns the indexer of the articles; None if they are indexed later.
    """
    folder = store.folder / TEMPORARY  # the next process that writes deletes what is left there
    schema.create(folder, uuid.uuid4().hex, language)
    catalog = Catalog.open(folder, language)
    assert catalog is not None
    with closing(catalog):
        live = indexer(catalog) if indexer else None
        with closing(live) if live else nullcontext():
            syncer = Syncer(store, catalog, progress, live)
            syncer.run()
            syncer.remember_versions()
            syncer.remember_deletions()
            if live is not None:
                live.end()
    return syncer.report.refused


def replace_catalog(store: Store) -> None:
    """Replaces the archive's catalog, which this process has closed, with the new one."""
    schema.replace(store.folder, TEMPORARY, DERIVED)
    store.folder.remove_empty(TEMPORARY)  # an index may be built there, too
