"""Syncing: two listings compared, that of the files and that of the catalog.

Both come in order of path and are walked side by side, so that an archive of any size takes little
memory, and a file whose size and time are as before is not opened. A rebuild is a sync with an empty
catalog; recovery is a sync of the files that an interrupted write was about to put in place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final, NamedTuple

from docarchive import frontmatter
from docarchive.archive.reports import Progress, Refused, SyncReport
from docarchive.article import Article
from docarchive.catalog import Catalog, Entry
from docarchive.errors import ArchiveDamaged, ArticleError, InputError, NotFoundError
from docarchive.identity import content_digest, make_id, strong_identity
from docarchive.store import Listed, Store

_BATCH: Final = 1_000
_ID = re.compile(r"[A-Za-z0-9][\w.-]{0,63}", re.ASCII)


class _Difference(NamedTuple):
    """A path in one listing or in both: file None, it is gone; entry None, it is new."""

    file: Listed | None
    entry: Entry | None


class Syncer:
    """One sync of one archive. Hold the archive's lock.

    Args:
        store: Its files.
        catalog: Its catalog.
        progress: Is told how many files were looked at.
    """

    def __init__(self, store: Store, catalog: Catalog, progress: Progress) -> None:
        self.report = SyncReport()
        self._store = store
        self._catalog = catalog
        self._progress = progress
        self._gone: dict[str, Entry] = {}  # by id, until it is clear that they have not moved
        self._seen: set[str] = set()  # ids of the files that were looked at
        self._changes: dict[str, tuple[Article, Listed]] = {}  # by id
        self._touched: list[tuple[str, Listed]] = []

    def run(self) -> None:
        """Brings the catalog up to the files."""
        total = 0
        for file, entry in self._differences(self._catalog.entries()):
            if file is None and entry is not None:
                self._gone[entry.id] = entry
            elif file is not None:
                total += 1
        self.report.unchanged = 0
        with self._catalog.snapshot() as before:
            done = 0
            for file, entry in self._differences(before.entries()):
                if file is not None:
                    self._look(file, entry)
                    done += 1
                    self._progress("read", done, total)
        self._finish()

    def remember_versions(self) -> None:
        """Notes from which records the old versions of articles came, as in a new catalog."""
        with self._catalog.transaction():
            for id_, text in self._store.versions():
                with suppress(InputError):
                    self._catalog.remember(frontmatter.read_article(text), id_)

    def look_at(self, paths: Iterable[str]) -> None:
        """Brings the catalog up to a few files; those that are not there are passed over."""
        for path in paths:
            if (self._store.root / path).is_file():
                self._look(self._store.stat(path), self._catalog.entry_at(path))
        self._finish()

    def recover(self) -> None:
        """Finishes an interrupted write: what was put in place comes into the catalog."""
        self.look_at(self._catalog.pending())
        with self._catalog.transaction():
            self._catalog.settle()

    def _differences(self, entries: Iterator[Entry]) -> Iterator[_Difference]:
        files = self._store.listing()
        file, entry = next(files, None), next(entries, None)
        while file is not None or entry is not None:
            if entry is None or (file is not None and file.path < entry.path):
                yield _Difference(file, None)
                file = next(files, None)
            elif file is None or entry.path < file.path:
                yield _Difference(None, entry)
                entry = next(entries, None)
            else:
                if file.size == entry.size and file.modified == entry.modified:
                    self.report.unchanged += 1
                else:
                    yield _Difference(file, entry)
                file, entry = next(files, None), next(entries, None)

    def _look(self, file: Listed, entry: Entry | None) -> None:
        """Reads a file that is new or looks changed, and decides what has happened to it."""
        try:
            file.path.encode()
            article = frontmatter.read_article(self._store.read(file.path))
            article.id = _id_of(article, file.path)
            twin = self._twin(article.id, file.path)
            if twin is not None:
                raise ArticleError("id", f"{twin} has the same id; give this file another one, or none")
        except UnicodeEncodeError:
            self._refuse(file.path.encode("utf-8", "replace").decode(), "the file's name is not UTF-8; rename it")
            return
        except (InputError, ArchiveDamaged, NotFoundError) as error:
            self._refuse(file.path, str(error).removeprefix(f"{file.path} "))
            return
        if entry is not None and entry.id == article.id and entry.content == content_digest(article):
            self._touched.append((article.id, file))
            self.report.unchanged += 1
            return
        moved = self._gone.pop(article.id, None)
        self._seen.add(article.id)
        if entry is not None and entry.id not in self._seen:
            self._gone[entry.id] = entry
        if moved is not None and moved.content == content_digest(article):
            self._touched.append((article.id, file))
            self.report.moved.append(file.path)
            return
        self._changes[article.id] = (article, file)
        (self.report.modified if entry is not None or moved is not None else self.report.added).append(file.path)
        if len(self._changes) >= _BATCH:
            self._write()

    def _twin(self, id_: str, path: str) -> str | None:
        """Returns the path of another file that has this id and is still there."""
        if id_ in self._changes:
            return self._changes[id_][1].path
        entry = self._catalog.entry(id_)
        if entry is None or entry.path == path or entry.id in self._gone:
            return None
        try:
            other = frontmatter.read_article(self._store.read(entry.path))
            return entry.path if _id_of(other, entry.path) == id_ else None
        except (InputError, ArchiveDamaged, NotFoundError):
            return None

    def _finish(self) -> None:
        self._write()
        with self._catalog.transaction():
            for entry in self._gone.values():
                self._catalog.remove(entry.id)
                self.report.removed.append(entry.path)
        self._gone.clear()

    def _write(self) -> None:
        with self._catalog.transaction():
            for id_, file in self._touched:
                self._catalog.touch(id_, *file)
            for article, file in self._changes.values():
                self._catalog.put(article, *file)
        self._touched.clear()
        self._changes.clear()

    def _refuse(self, path: str, reason: str) -> None:
        self.report.refused.append(Refused(path, reason))


def _id_of(article: Article, path: str) -> str:
    """Returns an article's id: its own, else one made from its strong identity or from its path."""
    if article.id:
        if not _ID.fullmatch(article.id):
            raise ArticleError("id", "an id is made of letters, digits, '.', '_' and '-', at most 64 of them")
        return article.id
    return make_id(strong_identity(article) or f"path:{path}")
