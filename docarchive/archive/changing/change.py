"""One change of many articles: a query or ids -> articles -> alterations -> files, versions, log, catalog and index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeVar

from docarchive import frontmatter
from docarchive.archive import lookup
from docarchive.archive.alterations import Alteration
from docarchive.archive.changing.altering import (
    Altered,
    AlteringProcess,
    Part,
    Unchanged,
    Written,
    altered,
    replaced,
    size_of,
    unparsed,
    written,
)
from docarchive.archive.changing.reports import ChangeReport
from docarchive.archive.indexing.filing import FiledArticle, Filing
from docarchive.archive.reports import Decision, Refusal
from docarchive.archive.search import listing
from docarchive.archive.session import Session
from docarchive.article import Article
from docarchive.batches import batched, batched_by_size
from docarchive.catalog import Row
from docarchive.catalog.entries import EntryData
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError, UsageError
from docarchive.query import Node
from docarchive.store.log import LoggedArticle

if TYPE_CHECKING:
    from docarchive.archive.importing.merging import Said

#: The articles that are written together, or the bytes of their files; a change has what they were in memory, too.
_BATCH: Final = 1_000
_BATCH_BYTES: Final = 32_000_000
#: How many ids a report lists.
_MAX_IDS: Final = 1_000
_T = TypeVar("_T")
#: Called with what is done to each article.
Observe = Callable[[Decision], object]


def selected(session: Session, tree: Node | None, ids: Iterable[str] | None, *, all: bool = True) -> list[str]:
    """Returns the ids of the articles to change: those that match a query, or those with the given ids.

    Raises:
        NotFoundError: No article has one of the ids.
        UsageError: The query matches all articles of several, and ``all`` says that this is not meant.
    """
    if ids is not None:
        return [*dict.fromkeys(lookup.resolve(session.catalog, id_) for id_ in ids)]
    assert tree is not None
    chosen = listing.ids(session, tree, "-date")
    if not all and len(chosen) == session.catalog.count() > 1:
        raise UsageError(f"the query matches all {len(chosen):,} articles; use --all if you mean all of them")
    return chosen


class Changer:
    """One change. Hold the archive's lock; close it.

    Args:
        session: The archive.
        command: The command that makes it, for the log.
        words: What the command was asked to do.
        dry_run: Whether nothing is written.
        observe: Called with what is done to each article.
        undoes: The number of the change that this one takes back; None if it takes none back.
    """

    def __init__(
        self,
        session: Session,
        command: str,
        words: str,
        *,
        dry_run: bool,
        observe: Observe,
        undoes: int | None = None,
    ) -> None:
        self.report = ChangeReport(undoes=undoes)
        self._session = session
        self._store, self._catalog = session.store, session.catalog
        self._dry_run = dry_run
        self._observe = observe
        self._indexer = None if dry_run else session.live_indexer(None)
        self._filing = Filing(self._store, self._catalog, self._indexer, command, words, undoes)
        self._filed: list[FiledArticle] = []
        self._has_read_edits = False
        self._unread: dict[str, str] = {}  # why edits by hand could not be read, by path

    def close(self) -> None:
        """Closes the engine; what is not indexed by then is indexed later."""
        if self._indexer is not None:
            self._indexer.close()

    def in_batches(self, items: Iterable[_T]) -> Iterator[_T]:
        """Yields items, each to be added to the batch, which is written now and then."""
        for batch in batches(items):
            for item in batch:
                yield item
                self.commit_if_large()
            self.commit()

    def alter(self, ids: Iterable[str], alteration: Alteration) -> None:
        """Alters articles, in batches."""
        ids = [*ids]
        self.read_edits(ids)
        count = 0 if self._dry_run else len(ids)
        with AlteringProcess(self._store, self._catalog.language, alteration, count) as process:
            for parts in self._begun(ids, process):
                self._filing.look_for_versions(id_ for part in parts for id_, _ in part.rows)
                for id_, row, made in (result for part in parts for result in part.results()):
                    self._try(id_, row, partial(self.alter_one, alteration=alteration, made=made))
                self.commit()

    def _begun(self, ids: Sequence[str], process: AlteringProcess) -> Iterator[list[Part]]:
        """Yields articles to alter, in batches; each is begun before the one before it is written."""
        begun: list[Part] = []
        rows = chain.from_iterable(map(self.rows, batches(ids)))
        for batch in batched_by_size(rows, _BATCH, _BATCH_BYTES, size_of):
            following = process.begin(batch)
            if begun:
                yield begun
            begun = following
        if begun:
            yield begun

    def remove(self, ids: Iterable[str]) -> None:
        """Moves articles into the trash, in batches."""
        self._change(ids, self.remove_one)

    def _change(self, ids: Iterable[str], do: Callable[[Row], None]) -> None:
        """Does something to articles, in batches."""
        ids = [*ids]
        self.read_edits(ids)
        for batch in batches(ids):
            for id_, row in self.rows(batch):
                self._try(id_, row, do)
            self.commit()

    def read_edits(self, ids: Iterable[str]) -> None:
        """Reads what was changed by hand into the catalog, as a change of its own that is in the log before this one.

        Name all articles that are to be changed: it is done once, before the first of them is.
        """
        if self._dry_run or self._has_read_edits:
            return
        self._has_read_edits = True
        if edited := [path for batch in batches(ids) for path in self._edited(batch)]:
            from docarchive.archive.indexing.hand_edits import HandEdits
            from docarchive.archive.indexing.syncer import Syncer

            edits = HandEdits(self._store, self._catalog)
            syncer = Syncer(self._store, self._catalog, self._session.progress, edits=edits)
            syncer.look_at(edited)
            self._unread = {refusal.where: refusal.reason for refusal in syncer.report.refused}

    def check_read(self, row: Row) -> None:
        """Raises ``InputError`` if an article was edited by hand and that could not be read, even if it can be now.

        Changed like this, what the edit has replaced would be in no change of the log.
        """
        if reason := self._unread.get(row.path):
            raise InputError(f"{row.path} {reason}")

    def _edited(self, ids: Sequence[str]) -> Iterator[str]:
        """Yields the paths of those of some articles whose files have another size or time than recorded.

        One that is gone may have been moved, so that is left to a sync.
        """
        entries = self._catalog.find_entries([], ids).values()
        statuses = self._store.folder.statuses(entry.path for entry in entries)
        for entry in entries:
            status = statuses.get(entry.path)
            if status is not None and (status.st_size, status.st_mtime_ns) != (entry.size, entry.modified):
                yield entry.path

    def rows(self, ids: Sequence[str]) -> Iterator[tuple[str, Row | None]]:
        """Yields ids with the rows of their articles; edits by hand are read first."""
        self.read_edits(ids)
        rows = self._catalog.rows_of(ids)
        return ((id_, rows.get(id_)) for id_ in ids)

    def _try(self, id_: str, row: Row | None, do: Callable[[Row], None]) -> None:
        """Does something to an article; one that cannot be changed is refused, and the others are changed."""
        where = row.path if row else id_
        try:
            if row is None:
                raise NotFoundError("its file is gone; run 'docarchive sync'")
            do(row)
        except (InputError, NotFoundError, ArchiveDamaged) as error:
            self.refuse(id_, where, str(error))

    def refuse(self, id_: str, where: str, reason: str) -> None:
        """Counts an article that cannot be changed."""
        reason = reason.removeprefix(f"{where} ")
        self.report.refused.append(Refusal(where, reason))
        self._observe(Decision("refused", where, id_, reason=reason))

    def read(self, row: Row) -> tuple[str, Article]:
        """Returns the file of an article and the article in it; raises if it is gone or damaged."""
        from docarchive.archive.indexing import damaged_articles

        text = lookup.read_whole(self._store, row)
        article = frontmatter.read_article(text) if "\0" not in text else None
        damaged_articles.check(text, article, self._store, row.path, self._catalog)
        assert article is not None
        return text, article

    def read_or_put_back(self, row: Row) -> tuple[str, Article, bool]:
        """Reads an article as ``read`` does; if its file is damaged, it gets the bytes again that it had.

        Returns:
            The file, the article, and whether it was put back.
        """
        try:
            return *self.read(row), False
        except ArchiveDamaged:
            content = self._catalog.copy_of(row.id)
            if content is None:
                raise
        if not self._dry_run:
            from docarchive.archive.indexing.putting_back import put_back

            put_back(self._store, self._catalog, row, content)
        self._unread.pop(row.path, None)
        text = content.decode()
        return text, frontmatter.read_article(text), True

    def alter_one(self, row: Row, alteration: Alteration, made: Written | Unchanged | None = None) -> None:
        """Adds to the batch what an alteration makes of an article; raises if it cannot be changed.

        ``made`` is what it makes, if that is known.
        """
        if made is None:
            text = lookup.read_whole(self._store, row)
            known = unparsed(text, row)  # a file that the catalog has read is not parsed again
            article = known or self.read(row)[1]
            result = altered(row, text, article, alteration, known=known is not None)
            if isinstance(result, Altered):
                self._write(row, result)
                return
            made = result
        if isinstance(made, Unchanged):
            self.report.unchanged += 1
            self._observe(Decision("unchanged", row.path, row.id, made.title))
        else:
            self._put(row, made)

    def write(self, row: Row, before: str, text: str, said: Said | None = None) -> None:
        """Adds another text of an article to the batch; the text before becomes an earlier version.

        ``said`` is what an import said of it, if that is not what the last one here did.
        """
        self._write(row, replaced(row, before, text), said)

    def _write(self, row: Row, article: Altered, said: Said | None = None) -> None:
        if self._dry_run:
            self.check_read(row)
            self.count(row.id, article.article.title, row.path)
        else:
            self._put(row, written(row, article, self._catalog.language, said))

    def _put(self, row: Row, new: Written) -> None:
        """Adds an article to the batch."""
        self.check_read(row)
        self._filing.keep_version(row, new.before, new.digest_before)
        self._filing.write(row.path, new.after, new.digest, new.copy)
        self._filed.append(FiledArticle(new.data, new.article, row.path))
        self.count(row.id, new.article.title, row.path)

    def add_one(self, article: Article, path: str, content: bytes) -> None:
        """Adds an article to the batch that the archive does not have; its file gets these bytes."""
        if not self._dry_run:
            self._filing.write(path, content)
            self._file(article, path)
        self.count(article.id, article.title, path, "new")

    def _file(self, article: Article, path: str) -> None:
        """Adds an article, whose file is moved or new, to those that are stored with the batch."""
        self._filed.append(FiledArticle(EntryData.of(article, self._catalog.language), article, path))

    def remove_one(self, row: Row) -> None:
        """Adds to the batch that an article is moved into the trash."""
        lookup.read_whole(self._store, row)
        self.check_read(row)
        if not self._dry_run:
            self._filing.remove(row)
        self.count(row.id, str(row.metadata.get("title", "")), row.path, "removed")

    def merge_one(self, row: Row, kept: str) -> None:
        """Adds to the batch that an article becomes a part of another one; see ``Filing.merge``."""
        lookup.read_whole(self._store, row)
        self.check_read(row)
        if not self._dry_run:
            self._filing.merge(row, kept)
        self.count(row.id, str(row.metadata.get("title", "")), row.path, "merged")

    def take_apart(self, merged: LoggedArticle, content: bytes) -> None:
        """Adds to the batch that a merged article, whose file has these bytes, becomes one of its own again."""
        assert merged.merged is not None
        article = frontmatter.read_article(content.decode())
        article.id = merged.id
        if not self._dry_run:
            self._filing.take_apart(merged, content)
            self._file(article, merged.merged.path)
        self.count(merged.id, article.title, merged.merged.path, "restored")

    def restore_one(self, id_: str, trash: str, path: str, content: bytes) -> None:
        """Adds to the batch that a file in the trash, with these bytes, becomes the file of an article again."""
        article = frontmatter.read_article(content.decode())
        article.id = id_
        if not self._dry_run:
            self._filing.restore(trash, path, content)
            self._file(article, path)
        self.count(id_, article.title, path, "restored")

    def count(self, id_: str, title: str, path: str, kind: str = "changed") -> None:
        """Counts an article that is changed."""
        self.report.changed += 1
        if len(self.report.ids) < _MAX_IDS:
            self.report.ids.append(id_)
        self._observe(Decision(kind, path, id_, title))

    def begin(self) -> int:
        """Adds the change to the log, though it may change no article; returns its number, 0 in a dry run."""
        return 0 if self._dry_run else self._filing.begin().number

    def commit_if_large(self) -> None:
        """Writes the batch if its texts are large."""
        if self._filing.size >= 2 * _BATCH_BYTES:  # with what the files were
            self.commit()

    def commit(self) -> None:
        """Writes the batch."""
        if self._filing.waits:
            self._filing.commit(self._filed)
            self._filed.clear()

    def end(self) -> ChangeReport:
        """Updates the index; returns what was done."""
        self.commit()
        self._filing.end()
        if self._filing.change is not None:
            self.report.change = self._filing.change.number
            if self._indexer is not None:
                self._indexer.end()
        return self.report


def run(
    session: Session,
    command: str,
    words: str,
    change: Callable[[Changer], None],
    *,
    dry_run: bool = False,
    observe: Observe = lambda _: None,
    undoes: int | None = None,
) -> ChangeReport:
    """Runs one change, which a function makes; for the arguments see ``Changer``."""
    with (
        session.writing(),
        closing(Changer(session, command, words, dry_run=dry_run, observe=observe, undoes=undoes)) as changer,
    ):
        change(changer)
        return changer.end()


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """Yields items in lists, each of as many as are written together."""
    return batched(items, _BATCH)
