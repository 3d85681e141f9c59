"""Rebuild: builds the catalog and the index again from the files alone, next to the old ones, which they replace.

Until then searches find what they did before. An interruption leaves the old ones, or a new catalog with an index of
another one, which is rebuilt (decision 0055).
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from docarchive.archive.indexing.live import LiveIndexer
from docarchive.archive.progress import Progress
from docarchive.archive.reports import RebuildReport, Refusal
from docarchive.archive.upkeep.sync import Syncer
from docarchive.catalog import Catalog, schema
from docarchive.store import Store
from docarchive.store.layout import CATALOG, TEMPORARY, index_folder

if TYPE_CHECKING:
    from docarchive.archive.session import Session


def rebuild(session: Session) -> RebuildReport:
    """Rebuilds the catalog and the index of an archive; see ``Archive.rebuild``."""
    with session.writing():
        index = _new_index(session.store)
        indexer = partial(session.live_indexer, session.settings.importing.get("jobs"), index)
        refused = build_catalog(session.store, session.settings.language, session.progress, indexer)
        session.replace_catalog()
        session.close_engine()
        _replace_index(index, index_folder(session.root, session.settings.engine))
        return RebuildReport(session.catalog.count(), refused)


def build_catalog(
    store: Store, language: str, progress: Progress, indexer: Callable[[Catalog], LiveIndexer] | None = None
) -> list[Refusal]:
    """Builds a catalog from the files, for ``replace_catalog``. Hold the archive's lock.

    Args:
        store: The archive's files.
        language: The archive's language, as ISO 639-1.
        progress: Called with the number of files that were looked at, phase ``read``.
        indexer: Returns what indexes the articles meanwhile; None if they are indexed later.

    Returns:
        The files that cannot be read as articles.
    """
    path = _building(store)
    schema.create(path, uuid.uuid4().hex, language)
    catalog = Catalog.open(path, language)
    assert catalog is not None
    with closing(catalog):
        live = indexer(catalog) if indexer else None
        with closing(live) if live else nullcontext():
            syncer = Syncer(store, catalog, progress, live)
            syncer.run()
            syncer.remember_versions()
            if live is not None:
                live.end()
    return syncer.report.refused


def replace_catalog(store: Store) -> None:
    """Puts the new catalog in the place of the archive's, which this process has closed."""
    path = _building(store)
    schema.replace(path, store.root / CATALOG)
    with suppress(OSError):  # an index is being built there, too
        path.parent.rmdir()


def _new_index(store: Store) -> Path:
    """Returns an empty folder to build an index in; the next process that writes deletes what is left of it."""
    folder = store.root / TEMPORARY / "index"
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _replace_index(new: Path, old: Path) -> None:
    """Puts a finished index, which nobody has open, in the place of another one."""
    away = new.with_name(f"{new.name}-old")
    shutil.rmtree(away, ignore_errors=True)
    old.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        os.replace(old, away)
    os.replace(new, old)
    shutil.rmtree(away, ignore_errors=True)
    with suppress(OSError):
        new.parent.rmdir()


def _building(store: Store) -> Path:
    """Returns the path at which a catalog is built; the next process that writes deletes what is left of it."""
    return store.root / TEMPORARY / "catalog.sqlite"
