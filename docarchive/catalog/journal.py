"""Journal: the changes of articles, in order, which engines follow and exports go on from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from docarchive.catalog.database import Database


class ChangedArticle(NamedTuple):
    """An article that has changed, for an engine.

    Attributes:
        id: The article's.
        path: Of its file; None if it is gone.
        row: The number of its row.
        language: The language of its words.
    """

    id: str
    path: str | None
    row: int
    language: str


class Journal(Database):
    """What reads the journal of a catalog."""

    @property
    def epoch(self) -> str:
        """Names this catalog's journal."""
        return str(self._one("SELECT value FROM facts WHERE name = 'epoch'"))

    def last_position(self) -> int:
        """Returns the journal position of the last change; 0 if there was none."""
        return int(self._one("SELECT coalesce(max(number), 0) FROM journal"))

    def changes_since(self, position: int) -> Iterator[ChangedArticle]:
        """Yields every article that changed after a journal position, once."""
        sql = """
            SELECT j.id, a.path, coalesce(a.n, 0), coalesce(a.language, '')
            FROM (SELECT id, max(number) AS last FROM journal WHERE number > ? GROUP BY id) AS j
            LEFT JOIN articles AS a ON a.id = j.id ORDER BY j.last
        """
        return (ChangedArticle(*row) for row in self._select(sql, (position,)))

    def last_position_of(self, id_: str, until: int) -> int:
        """Returns the journal position of an article's last change, up to a position; 0 if there was none."""
        sql = "SELECT coalesce(max(number), 0) FROM journal WHERE id = ? AND number <= ?"
        return int(self._one(sql, id_, until))

    def removed_since(self, position: int) -> list[str]:
        """Returns the ids of articles that are gone and changed after a journal position, in order."""
        return [changed.id for changed in self.changes_since(position) if changed.path is None]

    def count_changes_since(self, position: int) -> int:
        """Returns how many articles changed after a journal position."""
        return int(self._one("SELECT count(DISTINCT id) FROM journal WHERE number > ?", position))
