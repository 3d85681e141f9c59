"""Destination: where an importer looks up articles and writes them: the archive, or nowhere in a dry run.

Owns the batch of files and the catalog's transaction. The importer decides what to write.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Sequence
from contextlib import suppress

from docarchive import frontmatter
from docarchive.archive.importing.merging import Said
from docarchive.archive.importing.pictures import Opener, Pictures
from docarchive.archive.importing.records import HeldInput, NewArticle
from docarchive.archive.importing.refusals import NoRefusals, Refusals, discard
from docarchive.archive.indexing.filing import FiledArticle, Filing, unwritable
from docarchive.archive.indexing.live import LiveIndexer
from docarchive.archive.progress import no_progress
from docarchive.article import Article
from docarchive.catalog import Catalog, Entry
from docarchive.catalog.entries import EntryData
from docarchive.dates import utc_now
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.folder import File
from docarchive.identity import content_digest
from docarchive.pictures import paths_in, placed
from docarchive.store import Batch, Store


class Destination:
    """Where an importer looks up articles and writes them: this base looks them up, and writes nothing. Close it.

    ``in_catalog`` says whether articles are in the catalog once they are committed. ``pictures`` are those of the
    articles that are imported, ``new_pictures`` says how many of them were written.
    """

    in_catalog = False

    def __init__(self, store: Store, catalog: Catalog, refusals: Refusals, pictures: Pictures) -> None:
        self.refusals = refusals
        self.pictures = pictures
        self.new_pictures = 0
        self._store = store
        self._catalog = catalog
        self._has_merged = catalog.has_merged()
        self._ahead: dict[str, Entry] | None = None  # by strong identity and id; None: ask for each
        self._exists_ahead: dict[str, bool] = {}  # by the path of a new article

    def look_ahead(self, articles: Sequence[NewArticle]) -> None:
        """Looks up many articles and their paths at once; the answers are used until the next commit."""
        identities = [name for new in articles for name in (new.strong, new.at_shared_url) if name]
        self._ahead = self._catalog.find_entries(identities, [new.article.id for new in articles])
        paths = [new.path for new in articles]
        existing = self._store.existing(paths)
        self._exists_ahead = {path: path in existing for path in paths}

    def find(self, strong: str | None, id_: str) -> Entry | None:
        """Returns the entry of the article with this strong identity or this id."""
        if self._ahead is not None:
            return (self._ahead.get(strong) if strong else None) or self._ahead.get(id_)
        return (self._catalog.entry_of_identity(strong) if strong else None) or self._catalog.entry(id_)

    def read_pictures(self, article: Article, picture: Opener) -> None:
        """Reads the pictures that an article shows, which are stored with it; see ``Pictures.readdress``."""
        try:
            self.pictures.readdress(article, picture)
        except OSError as error:
            raise unwritable(error) from error

    def entry(self, id_: str) -> Entry | None:
        """Returns the entry of the article with this id, whether it was looked up ahead or not."""
        return self._catalog.entry(id_)

    def shares_url(self, url_identity: str) -> bool:
        """Returns whether several articles have the address of an identity ``url:…``."""
        return self._catalog.has_identity_with(url_identity + " ")

    def said(self, entry: Entry) -> Said | None:
        """Returns what the last import said of an article; None if that is not known."""
        return self._catalog.said(entry.id)

    def find_original(self, digest: str) -> File | None:
        """Returns the file of an original, or None if the archive has none with that digest."""
        return self._store.original(digest)

    def kept_instead(self, id_: str) -> Entry | None:
        """Returns the entry of the article into which the one with this id was merged; None if it was not."""
        return self._catalog.kept_instead([id_]).get(id_) if self._has_merged else None

    def merged_version(self, kept: str, id_: str) -> Article | None:
        """Returns the last version of an article that had another id until it was merged; None if that is lost."""
        for path in reversed(self._store.versions_of(kept)):
            with suppress(InputError, ArchiveDamaged):
                article = frontmatter.read_article(self._store.read_version(path))
                if article.id == id_:
                    return article
        return None

    def deleted(self, keys: Collection[str]) -> set[str]:
        """Returns those of the ids and strong identities that belong to articles that the user deleted."""
        return self._catalog.deleted_keys(keys)

    def text(self, entry: Entry) -> str:
        """Returns the file of an article; raises ``NotFoundError`` if it is gone."""
        return self._store.read(entry.path)

    def read(self, entry: Entry) -> tuple[str, Article]:
        """Returns the file of an article and the article in it.

        Raises:
            NotFoundError: The file is gone.
            InputError: Its metadata is not valid.
            ArchiveDamaged: It cannot be read, or is damaged.
        """
        text = self.text(entry)
        from docarchive.archive.indexing.damaged_articles import check

        article = frontmatter.read_article(text) if "\0" not in text else None
        check(text, article, self._store, entry.path, self._catalog)
        assert article is not None
        return text, article

    def is_gone(self, entry: Entry) -> bool:
        """Returns whether the file of an article is gone or damaged; one that is no text may be an edit."""
        from docarchive.archive.indexing.damaged_articles import is_damaged

        try:
            return is_damaged(self.text(entry), self._store, entry.path, self._catalog) is not None
        except NotFoundError:
            return True
        except ArchiveDamaged:
            return False

    def exists(self, path: str) -> bool:
        """Returns whether there is a file at the path of a new article."""
        known = self._exists_ahead.get(path) if self._ahead is not None else None
        return self._store.exists(path) if known is None else known

    def adopt(self, path: str, id_: str) -> Entry | None:
        """Adds the file at the path of a new article to the catalog, instead of overwriting it.

        Returns the entry of the article with this id, if the file is that article.
        """
        from docarchive.archive.indexing.damaged_articles import read_article

        with suppress(NotFoundError, InputError, ArchiveDamaged):
            return Entry(id_, path, content_digest(read_article(self._store, path, self._catalog)), 0, 0)
        return None

    def write(self, path: str, text: str, input_: HeldInput | None) -> None:
        """Adds an article's file, and the bytes of its input unless they are not wanted, to the batch."""

    def restore(self, input_: HeldInput, ids: Sequence[str]) -> None:
        """Stores an input again whose original is lost or damaged, if it is that of some unchanged articles."""

    def without_pictures(self, ids: Sequence[str]) -> dict[str, str]:
        """Returns the texts of the files of those of some articles that show lost or damaged pictures, by id."""
        return {}

    def restore_pictures(self, text: str) -> None:
        """Stores the pictures again that an unchanged article shows, and that were lost or damaged.

        Args:
            text: The article's text; ``read_pictures`` has read its pictures.
        """

    def keep_version(self, entry: Entry, text: str) -> None:
        """Adds an earlier version of an article to the batch."""

    def commit(self, articles: Collection[NewArticle], *, more: bool) -> None:
        """Writes the batch, and stores the articles whose files are in it.

        Args:
            articles: The articles.
            more: Whether other processes parse more articles after these.

        Raises:
            ArchiveError: The archive cannot be written.
        """

    def record_refusals(self) -> None:
        """Flushes what was refused to the disk, and records it in the catalog."""

    def note_seen(self, fingerprint: str, id_: str) -> None:
        """Notes that a record needs not be parsed again; it is stored with the next commit or at the end."""

    def note_fetched(self, address: str, etag: str | None, modified: str | None) -> None:
        """Notes the validators that a server returned for a URL; they are stored at the end."""

    def end(self) -> None:
        """Stores what was noted, deletes released refusals, and updates the index."""

    def close(self) -> None:
        """Ends what was started."""


