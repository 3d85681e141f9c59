"""Crew: processes that build segments side by side.

Each takes batches of articles from this one, gathers a segment of its own, and writes it when it is as large
as memory allows, and at the end.
"""

from __future__ import annotations

import gc
import pickle
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice
from pathlib import Path
from queue import Queue
from secrets import token_hex
from threading import Thread
from typing import BinaryIO, Final

from docarchive import processes
from docarchive.engines.protocol import Change
from docarchive.engines.whoosh.segment_builder import Builder
from docarchive.engines.whoosh.toc import Entry, segment_path
from docarchive.errors import ArchiveError
from docarchive.query import AnalyzedArticle

#: Postings that are gathered before a segment is written; about 60 bytes each.
MAX_BUFFERED: Final = 2_500_000
#: Articles from which on other processes pay for the time that they take to start.
WORTHWHILE: Final = 2_000
_BATCH: Final = 100  # articles


def build(changes: Iterable[Change], folder: Path, most: int = MAX_BUFFERED) -> list[Entry]:
    """Writes segments of articles in this process; changes without an article are passed over.

    Args:
        changes: The articles.
        folder: The index.
        most: How many postings are gathered before a segment is written.
    """
    made: list[Entry] = []
    collecting = gc.isenabled()
    gc.disable()  # millions of small objects live to the end, and none of them is in a cycle
    try:
        builder = Builder()
        for change in changes:
            if change.article is not None:
                builder.add(AnalyzedArticle(change.article, change.language), change.row)
                if builder.buffered > most:
                    made.append(_written(builder, folder))
                    builder = Builder()
                    gc.collect()
        if builder.count:
            made.append(_written(builder, folder))
    finally:
        if collecting:
            gc.enable()
    return made


def build_together(changes: Iterable[Change], folder: Path, jobs: int) -> list[Entry]:
    """Writes segments of articles in several processes.

    Args:
        changes: The articles.
        folder: The index.
        jobs: How many processes.

    Raises:
        ArchiveError: One of them failed.
    """
    batches: Queue[bytes | None] = Queue(maxsize=jobs)
    crew: list[_Member] = []
    try:
        crew.extend(_Member(batches, folder) for _ in range(jobs))
        articles = (change for change in changes if change.article is not None)
        while batch := list(islice(articles, _BATCH)):
            batches.put(pickle.dumps(batch, pickle.HIGHEST_PROTOCOL))
            if any(member.failure for member in crew):
                break
        for _ in crew:
            batches.put(None)
        return [entry for member in crew for entry in member.finish()]
    except BaseException:
        for member in crew:
            member.kill()
        for _ in crew:
            batches.put(None)
        raise


class _Member:
    """One process of the crew, and the thread that hands it batches.

    Attributes:
        failure: What went wrong, if anything has.
    """

    def __init__(self, batches: Queue[bytes | None], folder: Path) -> None:
        self.failure = ""
        self._batches = batches
        self._made: list[Entry] = []
        self._process = processes.start(f"{__name__}:serve")
        self._thread = Thread(target=self._feed, args=(folder,), daemon=True)
        self._thread.start()

    def _feed(self, folder: Path) -> None:
        tasks, answers = self._process.stdin, self._process.stdout
        assert tasks is not None
        assert answers is not None
        with suppress(OSError):  # it died: that there is no answer tells
            pickle.dump(str(folder), tasks)
        while (batch := self._batches.get()) is not None:
            try:
                if not self.failure:
                    tasks.write(batch)
            except OSError:
                self.failure = "it ended too soon"
        with suppress(OSError):
            tasks.close()
        try:
            answer = pickle.load(answers)  # noqa: S301, our own process wrote it
        except (EOFError, OSError, pickle.UnpicklingError):
            answer = f"it ended with code {self._process.wait()}"
        answers.close()
        self._process.wait()
        if isinstance(answer, str):
            self.failure = answer
        else:
            self._made = answer

    def finish(self) -> list[Entry]:
        """Waits for the segments, and returns them."""
        self._thread.join()
        if self.failure:
            raise ArchiveError(f"a process that builds the index failed: {self.failure}")
        return self._made

    def kill(self) -> None:
        """Ends the process at once."""
        self._process.kill()


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Runs in a process of the crew: takes batches until there are no more, and answers with segments."""
    answer: list[Entry] | str
    try:
        answer = build(_received(tasks), Path(pickle.load(tasks)))  # noqa: S301, the process that started this one wrote it
    except Exception as error:
        answer = processes.describe(error)
        while tasks.read(1 << 20):
            pass
    pickle.dump(answer, answers)
    answers.close()


def _received(tasks: BinaryIO) -> Iterator[Change]:
    while True:
        try:
            batch = pickle.load(tasks)  # noqa: S301, as above
        except EOFError:
            return
        yield from batch


def _written(builder: Builder, folder: Path) -> Entry:
    entry = Entry(token_hex(8), builder.count, frozenset())
    builder.write(segment_path(folder, entry.id))
    return entry
