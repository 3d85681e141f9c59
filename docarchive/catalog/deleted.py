"""Deleted articles: by which a later import knows that the user deleted an article. See docs/decisions/0061."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence

from docarchive.catalog.database import Database, batches, placeholders
from docarchive.records import NamedTuple


class Deletion(NamedTuple):
    """An article whose file was deleted.

    Attributes:
        id: Its id.
        title: Its title.
        path: The path that its file had, relative to the archive.
        keys: Its id, and its strong identity if it has one.
    """

    id: str
    title: str
    path: str
    keys: list[str]


class Deleted(Database):
    """The catalog's methods for deleted articles."""

    def deletion(self, id_: str) -> Deletion | None:
        """Returns what to remember of an article that is about to be removed; None if there is no such article."""
        rows = self._select("ttT", "SELECT title, path, identity FROM articles WHERE id = ?", (id_,))
        return next((Deletion(id_, title, path, [id_, *([key] if key else [])]) for title, path, key in rows), None)

    def add_deleted(self, deleted: Iterable[tuple[str, Sequence[str]]]) -> None:
        """Adds deleted articles, by id with their keys (see ``Deletion``), except those that the catalog has."""
        for id_, keys in deleted:
            self._db.execute(
                "INSERT OR REPLACE INTO deleted SELECT value, ? FROM json_each(?)"
                " WHERE NOT EXISTS (SELECT 1 FROM articles WHERE id = ?)",
                (id_, json.dumps(keys), id_),
            )

    def deleted_with_prefix(self, prefix: str, limit: int) -> list[str]:
        """Returns the ids of deleted articles that start with a prefix, in order, up to a limit."""
        sql = "SELECT DISTINCT id FROM deleted WHERE id >= ? AND id < ? ORDER BY id LIMIT ?"
        return [id_ for (id_,) in self._select("t", sql, (prefix, f"{prefix}\U0010ffff", limit))]

    def deleted_keys(self, keys: Collection[str]) -> set[str]:
        """Returns those of the ids and strong identities that belong to deleted articles."""
        return {
            key
            for batch in batches([*keys])
            for (key,) in self._select("t", f"SELECT key FROM deleted WHERE key IN ({placeholders(batch)})", batch)
        }
