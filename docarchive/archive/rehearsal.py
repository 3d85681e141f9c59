"""Rehearsal: an import that decides everything and changes nothing (``--dry-run``)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from docarchive.archive.decisions import Decision
from docarchive.archive.importing import Importer
from docarchive.archive.incoming import Incoming
from docarchive.article import Article
from docarchive.catalog import Entry
from docarchive.errors import InputError, NotFoundError
from docarchive.frontmatter import read_article
from docarchive.identity import content_digest, strong_identity


class Rehearsal(Importer):
    """See ``Importer``. What would be in place by now is remembered: a few hundred bytes an article."""

    def __init__(self, *args: Any, observe: Callable[[Decision], None], **options: Any) -> None:
        super().__init__(*args, observe=observe, **options)
        self._entries: dict[str, Entry] = {}  # by id
        self._ids: dict[str, str] = {}  # by identity

    def _find(self, strong: str | None, id_: str) -> Entry | None:
        remembered = self._entries.get(self._ids.get(strong or "", id_))
        return remembered or super()._find(strong, id_)

    def _adopt(self, path: str, id_: str) -> Entry | None:
        with suppress(NotFoundError, InputError):
            found = read_article(self._store.read(path))
            return Entry(id_, path, content_digest(found), 0, 0)
        return None

    def _update(self, article: Article, entry: Entry, incoming: Incoming) -> None:
        if entry.id not in self._entries:
            super()._update(article, entry, incoming)
            return
        article.id = entry.id
        self._placed[entry.id] = (article, entry.path)
        self.report.updated += 1
        self._observe(Decision("updated", incoming.where, article.id, article.title))

    def _commit(self) -> None:
        for id_, (article, path) in self._placed.items():
            self._entries[id_] = Entry(id_, path, content_digest(article), 0, 0)
            if strong := strong_identity(article):
                self._ids[strong] = id_
        self._batch = self._store.batch()
        self._placed.clear()
        self._placed_identities.clear()

    def _keep(self, where: str, reason: str, content: bytes | Path | None) -> str | None:
        return None
