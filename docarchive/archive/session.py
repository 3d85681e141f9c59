"""Session: what is open while an archive is used.

Owns the store, the catalog, the engine, the settings and the lock of one archive: opens them, finishes what an
interruption left undone, follows changes that other processes make, and updates the index.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from docarchive.archive.indexing import catch_up
from docarchive.archive.settings import Settings
from docarchive.catalog import Catalog
from docarchive.engines import Engine, open_engine
from docarchive.errors import ArchiveDamaged, ArchiveError, ArchiveLocked, UsageError
from docarchive.store import WAIT, Store
from docarchive.store.layout import CATALOG, SETTINGS, index_folder

if TYPE_CHECKING:
    from docarchive.archive.indexing.live import LiveIndexer
    from docarchive.archive.indexing.live_process import IndexingProcess
    from docarchive.archive.progress import Progress


class Session:
    """An open archive: files, catalog, and settings as they are on the disk. Make one with ``open``; close it."""

    def __init__(self, store: Store, catalog: Catalog, settings: Settings, progress: Progress) -> None:
        self.store = store
        self.catalog = catalog
        self.settings = settings
        self.progress = progress
        self._settings_stamp = _stamp(self.root)

    @classmethod
    def open(cls, root: Path, settings: Settings, progress: Progress, wait: float = WAIT) -> Session:
        """Opens an archive; a missing or damaged catalog is rebuilt, and an interrupted write is finished.

        Raises:
            ArchiveDamaged: The catalog cannot be rebuilt.
            ArchiveLocked: The catalog must be rebuilt, and another process is writing.
        """
        store = Store(root, wait)
        session = cls(store, open_catalog(store, settings.language, progress), settings, progress)
        _recover(store, session.catalog, progress)
        return session

    @property
    def root(self) -> Path:
        """The archive's folder."""
        return self.store.root

    @cached_property
    def engine(self) -> Engine:
        """The engine, opened when it is first needed: that imports its library."""
        return self.open_engine()

    @property
    def current_engine(self) -> Engine:
        """The engine, with its index up to date unless another process is writing."""
        self.follow_settings()
        # While this session writes, its indexer follows the catalog.
        if not self.store.lock.held and catch_up.lag(self.catalog, self.engine.position()):
            with suppress(ArchiveLocked), self.store.lock.at_once():
                self.catch_up()
        return self.engine

    def open_engine(self, jobs: int | None = None, folder: Path | None = None) -> Engine:
        """Opens the engine that the settings name, apart from ``engine``; see ``live_indexer`` for the arguments.

        Raises:
            ArchiveError: Its library is not installed; the text says what to do.
        """
        try:
            return open_engine(*self.index_of(self.settings.engine, folder), jobs)
        except UsageError as error:  # not for the name: ``Settings`` has checked it
            raise ArchiveError(f"{error}; or switch engines: docarchive engine use whoosh") from error

    def index_of(self, engine: str, folder: Path | None = None) -> tuple[str, Path, str]:
        """Returns what identifies an index: the engine's name, the folder, and the archive's language."""
        return engine, folder or index_folder(self.root, engine), self.settings.language

    def close_engine(self) -> None:
        """Closes the engine if it is open."""
        if "engine" in self.__dict__:
            self.engine.close()
            del self.engine

    def use_engine(self, engine: Engine, settings: Settings) -> None:
        """Makes an open engine the session's, with the settings that name it; closes the one before."""
        if engine is not self.__dict__.get("engine"):
            self.close_engine()
            self.engine = engine
        self.settings = settings
        self._settings_stamp = _stamp(self.root)

    def close(self) -> None:
        """Closes all files."""
        self.close_engine()
        self.catalog.close()

    def replace_catalog(self) -> None:
        """Closes the catalog, and opens the one that ``new_catalog`` has built in its place."""
        from docarchive.archive.indexing.new_catalog import replace_catalog

        self.catalog.close()
        replace_catalog(self.store)
        self.catalog = open_catalog(self.store, self.settings.language, self.progress)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Holds the lock; within, catalog and settings are those on the disk, and no write is half done.

        Raises:
            ArchiveLocked: Another process is writing.
        """
        outermost = not self.store.lock.held
        with self.store.lock:
            if self.catalog.replaced:  # another process has rebuilt it since this one opened it
                self.catalog.close()
                self.catalog = open_catalog(self.store, self.settings.language, self.progress)
            self.follow_settings()
            _recover(self.store, self.catalog, self.progress)
            if outermost:
                self.store.clean()  # copies of large inputs that a killed process left
                self.store.delete_other_indexes(self.settings.engine)  # those of a switch that was killed
            yield

    def follow(self) -> None:
        """Follows what other sessions and processes have changed: settings, and a catalog that was rebuilt."""
        self.follow_settings()
        if self.catalog.replaced and (self.root / CATALOG).exists():
            self.catalog.close()
            self.catalog = open_catalog(self.store, self.settings.language, self.progress)

    def follow_settings(self) -> None:
        """Reads the settings again if their file has changed; another engine takes effect at once."""
        stamp = _stamp(self.root)
        if stamp == self._settings_stamp:
            return
        with suppress(ArchiveError):  # another process is writing them: those in memory still hold
            settings = Settings.load(self.root)
            if settings.engine != self.settings.engine:
                self.close_engine()
            self.settings, self._settings_stamp = settings, stamp

    def catch_up(self) -> None:
        """Updates the index from the journal. Hold the lock."""
        catch_up.catch_up(self.catalog, self.store, self.engine, self.progress)

    def live_indexer(self, jobs: int | None, folder: Path | None = None, catalog: Catalog | None = None) -> LiveIndexer:
        """Returns what indexes articles while they are imported. Hold the lock; close it.

        Args:
            jobs: How many processes may index; None for one per CPU, 1 for this process alone.
            folder: The folder of the index; None for the archive's own.
            catalog: The catalog that articles are stored in; None for the archive's own.
        """
        from docarchive.archive.indexing.live import LiveIndexer

        index = self.index_of(self.settings.engine, folder)

        def start() -> IndexingProcess:
            from docarchive.archive.indexing.live_process import IndexingProcess

            return IndexingProcess(*index, jobs)

        engine = self.open_engine(jobs, folder)
        return LiveIndexer(catalog or self.catalog, self.store, engine, self.progress, start if jobs != 1 else None)


def _recover(store: Store, catalog: Catalog, progress: Progress) -> None:
    """Stores in the catalog the files that an interrupted write has put in place, unless a process still writes them.

    Before files are written, the catalog has their paths as pending; so what is pending now was interrupted (decision
    0007).
    """
    if not catalog.pending():
        return
    from docarchive.archive.indexing.syncer import Syncer

    with suppress(ArchiveLocked), store.lock.at_once():
        Syncer(store, catalog, progress).look_at(catalog.pending())
        with catalog.transaction():
            catalog.clear_pending()
        store.clean()


def open_catalog(store: Store, language: str, progress: Progress) -> Catalog:
    """Opens a catalog; one that is missing, damaged or of another version or language is rebuilt from the files.

    Raises:
        ArchiveLocked: It must be rebuilt, and another process is writing.
    """
    catalog = _usable_catalog(store, language)
    if catalog is not None:
        return catalog
    with store.lock:
        if catalog := _usable_catalog(store, language):
            return catalog
        from docarchive.archive.indexing.new_catalog import build_catalog, replace_catalog

        build_catalog(store, language, progress)
        replace_catalog(store)
        catalog = Catalog.open(store.root / CATALOG, language)
        assert catalog is not None
        return catalog


def _usable_catalog(store: Store, language: str) -> Catalog | None:
    try:
        return Catalog.open(store.root / CATALOG, language)
    except ArchiveDamaged:
        return None


def _stamp(root: Path) -> tuple[int, ...]:
    """Returns what every change of an archive's settings changes: time, size and number of their file."""
    try:
        status = (root / SETTINGS).stat()
    except OSError:
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino
