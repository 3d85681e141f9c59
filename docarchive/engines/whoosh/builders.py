"""Builders: processes that build segments in parallel.

Each receives batches of articles from this process, gathers a segment of its own, and writes it when it is as large
as memory allows, and at the end.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from queue import Queue
from threading import Thread
from typing import BinaryIO, Final

from docarchive import failures, processes
from docarchive.engines.protocol import Change
from docarchive.engines.whoosh.segment_builder import build
from docarchive.engines.whoosh.toc import Entry
from docarchive.errors import ArchiveError, DocarchiveError
from docarchive.folder import Folder

_BATCH: Final = 100  # articles


def build_in_processes(changes: Iterable[Change], folder: Folder, jobs: int) -> list[Entry]:
    """Writes segments of articles in several processes; raises the error of one that failed."""
    batches: Queue[bytes | None] = Queue(maxsize=jobs)
    builders: list[_BuilderProcess] = []
    try:
        builders.extend(_BuilderProcess(batches, folder) for _ in range(jobs))
        articles = (change for change in changes if change.article is not None)
        while batch := list(islice(articles, _BATCH)):
            batches.put(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
            if any(builder.failure for builder in builders):
                break
        for _ in builders:
            batches.put(None)
        return [entry for builder in builders for entry in builder.finish()]
    except BaseException:
        for builder in builders:
            builder.kill()
        for _ in builders:
            batches.put(None)
        raise


class _BuilderProcess:
    """A process that builds segments, and the thread that sends it batches; ``failure`` is why it failed, or None."""

    def __init__(self, batches: Queue[bytes | None], folder: Folder) -> None:
        self.failure: DocarchiveError | None = None
        self._batches = batches
        self._entries: list[Entry] = []
        self._process = processes.start(f"{__name__}:serve")
        self._thread = Thread(target=self._feed, args=(folder,), daemon=True)
        self._thread.start()

    def _feed(self, folder: Folder) -> None:
        tasks, answers = self._process.stdin, self._process.stdout
        assert tasks is not None
        assert answers is not None
        with suppress(OSError):  # it died: the missing answer says so
            pickle.dump(folder, tasks)
        while (batch := self._batches.get()) is not None:
            try:
                if not self.failure:
                    tasks.write(batch)
            except OSError:
                self.failure = _ended("too soon")
        with suppress(OSError):
            tasks.close()
        try:
            answer = pickle.load(answers)  # noqa: S301, our own process wrote it
        except (EOFError, OSError, pickle.UnpicklingError):
            answer = _ended(f"with code {self._process.wait()}")
        answers.close()
        self._process.wait()
        if isinstance(answer, DocarchiveError):
            self.failure = answer
        else:
            self._entries = answer

    def finish(self) -> list[Entry]:
        """Waits for the segments, and returns them."""
        self._thread.join()
        if self.failure:
            raise self.failure
        return self._entries

    def kill(self) -> None:
        """Ends the process at once."""
        self._process.kill()


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Builds segments in a process of ``build_in_processes``: receives batches, and answers with the segments."""
    answer: list[Entry] | DocarchiveError
    folder: Folder = pickle.load(tasks)  # noqa: S301, the process that started this one wrote it
    try:
        answer = build(_received(tasks), folder)
    except Exception as error:
        answer = failures.in_words(error, "the search index", folder.path)
        while tasks.read(1 << 20):
            pass
    pickle.dump(answer, answers)
    answers.close()


def _ended(how: str) -> ArchiveError:
    return ArchiveError(f"a process that builds the index has ended {how}; try again")


def _received(tasks: BinaryIO) -> Iterator[Change]:
    while True:
        try:
            batch = pickle.load(tasks)  # noqa: S301, as above
        except EOFError:
            return
        yield from batch