class ArchiveDestination(Destination):
    """The archive. Hold its lock.

    Args:
        store: The archive's files.
        catalog: Its catalog.
        indexer: Indexes the articles; None if they are indexed later.
        request: The command, and what it was asked to do, for the log.
        pictures: Whether the pictures that articles show are kept.
        refusals: Whether what is refused is kept in quarantine.
    """

    in_catalog = True

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        indexer: LiveIndexer | None,
        request: tuple[str, str],
        *,
        pictures: bool,
        refusals: bool,
    ) -> None:
        kind = Refusals if refusals else NoRefusals
        super().__init__(store, catalog, kind(store.quarantine), Pictures(store, kept=pictures, copied=True))
        self._indexer = indexer
        self._filing = Filing(store, catalog, indexer, *request)
        self._last_input: HeldInput | None = None  # most inputs have many records, one after the other
        self._fetched: list[tuple[str, str | None, str | None]] = []
        self._seen: list[tuple[str, str]] = []

    def adopt(self, path: str, id_: str) -> Entry | None:
        from docarchive.archive.indexing.syncer import Syncer

        Syncer(self._store, self._catalog, no_progress).look_at([path])
        self._ahead = None
        return self._catalog.entry(id_)

    def write(self, path: str, text: str, input_: HeldInput | None) -> None:
        if input_ is not None and input_ is not self._last_input:
            self._filing.keep_original(input_.original)
            self._last_input = input_
        self.new_pictures += self.pictures.add_to(self._filing.batch, text)
        self._filing.write(path, placed(text, path).encode())

    def restore(self, input_: HeldInput, ids: Sequence[str]) -> None:
        original = input_.original
        if self._store.folder.is_file(original.path) or self._catalog.is_original_of(f"sha256:{original.digest}", ids):
            batch = self._store.batch()
            self._store.originals.keep(original, batch)
            _commit(batch)

    def without_pictures(self, ids: Sequence[str]) -> dict[str, str]:
        lost: dict[str, str] = {}
        if not self.pictures.kept:
            return lost
        for id_, entry in self._catalog.find_entries([], ids).items():
            with suppress(NotFoundError, ArchiveDamaged):
                text = self._store.read(entry.path)
                try:
                    for path in paths_in(text):
                        self._store.originals.check(path)
                except ArchiveDamaged:
                    lost[id_] = text
        return lost

    def restore_pictures(self, text: str) -> None:
        batch = self._store.batch()
        if added := self.pictures.add_to(batch, text):
            self.new_pictures += added
            _commit(batch)

    def keep_version(self, entry: Entry, text: str) -> None:
        self._filing.keep_version(entry, text.encode())

    def commit(self, articles: Collection[NewArticle], *, more: bool) -> None:
        def note() -> None:
            self._catalog.note_import(utc_now())
            self._catalog.add_seen(self._seen)

        filed = [FiledArticle(self._entry(new), new.article, new.path) for new in articles]
        self._filing.commit(filed, note, more=more)
        self._seen.clear()
        self._ahead = None

    def record_refusals(self) -> None:
        if refused := self.refusals.sync():
            with self._catalog.transaction():
                self._catalog.record(refused)

    def _entry(self, new: NewArticle) -> EntryData:
        return EntryData.of(new.article, self._catalog.language, new.signature, new.identified, new.metadata, new.said)

    def note_seen(self, fingerprint: str, id_: str) -> None:
        self._seen.append((fingerprint, id_))

    def note_fetched(self, address: str, etag: str | None, modified: str | None) -> None:
        self._fetched.append((address, etag, modified))

    def end(self) -> None:
        if self._fetched or self._seen:
            with self._catalog.transaction():
                self._catalog.add_seen(self._seen)
                for fetched in self._fetched:
                    self._catalog.set_validators(*fetched)
        self._filing.end()
        discard(self._store.quarantine, self._catalog, self.refusals.take_released())
        if self._indexer is not None:
            self._indexer.end()

    def close(self) -> None:
        if self._indexer is not None:
            self._indexer.close()


