"""Listing: a query -> the catalog, or for words of the text the engine -> rows, in an order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from docarchive.archive.search.searchable import Searchable
from docarchive.archive.session import Session
from docarchive.catalog import Row
from docarchive.errors import UnsupportedQuery
from docarchive.query import Node

_MOST: Final = 2**62  # articles: SQLite takes no larger limit


def rows(
    session: Searchable, tree: Node, sort: str, limit: int | None, offset: int, keys: Sequence[str] | None = None
) -> Iterator[Row]:
    """Yields the rows of articles that match a query; for the arguments see ``Archive.list``."""
    limit, offset = -1 if limit is None else max(-1, min(limit, _MOST)), min(offset, _MOST)
    try:
        return session.catalog.rows(tree, sort=sort, limit=limit, offset=offset, keys=keys)
    except UnsupportedQuery:
        numbers = session.ask(lambda engine: engine.rows(tree))
        return session.catalog.rows_as_given(session.catalog.ids_in_order(numbers, sort, limit, offset), keys)


def ids(session: Session, tree: Node, sort: str) -> list[str]:
    """Returns the ids of all articles that match a query, in an order. Hold the lock: what matches is to be changed."""
    try:
        return [*session.catalog.ids(tree, sort)]
    except UnsupportedQuery:
        session.catch_up()  # while the lock is held, ``ask`` does not
        numbers = session.ask(lambda engine: engine.rows(tree))
        return session.catalog.ids_in_order(numbers, sort, -1, 0)


def count(session: Searchable, tree: Node) -> int:
    """Returns how many articles match a query."""
    try:
        return session.catalog.count(tree)
    except UnsupportedQuery:
        return session.ask(lambda engine: engine.count(tree))
