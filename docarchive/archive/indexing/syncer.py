"""Syncer: updates the catalog from the files, by comparing the two listings.

Both are sorted by path and read in step, so that an archive of any size needs little memory; a file whose size and
time have not changed is not opened (decision 0047). A rebuild is a sync with an empty catalog; recovery is a sync of
the files that an interrupted write was about to add.

If several files have one id, the same one is the article whichever was there first: see ``_claim``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Final

from docarchive import frontmatter
from docarchive.archive.indexing.catch_up import filed_changes
from docarchive.archive.indexing.copying import ReadFile, keep_copies
from docarchive.archive.indexing.damaged_articles import read_article, read_with_content
from docarchive.archive.indexing.folder_times import note_listed
from docarchive.archive.indexing.hand_edits import HandEdits, TakenFile
from docarchive.archive.indexing.recording import Earlier, record
from docarchive.archive.progress import Progress
from docarchive.archive.reports import Refusal, SyncReport
from docarchive.article import Article
from docarchive.batches import batched
from docarchive.catalog import Catalog, Entry
from docarchive.catalog.copies import packed
from docarchive.catalog.deleted import Deletion
from docarchive.catalog.entries import EntryData
from docarchive.catalog.recorded import DAMAGED
from docarchive.dates import utc_now
from docarchive.digests import sha256
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.identity import content_digest
from docarchive.records import NamedTuple
from docarchive.store import FileRun, FileStat, Store
from docarchive.store.layout import DELETED, is_article_path, own_rank

if TYPE_CHECKING:
    from docarchive.archive.indexing.live import LiveIndexer

_BATCH: Final = 1_000
_FEW: Final = 10_000  # differences that are kept in memory; if there are more, the listings are compared again


class _Difference(NamedTuple):
    """A path that is in one listing only, or differs: without a file it is gone, without an entry it is new."""

    file: FileStat | None
    entry: Entry | None


class Syncer:
    """One sync of one archive. Hold the archive's lock.

    Args:
        store: The archive's files.
        catalog: The catalog to update.
        progress: Called for each file that is read.
        indexer: Indexes changes at once; None if they are indexed later.
        known: The catalog that says which article a file had, if that is not the one to update.
        earlier: Says which digests files had, if no catalog does.
        edits: Keeps what articles were before they were changed by hand; None if nothing says that.
        is_trial: Whether no file is written; use it in a trial of the catalog.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        progress: Progress,
        indexer: LiveIndexer | None = None,
        known: Catalog | None = None,
        earlier: Earlier | None = None,
        edits: HandEdits | None = None,
        *,
        is_trial: bool = False,
    ) -> None:
        self.report = SyncReport()
        self._known = known or catalog
        self._earlier = earlier
        self._edits = edits
        # A temporary catalog, for reading alone, and a trial need no copies, and list nothing.
        self.is_lasting = store.lock.held and not is_trial
        self._indexer = indexer
        self._store = store
        self._catalog = catalog
        self._progress = progress
        self._gone: dict[str, Entry] = {}  # by id, until it is clear that they have not moved
        self._replaced: set[str] = set()  # ids of those whose files are another article now
        self._seen: set[str] = set()  # ids of the files that were read
        self._changes: dict[str, tuple[Article, ReadFile]] = {}  # by id
        self._touched: dict[str, ReadFile] = {}  # by id, of articles whose content is as before
        self._kinds: dict[str, str] = {}  # by path: the list of the report to which it belongs
        self._refused: dict[str, str] = {}  # by path: the reason
        self._copies: dict[str, str] = {}  # ids by path: files whose id another one has
        self._unreachable: list[Entry] = []  # of files that were not deleted, and that the listing lacks
        self._equal = 0  # files that need not be opened
        self._looked = 0  # files that were opened
        self._folders: set[str] = set()  # those that were listed

    def run(self) -> None:
        """Updates the catalog from all files.

        Raises:
            ArchiveError: The folder of the articles is missing, or a link.
        """
        self._store.check_articles(required=self._known.count() > 0)
        total = 0
        changed: list[_Difference] = []
        for difference in self._differences(self._catalog):
            file, entry = difference
            if file is None and entry is not None:
                self._gone[entry.id] = entry
            elif file is not None:
                total += 1
                if total <= _FEW:
                    changed.append(difference)
        if total > _FEW:
            self._equal = 0
            with self._catalog.snapshot() as before:
                self._look_through((difference for difference in self._differences(before) if difference.file), total)
        else:
            self._look_through(changed, total)
        self._finish()
        note_listed(self._store, self._catalog, self._folders)
        self.report.unchanged = self._equal + self._looked - len(self._kinds) - len(self._refused)

    def remember_versions(self) -> None:
        """Stores the fingerprints of earlier versions, as a new catalog needs them."""
        with self._catalog.transaction():
            for id_, text in self._store.versions():
                with suppress(InputError):
                    self._catalog.remember(frontmatter.read_article(text), id_)

    def record_files(self) -> None:
        """Records the files that are not articles, as far as they are new or have changed."""
        self.report.damaged += record(self._store, self._catalog, self._known, self._earlier)

    def look_at(self, paths: Iterable[str]) -> None:
        """Updates the catalog from a few files, and removes the articles of those that are gone."""
        for path in paths:
            entry = self._catalog.entry_at(path)
            if self._store.has_article(path):
                self._look(self._store.stat(path), entry)
            elif entry is not None and is_article_path(path):
                self._gone[entry.id] = entry
        self._finish()

    def _look_through(self, differences: Iterable[_Difference], total: int) -> None:
        for file, entry in differences:
            assert file is not None
            self._look(file, entry)
            self._looked += 1
            self._progress("read", self._looked, total)

    def _differences(self, catalog: Catalog) -> Iterator[_Difference]:
        """Yields the differences between the files and a catalog.

        Most files have none, so whole runs of them are compared at once.
        """
        batches = catalog.files()
        entries: FileRun = []  # entries of the catalog that have not been compared yet
        for run in self._store.listing():
            self._folders.add(run[0][0].rpartition("/")[0])
            while len(entries) < len(run) and (batch := next(batches, None)):
                entries += batch
            if entries[: len(run)] == run:
                self._equal += len(run)
                del entries[: len(run)]
                continue
            yield from self._differing(run, entries, batches, catalog)
        for path, _, _ in chain(entries, chain.from_iterable(batches)):
            yield _Difference(None, catalog.entry_at(path))

    def _differing(
        self, run: FileRun, entries: FileRun, batches: Iterator[FileRun], catalog: Catalog
    ) -> Iterator[_Difference]:
        """Yields the differences of a run of files, and of the catalog's entries before each of them."""
        index = 0
        for file in run:
            while True:
                if index == len(entries):
                    entries[:], index = next(batches, []), 0
                if not entries or entries[index][0] >= file[0]:
                    break
                yield _Difference(None, catalog.entry_at(entries[index][0]))
                index += 1
            if not entries or entries[index][0] != file[0]:
                yield _Difference(FileStat(*file), None)
                continue
            if entries[index] == file:
                self._equal += 1
            else:
                yield _Difference(FileStat(*file), catalog.entry_at(file[0]))
            index += 1
        del entries[:index]

    def _look(self, file: FileStat, entry: Entry | None) -> None:
        """Reads a file that is new or looks changed, and decides which it is."""
        try:
            file.path.encode()
            article, content = read_with_content(self._store, file.path, self._known)
        except UnicodeEncodeError:
            self._refused[file.path] = "the file's name is not UTF-8; rename it"
            return
        except (InputError, ArchiveDamaged, NotFoundError) as error:
            self._refused[file.path] = str(error).removeprefix(f"{file.path} ")
            return
        if entry is not None and entry.id != article.id and entry.id not in self._seen:
            self._gone[entry.id] = entry
            self._replaced.add(entry.id)
        if holder := self._unreadable_holder(article.id, file.path):
            self._refused[file.path] = (
                f"id: {holder} has the same id, and cannot be read; if this file is the right one, move it there"
            )
            return
        twin = self._twin(article.id, file.path)
        if twin is not None and _claim(twin, article.id) < _claim(file.path, article.id):
            self._copies[file.path] = article.id
            return
        self._take(article, self._read_file(file, content, entry), entry, twin)
        if len(self._changes) + len(self._touched) >= _BATCH:
            self._write()

    def _read_file(self, file: FileStat, content: bytes, entry: Entry | None) -> ReadFile:
        """Returns an article's file that was just read, with the digest to record."""
        digest = sha256(content).digest()
        recorded = self._recorded(file, digest)
        is_new = recorded == digest and (entry is None or entry.digest != digest)
        return ReadFile(file, recorded, packed(content) if is_new and self.is_lasting else None)

    def _recorded(self, file: FileStat, digest: bytes) -> bytes:
        """Returns the digest to record of an article's file that was just read.

        It is the earlier one if other bytes have the same size and time, which no edit leaves: the file is damaged.
        """
        known = self._earlier(file, digest) if self._earlier else self._known.entry_at(file.path)
        if known is None or known.digest == digest or (known.size, known.modified) != (file.size, file.modified):
            return digest
        self.report.damaged.append(Refusal(file.path, DAMAGED))
        return known.digest

    def _take(self, article: Article, read: ReadFile, entry: Entry | None, twin: str | None) -> None:
        """Makes a file the article of its id, instead of its twin if there is one."""
        id_, path, content = article.id, read.file.path, content_digest(article)
        if twin is None and entry is not None and entry.id == id_ and entry.content == content:
            self._touched[id_] = read
            return
        before, kind = self._gone.pop(id_, None), None
        if twin is not None:
            before, kind = self._catalog.entry(id_), self._kinds.pop(twin, None)
            self._copies[twin] = id_
        self._seen.add(id_)
        self._changes.pop(id_, None)
        self._touched.pop(id_, None)
        if before is not None and before.content == content:
            self._touched[id_] = read
            self._kinds[path] = kind or "moved"
            return
        self._changes[id_] = article, read
        self._kinds[path] = "modified" if (entry or before) and kind != "added" else "added"

    def _twin(self, id_: str, path: str) -> str | None:
        """Returns the path of another file that has this id and still exists."""
        if id_ in self._changes:
            return self._changes[id_][1].file.path
        if id_ in self._touched:
            return self._touched[id_].file.path
        entry = self._catalog.entry(id_)
        if entry is None or entry.path == path or id_ in self._gone:
            return None
        try:
            return entry.path if read_article(self._store, entry.path, self._known).id == id_ else None
        except (InputError, ArchiveDamaged, NotFoundError):
            return None

    def _unreadable_holder(self, id_: str, path: str) -> str | None:
        """Returns the path of the file that an article had, if another one has its id now and that one is damaged."""
        entry = self._known.entry(id_)
        if entry is None or entry.path == path or not is_article_path(entry.path):
            return None
        try:
            read_article(self._store, entry.path, self._known)
        except (InputError, ArchiveDamaged):
            return entry.path
        except NotFoundError:
            pass
        return None

    def _keep_damaged(self) -> None:
        """Adds the articles of damaged files, as the known catalog has them, to a new catalog.

        Their texts are not in a catalog; ``catch_up`` indexes what is known of them.
        """
        for difference in self._differences(self._known):
            if difference.file is None and difference.entry and not self._catalog.entry(difference.entry.id):
                self._gone[difference.entry.id] = difference.entry
        self._set_aside_unreachable()
        paths = [path for path in self._refused if path.encode("utf-8", "replace").decode() == path]
        refused = [entry for path in paths if (entry := self._known.entry_at(path))]
        kept = {entry.id: entry for entry in (*refused, *self._unreachable)}
        rows = self._known.rows_of([*kept])
        entries = []
        for entry in kept.values():
            if self._catalog.entry(entry.id) is None:
                with suppress(InputError):
                    article = Article.from_metadata(rows[entry.id].metadata, "")
                    article.id = entry.id
                    data = EntryData.of(article, self._catalog.language, language=rows[entry.id].language)
                    entries.append((data, entry.path, entry.size, entry.modified, entry.digest))
        with self._catalog.transaction():
            self._catalog.put_all(entries)
            self._catalog.forget_content([data.id for data, *_ in entries])
            if self.is_lasting:
                self._catalog.take_copies(self._known, [data.id for data, *_ in entries])

    def _set_aside_unreachable(self) -> None:
        """Refuses files that the listing lacks and that were not deleted, such as those behind a link."""
        for folder, reason in self._store.unlisted.items():
            self._refused[folder] = reason
        for id_, entry in list(self._gone.items()):
            if id_ in self._replaced:
                continue
            if obstacle := self._store.obstacle(entry.path):
                self._refused[obstacle[0]] = obstacle[1]
                self._unreachable.append(self._gone.pop(id_))

    def _finish(self) -> None:
        self._write()
        self._set_aside_unreachable()
        if self._known is not self._catalog:
            self._keep_damaged()
        self._remove_gone()
        if self._edits is not None:
            self._edits.end()
            self.report.change = self._edits.change and self._edits.change.number
        for path, kind in self._kinds.items():
            getattr(self.report, kind).append(path)
        for path, id_ in self._copies.items():
            if holder := self._catalog.entry(id_):
                self._refused[path] = f"id: {holder.path} has the same id; change or remove the id of this file"
        for path, reason in sorted(self._refused.items()):
            self.report.refused.append(Refusal(path.encode("utf-8", "replace").decode(), reason))

    def _remove_gone(self) -> None:
        for gone in batched(self._gone.values(), _BATCH):
            if self._edits is not None:
                self._edits.keep((), gone)
            deletions = self._keep_deletions(gone)
            with self._catalog.transaction():
                for entry in gone:
                    self._catalog.remove(entry.id)
                    self.report.removed.append(entry.path)
                self._catalog.add_deleted((deletion.id, deletion.keys) for deletion in deletions)
                if self._edits is not None:
                    self._edits.note(self._catalog)
        self._gone.clear()

    def _keep_deletions(self, entries: Iterable[Entry]) -> list[Deletion]:
        """Adds the articles that are gone to the list of deleted ones, so that an import does not add them again.

        If the id in a file was changed, the article with the old id is gone, but nothing was deleted.
        """
        gone = [entry.id for entry in entries if not self._store.exists(entry.path)]
        deletions = [deletion for id_ in gone if (deletion := self._known.deletion(id_))]
        if deletions and self.is_lasting:
            now = utc_now()
            self._store.deletions.append({**deletion._asdict(), "deleted": now} for deletion in deletions)
        return deletions

    def remember_deletions(self) -> None:
        """Stores which articles were deleted, as a new catalog needs them."""
        if not self._store.exists(DELETED):  # as in a new archive, which needs not load the reader of the list
            return
        with self._catalog.transaction():
            self._catalog.add_deleted((item["id"], item["keys"]) for item in self._store.deletions.read())

    def _write(self) -> None:
        if not self._touched and not self._changes:
            return
        language = self._catalog.language
        entries = [(EntryData.of(article, language), *read[0], read[1]) for article, read in self._changes.values()]
        files = self._touched | {id_: read for id_, (_, read) in self._changes.items()}
        if self._edits is not None:
            self._edits.keep([TakenFile(id_, read.file.path, read.digest) for id_, read in files.items()])
        with self._catalog.transaction():
            for id_, (file, digest, _) in self._touched.items():
                self._catalog.touch(id_, *file, digest)
            rows = self._catalog.put_all(entries)
            if self._edits is not None:
                self._edits.note(self._catalog)
            if self.is_lasting:
                keep_copies(files, self._catalog, self._known)
        if self._indexer is not None:
            articles = (article for article, *_ in self._changes.values())
            self._indexer.take(filed_changes(articles, entries, rows))
        self._touched.clear()
        self._changes.clear()


def _claim(path: str, id_: str) -> tuple[int, int, str]:
    """Returns the rank of a file among those with the same id: the lowest is the article, the others are copies.

    A file named as the archive names its files ranks first, then the one with the shortest name: ``b.md``, not
    ``b copy.md``.
    """
    return (-own_rank(path, id_), len(path), path)
