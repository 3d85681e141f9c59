"""OpenSearchEngine: the Engine protocol over an index in a cluster.

The folder of the engine has the name of the index and how far it goes (``engines.state``), so that an archive knows
that without a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any

from docarchive.engines.cluster import Cluster
from docarchive.engines.opensearch.commit import Commit
from docarchive.engines.opensearch.connection import Connection
from docarchive.engines.opensearch.generations import Generations
from docarchive.engines.opensearch.searching import SearchingEngine
from docarchive.engines.opensearch.settling import Settling
from docarchive.engines.opensearch.view import View
from docarchive.engines.protocol import Change, Position
from docarchive.engines.state import VERSIONS
from docarchive.errors import IndexDamaged, IndexUnavailable
from docarchive.folder import Folder
from docarchive.processes import processors


class OpenSearchEngine(SearchingEngine):
    """Keeps and searches an index in a cluster; see ``IndexEngine``."""

    def __init__(self, folder: Folder, language: str, cluster: Cluster, jobs: int | None = None) -> None:
        super().__init__(folder, language, Connection(cluster))
        self._cluster = cluster
        self._jobs = jobs
        self._generations = Generations(self._connection, cluster, folder)
        self._settling = Settling(self._connection, cluster, folder)
        self._checked = ""  # the index that was seen in the cluster
        self._has_copy = False
        self._problem: IndexUnavailable | None = None  # why the last changes are not in the index

    # The journal

    def position(self) -> Position | None:
        local, name = super().position(), self._generations.name()
        if local is None or name is None:
            return None
        if self._checked != name:
            try:
                meta = self._generations.meta(name)
            except IndexUnavailable:
                return local  # as far as is known
            if meta is None or meta.get("version") != VERSIONS[self.name]:
                return None
            self._checked = name
            self._note_copy(meta)
        return local

    def index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        try:
            self._index(changes, position)
            self._problem = None
        except IndexUnavailable as error:
            self._problem = error
            raise

    def _index(self, changes: Iterable[Change], position: Position | Callable[[], Position]) -> None:
        if name := self._generations.name():
            self._note_copy(self._meta(name))
            self._refuse_copy()
        super().index(changes, position)
        reached, name = super().position(), self._generations.name()
        if reached is not None and name is not None:
            self._generations.record(name, reached, self._meta(name))

    def _write(self, changes: Iterable[Change], *, fresh: bool) -> None:
        name = self._generations.name()
        if fresh or name is None:
            name = self._generations.create(VERSIONS[self.name], self._language)
        jobs = self._jobs or processors()
        Commit(self._connection, self._settling, self._cluster.archive, jobs).write(name, changes)

    def _note_copy(self, there: dict[str, Any]) -> None:
        """Notes whether something else feeds the index: a copy of the archive, made with its folder.

        How far the index goes is written in the folder first, and then in the index.
        """
        local = super().position()
        same = local is not None and there.get("epoch") == local.epoch
        self._has_copy = same and local is not None and there.get("number", 0) > local.number

    def _refuse_copy(self) -> None:
        if self._has_copy:
            raise IndexUnavailable(
                f"a copy of this archive feeds its index at {self._cluster.url}; "
                "run 'docarchive rebuild' if this is the one to keep"
            )

    def _current_view(self) -> View | None:
        view = super()._current_view()
        self._refuse_copy()
        if view is None and self._problem is not None:
            raise self._problem  # that no article is in an index that could not be built is no answer
        return view

    def _meta(self, name: str) -> dict[str, Any]:
        return self._generations.meta(name) or {}

    def status(self) -> dict[str, Any]:
        """Returns what the cluster says of the index; for the keys see ``ClusterStatus``.

        Raises:
            DocarchiveError: It does not say.
        """
        from docarchive.engines.opensearch.status import status

        name = self._generations.name()
        if name is None:
            raise IndexDamaged("there is no index yet")
        return status(self._connection, name) | {"compared": not self._settling.is_waiting()}

    def publish(self, progress: Callable[[int, int], None] | None = None) -> None:
        if name := self._generations.name():
            self._generations.publish(name, before=self._settling.must_sweep)
            self._settling.sweep(progress)

    def clear(self) -> None:
        if name := self._generations.name():
            with suppress(IndexUnavailable):  # the next index that is published deletes it
                if self._generations.withdraw(name):
                    self._settling.must_sweep()
                    self._settling.sweep()  # other archives may have what led here
                self._generations.delete(name)
        self._checked = ""
        self._has_copy = False
        super().clear()

    def _open(self) -> View:
        name = self._generations.name()
        assert name is not None
        return View(self._connection, name)
