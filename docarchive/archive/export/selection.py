"""Choosing: which articles an export hands out, in which order, and what the next one can go on from."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final, NamedTuple

from docarchive.catalog import Catalog, Row, Since
from docarchive.dates.words import date_range
from docarchive.errors import UnsupportedQuery, UsageError
from docarchive.query import Every, Node

_POSITION = re.compile(r"(\d{1,18})(?:-([0-9a-f]{8}))?")
_PART: Final = 500


class Choice(NamedTuple):
    """What is asked for.

    Attributes:
        tree: A query; not heeded where ids are given.
        ids: Full ids, in the order in which they are wanted; None for a query.
        sort: One of ``SORTS``; None for the order of the ids, or by date; with a limit and ``since``,
            in the order of the changes.
        limit: How many at most; None for all.
        since: Only what changed after that; None for all.
    """

    tree: Node
    ids: list[str] | None = None
    sort: str | None = None
    limit: int | None = None
    since: Since | None = None


class Chosen:
    """The rows that are asked for: iterate over them once.

    Args:
        choice: What is asked for.
        catalog: The archive's.
        matches: Gives how far in the journal the index goes, and the ids of what matches a query that the catalog
            cannot answer.

    Attributes:
        behind: How many changed articles the index did not have yet, if it was asked, as while another process imports.
    """

    def __init__(self, choice: Choice, catalog: Catalog, matches: Callable[[Node], tuple[int, Iterable[str]]]) -> None:
        self.behind = 0
        self._choice = choice
        self._catalog = catalog
        self._matches = matches
        self._reached = catalog.last_position()  # what changes from now on is for the next export
        self._since = (choice.since.position if choice.since else None) or 0
        asked = choice.limit is not None and choice.since is not None
        self._by_change = asked and choice.sort is None and choice.ids is None
        self._last = ""
        self._is_cut = False

    def __iter__(self) -> Iterator[Row]:
        """Yields them."""
        sort = "changed" if self._by_change else self._choice.sort
        rows = iter(_rows(self._choice._replace(sort=sort), self._catalog, self._ask))
        for row in islice(rows, self._choice.limit):
            self._last = row.id
            yield row
        self._is_cut = self._choice.limit is not None and next(rows, None) is not None

    def _ask(self, tree: Node) -> Iterable[str]:
        """Asks the index, beyond which nothing is handed out then."""
        indexed, ids = self._matches(tree)
        if indexed < self._reached:
            self.behind = self._catalog.count_changes_since(indexed)
            self._reached = max(indexed, self._since)
        return ids

    @property
    def position(self) -> str:
        """How far the journal is handed out, as ``since`` takes it: the position, and which journal it is of.

        Where the limit left something out, it goes no further than to what was handed out of all changes in order;
        where that is of no order, it stays where this export began.
        """
        position = self._reached
        if self._is_cut:
            position = self._since
            if self._by_change and self._last:
                position = max(position, self._catalog.last_position_of(self._last, self._reached))
        return f"{position}-{self._catalog.epoch[:8]}"


def _rows(choice: Choice, catalog: Catalog, matches: Callable[[Node], Iterable[str]]) -> Iterator[Row]:
    sort, since = choice.sort or "date", choice.since
    if choice.ids is not None:
        if choice.sort is None and since is None:
            return _as_named(choice.ids, catalog)
        return catalog.rows_in_order(choice.ids, sort, since)
    try:
        return catalog.rows(None if isinstance(choice.tree, Every) else choice.tree, sort=sort, since=since)
    except UnsupportedQuery:
        return catalog.rows_in_order(matches(choice.tree), sort, since)


def _as_named(ids: list[str], catalog: Catalog) -> Iterator[Row]:
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), _PART):
        part = wanted[start : start + _PART]
        found = catalog.rows_of(part)
        yield from (found[id_] for id_ in part if id_ in found)


def since_of(text: str | int, catalog: Catalog, now: datetime | None = None) -> Since:
    """Reads a journal position, with or without the name of its journal, or a date as queries take them.

    Args:
        text: What was said.
        catalog: The archive's.
        now: What dates in words are relative to, in UTC; the present if left out.

    Raises:
        UsageError: It is none, or a position of a journal that is no more.
    """
    if found := _POSITION.fullmatch(str(text).strip()):
        position, epoch = int(found[1]), found[2]
        if (epoch and epoch != catalog.epoch[:8]) or position > catalog.last_position():
            raise UsageError("the catalog was built anew since then; export everything once, or say a date")
        return Since(position)
    when = _moment(str(text).strip(), now or datetime.now(UTC).replace(tzinfo=None))
    if when is None:
        raise UsageError(
            f"{text!r} is no moment to go on from; write what the last export printed, such as 1234-9f3a2c17, "
            "or a date, such as 2024-03-16, 2024-03-16T12:00 or yesterday"
        )
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return Since(None, int(when.timestamp() * 1e9))


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        found = date_range(text, now)
        return datetime.fromisoformat(found[0]) if found else None
