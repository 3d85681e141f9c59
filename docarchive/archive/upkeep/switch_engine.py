"""Switching an archive to another engine, and how its engine stands."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from docarchive.archive.figures import EngineStatus
from docarchive.archive.indexing import catch_up
from docarchive.archive.progress import Progress
from docarchive.archive.settings import Settings
from docarchive.catalog import Catalog
from docarchive.engines import ENGINES, INDEX_FORMATS, Engine, library_of, position_of
from docarchive.store import Store
from docarchive.store.layout import index_folder


def switch(root: Path, settings: Settings, catalog: Catalog, store: Store, new: Engine, progress: Progress) -> Settings:
    """Builds the index of another engine, makes it the archive's, and deletes all other indexes.

    The old index stays as it is until the new one is complete and the settings name its engine; of one that
    was not completed nothing stays. Hold the archive's lock.

    Returns:
        The new settings.
    """
    changes = settings.engine != new.name
    if changes:
        new.clear()  # an earlier switch may have been killed while it made or deleted this index
    try:
        catch_up.catch_up(catalog, store, new, progress)
    except BaseException:
        if changes:
            with suppress(OSError):
                new.clear()
        raise
    if changes:
        settings = settings.with_engine(root, new.name)
    store.delete_other_indexes(new.name)
    return settings


def status(root: Path, settings: Settings, catalog: Catalog) -> EngineStatus:
    """Returns how the engine of an archive stands, be it installed or not."""
    name, folder = settings.engine, index_folder(root, settings.engine)
    position = position_of(name, folder, settings.language)
    engines = {each: library_of(each).version for each in ENGINES}
    return EngineStatus(
        engine=name,
        version=engines[name],
        format=INDEX_FORMATS[name],
        indexed=position.number if position and position.epoch == catalog.epoch else None,
        changes=catalog.last_number(),
        behind=catch_up.lag(catalog, position),
        bytes=sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()),
        engines=engines,
    )
