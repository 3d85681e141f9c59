"""Rebuilding: catalog and index made anew from the files alone, beside the old ones, whose places they take.

Until then searches find what they found before. An interruption leaves the old ones, or a new catalog with an index
of another one, which is made anew.
"""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Callable
from contextlib import closing, nullcontext, suppress
from pathlib import Path

from docarchive.archive.indexing.live import Follower
from docarchive.archive.progress import Progress
from docarchive.archive.reports import Refused
from docarchive.archive.upkeep.sync import Syncer
from docarchive.catalog import Catalog, schema
from docarchive.store import Store
from docarchive.store.layout import CATALOG, TEMPORARY


def build_catalog(
    store: Store, language: str, progress: Progress, follow: Callable[[Catalog], Follower] | None = None
) -> list[Refused]:
    """Builds a catalog from the files, for ``replace_catalog``. Hold the archive's lock.

    Args:
        store: The files.
        language: Of articles whose own is neither said nor clear.
        progress: Is told how many files were looked at.
        follow: Makes what indexes the articles meanwhile; None if nothing is to.

    Returns:
        The files that cannot be read as articles.
    """
    building = _building(store)
    schema.create(building, uuid.uuid4().hex, language)
    catalog = Catalog.open(building, language)
    assert catalog is not None
    with closing(catalog):
        follower = follow(catalog) if follow else None
        with closing(follower) if follower else nullcontext():
            syncer = Syncer(store, catalog, progress, follower)
            syncer.run()
            syncer.remember_versions()
            if follower is not None:
                follower.end()
    return syncer.report.refused


def replace_catalog(store: Store) -> None:
    """Puts the catalog that was built in the place of the archive's, which this process has closed."""
    building = _building(store)
    schema.replace(building, store.root / CATALOG)
    with suppress(OSError):  # an index is being built there, too
        building.parent.rmdir()


def new_index(store: Store) -> Path:
    """Returns an empty place for an index that is being built; what is left there is deleted by the next writer."""
    folder = store.root / TEMPORARY / "index"
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def replace_index(new: Path, old: Path) -> None:
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
    """Returns where a catalog is built; what is left there is deleted by the next writer."""
    return store.root / TEMPORARY / "catalog.sqlite"
