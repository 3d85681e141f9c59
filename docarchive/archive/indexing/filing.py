"""Filing: writes, moves and removes the files of articles, as one change in the log, with their catalog rows.

Each batch is durable as a whole: what is about to be done is pending and in the log, then the files are written, then
the rows. See docs/decisions/0007 and 0081.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from docarchive import failures
from docarchive.archive.indexing import folder_times
from docarchive.archive.indexing.catch_up import filed_changes
from docarchive.archive.indexing.live import LiveIndexer
from docarchive.article import Article
from docarchive.catalog import Catalog, Entry, Row
from docarchive.catalog.copies import packed
from docarchive.catalog.entries import EntryData
from docarchive.catalog.recorded import RecordedFile
from docarchive.dates import utc_now
from docarchive.digests import sha256
from docarchive.engines import Change
from docarchive.errors import ArchiveError
from docarchive.records import NamedTuple
from docarchive.store import Store
from docarchive.store.layout import VERSIONS, trash_path, version_number, version_path
from docarchive.store.log import LoggedArticle, LoggedChange, LoggedFile, LoggedMerge

if TYPE_CHECKING:
    from docarchive.store import Original


class FiledArticle(NamedTuple):
    """An article whose file is in the batch."""

    data: EntryData
    article: Article
    path: str  # of its file, relative to the archive


class Filing:
    """One change of an archive, in batches. Hold the archive's lock.

    Args:
        store: The archive's files.
        catalog: Its catalog.
        indexer: Indexes the articles; None if they are indexed later.
        command: What makes the change, for the log: ``import``, ``tag`` and so on.
        words: What the command was asked to do.
        undoes: The number of the change that this one takes back; None if it takes none back.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        indexer: LiveIndexer | None,
        command: str,
        words: str,
        undoes: int | None = None,
    ) -> None:
        #: The change in the log; None until something is written.
        self.change: LoggedChange | None = None
        self.batch = store.batch()
        self._store = store
        self._catalog = catalog
        self._indexer = indexer
        self._command = (command, words, undoes)
        self.size = 0  # of the texts in the batch, in bytes
        self._digests: dict[str, bytes] = {}  # of the articles' files in the batch, by path
        self._copies: dict[str, bytes] = {}  # likewise: their bytes, packed
        self._recorded: dict[str, bytes] = {}  # likewise of versions and files that go into the trash
        self._unversioned: set[str] = set()  # ids of articles that had no earlier versions before the batch
        self._before: dict[str, LoggedFile] = {}  # where the earlier articles are, by id
        self._merged: dict[str, LoggedArticle] = {}  # likewise of merged articles: all that is logged
        self._removed: list[Row] = []  # with the merged ones
        self._moves: list[tuple[str, str]] = []  # from a path to another one
        self._returns: list[tuple[str, str]] = []  # likewise, of files that were part of an article until now

    @property
    def waits(self) -> bool:
        """Whether something is in the batch."""
        return bool(self._digests or self._removed)

    def write(self, path: str, content: bytes, digest: bytes | None = None, copy: bytes | None = None) -> None:
        """Adds the file of an article to the batch; its SHA-256 and its copy, packed, are computed if left out."""
        self._note_content(path, content, digest, copy)
        self.batch.add(path, content)

    def _note_content(self, path: str, content: bytes, digest: bytes | None = None, copy: bytes | None = None) -> None:
        """Notes what the file of an article is after the batch."""
        self.size += len(content)
        self._digests[path] = digest or sha256(content).digest()
        self._copies[path] = copy or packed(content)

    def keep_original(self, original: Original) -> None:
        """Adds an original to the batch, unless the archive has it."""
        self._store.originals.keep(original, self.batch)

    def look_for_versions(self, ids: Iterable[str]) -> None:
        """Looks which articles of the batch have no earlier versions yet, which takes less time for many at once."""
        folders = {f"{VERSIONS}/{id_}": id_ for id_ in ids}
        self._unversioned = {*folders.values()}.difference(map(folders.__getitem__, self._store.existing(folders)))

    def keep_version(self, known: Row | Entry, content: bytes, digest: bytes | None = None) -> None:
        """Adds what the file of an article has been to the batch, as an earlier version.

        If the file was edited by hand since it was last read, what it was before that is a version, too. The SHA-256 of
        the content, ``digest``, is computed if left out.
        """
        self.size += len(content)
        digest = digest or sha256(content).digest()
        is_first = known.id in self._unversioned
        path = version_path(known.id, 1) if is_first else self._store.version_path(known.id, content)
        if digest != known.digest and (earlier := self._catalog.copy_of(known.id)) is not None:
            first = self._store.version_path(known.id, earlier)
            self._recorded[first] = known.digest
            self.batch.add(first, earlier)
            path = version_path(known.id, version_number(first) + 1)
        self._recorded[path] = digest
        self._before[known.id] = LoggedFile(path, digest.hex())
        if digest == known.digest:
            self.batch.keep(path, content, (known.path, known.size, known.modified))
        else:
            self.batch.add(path, content)

    def remove(self, row: Row) -> None:
        """Adds to the batch that an article is removed: its file goes into the trash."""
        path = trash_path(row.path, self.begin().number)
        self._moves.append((row.path, path))
        self._recorded[path] = row.digest
        self._before[row.id] = LoggedFile(path, row.digest.hex())
        self._removed.append(row)

    def merge(self, row: Row, kept: str) -> None:
        """Adds to the batch that an article becomes a part of another one: its files become versions of that.

        Args:
            row: The article.
            kept: The id of the other one, of which ``keep_version`` was called before.
        """
        versions = [version_number(path) for path in self._store.versions_of(row.id)]
        others = [*self._store.versions_of(kept), self._before[kept].path]
        others += [article.before.path for article in self._merged.values() if article.before]
        number = max(version_number(path) for path in others if path.startswith(f"{VERSIONS}/{kept}/"))
        path = version_path(kept, number + len(versions) + 1)
        merge = LoggedMerge(row.path, versions)
        merged = LoggedArticle(row.id, LoggedFile(path, row.digest.hex()), None, merge)
        for old, new in merged.moves():
            self._record_move(old, new)
            self._moves.append((old, new))
        self._recorded[path] = row.digest
        self._merged[row.id] = merged
        self._removed.append(row)

    def take_apart(self, merged: LoggedArticle, content: bytes) -> None:
        """Adds to the batch that a merged article, whose file has these bytes, becomes one of its own again."""
        *versions, (path, file) = merged.moves()
        self._note_content(path, content)
        for version_before, version in versions:
            self._record_move(version, version_before)
        self._returns += [(new, old) for old, new in reversed([*versions, (path, file)])]

    def _record_move(self, old: str, new: str) -> None:
        """Notes what is recorded of a file that moves."""
        recorded = self._catalog.recorded_at(old)
        if recorded is not None:
            self._recorded[new] = recorded.digest

    def restore(self, trash: str, path: str, content: bytes) -> None:
        """Adds to the batch that a file in the trash, with these bytes, becomes the file of an article again."""
        self._moves.append((trash, path))
        self._note_content(path, content)

    def commit(
        self, articles: Sequence[FiledArticle], also: Callable[[], None] = lambda: None, *, more: bool = False
    ) -> None:
        """Writes the batch, and the rows of its articles.

        Args:
            articles: The articles whose files are in the batch.
            also: What else to do in the catalog's transaction.
            more: Whether other processes parse more articles after these.

        Raises:
            ArchiveError: The archive cannot be written.
        """
        store, catalog, removed = self._store, self._catalog, self._removed
        paths = [*(filed.path for filed in articles), *(row.path for row in removed)]
        folders = folder_times.times_of(store, paths)
        try:
            catalog.add_pending(paths)
            self._log(articles)
            # What an article that is written now no longer has is there first; see ``merges.finish``.
            self._move(self._returns)
            kept = self.batch.commit()
            self._move(self._moves)
            deletions = [deletion for row in removed if (deletion := catalog.deletion(row.id))]
            if deletions:
                now = utc_now()
                store.deletions.append({**deletion._asdict(), "deleted": now} for deletion in deletions)
        except OSError as error:
            raise unwritable(error) from error
        stats = kept | store.stats(path for path in (*self._digests, *self._recorded) if path not in kept)
        digests = self._digests
        entries = [(filed.data, *stats[filed.path], digests[filed.path]) for filed in articles]
        recorded = [RecordedFile(*stats[path], digest) for path, digest in self._recorded.items()]
        with catalog.transaction():
            numbers = catalog.put_all(entries)
            catalog.keep_copies((filed.data.id, self._copies[filed.path]) for filed in articles)
            for row in removed:
                catalog.remove(row.id)
            catalog.add_deleted((deletion.id, deletion.keys) for deletion in deletions)
            catalog.clear_pending()
            catalog.forget_recorded(path for path, _ in (*self._moves, *self._returns) if path not in paths)
            catalog.record(recorded)
            folder_times.note_written(store, catalog, folders)
            also()
        if self._indexer is not None:
            changes = filed_changes((filed.article for filed in articles), entries, numbers)
            self._indexer.take([*changes, *(Change(row.id, None) for row in removed)], more=more)
        self._forget()

    def _forget(self) -> None:
        """Forgets the batch, which is written."""
        for written in (self._digests, self._copies, self._recorded, self._unversioned, self._before, self._merged):
            written.clear()
        for listed in (self._removed, self._moves, self._returns):
            listed.clear()
        self.size = 0

    def end(self) -> None:
        """Logs that the change is done."""
        if self.change is not None:
            try:
                self._store.log.end(self.change)
            except OSError as error:
                raise unwritable(error) from error
            self._store.changes.append(self.change.number)

    def begin(self) -> LoggedChange:
        """Returns the change, which is added to the log if nothing was written yet; raises as ``Log.begin`` does."""
        if self.change is None:
            self.change = self._store.log.begin(*self._command)
        return self.change

    def _log(self, articles: Sequence[FiledArticle]) -> None:
        """Adds what is about to be written to the log."""
        self.begin()
        before, digests = self._before, self._digests
        written = [
            LoggedArticle(data.id, before.get(data.id), LoggedFile(path, digests[path].hex()))
            for data, _, path in articles
        ]
        removed = [self._merged.get(row.id) or LoggedArticle(row.id, before[row.id], None) for row in self._removed]
        self._store.log.append([*written, *removed])

    def _move(self, moves: Sequence[tuple[str, str]]) -> None:
        if moves:
            self._store.folder.move_all(moves)


def unwritable(error: OSError) -> ArchiveError:
    """Returns the error for an archive that cannot be written."""
    return failures.of_system(error, "the archive", "written")
