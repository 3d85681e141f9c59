"""Session: what is open while an archive is used.

Owns the store, the catalog, the engine, the settings and the lock of one archive: opens them, finishes what an
interruption left undone, follows changes that other processes make, and updates the index.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from time import sleep
from typing import TYPE_CHECKING, Final, TypeVar

from docarchive import failures
from docarchive.archive.indexing import catch_up
from docarchive.archive.progress import COMPARE, Incomplete, Notify, Partial, no_notices
from docarchive.archive.settings import LAYOUT, Settings
from docarchive.catalog import Catalog, noted
from docarchive.catalog.stored import FILE
from docarchive.engines import CLUSTERED, ENGINES, Engine, open_engine, position_of
from docarchive.errors import (
    ArchiveDamaged,
    ArchiveError,
    ArchiveLocked,
    IndexDamaged,
    IndexUnavailable,
    NoRoom,
    UsageError,
)
from docarchive.folder import Folder
from docarchive.store import NOT_NOW, WAIT, Store
from docarchive.store.layout import CATALOG, DERIVED, LOG, SETTINGS, index_folder

if TYPE_CHECKING:
    from _thread import LockType
    from tempfile import TemporaryDirectory

    from docarchive.archive.indexing.live import LiveIndexer
    from docarchive.archive.indexing.live_process import IndexingProcess
    from docarchive.archive.progress import Progress

_MOMENT: Final = 0.05  # seconds
#: The kinds of faults of a list that has lost lines.
LOST: Final = ("damaged", "missing")
#: What is said if a part of the index has not answered.
PARTIAL: Final = Partial("a part of the index does not answer, so articles may be missing here")
T = TypeVar("T")


class Session:
    """An open archive: files, catalog, and settings as they are on the disk. Make one with ``open``; close it."""

    def __init__(
        self, store: Store, settings: Settings, progress: Progress, notify: Notify, model: Path | None = None
    ) -> None:
        self.store = store
        #: The folder of the model for search by meaning; None for the default one. Never what an archive names.
        self.model = model
        self.settings = settings
        self.progress = progress
        self.notify = notify
        #: Why a catalog was built when this was opened: it was ``damaged``, or ``missing`` or of another version.
        self.rebuilt: str | None = None
        #: How many files there was nothing to compare with then.
        self.unchecked = 0
        #: Whether this process may only read the archive; then what must be derived is in a temporary folder.
        self.read_only = not store.lock.writable
        self._folder: TemporaryDirectory[str] | None = None
        self._has_temporary_index = False
        self._settings_stamp = _stamp(self.store.folder)
        if not self.read_only:
            store.remove_misplaced(settings.engine)
        self.catalog = self._open_catalog()

    @classmethod
    def open(
        cls,
        root: Path,
        settings: Settings,
        progress: Progress,
        wait: float = WAIT,
        notify: Notify = no_notices,
        model: Path | None = None,
    ) -> Session:
        """Opens an archive; a missing or damaged catalog is rebuilt, and an interrupted write is finished.

        If this process may not write, the catalog is built in a temporary folder, and nothing is finished.

        Raises:
            ArchiveDamaged: The catalog cannot be rebuilt.
            ArchiveLocked: The catalog must be rebuilt, and another process is writing.
        """
        session = cls(Store(root, wait), settings, progress, notify, model)
        try:
            session.recover()
        except BaseException:
            session.close()
            raise
        return session

    def again(self) -> Session:
        """Opens another session of the same archive."""
        options = self.progress, self.store.lock.wait, self.notify, self.model
        return self.open(self.root, Settings.load(self.root), *options)

    def share(self, turn: LockType, changes: list[int]) -> None:
        """Makes the session one of several: only who has the turn writes, and the list has the changes of all."""
        self.store.lock.turn = turn
        self.store.changes = changes

    def check_call(self, method: str) -> None:
        """Raises ``UsageError`` if this is not for a method of ``Archive``; an archive has all of them."""

    def check_files(self, what: str) -> None:
        """Raises ``NotInCollection`` if this has articles alone, and not ``what``; an archive has all."""

    @property
    def root(self) -> Path:
        """The archive's folder."""
        return self.store.root

    @property
    def archives(self) -> Sequence[str]:
        """The names of the archives of a collection; none for an archive."""
        return ()

    @property
    def address(self) -> str:
        """Where it is: the archive's folder, or the address of a collection."""
        return str(self.root)

    def articles_by_archive(self) -> dict[str, int]:
        """Returns how many articles each archive of a collection has; nothing for an archive."""
        return {}

    def sizes_elsewhere(self) -> dict[str, int]:
        """Returns the sizes of what a collection has in the cluster, in bytes; nothing for an archive."""
        return {}

    def indexed(self) -> int | None:
        """Returns the journal position up to which articles are indexed; None if there is no index."""
        position = position_of(*self.index_of(self.settings.engine))
        return position.number if position is not None and position.epoch == self.catalog.epoch else None

    def is_current(self) -> bool:
        """Returns whether the index has every change."""
        return not catch_up.is_behind(self.catalog, self.engine.position())

    def has_changed_files(self, ids: Sequence[str]) -> bool:
        """Returns whether files have changed since the last sync; see ``Archive.has_changed_files``."""
        from docarchive.archive.indexing import folder_times

        return folder_times.changed(self.store, self.catalog, self.catalog.rows_of(ids).values())

    @property
    def other_engines(self) -> set[str]:
        """The engines that the archive does not use."""
        return {*ENGINES, CLUSTERED} - {self.settings.engine}

    @cached_property
    def engine(self) -> Engine:
        """The engine, opened when it is first needed: that imports its library."""
        return self.open_engine()

    @property
    def current_engine(self) -> Engine:
        """The engine, with its index up to date unless another process is writing, or this one may only read."""
        self.follow_settings()
        position = self.engine.position()
        # While this session writes, its indexer follows the catalog.
        if not catch_up.is_behind(self.catalog, position) or self.store.lock.held:
            return self.engine
        if not self.read_only:
            if self._catch_up_unless_full() and catch_up.position_in(self.catalog, self.engine.position()):
                lacked = catch_up.lacked(self.catalog, position)
                self.notify(f"there is no room left on the disk, so the index is not updated: it lacks {lacked}")
        elif self._has_temporary_index:
            self.catch_up()
        elif not catch_up.position_in(self.catalog, position):
            self._use_temporary_index("has no index of its articles")
        else:
            lacked = catch_up.lacked(self.catalog, position)
            self.notify(f"the archive is read-only, so its index is not updated: it lacks {lacked}")
        return self.engine

    def _catch_up_unless_full(self) -> bool:
        """Updates the index unless another process is writing; returns whether there was no room on the disk for it.

        Raises:
            NoRoom: There is not even an old index.
        """
        try:
            with self.store.lock.at_once():
                self.catch_up()
        except ArchiveLocked:
            if self.engine.position() is None:
                sleep(_MOMENT)  # a rebuild may just be putting a new index in place
        except Exception as error:
            no_room = failures.no_room(error, "the search index", self.root)
            if no_room is None:
                raise
            if not catch_up.position_in(self.catalog, self.engine.position()):
                raise no_room from error
            return True
        return False

    @property
    def engine_folder(self) -> Folder:
        """The folder of the engine's index: the archive's own, or a temporary one."""
        if self._has_temporary_index:
            return self.temporary_folder() / "index"
        return index_folder(self.store.folder, self.settings.engine)

    def ask(self, question: Callable[[Engine], T]) -> T:
        """Asks the engine something; a damaged index is built again, and the question is asked once more."""
        with suppress(IndexDamaged):
            return self._ask(question)
        try:  # again, while nobody writes if possible: what was read may just have been replaced
            with self._nobody_writing():
                return self._ask(question)
        except IndexDamaged as error:
            self.heal(error)
            return self._ask(question)

    def _ask(self, question: Callable[[Engine], T]) -> T:
        """Asks the engine something, and says so if only a part of the index has answered."""
        engine = self.current_engine
        engine.partial = False
        answer = question(engine)
        if engine.partial:
            self.notify(PARTIAL)
        return answer

    @contextmanager
    def _nobody_writing(self) -> Iterator[None]:
        """Holds the lock if this process may and nobody else has it for too long."""
        with ExitStack() as stack:
            if not self.read_only:
                with suppress(*NOT_NOW):
                    stack.enter_context(self.store.lock)
            yield

    def heal(self, error: IndexDamaged) -> None:
        """Builds a damaged index again; raises the error if another process is writing."""
        if self._has_temporary_index:
            raise error
        if self.read_only:
            self._use_temporary_index("has a damaged index")
            return
        try:
            with self.store.lock:
                self.engine.clear()
                self.catch_up()
        except ArchiveLocked:
            raise error from None
        self.notify(catch_up.HEALED)

    def _use_temporary_index(self, reason: str) -> None:
        """Builds an index in a temporary folder, as the archive's own cannot be written."""
        self.close_engine()
        self._has_temporary_index = True
        if self._folder is None:  # else the same was said of the catalog
            self.notify(f"the archive is read-only and {reason}; a temporary one is used")
        self.engine = self.open_local_engine(self.temporary_folder() / "index")
        self.catch_up()

    def temporary_folder(self) -> Folder:
        """Returns a folder outside of the archive, which is deleted when the session is closed."""
        if self._folder is None:
            from tempfile import TemporaryDirectory

            self._folder = TemporaryDirectory(prefix="docarchive-", ignore_cleanup_errors=True)
        return Folder(self._folder.name)

    def open_engine(self, jobs: int | None = None, folder: Folder | None = None) -> Engine:
        """Opens the engine that the settings name, apart from ``engine``; see ``live_indexer`` for the arguments.

        Raises:
            ArchiveError: Its library is not installed; the text says what to do.
        """
        try:
            return open_engine(*self.index_of(self.settings.engine, folder), jobs, self.settings.cluster)
        except UsageError as error:  # not for the name: ``Settings`` has checked it
            raise ArchiveError(f"{error}; or switch engines: docarchive engine use whoosh") from error

    def open_local_engine(self, folder: Folder) -> Engine:
        """Opens an engine whose index is in a folder: that of the settings, or Whoosh if it needs a cluster."""
        if self.settings.engine == CLUSTERED:
            return open_engine(*self.index_of(ENGINES[0], folder))
        return self.open_engine(folder=folder)

    def index_of(self, engine: str, folder: Folder | None = None) -> tuple[str, Folder, str]:
        """Returns what identifies an index: the engine's name, the folder, and the archive's language."""
        return engine, folder or index_folder(self.store.folder, engine), self.settings.language

    def close_engine(self) -> None:
        """Closes the engine if it is open."""
        self._has_temporary_index = False
        if "engine" in self.__dict__:
            self.engine.close()
            del self.engine

    def use_engine(self, engine: Engine, settings: Settings) -> None:
        """Makes an open engine the session's, with the settings that name it; closes the one before."""
        if engine is not self.__dict__.get("engine"):
            self.close_engine()
            self.engine = engine
        self.settings = settings
        self._settings_stamp = _stamp(self.store.folder)

    def close(self) -> None:
        """Closes all files."""
        self.close_engine()
        self._close_catalog()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def replace_catalog(self) -> None:
        """Closes the catalog, and opens the one that ``new_catalog`` has built in its place."""
        from docarchive.archive.indexing.new_catalog import replace_catalog

        self._close_catalog()
        replace_catalog(self.store)
        self.catalog = self._open_catalog(is_new=True)

    @contextmanager
    def writing(self, puts_back: Collection[str] = LOST) -> Iterator[None]:
        """Holds the lock; within, catalog and settings are those on the disk, and no write is half done.

        Args:
            puts_back: Of lists that docarchive writes, those with a fault of one of these kinds are put back first.

        Raises:
            ArchiveLocked: Another process is writing.
        """
        outermost = not self.store.lock.held
        with self.store.lock:
            # Another process has rebuilt it since this one opened it, or there was no room on the disk to write it.
            if self.catalog.replaced or self._lacked_room:
                self._close_catalog()
                self.catalog = self._open_catalog()
            self.follow_settings()
            self.recover()
            if not outermost:
                yield
                return
            from docarchive.archive.own_files import OwnFiles

            self.store.clean(self.other_engines)
            own_files = OwnFiles(self.store, self.catalog)
            for path, reason in own_files.put_back_lists(puts_back):
                self.notify(f"{path} {reason}; it was put back from its copy")
            whole = own_files.whole()
            try:
                yield
            except BaseException:
                with suppress(Exception):  # what was written before the error
                    OwnFiles(self.store, self.catalog).record_written(whole)
                raise
            if SETTINGS in whole:
                self._raise_layout()
            OwnFiles(self.store, self.catalog).record_written(whole)
            self._note(self.catalog)

    def check_log(self) -> None:
        """Puts back a log that has lost lines before it is read; if it cannot be, a notice says what is wrong."""
        from docarchive.archive.own_files import OwnFiles

        if self.store.lock.held or (fault := OwnFiles(self.store, self.catalog).lost(LOG)) is None:
            return
        if not self.read_only:
            with suppress(*NOT_NOW), self.writing():
                fault = OwnFiles(self.store, self.catalog).lost(LOG)
        if fault is not None:
            self.notify(Incomplete(f"{fault.path} {fault.reason}; {fault.fix}"))

    def _raise_layout(self) -> None:
        """Gives an archive of an earlier layout the number of today's once it has a log of changes, and says so."""
        before = self.settings.layout
        if before == LAYOUT or not self.store.exists(LOG):
            return
        self.settings.with_layout(self.root)
        self.follow_settings()
        self.notify(
            f"this archive had layout {before}, and has layout {LAYOUT} now, with a log of changes and a trash; "
            "versions of docarchive that do not know these refuse it"
        )

    def follow(self) -> None:
        """Follows what other sessions and processes have changed: settings, and a catalog that was rebuilt."""
        self.follow_settings()
        reopened = self.catalog.outdated or self._lacked_room
        if reopened or (self.catalog.replaced and self.store.folder.exists(CATALOG)):
            self._close_catalog()
            self.catalog = self._open_catalog()

    def follow_settings(self) -> None:
        """Reads the settings again if their file has changed; another engine takes effect at once."""
        stamp = _stamp(self.store.folder)
        if stamp == self._settings_stamp:
            return
        with suppress(ArchiveError):  # another process is writing them: those in memory still hold
            settings = Settings.load(self.root)
            if (settings.engine, settings.cluster) != (self.settings.engine, self.settings.cluster):
                self.close_engine()
            self.settings, self._settings_stamp = settings, stamp

    def catch_up(self) -> None:
        """Updates the index from the journal, or builds it again if it is damaged. Hold the lock."""
        catch_up.catch_up_or_heal(self.catalog, self.store, self.engine, self.progress, self.notify)
        self.publish()

    def publish(self) -> None:
        """Shows the index to others, where these can see it; what is not shown now is shown after the next change."""
        with suppress(IndexUnavailable):
            self.engine.publish(partial(self.progress, COMPARE))

    def recover(self) -> None:
        """Stores in the catalog the files that an interrupted write has put in place, unless a process still writes.

        Before files are written, the catalog has their paths as pending; so what is pending now was interrupted
        (decision 0007).
        """
        if self.read_only:
            return
        try:
            pending = self.catalog.pending()
        except ArchiveDamaged:
            self._rebuild_catalog()
            return
        if not pending:
            return
        from docarchive.archive.indexing import hand_edits, merges
        from docarchive.archive.indexing.syncer import Syncer

        try:
            with suppress(ArchiveLocked), self.store.lock.at_once():
                try:
                    for path in pending:  # a version may be a second name of it, which an edit must not change
                        with suppress(OSError, ArchiveDamaged):
                            self.store.folder.separate(path)
                    logged = hand_edits.interrupted(self.store, pending)
                    edits = hand_edits.HandEdits(self.store, self.catalog, logged)
                    syncer = Syncer(self.store, self.catalog, self.progress, edits=edits)
                    syncer.look_at(pending)
                    merges.finish(self.store, self.catalog, pending)
                    syncer.record_files()
                    with self.catalog.transaction():
                        self.catalog.clear_pending()
                except ArchiveDamaged:  # its rows contradict each other
                    self._rebuild_catalog()
                self.store.clean(self.other_engines)
        except Exception as error:
            if self.store.lock.held or failures.no_room(error, "the catalog", self.root) is None:
                raise  # otherwise the archive can be read, and the next process finishes this

    def _rebuild_catalog(self) -> None:
        """Builds a damaged catalog again, and uses it."""
        with self.store.lock:
            self.rebuilt = "damaged"
            self._build_catalog()
            self.replace_catalog()
        self._say_built("was damaged")

    def _open_catalog(self, *, is_new: bool = False) -> Catalog:
        """Opens the catalog; one that is missing, damaged or of another version or language is rebuilt from the files.

        ``is_new`` says that this session has just built it.

        Raises:
            ArchiveLocked: It must be rebuilt, and another process is writing.
        """
        catalog = self._readable_catalog() if is_new else self._usable_catalog()
        self._has_new_catalog = is_new or catalog is None or not catalog.last_position()
        if catalog is not None:
            if is_new:
                self._note(catalog)
            return catalog
        from docarchive.archive.indexing.new_catalog import replace_catalog

        language = self.settings.language
        if self.read_only:
            folder = self.temporary_folder()
            self.notify("the archive is read-only and has no catalog that can be used; a temporary one is used")
            self._build_catalog(folder)
            catalog = Catalog.open(folder, language)
            assert catalog is not None
            return catalog
        with self.store.lock:
            if catalog := self._usable_catalog():
                self._has_new_catalog = False
                return catalog
            was_there = self.store.folder.exists(CATALOG)
            self.rebuilt = self.rebuilt or ("damaged" if self._is_damaged() else "missing")
            self._build_catalog()
            replace_catalog(self.store)
            if was_there:
                self._say_built("could not be used")
            catalog = Catalog.open(self.store.folder / DERIVED, language)
            assert catalog is not None
            self._note(catalog)
            return catalog

    def _build_catalog(self, folder: Folder | None = None) -> None:
        """Builds a catalog from the files, and says how many of them are damaged; see ``new_catalog``."""
        from docarchive.archive.earlier_digests import EarlierDigests
        from docarchive.archive.indexing.new_catalog import build_catalog

        with closing(EarlierDigests(self.store)) as earlier:
            report = build_catalog(self.store, self.settings.language, self.progress, folder=folder, earlier=earlier.of)
            self.unchecked = earlier.unknown
        if count := len(report.damaged):
            files = "1 file is" if count == 1 else f"{count:,} files are"
            self.notify(f"{files} damaged; run 'docarchive verify'")
        if count := len(report.refused):
            files = "1 file" if count == 1 else f"{count:,} files"
            self.notify(Incomplete(f"{files} cannot be read as articles; 'docarchive verify' says which and why"))

    def _say_built(self, why: str) -> None:
        """Says that the catalog was built again, and what could not be checked then."""
        unchecked = f"; {self.uncompared()}" if self.unchecked else ""
        self.notify(f"the catalog {why}, and was built again from the articles{unchecked}")

    def uncompared(self) -> str:
        """Returns how many files there was nothing to compare with when the catalog was built: a sentence."""
        files = "1 file" if self.unchecked == 1 else f"{self.unchecked:,} files"
        return f"no other record has the digests of {files}, so compare with a manifest or a backup if you have one"

    def _is_damaged(self) -> bool:
        """Returns whether the catalog cannot be read; one that is missing or of another version is not damaged."""
        try:
            if catalog := Catalog.open(self.store.folder / DERIVED, self.settings.language, writable=False):
                catalog.close()
        except ArchiveDamaged:
            return True
        return False

    def _usable_catalog(self) -> Catalog | None:
        """Opens the catalog if it can be used; one that something else has changed is checked first."""
        catalog = self._readable_catalog()
        if catalog is not None and not self._is_trusted(catalog):
            catalog.close()
            self.rebuilt = "damaged"
            return None
        return catalog

    def _is_trusted(self, catalog: Catalog) -> bool:
        """Returns whether a catalog is as docarchive wrote it, or else is whole.

        While another process writes, that is not known, and not checked. On a full disk, nobody writes.
        """
        folder = self.store.folder / DERIVED
        if noted.agrees(folder, catalog, exactly=not self.read_only):
            return True
        if self.read_only:
            return not noted.lacks_changes(folder, catalog) and (folder.exists(f"{FILE}-wal") or catalog.is_whole())
        try:
            with ExitStack() as stack:
                with suppress(NoRoom):
                    stack.enter_context(self.store.lock.at_once())
                if noted.lacks_changes(folder, catalog) or not catalog.is_whole():
                    return False
                if self.store.lock.held:
                    self._note(catalog)
        except ArchiveLocked:
            pass
        return True

    def _note(self, catalog: Catalog) -> None:
        """Notes the state of a catalog that this session has written or checked. Hold the lock."""
        noted.note(self.store.folder / DERIVED, catalog)

    def _close_catalog(self) -> None:
        if self.read_only:
            self.catalog.close()
            return
        folder = self.store.folder / DERIVED
        with noted.closing(folder):
            self.catalog.close()
        if self._has_new_catalog:  # so that the first verification need not check it
            noted.note_digest(folder, noted.digest_of(folder))

    def _readable_catalog(self) -> Catalog | None:
        try:
            return Catalog.open(self.store.folder / DERIVED, self.settings.language, writable=not self.read_only)
        except ArchiveDamaged:
            return None
        except NoRoom:  # SQLite needs some room even to read a database that others may write
            if self.read_only:
                raise
            return Catalog.open(self.store.folder / DERIVED, self.settings.language, writable=False)

    @property
    def _lacked_room(self) -> bool:
        """Whether the catalog is open for reading alone because there was no room on the disk."""
        return self.catalog.read_only and not self.read_only

    def live_indexer(
        self, jobs: int | None, folder: Folder | None = None, catalog: Catalog | None = None
    ) -> LiveIndexer:
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

            return IndexingProcess(*index, jobs, self.settings.cluster)

        engine = self.open_engine(jobs, folder)
        return LiveIndexer(
            catalog or self.catalog,
            self.store,
            engine,
            self.progress,
            self.notify,
            start if jobs != 1 else None,
            publishes=folder is None,
        )


def _stamp(archive: Folder) -> tuple[int, ...]:
    """Returns what every change of an archive's settings changes: time, size and number of their file."""
    try:
        status = archive.status(SETTINGS)
    except (OSError, ArchiveDamaged):
        return ()
    return status.st_mtime_ns, status.st_size, status.st_ino
