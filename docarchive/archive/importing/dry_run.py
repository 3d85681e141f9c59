"""Dry run: a destination that remembers what it would write, and writes nothing (``--dry-run``)."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection

from docarchive.archive.importing.destination import Destination
from docarchive.archive.importing.merging import Said
from docarchive.archive.importing.records import HeldInput, NewArticle
from docarchive.archive.importing.refusals import NoRefusals
from docarchive.catalog import Catalog, Entry
from docarchive.store import Store


class DryRun(Destination):
    """A dry run. Keeps in a temporary database what the archive would have by now.

    Args:
        store: The archive's files; only read.
        catalog: Its catalog; only read.
    """

    def __init__(self, store: Store, catalog: Catalog) -> None:
        super().__init__(store, catalog, NoRefusals(store.quarantine))
        self._texts: dict[str, str] = {}  # of the batch, by path
        self._articles = sqlite3.connect("", isolation_level=None)  # SQLite deletes it when it is closed
        self._articles.execute(
            "CREATE TABLE articles (id TEXT PRIMARY KEY, strong TEXT UNIQUE, path TEXT, content TEXT, text TEXT)"
        )

    def find(self, strong: str | None, id_: str) -> Entry | None:
        sql = "SELECT id, path, content FROM articles WHERE strong = ? OR id = ? ORDER BY strong IS NOT ? LIMIT 1"
        row = self._articles.execute(sql, (strong, id_, strong)).fetchone()
        return Entry(row[0], row[1], row[2], 0, 0) if row else super().find(strong, id_)

    def said(self, entry: Entry) -> Said | None:
        known = self._articles.execute("SELECT 1 FROM articles WHERE id = ?", (entry.id,)).fetchone()
        return None if known else super().said(entry)

    def text(self, entry: Entry) -> str:
        row = self._articles.execute("SELECT text FROM articles WHERE id = ?", (entry.id,)).fetchone()
        return str(row[0]) if row else super().text(entry)

    def write(self, path: str, text: str, input_: HeldInput | None) -> None:
        self._texts[path] = text

    def commit(self, articles: Collection[NewArticle]) -> None:
        identified = ((new, new.identity()) for new in articles)
        rows = (
            (new.article.id, known.strong, new.path, known.content, self._texts[new.path]) for new, known in identified
        )
        self._articles.executemany("INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?)", rows)
        self._texts.clear()

    def close(self) -> None:
        self._articles.close()
