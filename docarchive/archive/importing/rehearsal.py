"""Rehearsal: an import that decides everything and changes nothing (``--dry-run``)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from docarchive.archive.decisions import Decision
from docarchive.archive.importing.importer import Importer
from docarchive.archive.importing.records import Incoming, Refused
from docarchive.archive.importing.refusals import Keeping
from docarchive.catalog import Entry
from docarchive.errors import InputError, NotFoundError
from docarchive.frontmatter import read_article
from docarchive.identity import content_digest

_TABLE = "CREATE TABLE placed (id TEXT PRIMARY KEY, strong TEXT UNIQUE, path TEXT, content TEXT, text TEXT)"


class Rehearsal(Importer):
    """See ``Importer``. What would be in place by now is in a temporary database, outside of the archive."""

    def __init__(self, *args: Any, observe: Callable[[Decision], None], **options: Any) -> None:
        super().__init__(*args, observe=observe, **options)
        import sqlite3

        self._texts: dict[str, str] = {}  # of the batch, by path
        self._placed_so_far = sqlite3.connect("", isolation_level=None)  # SQLite deletes it when it is closed
        self._placed_so_far.execute(_TABLE)

    def close(self) -> None:
        """See ``Importer``."""
        self._placed_so_far.close()
        super().close()

    def _find(self, strong: str | None, id_: str) -> Entry | None:
        question = "SELECT id, path, content FROM placed WHERE strong = ? OR id = ? ORDER BY strong IS NOT ? LIMIT 1"
        row = self._placed_so_far.execute(question, (strong, id_, strong)).fetchone()
        return Entry(row[0], row[1], row[2], 0, 0) if row else super()._find(strong, id_)

    def _text(self, entry: Entry) -> str:
        row = self._placed_so_far.execute("SELECT text FROM placed WHERE id = ?", (entry.id,)).fetchone()
        return str(row[0]) if row else super()._text(entry)

    def _adopt(self, path: str, id_: str) -> Entry | None:
        with suppress(NotFoundError, InputError):
            found = read_article(self._store.read(path))
            return Entry(id_, path, content_digest(found), 0, 0)
        return None

    def _write(self, path: str, text: str) -> None:
        self._texts[path] = text

    def _commit(self) -> None:
        placed = ((id_, each, each.said()) for id_, each in self._placed.items())
        rows = ((id_, said.strong, each.path, said.content, self._texts[each.path]) for id_, each, said in placed)
        self._placed_so_far.executemany("INSERT OR REPLACE INTO placed VALUES (?, ?, ?, ?, ?)", rows)
        self._batch = self._store.batch()
        self._texts.clear()
        self._placed.clear()
        self._placed_identities.clear()

    def _keep_fetched(self) -> None:
        """Keeps nothing."""

    def _hold(self) -> Keeping:
        return _NoKeeping(self._store.quarantine)


class _NoKeeping(Keeping):
    """Leaves the quarantine as it is."""

    def keep(self, refused: Refused) -> str | None:
        """Keeps nothing."""
        return None

    def release(self, incoming: Incoming) -> None:
        """Releases nothing."""
