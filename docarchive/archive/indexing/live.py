"""Follower: an engine that is kept up with a catalog while articles come into that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from docarchive.archive.indexing import catch_up
from docarchive.archive.indexing.live_process import Feeder
from docarchive.archive.progress import Progress
from docarchive.catalog import Catalog
from docarchive.engines import Change, Engine, Position
from docarchive.store import Store

#: So many articles that came in, or so many characters, are indexed together: an interruption leaves less to index.
_TOGETHER: Final = 25_000
_TOGETHER_SIZE: Final = 50_000_000
#: So many articles at once are worth a process of their own.
_WORTHWHILE: Final = 1_000


class Follower:
    """Brings into an index what comes into a catalog, by an import or by a sync. Hold the archive's lock; close it.

    Args:
        catalog: Has the journal.
        store: Has the articles.
        engine: Is kept up.
        progress: Is told how many articles are indexed.
        feeder: Makes a feeder for the engine; None if all is to be done in this process.
    """

    def __init__(
        self, catalog: Catalog, store: Store, engine: Engine, progress: Progress, feeder: Callable[[], Feeder] | None
    ) -> None:
        self._catalog = catalog
        self._store = store
        self._engine = engine
        self._progress = progress
        self._make_feeder = feeder
        self._feeder: Feeder | None = None
        self._position = catalog.last_position()  # of the journal, up to which changes were taken
        self._recent: list[Change] = []  # what was not handed to a feeder
        self._ids: set[str] = set()  # of what is not committed, and its size
        self._size = 0

    def take(self, changes: Sequence[Change]) -> None:
        """Takes articles that have just come into the catalog, in the order of the journal, one change of each."""
        last = self._catalog.last_position()
        if last - len(changes) > self._position:  # others have come in by another way
            known = {change.id: change.article for change in changes if change.article}
            changes = [*catch_up.changes(self._catalog, self._store, self._position, known)]
        if self._feeder is not None and not self._ids.isdisjoint(change.id for change in changes):
            self._commit()  # for an engine takes one change of an article before it commits
        self._recent += changes
        self._position = last
        if self._feeder is None and len(self._recent) >= _WORTHWHILE:
            self._start()
        if self._feeder is not None:
            self._feeder.feed([*{change.id: change for change in self._recent}.values()])
            self._recent.clear()
        self._ids.update(change.id for change in changes)
        self._size += sum(len(change.article.body) for change in changes if change.article)
        if len(self._ids) >= _TOGETHER or self._size >= _TOGETHER_SIZE:
            self._commit()

    def end(self) -> None:
        """Indexes what is left; the index is as far as the journal afterwards."""
        self.take(())
        self._commit()
        if self._feeder is not None:
            feeder, self._feeder = self._feeder, None
            if feeder.finish(lambda done, fed: self._progress("index", done, fed)):
                return
        self._catch_up()

    def close(self) -> None:
        """Ends what was started, and closes the engine; what is not indexed then is only behind the journal."""
        if self._feeder is not None:
            self._feeder.kill()
            self._feeder = None
        self._engine.close()

    def _start(self) -> None:
        """Starts a feeder if all that the index has not seen has just come in."""
        if self._make_feeder is None:
            return
        position = catch_up.position_in(self._catalog, self._engine.position())
        if self._position - position == len(self._recent):
            if position == 0:
                self._engine.clear()
            self._feeder = self._make_feeder()

    def _commit(self) -> None:
        if self._feeder is None:
            self._catch_up()
        elif self._ids:
            self._feeder.commit(Position(self._catalog.epoch, self._position))
        self._ids.clear()
        self._size = 0

    def _catch_up(self) -> None:
        recent = {change.id: change.article for change in self._recent if change.article}
        catch_up.catch_up(self._catalog, self._store, self._engine, self._progress, recent)
        self._recent.clear()
