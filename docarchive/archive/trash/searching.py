"""Searching the trash: what ``Archive`` answers to queries with ``in:trash``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from docarchive.archive.search import listing
from docarchive.archive.search.options import SearchOptions
from docarchive.archive.search.searching import Results, Searcher
from docarchive.archive.session import Session
from docarchive.archive.trash.trash import Trash
from docarchive.catalog import Row
from docarchive.query import Node, read

if TYPE_CHECKING:
    from docarchive.article import Article


def search(session: Session, query: str, options: SearchOptions, similar_to: Article | None) -> Results:
    """Searches the trash; see ``Archive.search``."""
    with closing(Trash(session)) as trash:
        return Searcher(trash).search(query, options, similar_to)


def count(session: Session, query: str, language: str | None, now: datetime | None) -> int:
    """Returns how many articles in the trash match a query."""
    with closing(Trash(session)) as trash:
        return listing.count(trash, tree_of(trash, query, now, language))


def rows(
    session: Session,
    query: str,
    sort: str,
    limit: int | None,
    offset: int,
    now: datetime | None,
    keys: Sequence[str] | None = None,
) -> Iterator[Row]:
    """Yields the rows of the articles in the trash that match a query; see ``Archive.list``."""
    with closing(Trash(session)) as trash:
        order = Searcher(trash).order(sort)
        yield from listing.rows(trash, tree_of(trash, query, now), order, limit, offset, keys)


def resolve(session: Session, prefix: str) -> str:
    """Returns the id of the article in the trash that starts with a prefix; see ``Trash.resolve``."""
    with closing(Trash(session)) as trash:
        return trash.resolve(prefix)


def tree_of(trash: Trash, query: str, now: datetime | None = None, language: str | None = None) -> Node:
    """Returns the tree of a query about the trash, with or without ``in:trash``."""
    return read(query, Searcher(trash).context(language, now)).tree
