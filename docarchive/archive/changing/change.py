"""One change of many articles: a query or ids -> articles -> alterations -> files, versions, log, catalog and index."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from hashlib import sha256
from typing import Any, Final, TypeVar

from docarchive import frontmatter
from docarchive.archive import lookup
from docarchive.archive.alterations import Alteration
from docarchive.archive.changing.reports import ChangeReport
from docarchive.archive.importing.merging import Said
from docarchive.archive.indexing import damaged_articles
from docarchive.archive.indexing.filing import FiledArticle, Filing
from docarchive.archive.indexing.hand_edits import HandEdits
from docarchive.archive.indexing.putting_back import put_back
from docarchive.archive.indexing.syncer import Syncer
from docarchive.archive.reports import Decision, Refusal
from docarchive.archive.search import listing
from docarchive.archive.session import Session
from docarchive.article import Article
from docarchive.batches import batched
from docarchive.catalog import Row
from docarchive.catalog.entries import EntryData
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError, UsageError
from docarchive.identity import ArticleIdentity, content_digest
from docarchive.query import Node
from docarchive.records import NamedTuple
from docarchive.store.log import LoggedArticle

_BATCH: Final = 1_000
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


class _Altered(NamedTuple):
    """An article as it is after a change."""

    article: Article
    metadata: Mapping[str, Any]  # its ``metadata()``
    identity: ArticleIdentity
    same_text: bool  # whether the text below the front matter is as it was: then what depends on it alone stays


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
            yield from batch
            self.commit()

    def alter(self, ids: Iterable[str], alteration: Alteration) -> None:
        """Alters articles, in batches."""
        self._change(ids, lambda row: self.alter_one(row, alteration), keeps=True)

    def remove(self, ids: Iterable[str]) -> None:
        """Moves articles into the trash, in batches."""
        self._change(ids, self.remove_one)

    def _change(self, ids: Iterable[str], do: Callable[[Row], None], *, keeps: bool = False) -> None:
        """Does something to articles, in batches; ``keeps`` says whether what they were becomes a version."""
        ids = [*ids]
        self.read_edits(ids)
        for batch in batches(ids):
            if keeps:
                self._filing.look_for_versions(batch)
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
            put_back(self._store, self._catalog, row, content)
        self._unread.pop(row.path, None)
        text = content.decode()
        return text, frontmatter.read_article(text), True

    def alter_one(self, row: Row, alteration: Alteration) -> None:
        """Adds to the batch what an alteration makes of an article; raises if it cannot be changed."""
        text = lookup.read_whole(self._store, row)
        # A file that the catalog has read is not parsed again.
        is_known = "\0" not in text and sha256(text.encode()).digest() == row.digest
        article = _unparsed(text, row) if is_known else self.read(row)[1]
        before, body = article.metadata(), article.body
        alteration(article)
        metadata = article.metadata()
        altered = _Altered(article, metadata, ArticleIdentity.of(article, metadata), article.body == body)
        # Values that Python takes for equal may differ: 1 and true.
        if metadata == before and altered.same_text and content_digest(article, before) == altered.identity.content:
            self.report.unchanged += 1
            self._observe(Decision("unchanged", row.path, row.id, article.title))
            return
        new = frontmatter.spliced(text, before, metadata) if is_known and altered.same_text else None
        if new is None:
            self.write(row, text, frontmatter.revise(text, article))
        else:
            self._write(row, text, new, altered)

    def write(self, row: Row, before: str, text: str, said: Said | None = None) -> None:
        """Adds another text of an article to the batch; the text before becomes an earlier version.

        ``said`` is what an import said of it, if that is not what the last one here did.
        """
        article = frontmatter.read_article(text)
        article.id = article.id or row.id
        metadata = article.metadata()
        same_text = frontmatter.body_of(before) == frontmatter.body_of(text)
        altered = _Altered(article, metadata, ArticleIdentity.of(article, metadata), same_text)
        self._write(row, before, text, altered, said)

    def _write(self, row: Row, before: str, text: str, altered: _Altered, said: Said | None = None) -> None:
        self.check_read(row)
        article = altered.article
        if not self._dry_run:
            digest = self._filing.keep_version(row, before.encode())
            self._filing.write(row.path, text.encode())
            same_text = altered.same_text and digest == row.digest
            language = None
            if same_text and not article.language and article.title == row.metadata.get("title"):
                language = None if "language" in row.metadata else row.language
            data = EntryData.of(
                article,
                self._catalog.language,
                identity=altered.identity,
                metadata=altered.metadata,
                said=said,
                language=language,
                same_text=same_text,
            )
            self._filed.append(FiledArticle(data, article, row.path))
        self.count(row.id, article.title, row.path)

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


def _unparsed(text: str, row: Row) -> Article:
    """Returns the article in a text that the catalog has read, or that docarchive has written, for the row."""
    article = Article.from_stored(row.metadata, frontmatter.body_of(text))
    article.id = row.id
    return article


def batches(items: Iterable[_T]) -> Iterator[list[_T]]:
    """Yields items in lists, each of as many as are written together."""
    return batched(items, _BATCH)
