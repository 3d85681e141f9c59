"""Feeder: an engine in a process of its own, which indexes articles while this one brings in more.

Owns how articles get there, and how it is known what the index holds. An index that is not finished for whatever
reason is only behind the journal, and ``indexing.catch_up`` does the rest.
"""

from __future__ import annotations

import gc
import os
import pickle
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import IO, Any, BinaryIO, Final

from docarchive import processes
from docarchive.engines import Change, Position, open_engine

#: Articles, or characters of them, that are handed over together.
_TOGETHER: Final = 100
_TOGETHER_SIZE: Final = 1_000_000
#: So many such parcels may wait.
_WAITING: Final = 40


class Feeder:
    """Hands articles to an engine in another process. Finish it, or kill it.

    Args:
        engine: Its name.
        folder: Where it keeps its index.
        language: Of articles whose own is not known.
        jobs: How many processes may build the index; see ``open_engine``.

    Attributes:
        fed: How many articles were handed over.
        done: How many of them the engine has taken.
    """

    def __init__(self, engine: str, folder: Path, language: str, jobs: int | None = None) -> None:
        self.fed = 0
        self.done = 0
        self._wanted: Position | None = None
        self._reached: Position | None = None
        self._parcels: Queue[bytes | None] = Queue(_WAITING)
        self._process = processes.start(f"{__name__}:serve")
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._hands = [
            Thread(target=self._hand_over, args=(self._process.stdin,), daemon=True),
            Thread(target=self._listen, args=(self._process.stdout,), daemon=True),
        ]
        for hand in self._hands:
            hand.start()
        self._send((engine, str(folder), language, jobs))

    def feed(self, changes: Sequence[Change]) -> None:
        """Hands articles over; waits while too many are not taken yet."""
        part: list[Change] = []
        size = 0
        for change in changes:
            part.append(change)
            size += len(change.article.body) if change.article else 0
            if len(part) >= _TOGETHER or size >= _TOGETHER_SIZE:
                self._send(part)
                part, size = [], 0
        if part:
            self._send(part)
        self.fed += len(changes)

    def commit(self, position: Position) -> None:
        """Has the index made real up to a position; does not wait for it."""
        self._wanted = position
        self._send(position)

    def finish(self, told: Callable[[int, int], None]) -> bool:
        """Waits for the engine, and ends its process; returns whether all that was committed is in the index.

        Args:
            told: Is told now and then how many articles are done, of how many.
        """
        self._parcels.put(None)
        while self._hands[1].is_alive():
            self._hands[1].join(0.1)
            told(self.done, self.fed)
        self._process.wait()
        return self._reached == self._wanted

    def kill(self) -> None:
        """Ends the process at once."""
        self._process.kill()
        with suppress(Exception):
            self.finish(lambda done, fed: None)

    def _send(self, parcel: object) -> None:
        self._parcels.put(pickle.dumps(parcel, pickle.HIGHEST_PROTOCOL))

    def _hand_over(self, tasks: IO[bytes]) -> None:
        broken = False
        while (parcel := self._parcels.get()) is not None:
            try:
                if not broken:
                    tasks.write(parcel)
                    tasks.flush()
            except OSError:
                broken = True  # that it has not reached the position tells
        with suppress(OSError):
            tasks.close()

    def _listen(self, answers: IO[bytes]) -> None:
        with answers, suppress(EOFError, OSError, pickle.UnpicklingError):
            while True:
                answer = pickle.load(answers)  # noqa: S301, our own process wrote it
                if isinstance(answer, Position):
                    self._reached = answer
                else:
                    self.done += answer


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Runs in the process of a ``Feeder``: indexes what comes until there is no more."""
    processes.die_with_parent()  # so that whoever goes on with the archive does not meet it
    gc.set_threshold(50_000)  # few of the many small objects are in a cycle
    name, folder, language, jobs = _received(tasks)
    engine = open_engine(name, Path(folder), language, jobs)
    stream = _Stream(tasks, answers)
    while stream.goes_on():
        engine.index(stream, stream.position)
        _answer(answers, stream.position())


class _Stream:
    """The changes up to the next position, and that."""

    def __init__(self, tasks: BinaryIO, answers: BinaryIO) -> None:
        self._tasks = tasks
        self._answers = answers
        self._next: list[Change] | Position | None = None

    def goes_on(self) -> bool:
        """Tells whether anything more comes."""
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
                os._exit(1)  # who sends has died, and what was not committed is not wanted

    def position(self) -> Position:
        """Returns the position up to which the changes go, after the last of them."""
        assert isinstance(self._next, Position)
        return self._next


def _received(tasks: BinaryIO) -> Any:
    return pickle.load(tasks)  # noqa: S301, the process that started this one wrote it


def _answer(answers: BinaryIO, answer: object) -> None:
    pickle.dump(answer, answers)
    answers.flush()
