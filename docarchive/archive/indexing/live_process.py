"""Indexing process: an engine in a process of its own, which indexes articles while this one imports more.

Owns how articles are sent to it, and how it reports what is indexed. An index that is not finished, for whatever
reason, is only behind the journal: ``indexing.catch_up`` indexes the rest (decision 0055).
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from queue import Queue
from threading import Thread
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final

from docarchive import processes
from docarchive.batches import batched_by_size
from docarchive.engines import Change, Position, open_engine
from docarchive.errors import IndexUnavailable
from docarchive.folder import Folder

if TYPE_CHECKING:
    from docarchive.engines.cluster import Cluster

#: Articles, or characters of them, that are sent together, as one parcel.
_TOGETHER: Final = 100
_TOGETHER_SIZE: Final = 1_000_000
#: How many parcels may wait.
_WAITING: Final = 40
#: How much the indexing process yields to others. Its sender gives it work: on a machine where all processors are busy,
#: both are done earlier if the sender is first. More than 1 would make an import wait for other programs.
_NICE: Final = 1


class IndexingProcess:
    """Sends articles to an engine in another process; for the arguments see ``open_engine``. Finish it, or kill it.

    Attributes:
        sent: How many articles were sent.
        done: How many of them are indexed.
    """

    def __init__(
        self, engine: str, folder: Folder, language: str, jobs: int | None = None, cluster: Cluster | None = None
    ) -> None:
        self.sent = 0
        self.done = 0
        self._sent_position: Position | None = None
        self._indexed_position: Position | None = None
        self._parcels: Queue[bytes | None] = Queue(_WAITING)
        self._process = processes.start(f"{__name__}:serve")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._threads = [
            Thread(target=self._write, args=(self._process.stdin,), daemon=True),
            Thread(target=self._listen, args=(self._process.stdout,), daemon=True),
        ]
        for thread in self._threads:
            thread.start()
        self._send((engine, folder, language, jobs, cluster))

    def send(self, changes: Sequence[Change]) -> None:
        """Sends articles; waits while too many parcels wait."""
        for parcel in batched_by_size(changes, _TOGETHER, _TOGETHER_SIZE, Change.size):
            self._send(parcel)
        self.sent += len(changes)

    def commit(self, position: Position) -> None:
        """Makes the engine commit its index at a journal position; does not wait for it."""
        self._sent_position = position
        self._send(position)

    def finish(self, progress: Callable[[int, int], None]) -> bool:
        """Waits for the engine, and ends its process; returns whether the index is at the last committed position.

        ``progress`` is called regularly with the numbers of indexed and of sent articles.
        """
        self._parcels.put(None)
        while self._threads[1].is_alive():
            self._threads[1].join(0.1)
            progress(self.done, self.sent)
        self._process.wait()
        return self._indexed_position == self._sent_position

    def kill(self) -> None:
        """Ends the process at once."""
        self._process.kill()
        with suppress(Exception):
            self.finish(lambda done, sent: None)

    def _send(self, parcel: object) -> None:
        self._parcels.put(pickle.dumps(parcel, pickle.HIGHEST_PROTOCOL))

    def _write(self, tasks: IO[bytes]) -> None:
        broken = False
        while (parcel := self._parcels.get()) is not None:
            try:
                if not broken:
                    tasks.write(parcel)
                    tasks.flush()
            except OSError:
                broken = True  # ``finish`` sees that the position was not reached
        with suppress(OSError):
            tasks.close()

    def _listen(self, answers: IO[bytes]) -> None:
        with answers, suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                answer = pickle.load(answers)  # noqa: S301, our own process wrote it
                if isinstance(answer, Position):
                    self._indexed_position = answer
                else:
                    self.done += answer


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Runs in the other process: indexes what is sent until there is no more."""
    processes.die_with_parent()  # else it would block the next process that writes
    if hasattr(os, "nice"):  # not on Windows
        os.nice(_NICE)
    engine = open_engine(*_received(tasks))
    stream = _Stream(tasks, answers)
    with suppress(IndexUnavailable):  # the process that started this one tries the same, and says why it fails
        while stream.has_next():
            engine.index(stream, stream.position)
            _answer(answers, stream.position())


class _Stream:
    """The changes up to the next commit, and its journal position."""

    def __init__(self, tasks: BinaryIO, answers: BinaryIO) -> None:
        self._tasks = tasks
        self._answers = answers
        self._next: list[Change] | Position | None = None

    def has_next(self) -> bool:
        """Returns whether more changes are sent."""
        with suppress(EOFError):
            self._next = _received(self._tasks)
            return True
        return False

    def __iter__(self) -> Iterator[Change]:
        while isinstance(self._next, list):
            yield from self._next
            _answer(self._answers, len(self._next))
            try:
                self._next = _received(self._tasks)
            except EOFError:
                os._exit(1)  # the sender has died: discard what it did not commit

    def position(self) -> Position:
        """Returns the journal position of the changes, after the last of them."""
        assert isinstance(self._next, Position)
        return self._next


def _received(tasks: BinaryIO) -> Any:
    return pickle.load(tasks)  # noqa: S301, the process that started this one wrote it


def _answer(answers: BinaryIO, answer: object) -> None:
    pickle.dump(answer, answers)
    answers.flush()
