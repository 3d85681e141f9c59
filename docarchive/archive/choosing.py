"""Choosing: which articles an export hands out, in which order."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final, NamedTuple

from docarchive.catalog import Catalog, Row, Since
from docarchive.errors import UnsupportedQuery, UsageError
from docarchive.query import Every, Node

_MARK = re.compile(r"(\d{1,18})(?:-([0-9a-f]{8}))?")
_PART: Final = 500


class Choice(NamedTuple):
    """What is asked for.

    Attributes:
        tree: A query; not heeded where ids are given.
        ids: Full ids, in the order in which they are wanted; None for a query.
        sort: One of ``SORTS``; None for the order of the ids, or by date.
        limit: How many at most; None for all.
        since: Only what changed after that; None for all.
    """

    tree: Node
    ids: list[str] | None = None
    sort: str | None = None
    limit: int | None = None
    since: Since | None = None


def chosen(choice: Choice, catalog: Catalog, matches: Callable[[Node], Iterable[str]]) -> Iterator[Row]:
    """Yields the rows that are asked for.

    Args:
        choice: What is.
        catalog: The archive's.
        matches: Gives the ids of what matches a query that the catalog cannot answer.
    """
    return islice(_rows(choice, catalog, matches), choice.limit)


def _rows(choice: Choice, catalog: Catalog, matches: Callable[[Node], Iterable[str]]) -> Iterator[Row]:
    sort, since = choice.sort or "date", choice.since
    if choice.ids is not None:
        if choice.sort is None and since is None:
            return _as_named(choice.ids, catalog)
        return catalog.in_order(choice.ids, sort, since)
    try:
        return catalog.rows(None if isinstance(choice.tree, Every) else choice.tree, sort=sort, since=since)
    except UnsupportedQuery:
        return catalog.in_order(matches(choice.tree), sort, since)


def _as_named(ids: list[str], catalog: Catalog) -> Iterator[Row]:
    wanted = list(dict.fromkeys(ids))
    for start in range(0, len(wanted), _PART):
        part = wanted[start : start + _PART]
        found = catalog.rows_of(part)
        yield from (found[id_] for id_ in part if id_ in found)


def mark(catalog: Catalog) -> str:
    """Returns how far the journal goes, as ``since`` takes it: the number, and which journal it is of."""
    return f"{catalog.last_number()}-{catalog.epoch[:8]}"


def since_of(text: str | int, catalog: Catalog) -> Since:
    """Reads a mark, a number of the journal, or a date.

    Raises:
        UsageError: It is none, or a mark of a journal that is no more.
    """
    if found := _MARK.fullmatch(str(text).strip()):
        number, epoch = int(found[1]), found[2]
        if (epoch and epoch != catalog.epoch[:8]) or number > catalog.last_number():
            raise UsageError("the catalog was built anew since then; export everything once, or say a date")
        return Since(number)
    try:
        when = datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise UsageError(
            f"{text!r} is no moment to go on from; write what the last export printed, such as 1234-9f3a2c17, "
            "or a date, such as 2024-03-16 or 2024-03-16T12:00"
        ) from None
    when = when.replace(tzinfo=UTC) if when.tzinfo is None else when
    return Since(None, int(when.timestamp() * 1e9))
