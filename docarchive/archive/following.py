"""Follower: an engine that is kept up with an import while that goes on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from docarchive.archive import indexing
from docarchive.archive.feeding import Feeder
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
    """Brings into an index what comes into a catalog. Hold the archive's lock; close it.

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
        self._recent: list[Change] = []  # what was not handed to a feeder
        self._count = 0  # articles that are not committed, and their size
        self._size = 0

    def take(self, changes: Sequence[Change]) -> None:
        """Takes articles that have just come into the catalog, in the order of the journal."""
        self._recent += changes
        if self._feeder is None and len(self._recent) >= _WORTHWHILE:
            self._start()
        if self._feeder is not None:
            self._feeder.feed(self._recent)
            self._recent.clear()
        self._count += len(changes)
        self._size += sum(len(change.article.body) for change in changes if change.article)
        if self._count >= _TOGETHER or self._size >= _TOGETHER_SIZE:
            self._commit()

    def end(self) -> None:
        """Indexes what is left; the index is as far as the journal afterwards."""
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
        number = indexing.number_of(self._catalog, self._engine.position())
        if self._catalog.last_number() - number == len(self._recent):
            if number == 0:
                self._engine.clear()
            self._feeder = self._make_feeder()

    def _commit(self) -> None:
        if self._feeder is None:
            self._catch_up()
        elif self._count:
            self._feeder.commit(Position(self._catalog.epoch, self._catalog.last_number()))
        self._count = self._size = 0

    def _catch_up(self) -> None:
        recent = {change.id: change.article for change in self._recent if change.article}
        indexing.catch_up(self._catalog, self._store, self._engine, self._progress, recent)
        self._recent.clear()
