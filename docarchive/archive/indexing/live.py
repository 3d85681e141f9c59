"""Live indexing: the index follows the catalog while articles are imported or synced (decision 0036)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final

from docarchive.archive.indexing import catch_up
from docarchive.archive.progress import COMPARE, Notify, Progress
from docarchive.catalog import Catalog
from docarchive.engines import Change, Engine, Position
from docarchive.errors import IndexUnavailable
from docarchive.store import Store

if TYPE_CHECKING:
    from docarchive.archive.indexing.live_process import IndexingProcess

#: Articles, or characters of them, per commit: after an interruption, at most so many must be indexed again.
_TOGETHER: Final = 25_000
_TOGETHER_SIZE: Final = 50_000_000
#: How many articles are worth starting a process for.
_WORTHWHILE: Final = 1_000


class LiveIndexer:
    """Indexes articles while an import or a sync stores them in the catalog. Hold the archive's lock; close it.

    ``start`` starts an indexing process for the engine; None to index in this process alone. ``publishes`` is whether
    others may see the index at the end.
    """

    def __init__(
        self,
        catalog: Catalog,
        store: Store,
        engine: Engine,
        progress: Progress,
        notify: Notify,
        start: Callable[[], IndexingProcess] | None,
        *,
        publishes: bool = True,
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._engine = engine
        self._progress = progress
        self._notify = notify
        self._start_process = start
        self._publishes = publishes
        self._process: IndexingProcess | None = None
        self._position = catalog.last_position()  # the journal position up to which changes were taken
        self._recent: list[Change] = []  # changes that were not sent to the process
        self._ids: set[str] = set()  # of the articles that are not committed
        self._size = 0  # characters of them

    def take(self, changes: Sequence[Change], *, more: bool = False) -> None:
        """Takes articles that were just stored in the catalog, in the order of the journal, one change of each.

        ``more`` says that many more come after these: then starting a process is worthwhile at once.
        """
        if self._engine.keeps_files:
            changes = [catch_up.with_text(change, self._store) for change in changes]
        last = self._catalog.last_position()
        if last - len(changes) > self._position:  # others were stored without this indexer
            recent = {change.id: change for change in changes if change.article}
            keeps = self._engine.keeps_files
            changes = [*catch_up.changes(self._catalog, self._store, self._position, recent, with_texts=keeps)]
        else:
            first = last - len(changes) + 1
            changes = [change._replace(number=number) for number, change in enumerate(changes, start=first)]
        if self._process is not None and not self._ids.isdisjoint(change.id for change in changes):
            self._commit()  # an engine takes one change of an article between two commits (decision 0055)
        self._recent += changes
        self._position = last
        if self._process is None and (more or len(self._recent) >= _WORTHWHILE):
            self._start()
        if self._process is not None:
            self._process.send([*{change.id: change for change in self._recent}.values()])
            self._recent.clear()
        self._ids.update(change.id for change in changes)
        self._size += sum(map(Change.size, changes))
        if len(self._ids) >= _TOGETHER or self._size >= _TOGETHER_SIZE:
            self._commit()

    def end(self) -> None:
        """Indexes what is left; afterwards the index is up to date with the journal."""
        self.take(())
        self._commit()
        if self._process is not None:
            process, self._process = self._process, None
            if process.finish(lambda done, sent: self._progress("index", done, sent)):
                self._publish()
                return
        self._catch_up()
        self._publish()

    def close(self) -> None:
        """Ends the process and closes the engine; what is not indexed by then is indexed later."""
        if self._process is not None:
            self._process.kill()
            self._process = None
        self._engine.close()

    def _start(self) -> None:
        """Starts a process if the recent changes are all that the index lacks."""
        if self._start_process is None:
            return
        indexed = catch_up.position_in(self._catalog, self._engine.position())
        if self._position - indexed == len(self._recent):
            if indexed == 0:
                self._engine.clear()
            self._process = self._start_process()

    def _commit(self) -> None:
        if self._process is None:
            self._catch_up()
        elif self._ids:
            self._process.commit(Position(self._catalog.epoch, self._position))
        self._ids.clear()
        self._size = 0

    def _publish(self) -> None:
        if self._publishes:
            with suppress(IndexUnavailable):
                self._engine.publish(partial(self._progress, COMPARE))

    def _catch_up(self) -> None:
        recent = {change.id: change for change in self._recent if change.article}
        catch_up.catch_up_or_heal(self._catalog, self._store, self._engine, self._progress, self._notify, recent)
        self._recent.clear()
