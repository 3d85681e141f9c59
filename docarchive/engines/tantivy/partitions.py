"""Parallel search of partitions of the index, for phrases of common words, which have very many positions.

A partition is a range of rows. tantivy computes scores from the statistics of the whole index, whatever part it
searches, so that the hits of all partitions are together those of one search. See decision 0057.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property, partial
from math import comb
from operator import itemgetter
from typing import Final, TypeVar

from tantivy import FieldType, Query

from docarchive.analysis import Slot
from docarchive.engines.tantivy.view import Hit, View, all_of, unscored
from docarchive.query import And, Boost, Node, Or, Phrase, Word

#: From this many articles with positions to read on, threads save more time than the filters of partitions take.
_MANY: Final = 100_000
_MAX_THREADS: Final = 4

T = TypeVar("T")


def view_for(query: Node, view: View) -> View:
    """Returns the view, or its partitions if these answer a query sooner."""
    if positions_read(query, view) < _MANY:
        return view
    from docarchive.processes import processors

    count = min(processors(), _MAX_THREADS)
    return PartitionedView(view, count) if count > 1 else view


def positions_read(node: Node, view: View, within: int | None = None) -> int:
    """Returns an upper estimate of the number of articles whose positions tantivy reads for the phrases of a query.

    ``within`` is how many articles can match the rest of the query; None: all.
    """
    if isinstance(node, Phrase):
        ways = comb(node.slop + len(node.slots) - 1, node.slop)
        return min(_most(node, view), view.total if within is None else within) * ways
    if isinstance(node, And):
        within = min([_most(child, view) for child in node.parts] + ([] if within is None else [within]))
    return sum(positions_read(child, view, within) for child in node.children())


def _most(node: Node, view: View) -> int:
    """Returns an upper estimate of the number of matches, from the frequencies of words."""
    if isinstance(node, Word):
        return _frequency(node.terms, view)
    if isinstance(node, Phrase):
        return min(_frequency(terms, view) for _, terms in node.slots)
    if isinstance(node, And):
        return min(_most(child, view) for child in node.parts)
    if isinstance(node, Or):
        return min(sum(_most(child, view) for child in node.parts), view.total)
    return _most(node.child, view) if isinstance(node, Boost) else view.total


def _frequency(terms: Slot, view: View) -> int:
    return sum(view.frequency(term)[0] for term in terms)


class PartitionedView(View):
    """A view that searches its partitions, at least 2, in threads, and merges their hits."""

    def __init__(self, view: View, count: int) -> None:
        self._whole = view
        self.schema, self.searcher, self.total = view.schema, view.searcher, view.total
        self._distinct = view._distinct
        last = [view.highest_row * number // count for number in range(1, count)]
        ends = zip([None, *(row + 1 for row in last)], [*last, None], strict=True)
        self._partitions = [unscored(self._rows(low, high)) for low, high in ends]

    def ask(
        self, query: Query, limit: int, *, by: str | None = None, descending: bool = False, count: bool = True
    ) -> tuple[int, list[Hit]]:
        """See ``View``."""
        ask = super().ask

        def task(partition: Query) -> Callable[[], tuple[int, list[Hit]]]:
            inside = all_of(query, partition)
            return lambda: ask(inside, limit, by=by, descending=descending, count=count)

        results = in_threads([task(partition) for partition in self._partitions])
        hits = [hit for _, own in results for hit in own]
        if by != "row" or descending:  # else they are in order already
            hits.sort(key=itemgetter(1))  # tantivy's order of equals
            hits.sort(key=itemgetter(0), reverse=descending or by is None)
        return sum(total for total, _ in results), hits[:limit]

    def numbers_by_term(self, query: Query, field: str, prefix: str) -> dict[str, int]:
        """See ``View``."""
        ask = super().numbers_by_term
        insides = [all_of(query, partition) for partition in self._partitions]
        numbers: Counter[str] = Counter()
        for own in in_threads([partial(ask, inside, field, prefix) for inside in insides]):
            numbers.update(own)
        return numbers

    @cached_property
    def average(self) -> float:
        """See ``View``."""
        return self._whole.average

    def _rows(self, low: int | None, high: int | None) -> Query:
        """Returns a query for rows from low to high, both included; None: no limit."""
        return Query.range_query(self.schema, "row", FieldType.Unsigned, low, high)


def in_threads(tasks: Sequence[Callable[[], T]]) -> list[T]:
    """Runs tasks in threads, the first in this one, and returns their results in order.

    When all have ended, the error of the first task that failed is raised.
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
        except RuntimeError:  # the system allows no more threads
            run(number)
        else:
            threads.append(thread)
    run(0)
    for thread in threads:
        thread.join()
    if raised:
        raise raised[min(raised)]
    return [returned[number] for number in range(len(tasks))]
