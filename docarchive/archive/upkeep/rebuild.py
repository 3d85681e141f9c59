"""Rebuild: builds the catalog and the index again from the files alone, next to the old ones, which they replace.

Until then searches use the old ones. An interruption leaves the old ones, or a new catalog with an index of
another one, which is rebuilt (decision 0055).
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path

from docarchive.archive.indexing.new_catalog import build_catalog
from docarchive.archive.reports import RebuildReport
from docarchive.archive.session import Session
from docarchive.store import Store
from docarchive.store.layout import TEMPORARY, index_folder


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


def _new_index(store: Store) -> Path:
    """Returns an empty folder to build an index in; the next process that writes deletes what is left of it."""
    folder = store.root / TEMPORARY / "index"
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _replace_index(new: Path, old: Path) -> None:
    """Replaces an index with a finished one, which no process has open."""
    away = new.with_name(f"{new.name}-old")
    shutil.rmtree(away, ignore_errors=True)
    old.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileNotFoundError):
        os.replace(old, away)
    os.replace(new, old)
    shutil.rmtree(away, ignore_errors=True)
    with suppress(OSError):
        new.parent.rmdir()
