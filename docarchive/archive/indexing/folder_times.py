"""Folder times: when the folders of articles last changed, as the catalog knows it.

A search so notices files that were added, deleted, moved or replaced since the last sync, without a look at each file:
the time of a folder changes with its entries. An edit in place changes no folder; see ``changed``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import PurePosixPath

from docarchive.catalog import Catalog, Row
from docarchive.errors import ArchiveDamaged
from docarchive.store import Store
from docarchive.store.layout import ARTICLES


def times_of(store: Store, paths: Iterable[str]) -> dict[str, int]:
    """Returns the times, in nanoseconds since 1970, of the folders that files are in, up to ``articles/``.

    A folder that is missing has the time 0.
    """
    times: dict[str, int] = {}
    for folder in {path.rpartition("/")[0] for path in paths} | {ARTICLES}:
        for parent in (folder, *map(str, PurePosixPath(folder).parents)):
            if parent == "." or parent in times:
                break
            times[parent] = store.folder.modified(parent)
    return times


def note_listed(store: Store, catalog: Catalog, folders: Iterable[str]) -> None:
    """Notes the times of all folders, just listed."""
    times = times_of(store, (f"{folder}/" for folder in folders))
    if times != catalog.folder_times():
        with catalog.transaction():
            catalog.set_folder_times(times, alone=True)


def note_written(store: Store, catalog: Catalog, before: Mapping[str, int]) -> None:
    """Notes the times of folders that were just written to; call it in the transaction that adds the files.

    A folder that had changed before that stays as it was noted: a sync has something to do there.

    Args:
        store: The archive's files.
        catalog: The catalog.
        before: The times before, of ``times_of``.
    """
    noted = catalog.folder_times(before)
    same = {folder for folder, time in before.items() if noted.get(folder, 0) == time}
    catalog.set_folder_times({folder: store.folder.modified(folder) for folder in same})


def changed(store: Store, catalog: Catalog, rows: Iterable[Row]) -> bool:
    """Returns whether files have changed since the last sync.

    Noticed is what was added, deleted or moved anywhere, and what was edited among the articles of ``rows``.
    """
    for row in rows:
        with suppress(OSError, ArchiveDamaged):
            if row.size >= 0 and store.stat(row.path) != (row.path, row.size, row.modified):
                return True
    return any(store.folder.modified(folder) != time for folder, time in catalog.folder_times().items())
