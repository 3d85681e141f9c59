"""Links: articles that one archive has merged into others (decision 0083), and the other archive has not."""

from __future__ import annotations

from collections.abc import Collection
from itertools import groupby

from docarchive import frontmatter, keys
from docarchive.archive.changing import uniting
from docarchive.archive.changing.change import Changer
from docarchive.archive.changing.union.history import History
from docarchive.archive.changing.union.kept_files import KeptFiles
from docarchive.archive.changing.union.notes import notes
from docarchive.archive.changing.union.other import Other, OtherArticle
from docarchive.archive.importing.last_import import LastImport
from docarchive.archive.session import Session
from docarchive.catalog import Row
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.identity import content_digest


class Links:
    """The links of both archives. They are noted while articles are read, and followed when all have been.

    Args:
        session: The archive.
        other: The other one.
        changer: Changes the articles.
        kept: Writes versions.
        last_import: Reads originals.

    Attributes:
        versions: How many versions were added.
    """

    def __init__(
        self, session: Session, other: Other, changer: Changer, kept: KeptFiles, last_import: LastImport
    ) -> None:
        self.versions = 0
        self._session = session
        self._catalog = session.catalog
        self._has_merged = session.catalog.has_merged()
        self._other = other
        self._changer = changer
        self._kept = kept
        self._last_import = last_import
        self._notes = notes("linked (path TEXT)", "merged (kept TEXT, id TEXT)")

    def leading(self, ids: Collection[str]) -> Collection[str]:
        """Returns those of some ids that lead to an article of this archive into which another one was merged."""
        return self._catalog.kept_instead([*ids]).keys() if self._has_merged else ()

    def note_linked(self, path: str) -> None:
        """Notes the file of an article that is a part of another one in this archive."""
        self._notes.execute("INSERT INTO linked VALUES (?)", (path,))

    def note(self, other: OtherArticle) -> None:
        """Notes the articles of this archive that are a part of an article in the other one."""
        if keys.MERGED in other.article.extra:
            ids = self._catalog.find_entries([], other.article.values(keys.MERGED))
            self._notes.executemany("INSERT INTO merged VALUES (?, ?)", [(other.article.id, id_) for id_ in ids])

    def follow(self) -> None:
        """Makes one article of those that are one in one of the archives; then closes the notes."""
        for (path,) in self._notes.execute("SELECT path FROM linked"):
            try:
                self._take_in(path)
            except (InputError, NotFoundError, ArchiveDamaged) as error:
                self._changer.refuse("", path, str(error).removeprefix(f"{path} "))
        merged = self._notes.execute("SELECT DISTINCT kept, id FROM merged ORDER BY kept, id")
        for kept, ids in groupby(merged, lambda pair: str(pair[0])):
            self._merge(kept, [id_ for _, id_ in ids])
        self._notes.close()

    def _take_in(self, path: str) -> None:
        """Adds what an article of the other archive says to the one that it is a part of here."""
        other = self._other.read_again(path)
        entry = self._catalog.kept_instead([other.article.id])[other.article.id]
        history = History.of(self._session.store, entry.id)
        history.note_current(entry)
        if not history.add(other.content):
            self._changer.report.unchanged += 1
            return
        row = self._catalog.rows_of([entry.id])[entry.id]
        text, article = self._changer.read(row)
        united, _ = uniting.unite([article, other.article], self._last_import)
        uniting.drop_names_of_others(united, self._catalog, [entry.id, other.article.id])
        if content_digest(united) != content_digest(article):
            self._changer.write(row, text, frontmatter.revise(text, united))
            self._changer.commit()
        self._kept.add_version(entry.id, other.content)
        self._kept.commit()
        self.versions += 1

    def _merge(self, kept: str, ids: list[str]) -> None:
        """Makes articles of this archive a part of another one, as they are in the other archive."""
        rows = self._catalog.rows_of([kept, *ids])
        present: list[Row] = [rows[id_] for id_ in (kept, *ids) if id_ in rows]
        if kept not in rows or len(present) < 2:
            return
        try:
            uniting.merge_rows(self._session, self._changer, present, self._last_import)
        except (InputError, NotFoundError, ArchiveDamaged) as error:
            self._changer.refuse(kept, rows[kept].path, str(error))
        self._changer.commit()
