"""Hand edits: keeps what articles were before they were changed by hand, and puts the changes into the log.

The files have changed when this is noticed, so what they were is in the catalog's copies. It becomes an earlier
version, or is put into the trash if the file is gone. See docs/decisions/0088.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from docarchive import failures
from docarchive.catalog import Catalog, Entry
from docarchive.catalog.recorded import RecordedFile
from docarchive.digests import sha256
from docarchive.records import NamedTuple
from docarchive.store import Store
from docarchive.store.layout import path_before_trash, trash_path
from docarchive.store.log import LoggedArticle, LoggedChange, LoggedFile

#: The command in the log, and what it was asked to do.
_COMMAND = ("sync", "edits by hand")


class TakenFile(NamedTuple):
    """A file that a sync has read."""

    id: str  # of its article
    path: str  # relative to the archive
    digest: bytes  # its SHA-256


class _Change(NamedTuple):
    """What was done to an article by hand."""

    path: str  # of its file
    article: LoggedArticle
    content: bytes | None  # what the file was; None if that is kept already
    is_logged: bool = False


class HandEdits:
    """The changes by hand that one sync sees: one change in the log. Hold the archive's lock.

    Args:
        store: The archive's files.
        known: The catalog that says what the files were.
        logged: What an interrupted process was about to do to articles, by id.
    """

    def __init__(self, store: Store, known: Catalog, logged: Mapping[str, LoggedArticle] | None = None) -> None:
        #: The change in the log; None until there is one.
        self.change: LoggedChange | None = None
        self._store = store
        self._known = known
        self._logged = logged or {}
        self._recorded: dict[str, bytes] = {}  # the SHA-256 of the files that were written, by path
        self._pending: list[str] = []

    def keep(self, taken: Sequence[TakenFile], gone: Iterable[Entry] = ()) -> None:
        """Keeps what articles were. Call it before the catalog has what they are now, and ``note`` then.

        Args:
            taken: The files that were added, edited or moved; of those that were added there is nothing to keep.
            gone: The files that are gone.

        Raises:
            ArchiveError: The archive cannot be written.
        """
        try:
            changes = [*self._changes(taken, gone)]
            if not changes:
                return
            if not self._known.read_only:
                self._pending += [change.path for change in changes]
                self._known.add_pending(self._pending)
            if new := [change.article for change in changes if not change.is_logged]:
                self._begin()
                self._store.log.append(new)
            batch = self._store.batch()
            for _, article, content, _ in changes:
                if content is not None and article.before is not None:
                    batch.add(article.before.path, content)
                    self._recorded[article.before.path] = bytes.fromhex(article.before.sha256)
            batch.commit()
        except OSError as error:
            raise failures.of_system(error, "the archive", "written") from error

    def note(self, catalog: Catalog) -> None:
        """Records the files that were written; call it in the transaction that writes the rows of the articles."""
        stats = self._store.stats(self._recorded)
        catalog.record(RecordedFile(*stats[path], digest) for path, digest in self._recorded.items())
        catalog.clear_pending(self._pending)
        self._recorded.clear()
        self._pending.clear()

    def end(self) -> None:
        """Logs that the change is done."""
        if self.change is None:
            return
        try:
            self._store.log.end(self.change)
        except OSError as error:
            raise failures.of_system(error, "the archive", "written") from error
        self._store.changes.append(self.change.number)

    def _changes(self, taken: Sequence[TakenFile], gone: Iterable[Entry]) -> Iterator[_Change]:
        known = self._known.find_entries([], [file.id for file in taken])
        edited = [file for file in taken if file.id in known and known[file.id].digest != file.digest]
        for id_, path, digest in edited:
            yield from self._change(id_, path, LoggedFile(path, digest.hex()))
        for entry in gone:
            yield from self._change(entry.id, entry.path, None)

    def _change(self, id_: str, path: str, after: LoggedFile | None) -> Iterator[_Change]:
        """Yields what was done to an article, unless it is all kept, or the catalog has no copy of what it was."""
        content = self._known.copy_of(id_)
        if content is None:
            return
        logged = self._logged.get(id_)
        if logged is not None and (logged.after and logged.after.sha256) == (after and after.sha256):
            if self._lacks(logged.before, content):
                yield _Change(path, logged, content, True)
            return
        kept = self._store.version_path(id_, content) if after else trash_path(path, self._begin().number)
        article = LoggedArticle(id_, LoggedFile(kept, sha256(content).hexdigest()), after)
        yield _Change(path, article, None if self._store.exists(kept) else content)

    def _lacks(self, file: LoggedFile | None, content: bytes) -> bool:
        """Returns whether a file that the log names is missing, and has this content."""
        return file is not None and not self._store.exists(file.path) and sha256(content).hexdigest() == file.sha256

    def _begin(self) -> LoggedChange:
        if self.change is None:
            self.change = self._store.log.begin(*_COMMAND)
        return self.change


def interrupted(store: Store, pending: Iterable[str]) -> dict[str, LoggedArticle]:
    """Returns what the last change in the log was about to do to the articles whose files have some paths, by id."""
    paths = {*pending}
    last = next((change for change, _ in store.log.changes()), None)
    return {
        article.id: article
        for article in (store.log.articles(last.number) if last is not None else ())
        if paths.intersection(_paths(article))
    }


def _paths(article: LoggedArticle) -> Iterator[str]:
    """Yields the paths that the file of an article has before and after a change, as far as the log says them."""
    if article.after is not None:
        yield article.after.path
    if article.merged is not None:
        yield article.merged.path
    if article.before is not None and (path := path_before_trash(article.before.path)):
        yield path