class DryRun(Destination):
    """A dry run: writes nothing. Keeps in a temporary database what the archive would have by now."""

    def __init__(self, store: Store, catalog: Catalog, *, pictures: bool) -> None:
        super().__init__(store, catalog, NoRefusals(store.quarantine), Pictures(store, kept=pictures, copied=False))
        self._texts: dict[str, str] = {}  # of the batch, by path
        self._articles = sqlite3.connect("", isolation_level=None)  # SQLite deletes it when it is closed
        self._articles.execute(
            "CREATE TABLE articles (id TEXT PRIMARY KEY, strong TEXT, path TEXT, content TEXT, text TEXT)"
        )
        self._articles.execute("CREATE INDEX strong ON articles (strong)")

    def find(self, strong: str | None, id_: str) -> Entry | None:
        sql = (
            "SELECT id, path, content FROM articles WHERE strong = ? OR id = ? ORDER BY strong IS NOT ?, rowid LIMIT 1"
        )
        row = self._articles.execute(sql, (strong, id_, strong)).fetchone()
        return Entry(row[0], row[1], row[2], 0, 0) if row else super().find(strong, id_)

    def entry(self, id_: str) -> Entry | None:
        row = self._articles.execute("SELECT id, path, content FROM articles WHERE id = ?", (id_,)).fetchone()
        return Entry(row[0], row[1], row[2], 0, 0) if row else super().entry(id_)

    def shares_url(self, url_identity: str) -> bool:
        sql = "SELECT 1 FROM articles WHERE strong >= ? AND strong < ? LIMIT 1"
        row = self._articles.execute(sql, (url_identity + " ", url_identity + "!")).fetchone()
        return row is not None or super().shares_url(url_identity)

    def said(self, entry: Entry) -> Said | None:
        known = self._articles.execute("SELECT 1 FROM articles WHERE id = ?", (entry.id,)).fetchone()
        return None if known else super().said(entry)

    def text(self, entry: Entry) -> str:
        row = self._articles.execute("SELECT text FROM articles WHERE id = ?", (entry.id,)).fetchone()
        return str(row[0]) if row else super().text(entry)

    def write(self, path: str, text: str, input_: HeldInput | None) -> None:
        self._texts[path] = text
        self.new_pictures += self.pictures.count(text)

    def commit(self, articles: Collection[NewArticle], *, more: bool) -> None:
        identified = ((new, new.identity()) for new in articles)
        rows = (
            (new.article.id, known.strong, new.path, known.content, self._texts[new.path]) for new, known in identified
        )
        self._articles.executemany("INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?)", rows)
        self._texts.clear()

    def close(self) -> None:
        self._articles.close()


def _commit(batch: Batch) -> None:
    """Writes files that no catalog needs to know."""
    try:
        batch.commit()
    except OSError as error:
        raise unwritable(error) from error
