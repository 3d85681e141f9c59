"""Searching partitions of the index in parallel, where a phrase of common words has very many positions to be read.

A partition is a range of rows. tantivy weighs words by what is in the whole index, whatever is searched of it, so that
what partitions find is together what one search of all of it would. See docs/decisions/0057-phrases-in-parallel.md.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from math import comb
from operator import itemgetter
from typing import Final, TypeVar

from tantivy import FieldType, Query

from docarchive.analysis import Slot
from docarchive.engines.tantivy.view import Hit, View, all_of, unscored
from docarchive.query import And, Boost, Node, Or, Phrase, Word

#: From so many articles on in which positions are read, threads are worth it; for others their filters cost too much.
_MANY: Final = 100_000
_MAX_THREADS: Final = 4

T = TypeVar("T")


def view_for(query: Node, view: View) -> View:
    """Returns what a query is best asked of: the view itself, or its partitions."""
    if positions_read(query, view) < _MANY:
        return view
    from docarchive.processes import processors

    count = min(processors(), _MAX_THREADS)
    return PartitionedView(view, count) if count > 1 else view


def positions_read(node: Node, view: View, within: int | None = None) -> int:
    """Returns about how many articles tantivy reads positions of for the phrases of a query, at most.

    Args:
        node: The query.
        view: The index.
        within: How many articles can match at all, by what else there is; all of them, if it is left out.
    """
    if isinstance(node, Phrase):
        ways = comb(node.slop + len(node.slots) - 1, node.slop)
        return min(_most(node, view), view.total if within is None else within) * ways
    if isinstance(node, And):
        within = min([_most(part, view) for part in node.parts] + ([] if within is None else [within]))
    return sum(positions_read(child, view, within) for child in node.children())


def _most(node: Node, view: View) -> int:
    """Returns how many articles can match, as far as frequencies of words tell."""
    if isinstance(node, Word):
        return _frequency(node.terms, view)
    if isinstance(node, Phrase):
        return min(_frequency(terms, view) for _, terms in node.slots)
    if isinstance(node, And):
        return min(_most(part, view) for part in node.parts)
    if isinstance(node, Or):
        return min(sum(_most(part, view) for part in node.parts), view.total)
    return _most(node.child, view) if isinstance(node, Boost) else view.total


def _frequency(terms: Slot, view: View) -> int:
    return sum(view.frequency(term)[0] for term in terms)


class PartitionedView(View):
    """A view that asks its partitions, each in a thread, and puts together what they find.

    Args:
        view: The whole.
        count: How many partitions; two or more.
    """

    def __init__(self, view: View, count: int) -> None:
        self._whole = view
        self.schema, self.searcher, self.total = view.schema, view.searcher, view.total
        last = [view.highest_row * number // count for number in range(1, count)]
        ends = zip([None, *(row + 1 for row in last)], [*last, None], strict=True)
        self._partitions = [unscored(self._rows(low, high)) for low, high in ends]

    def ask(
        self, query: Query, limit: int, *, by: str | None = None, descending: bool = False, count: bool = True
    ) -> tuple[int, list[Hit]]:
        """See ``View``."""
        ask = super().ask

        def asking(partition: Query) -> Callable[[], tuple[int, list[Hit]]]:
            inside = all_of(query, partition)
            return lambda: ask(inside, limit, by=by, descending=descending, count=count)

        found = in_threads([asking(partition) for partition in self._partitions])
        hits = [hit for _, part in found for hit in part]
        if by != "row" or descending:  # else they are in order already
            hits.sort(key=itemgetter(1))  # tantivy's order of equals
            hits.sort(key=itemgetter(0), reverse=descending or by is None)
        return sum(total for total, _ in found), hits[:limit]

    @cached_property
    def average(self) -> float:
        """See ``View``."""
        return self._whole.average

    def _rows(self, low: int | None, high: int | None) -> Query:
        """Returns a query for rows from one number to another; None is open."""
        return Query.range_query(self.schema, "row", FieldType.Unsigned, low, high)


def in_threads(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Runs tasks that let others run meanwhile, each in a thread, the first in this one; returns what they return.

    Raises:
        BaseException: What the first that fails raises, when all have ended.
    """
    from threading import Thread

    returned: dict[int, T] = {}
    raised: dict[int, BaseException] = {}

    def run(number: int) -> None:
        try:
            returned[number] = tasks[number]()
        except BaseException as error:  # a panic of a library in Rust is no Exception
            raised[number] = error

    threads = []
    for number in range(1, len(tasks)):
        thread = Thread(target=run, args=(number,))
        try:
            thread.start()
        except RuntimeError:  # the system has no more threads to give
            run(number)
        else:
            threads.append(thread)
    run(0)
    for thread in threads:
        thread.join()
    if raised:
        raise raised[min(raised)]
    return [returned[number] for number in range(len(tasks))]
