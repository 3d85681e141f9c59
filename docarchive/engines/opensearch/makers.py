"""Makers: documents of changes, as the lines that a bulk sends, made in this process or in others.

To analyze articles takes longer than to read or to send them. So many articles are made into documents in further
processes, while this one reads the next and sends the last.
"""

from __future__ import annotations

import pickle
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from itertools import chain, islice
from queue import SimpleQueue
from typing import TYPE_CHECKING, BinaryIO, Final

from docarchive import processes
from docarchive.engines.opensearch import bulk
from docarchive.engines.opensearch.leading import Copy, leader
from docarchive.engines.opensearch.schema import document
from docarchive.engines.protocol import Change
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    import subprocess

#: From so many tasks on, further processes are worth starting.
_WORTHWHILE: Final = 2
#: More of them would wait for this process, which reads and sends.
_MOST: Final = 2


class Task(NamedTuple):
    """Changes that are made into lines together."""

    changes: list[Change]
    others: dict[str, list[Copy]]  # the documents that other archives have of these articles, by id
    archive: str  # the archive's name in the cluster


class Made(NamedTuple):
    """What a task was made into."""

    lines: list[bulk.Lines]  # of each change, in order
    following: list[str]  # the ids whose document was made one that does not lead


def make(task: Task) -> Made:
    """Makes the lines of changes."""
    made = Made([], [])
    for change in task.changes:
        if change.article is None:
            made.lines.append(bulk.deleting(change.id, change.number))
            continue
        fields = document(change, task.archive)
        if others := task.others.get(change.id):
            own = Copy.of(fields)
            if leader([own, *others]) is not own:
                fields["leading"] = False
                made.following.append(change.id)
        made.lines.append(bulk.indexing(change.id, change.number, fields))
    return made


def make_all(tasks: Iterator[Task], jobs: int) -> Generator[Made, None, None]:
    """Yields what tasks are made into, in order.

    Args:
        tasks: The tasks; few are read ahead.
        jobs: How many processes may work, with this one.
    """
    first = [*islice(tasks, _WORTHWHILE)] if jobs > 1 else []
    tasks = chain(first, tasks)
    if len(first) < _WORTHWHILE:
        yield from map(make, tasks)
    else:
        yield from _make_in_processes(tasks, min(jobs - 1, _MOST))


def _make_in_processes(tasks: Iterable[Task], count: int) -> Iterator[Made]:
    makers = [processes.start(f"{__name__}:serve") for _ in range(count)]
    idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
    for maker in makers:
        idle.put(maker)

    def ask(task: Task) -> Made:
        maker = idle.get()
        try:
            return _asked(maker, task)
        finally:
            idle.put(maker)

    waiting: deque[Future[Made]] = deque()
    threads = ThreadPoolExecutor(count)
    try:
        for task in tasks:
            waiting.append(threads.submit(ask, task))
            if len(waiting) > count:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        threads.shutdown(wait=False, cancel_futures=True)
        for maker in makers:
            maker.kill()  # a thread that waits for its answer sees that
        threads.shutdown()
        for maker in makers:
            _close(maker)


def _close(maker: subprocess.Popen[bytes]) -> None:
    for stream in (maker.stdin, maker.stdout):
        with suppress(OSError):  # it has not read all
            assert stream is not None
            stream.close()
    maker.wait()


def _asked(maker: subprocess.Popen[bytes], task: Task) -> Made:
    """Returns what another process makes of a task; if that has ended or fails, this one does the task."""
    assert maker.stdin is not None
    assert maker.stdout is not None
    with suppress(OSError, EOFError, ValueError, pickle.UnpicklingError):
        pickle.dump(task, maker.stdin, pickle.HIGHEST_PROTOCOL)
        maker.stdin.flush()
        made = pickle.load(maker.stdout)  # noqa: S301, our own process wrote it
        if isinstance(made, Made):
            return made
    return make(task)


def serve(tasks: BinaryIO, answers: BinaryIO) -> None:
    """Runs in another process: makes each task until there are no more; for one that fails, the answer is None."""
    with suppress(EOFError, OSError):
        while True:
            task = pickle.load(tasks)  # noqa: S301, the process that started this one wrote it
            made = None
            with suppress(Exception):  # the process that asked does it again, and has the error then
                made = make(task)
            pickle.dump(made, answers, pickle.HIGHEST_PROTOCOL)
            answers.flush()
