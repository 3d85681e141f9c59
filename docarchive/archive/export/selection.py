"""Selection: which articles an export writes, in which order, and the journal position to export from next time."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from docarchive.catalog import Catalog, Row, Since
from docarchive.dates.words import date_range, utc_moment
from docarchive.errors import UnsupportedQuery, UsageError
from docarchive.query import Every, Node
from docarchive.records import NamedTuple

_POSITION = re.compile(r"(\d{1,18})(?:-([0-9a-f]{8}))?")


class Selection(NamedTuple):
    """What to select."""

    tree: Node  # a query; ignored where ids are given
    ids: list[str] | None = None  # full ids, in the order in which to export them; None for a query
    #: One of ``SORTS``; None for the order of the ids, or by date; with a limit and ``since``, in the order of the
    #: changes.
    sort: str | None = None
    limit: int | None = None  # the maximum number of articles; None for all
    since: Since | None = None  # select only articles that changed after this; None for all


class SelectedRows:
    """The rows of the selected articles. Iterate over them once.

    Args:
        selection: What to select.
        catalog: The archive's catalog.
        matches: Returns the journal position of the index, and the ids of articles that match a query, for queries
            that the catalog cannot answer. Then ``behind`` is the number of changes that the index did not have.
    """

    def __init__(
        self, selection: Selection, catalog: Catalog, matches: Callable[[Node], tuple[int, Iterable[str]]]
    ) -> None:
        self.behind = 0
        self._selection = selection
        self._catalog = catalog
        self._matches = matches
        self._until = catalog.last_position()  # later changes are for the next export
        self._since = (selection.since.position if selection.since else None) or 0
        limited = selection.limit is not None and selection.since is not None
        self._by_change = limited and selection.sort is None and selection.ids is None
        self._last_id = ""
        self._is_cut = False

    def __iter__(self) -> Iterator[Row]:
        sort = "changed" if self._by_change else self._selection.sort
        rows = iter(_rows(self._selection._replace(sort=sort), self._catalog, self._ids_of))
        for row in islice(rows, self._selection.limit):
            self._last_id = row.id
            yield row
        self._is_cut = self._selection.limit is not None and next(rows, None) is not None

    def _ids_of(self, tree: Node) -> Iterable[str]:
        """Queries the index; changes that it does not have are left for the next export."""
        indexed, ids = self._matches(tree)
        if indexed < self._until:
            self.behind = self._catalog.count_changes_since(indexed)
            self._until = max(indexed, self._since)
        return ids

    @property
    def position(self) -> str:
        """The journal position up to which changes are exported, as ``since`` takes it.

        If the limit left articles out, it is that of the last exported change where changes are exported in their
        order; in any other order it stays where this export started (decision 0054).
        """
        position = self._until
        if self._is_cut:
            position = self._since
            if self._by_change and self._last_id:
                position = max(position, self._catalog.last_position_of(self._last_id, self._until))
        return self._catalog.written_position(position)


def _rows(selection: Selection, catalog: Catalog, ids_of: Callable[[Node], Iterable[str]]) -> Iterator[Row]:
    sort, since, tree = selection.sort or "date", selection.since, selection.tree
    if selection.ids is not None:
        if selection.sort is None and since is None:
            return catalog.rows_as_given([*dict.fromkeys(selection.ids)])
        return catalog.rows_in_order(selection.ids, sort, since)
    try:
        return catalog.rows(None if isinstance(tree, Every) else tree, sort=sort, since=since)
    except UnsupportedQuery:
        return catalog.rows_in_order(ids_of(tree), sort, since)


def since_of(text: str | int | datetime, catalog: Catalog, now: datetime | None = None) -> Since:
    """Reads a journal position, or a date in UTC as queries take them, in words relative to ``now`` or the present.

    Raises:
        UsageError: It is neither, or the position of a journal that was replaced.
    """
    if isinstance(text, datetime):
        return _written_since(text)
    if match := _POSITION.fullmatch(str(text).strip()):
        position, epoch = int(match[1]), match[2]
        if (epoch and epoch != catalog.epoch[:8]) or position > catalog.last_position():
            raise UsageError("the catalog was rebuilt since that position; export everything once, or use a date")
        return Since(position)
    when = _moment(str(text).strip(), utc_moment(now))
    if when is None:
        raise UsageError(
            f"{text!r} is neither a position nor a date; use a position that an export printed, such as 1234-9f3a2c17, "
            "or a date, such as 2024-03-16, 2024-03-16T12:00 or yesterday"
        )
    return _written_since(when)


def _written_since(when: datetime) -> Since:
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return Since(None, min(max(int(when.timestamp() * 1e9), 0), 2**63 - 1))  # SQLite takes no larger number


def _moment(text: str, now: datetime) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        dates = date_range(text, now)
        return datetime.fromisoformat(dates[0]) if dates else None
