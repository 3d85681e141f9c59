"""The journal: changes of articles in order. Engines follow it, and exports continue from a position in it.

A journal position is the number of a change: 1 for the first, and so on. A rebuilt catalog has a new journal, with
another ``epoch``, so a position is meaningful only together with its epoch (``engines.Position``).
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator

from docarchive.catalog.database import Database
from docarchive.catalog.stored import row_sum
from docarchive.records import NamedTuple


class ChangedArticle(NamedTuple):
    """An article that was added, changed or removed."""

    id: str
    path: str | None  # the path of its file, relative to the archive; None if the article was removed
    row: int  # its row number; 0 if it was removed
    language: str  # the language that its text is analyzed in; empty if it was removed
    position: int  # the journal position of its last change


def append(db: sqlite3.Connection, ids: Iterable[str]) -> None:
    """Adds changes of articles, by id, at the end of the journal; in the transaction that makes them."""
    db.executemany("INSERT INTO journal (id, sum) VALUES (?, ?)", ((id_, row_sum(id_)) for id_ in ids))


class Journal(Database):
    """The catalog's methods that read the journal."""

    @property
    def epoch(self) -> str:
        """The name of this catalog's journal; a rebuilt catalog has another one."""
        return str(self._one("t", "SELECT value FROM facts WHERE name = 'epoch'"))

    def written_position(self, position: int | None = None) -> str:
        """Returns a journal position as exports, manifests and backups print it; that of the last change if None."""
        return f"{self.last_position() if position is None else position}-{self.epoch[:8]}"

    def last_position(self) -> int:
        """Returns the journal position of the last change; 0 if there was none."""
        return int(self._one("n", "SELECT coalesce(max(position), 0) FROM journal"))

    def changes_since(self, position: int) -> Iterator[ChangedArticle]:
        """Yields the articles that changed after a journal position, in the order of their last changes."""
        sql = """
            SELECT j.id, a.path, coalesce(a.n, 0), coalesce(a.language, ''), j.last
            FROM (SELECT id, max(position) AS last FROM journal WHERE position > ? GROUP BY id) AS j
            LEFT JOIN articles AS a ON a.id = j.id ORDER BY j.last
        """
        return (ChangedArticle(*row) for row in self._select("tTntn", sql, (position,)))

    def last_position_of(self, id_: str, until: int) -> int:
        """Returns the journal position of an article's last change, up to a position; 0 if there was none."""
        sql = "SELECT coalesce(max(position), 0) FROM journal WHERE id = ? AND position <= ?"
        return int(self._one("n", sql, id_, until))

    def removed_since(self, position: int) -> list[str]:
        """Returns the ids of articles that were removed after a journal position, in order."""
        return [changed.id for changed in self.changes_since(position) if changed.path is None]

    def has_changes_since(self, position: int) -> bool:
        """Returns whether an article changed after a journal position; that takes no longer after many changes."""
        return bool(self._one("n", "SELECT EXISTS (SELECT 1 FROM journal WHERE position > ?)", position))

    def count_changes_since(self, position: int) -> int:
        """Returns the number of articles that changed after a journal position."""
        return int(self._one("n", "SELECT count(DISTINCT id) FROM journal WHERE position > ?", position))
