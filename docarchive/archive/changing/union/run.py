"""One union: another archive -> originals -> articles, in batches -> versions, trash, quarantine, deleted articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final

from docarchive import frontmatter, keys
from docarchive.archive.changing.change import Changer, Observe
from docarchive.archive.changing.reports import UnionReport
from docarchive.archive.changing.union.copying import Copying
from docarchive.archive.changing.union.history import History
from docarchive.archive.changing.union.joining import Joined, Side, join
from docarchive.archive.changing.union.kept_files import KeptFiles
from docarchive.archive.changing.union.links import Links
from docarchive.archive.changing.union.other import Other, OtherArticle
from docarchive.archive.importing.last_import import LastImport
from docarchive.archive.importing.merging import said_of
from docarchive.archive.importing.parsing import Parser
from docarchive.archive.reports import Conflict, Decision
from docarchive.archive.session import Session
from docarchive.archive.upkeep.sync import sync
from docarchive.article import Article, edition
from docarchive.catalog import Row
from docarchive.digests import sha256
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError, UsageError
from docarchive.folder import File
from docarchive.identity import content_digest, make_id
from docarchive.pictures import placed
from docarchive.readers import ReadOptions
from docarchive.store import article_path
from docarchive.store.layout import is_own

_MAX_CONFLICTS: Final = 1_000
_MERGED: Final = keys.MERGED.encode()


def unite(session: Session, root: Path, *, dry_run: bool, observe: Observe) -> UnionReport:
    """Unites an archive with another one; see ``Archive.unite``."""
    if is_own(session.root, root):
        raise UsageError(f"{root} is this archive, or in it; name another archive")
    with ExitStack() as stack:
        other = stack.enter_context(closing(Other(session, root)))
        stack.enter_context(session.writing())
        if not dry_run:
            sync(session)
        changer = Changer(session, "unite", str(root), dry_run=dry_run, observe=observe)
        stack.enter_context(closing(changer))
        changer.read_edits(())  # the sync has read them
        parser = stack.enter_context(closing(Parser(1)))
        return _Union(session, other, changer, parser, dry_run=dry_run, observe=observe).run()


class _Union:
    """The union of an archive with another one. Hold the lock.

    Args:
        session: The archive.
        other: The other one.
        changer: Changes the articles.
        parser: Parses originals.
        dry_run: Whether nothing is written.
        observe: Called with what is done to each article.
    """

    def __init__(
        self, session: Session, other: Other, changer: Changer, parser: Parser, *, dry_run: bool, observe: Observe
    ) -> None:
        self._store, self._catalog, self._progress = session.store, session.catalog, session.progress
        self._other = other
        self._changer = changer
        self._dry_run = dry_run
        self._observe = observe
        self._kept = KeptFiles(session.store, session.catalog, dry_run=dry_run)
        self._copying = Copying(session, other, self._kept, changer, dry_run=dry_run)
        # Articles of one file follow one another, in both archives: each keeps the last original that was read.
        self._imports = [LastImport(self._original, parser, ReadOptions()) for _ in range(2)]
        self._links = Links(session, other, changer, self._kept, self._imports[0])
        self._report = UnionReport()
        self._later: list[tuple[str, bytes]] = []  # texts that become versions once the batch is written, with the ids

    def run(self) -> UnionReport:
        """Does it, and returns what was done."""
        report, copying = self._report, self._copying
        report.originals = copying.originals()
        total, done = sum(map(len, self._other.store.listing())), 0
        for batch in self._other.files():
            self._take(article for path in self._differing(batch) if (article := self._other.read(path)))
            done += len(batch)
            self._progress("unite", done, total)
        for article in self._other.rest():
            self._take([article])
        self._refuse_unread()
        self._links.follow()
        report.versions += copying.versions() + self._links.versions
        report.trashed = copying.trash(self._changer.begin)
        report.quarantined = copying.quarantine()
        report.deleted = copying.deletions()
        changes = self._changer.end()
        report.change, report.ids = changes.change, changes.ids
        report.changed = changes.changed - report.new
        report.unchanged += changes.unchanged
        report.refused, report.conflicts = changes.refused, changes.conflicts
        return report

    def _original(self, digest: str) -> File | None:
        """Returns the file of an original; in a dry run it may still be in the other archive alone."""
        file = self._store.original(digest)
        if file is None and self._dry_run and (file := self._other.store.original(digest)) is not None:
            try:
                self._other.store.originals.check(file.path)
            except ArchiveDamaged:
                return None
        return file

    def _differing(self, batch: list[tuple[str, str]]) -> Iterator[str]:
        """Yields the paths of the files that this archive has not, byte for byte, of the same article."""
        entries = self._catalog.find_entries([], [id_ for _, id_ in batch if id_])
        for path, id_ in batch:
            entry = entries.get(id_)
            content = self._other.bytes_of(path) if entry is not None else None
            is_same = entry is not None and content is not None and sha256(content).digest() == entry.digest
            if not is_same or content is None or _MERGED in content:
                yield path
            else:
                self._other.note(id_, path)
                self._unchanged(id_, path)

    def _unchanged(self, id_: str, path: str, title: str = "") -> None:
        self._report.unchanged += 1
        self._observe(Decision("unchanged", path, id_, title))

    def _refuse_unread(self) -> None:
        for path, reason in self._other.refused:
            self._changer.refuse("", path, reason)
        self._other.refused.clear()

    def _take(self, articles: Iterable[OtherArticle]) -> None:
        """Adds or joins articles, as one batch."""
        batch = [*articles]
        ids = [other.article.id for other in batch]
        entries = self._catalog.find_entries([], ids)
        linked = self._links.leading({*ids} - entries.keys())
        removed = self._catalog.deleted_keys([id_ for id_ in ids if id_ not in entries])
        joined: list[OtherArticle] = []
        paths: set[str] = set()
        for other in batch:
            id_ = other.article.id
            self._links.note(other)
            entry = entries.get(id_)
            if entry is not None and entry.content != content_digest(other.article):
                joined.append(other)
            elif entry is not None:
                self._unchanged(id_, other.path, other.article.title)
            elif id_ in linked:
                self._links.note_linked(other.path)
            elif self._add(other, paths):
                self._report.back += id_ in removed
        rows = dict(self._changer.rows([other.article.id for other in joined]))
        for other in joined:
            self._join(other, rows[other.article.id])
        self._changer.commit()
        for id_, content in self._later:
            self._kept.add_version(id_, content)
        self._kept.commit()
        self._later.clear()
        self._refuse_unread()

    def _add(self, other: OtherArticle, paths: set[str]) -> bool:
        """Adds an article that this archive has not; returns whether there was a path for its file.

        Args:
            other: The article.
            paths: The paths of those that were added in this batch.
        """
        article, content = other.article, other.content
        is_named_by_path = article.id == make_id(f"path:{other.path}")
        candidates = [other.path, *([] if is_named_by_path else [article_path(article)])]
        path = next((path for path in candidates if path not in paths and not self._store.exists(path)), None)
        if path is None:
            self._changer.refuse(article.id, other.path, f"another file is at {candidates[-1]} here; move that first")
            return False
        paths.add(path)
        if path != other.path:
            content = placed(content.decode(), path).encode()
        self._changer.add_one(article, path, content)
        self._report.new += 1
        return True

    def _join(self, other: OtherArticle, row: Row | None) -> None:
        """Joins an article with the one of this archive; refuses it if that one cannot be read."""
        try:
            if row is None:
                raise NotFoundError("its file is gone; run 'docarchive sync'")
            text, article = self._changer.read(row)
        except (InputError, NotFoundError, ArchiveDamaged) as error:
            self._changer.refuse(other.article.id, row.path if row else other.path, str(error))
            return
        article.id = row.id
        history = History.of(self._store, row.id)
        theirs = History.of(self._other.store, row.id)
        imported = self._imported(article, other.article)
        joined = join(Side(article, imported[0], history.editions), Side(other.article, imported[1], theirs.editions))
        is_theirs = _is_as(joined.article, other.article)
        if _is_as(joined.article, article):
            self._unchanged(row.id, other.path, article.title)
        else:
            self._write(row, text, article, joined, other.content.decode() if is_theirs else None)
        if not is_theirs and history.add(other.content):
            self._later.append((row.id, other.content))
            self._report.versions += 1

    def _imported(self, ours: Article, theirs: Article) -> tuple[Article | None, Article | None]:
        """Returns both articles as their originals have them; of one edition, either original will do."""
        own = self._imports[0].parsed(ours)
        if own is not None and edition(ours) == edition(theirs):
            return own, own
        return own, self._imports[1].parsed(theirs)

    def _write(self, row: Row, text: str, article: Article, joined: Joined, theirs: str | None) -> None:
        """Adds a joined article to the batch; ``theirs`` is the file of the other archive if it says the same."""
        new = frontmatter.revise(text, joined.article) if theirs is None else placed(theirs, row.path)
        is_other_edition = edition(joined.article) != edition(article)
        said = said_of(joined.imported or joined.article) if is_other_edition else None
        conflicts = self._changer.report.conflicts
        if joined.conflicts and len(conflicts) < _MAX_CONFLICTS:
            conflicts.append(Conflict(row.id, tuple(joined.conflicts)))
        self._changer.write(row, text, new, said)


def _is_as(article: Article, other: Article) -> bool:
    """Returns whether two articles say the same, and come from the same edition."""
    return edition(article) == edition(other) and content_digest(article) == content_digest(other)
