"""Listing the trash: which articles are there, since when, and which of its files are damaged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any

from docarchive.archive.search import listing
from docarchive.archive.search.searching import Searcher
from docarchive.archive.session import Session
from docarchive.archive.trash import searching
from docarchive.archive.trash.trash import Trash
from docarchive.records import NamedTuple
from docarchive.store.layout import TRASH, change_of_trash


class TrashedArticle(NamedTuple):
    """An article in the trash, or a file there that is damaged.

    Attributes:
        id: Its id; empty if the file is damaged.
        path: The path of its file in the trash, relative to the archive.
        change: The number of the change that removed it.
        removed: When that was, in UTC, as ISO 8601; None if the log does not say it.
        metadata: All of its metadata by key; empty if the file is damaged.
        damage: What is wrong with the file; None if nothing is.
    """

    id: str
    path: str
    change: int
    removed: str | None
    metadata: dict[str, Any]
    damage: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Returns the article as a JSON object: its metadata, and what is known of its removal."""
        return {**self.metadata, **{key: value for key, value in self._asdict().items() if key != "metadata"}}

    def _repr_html_(self) -> str:
        from docarchive.notebooks import record_table

        return record_table(self)


def entries(
    session: Session, query: str, sort: str, limit: int | None, offset: int, now: datetime | None
) -> Iterator[TrashedArticle]:
    """Yields the articles in the trash that match a query; see ``Archive.trash``."""
    shows_damaged = not query and not offset and limit is None
    with closing(Trash(session, names_damaged=shows_damaged)) as trash:
        tree = searching.tree_of(trash, query, now)
        times = _times(session)
        for row in listing.rows(trash, tree, Searcher(trash).order(sort), limit, offset):
            number = change_of_trash(row.path)
            yield TrashedArticle(row.id, row.path, number, times.get(number), row.metadata)
        for path, damage in trash.damaged.items() if shows_damaged else ():
            number = change_of_trash(path)
            yield TrashedArticle("", path, number, times.get(number), {}, damage)


def _times(session: Session) -> dict[int, str]:
    """Returns when the articles in the trash were removed, by change; the log is read as far as needed."""
    session.check_log()
    numbers = {int(name) for name in session.store.folder.folders(TRASH) if name.isdecimal()}
    times: dict[int, str] = {}
    for change, _ in session.store.log.changes():
        if len(times) == len(numbers) or change.number < min(numbers):
            break
        if change.number in numbers:
            times[change.number] = change.time
    return times
