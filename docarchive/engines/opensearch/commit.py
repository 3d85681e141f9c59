"""Commit: the changes that an archive sends together, compared with the documents of other archives.

Before an article is sent, the others are asked for, so that its document has the right value of ``leading`` at once.
Once all of them can be seen, they are compared again, as another archive may have written meanwhile. An archive that is
alone in its collection only asks whether it still is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from docarchive.batches import batched_by_size
from docarchive.engines.opensearch import bulk
from docarchive.engines.opensearch.connection import Connection
from docarchive.engines.opensearch.leading import Copy, leader
from docarchive.engines.opensearch.makers import Task, make_all
from docarchive.engines.opensearch.settling import Settling
from docarchive.engines.protocol import Change
from docarchive.errors import DocarchiveError

_TOGETHER: Final = 500  # changes that are compared together
_TOGETHER_SIZE: Final = 2_000_000  # characters of them
#: Of so many articles the ids are kept; if a commit has more, a sweep compares them.
_MOST: Final = 50_000


class Commit:
    """One commit to an index.

    Args:
        connection: The cluster.
        settling: Compares the documents with those of other archives.
        archive: The name of the archive in the cluster.
        jobs: How many processes may make documents, with this one.
    """

    def __init__(self, connection: Connection, settling: Settling, archive: str, jobs: int) -> None:
        self._connection = connection
        self._settling = settling
        self._archive = archive
        self._jobs = jobs
        self._ids: set[str] = set()
        self._following: set[str] = set()  # the ids whose own document was sent as one that does not lead
        self._raised: set[str] = set()  # the indexes with a document that leads in place of a deleted one
        self._compares = False
        self._failed = False  # whether not all could be compared

    def write(self, index: str, changes: Iterable[Change]) -> None:
        """Sends changes to the index of the archive, and waits until searches see them.

        Raises:
            IndexUnavailable: The cluster cannot take them now.
            IndexDamaged: It refuses an article, as the fields of the index are not those that docarchive made.
        """
        settling = self._settling
        self._compares = settling.look() if settling.alone is None else not settling.alone
        bulk.send(self._connection, index, self._lines(changes))
        if self._raised:  # first, so that never none leads
            self._connection.refresh(*sorted(self._raised))
        self._connection.refresh(index)
        try:
            self._settle()
        except DocarchiveError:  # what is wrong with other archives is no reason to stop this one
            self._failed = True
        if self._failed:
            settling.must_sweep()

    def _settle(self) -> None:
        settling = self._settling
        if not (settling.look() or self._following) or not settling.published:
            return  # what is not in the collection yet is compared when it is
        if len(self._ids) > _MOST:
            self._failed = True
            return
        settling.settle(sorted(settling.others(self._ids).keys() | self._following))

    def _lines(self, changes: Iterable[Change]) -> Iterator[bulk.Lines]:
        for made in make_all(self._tasks(changes), self._jobs):
            if len(self._following) <= _MOST:
                self._following.update(made.following)
            yield from made.lines

    def _tasks(self, changes: Iterable[Change]) -> Iterator[Task]:
        for batch in batched_by_size(changes, _TOGETHER, _TOGETHER_SIZE, Change.size):
            others = self._others([change.id for change in batch]) if self._compares else {}
            if len(self._ids) <= _MOST:
                self._ids.update(change.id for change in batch)
            deleted = [change.id for change in batch if change.article is None]
            self._raise([leader(others[id_]) for id_ in deleted if id_ in others])
            yield Task(batch, others, self._archive)

    def _others(self, ids: list[str]) -> dict[str, list[Copy]]:
        try:
            return {} if self._failed else self._settling.others(ids)
        except DocarchiveError:
            self._failed = True
            return {}

    def _raise(self, copies: list[Copy]) -> None:
        """Makes documents lead in place of those that are deleted next."""
        try:
            changed = self._settling.rewrite([copy for copy in copies if not copy.leading], leading=True)
            self._raised.update(copy.index_name for copy in changed)
        except DocarchiveError:
            self._failed = True
