"""Rebuild: builds the catalog and the index again from the files alone, next to the old ones, which they replace.

Until then searches use the old ones. An interruption leaves the old ones, or a new catalog with an index of
another one, which is rebuilt (decision 0055).
"""

from __future__ import annotations

from functools import partial
from typing import Final

from docarchive.archive.indexing.new_catalog import build_catalog
from docarchive.archive.reports import RebuildReport
from docarchive.archive.session import Session
from docarchive.store import Store
from docarchive.store.layout import INDEX, TEMPORARY

#: Where an index is built; the next process that writes deletes what is left of it.
_NEW: Final = f"{TEMPORARY}/index"
_OLD: Final = f"{TEMPORARY}/index-old"


def rebuild(session: Session) -> RebuildReport:
    """Rebuilds the catalog and the index of an archive; see ``Archive.rebuild``."""
    with session.writing():
        archive = session.store.folder
        archive.remove_all(_NEW)  # what an interrupted rebuild left
        indexer = partial(session.live_indexer, session.settings.importing.get("jobs"), archive / _NEW)
        report = build_catalog(session.store, session.settings.language, session.progress, indexer)
        session.replace_catalog()
        session.close_engine()
        _replace_index(session.store, f"{INDEX}/{session.settings.engine}")
        session.publish()
        return RebuildReport(session.catalog.count(), report.refused, report.damaged)


def _replace_index(store: Store, old: str) -> None:
    """Replaces an index, by its path, with the new one, which no process has open."""
    archive = store.folder
    archive.make(INDEX)
    if archive.exists(old):
        archive.remove_all(_OLD)
        archive.rename(old, _OLD)
    archive.rename(_NEW, old)
    archive.remove_all(_OLD)
    archive.remove_empty(TEMPORARY)
