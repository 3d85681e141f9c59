"""Documents that several processes make: the same as those of one process, in the same order."""

import os
import signal
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from docarchive import Article
from docarchive.engines import Change
from docarchive.engines.opensearch.bulk import Lines
from docarchive.engines.opensearch.leading import Copy
from docarchive.engines.opensearch.makers import Made, Task, make_all
from docarchive.engines.opensearch.schema import document


def tasks(count: int = 8) -> Iterator[Task]:
    """Yields tasks of 25 changes; some articles are deleted, and of some another archive has a longer text."""
    for first in range(0, count * 25, 25):
        changes = []
        for number in range(first + 1, first + 26):
            text = f"The ferries came in late, and number {number} was the last that day."
            article = Article(id=f"a{number}", title=f"Harbour {number}", body=text)
            changes.append(Change(article.id, article if number % 7 else None, row=number, number=number))
        others = {change.id: [longer(change)] for change in changes if change.article and change.number % 5 == 0}
        yield Task(changes, others, "one")


def longer(change: Change) -> Copy:
    """Returns the document that another archive has of an article."""
    own = Copy.of(document(change, "other"))
    return own._replace(length=own.length + 1, index_name="news.other.1")


def lines_of(made: list[Made]) -> list[Lines]:
    return [*chain.from_iterable(one.lines for one in made)]


def makers() -> list[int]:
    """Returns the ids of the processes that this one has started, and that make documents."""
    children = chain.from_iterable(path.read_text().split() for path in Path("/proc/self/task").glob("*/children"))
    return [int(pid) for pid in children if b"process_pool" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_several_processes_make_the_same_as_one() -> None:
    alone = [*make_all(tasks(), 1)]
    assert len(lines_of(alone)) == 200
    assert any(one.following for one in alone)
    several = [*make_all(tasks(), 3)]
    assert lines_of(several) == lines_of(alone)
    assert [one.following for one in several] == [one.following for one in alone]
    assert not makers()


def test_a_process_that_is_killed_loses_nothing() -> None:
    made = make_all(tasks(), 2)
    first = next(made)
    for pid in makers():
        os.kill(pid, signal.SIGKILL)
    assert lines_of([first, *made]) == lines_of([*make_all(tasks(), 1)])
    assert not makers()


def test_a_reader_that_stops_leaves_no_process() -> None:
    made = make_all(tasks(), 3)
    next(made)
    assert len(makers()) == 2
    made.close()
    assert not makers()


def test_few_changes_start_no_process() -> None:
    made = make_all(tasks(1), 3)
    next(made)
    assert not makers()
