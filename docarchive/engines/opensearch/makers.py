"""Makers: documents of changes, as the lines that a bulk sends, made in this process or in others.

To analyze articles takes longer than to read or to send them. So many articles are made into documents in further
processes, while this one reads the next and sends the last.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from typing import Any, Final

from docarchive.engines.opensearch import bulk
from docarchive.engines.opensearch.leading import Copy, leader
from docarchive.engines.opensearch.schema import document
from docarchive.engines.protocol import Change
from docarchive.process_pool import ProcessPool, pack
from docarchive.records import NamedTuple

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
    waiting: deque[tuple[Task, Future[Any] | None]] = deque()
    with ProcessPool(count) as pool:
        for task in tasks:
            packed = pack(partial(make, task))
            waiting.append((task, pool.submit(packed) if packed else None))
            if len(waiting) > count:
                yield _made(*waiting.popleft())
        while waiting:
            yield _made(*waiting.popleft())


def _made(task: Task, future: Future[Any] | None) -> Made:
    """Returns what another process made of a task; if that has ended or failed, this one does the task."""
    made = None
    if future:
        with suppress(OSError):  # no process can be started
            made = future.result()
    return made if isinstance(made, Made) else make(task)
