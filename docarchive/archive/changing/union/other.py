"""Other archive: reads the articles of an archive that may be a stranger's, and that is not written to.

Its files are read through ``folder``, as all files of archives are. Nothing in its ``.docarchive`` is read.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from docarchive.archive.changing.union.notes import notes
from docarchive.archive.indexing.damaged_articles import read_with_content
from docarchive.archive.session import Session
from docarchive.archive.settings import Settings
from docarchive.article import ID_FORM, Article
from docarchive.catalog import Catalog, schema
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.records import NamedTuple
from docarchive.store import FileStat, Store
from docarchive.store.layout import own_rank

_BATCH: Final = 1_000  # files
_BATCH_BYTES: Final = 64_000_000
#: How well the path of an article's file matches that which the archive made; see ``own_rank``.
_BEST: Final = 2
_NAME: Final = re.compile(rf"\.({ID_FORM.pattern})\.md\Z")


class OtherArticle(NamedTuple):
    """An article of the other archive."""

    path: str  # of its file there
    article: Article  # with its id
    content: bytes  # the bytes of the file


class Other:
    """The other archive. Close it.

    Args:
        session: The archive that is united with it.
        root: Its folder.

    Attributes:
        store: Its files.
        refused: What cannot be read since this was last taken, as pairs of path and reason.

    Raises:
        NotAnArchive: There is no archive.
        ArchiveDamaged: Its settings or its articles cannot be read, or a later version has made it.
    """

    def __init__(self, session: Session, root: Path) -> None:
        Settings.load(root)
        self.store = Store(root)
        self.store.check_articles(required=True)
        self.refused: list[tuple[str, str]] = []
        # Which article a damaged file had is known from its name alone: so the catalog that is asked is empty.
        folder = session.temporary_folder() / "other"
        folder.remove_all("")
        folder.make()
        schema.create(folder, uuid.uuid4().hex, session.settings.language)
        catalog = Catalog.open(folder, session.settings.language)
        assert catalog is not None
        self._catalog = catalog
        self._seen = notes("ids (id TEXT PRIMARY KEY, path TEXT)", "others (id TEXT, rank INTEGER, path TEXT)")

    def close(self) -> None:
        """Closes all files."""
        self._catalog.close()
        self._seen.close()

    def files(self) -> Iterator[list[tuple[str, str]]]:
        """Yields the files of all articles in batches, each with the id that its name says; empty if it says none."""
        batch: list[tuple[str, str]] = []
        size = 0
        for run in self.store.listing():
            for file in (FileStat(*values) for values in run):
                if batch and (len(batch) == _BATCH or size + file.size > _BATCH_BYTES):
                    yield batch
                    batch, size = [], 0
                name = _NAME.search(file.path)
                batch.append((file.path, name[1] if name else ""))
                size += file.size
        if batch:
            yield batch
        self.refused += self.store.unlisted.items()

    def bytes_of(self, path: str) -> bytes | None:
        """Returns the bytes of an article's file; None if it cannot be read: ``read`` says why."""
        try:
            return self.store.folder.read(path)
        except (OSError, ArchiveDamaged):
            return None

    def note(self, id_: str, path: str) -> None:
        """Notes that an article has been read."""
        self._seen.execute("INSERT OR IGNORE INTO ids VALUES (?, ?)", (id_, path))

    def has(self, ids: Sequence[str]) -> set[str]:
        """Returns those of some ids that articles have which have been read."""
        return {id_ for id_ in ids if self._seen.execute("SELECT 1 FROM ids WHERE id = ?", (id_,)).fetchone()}

    def read(self, path: str) -> OtherArticle | None:
        """Reads an article; None if its file is not named as archives name files: then ``rest`` yields it.

        What cannot be read is refused.
        """
        other = self._read(path)
        if other is None:
            return None
        rank = own_rank(path, other.article.id)
        if rank < _BEST:
            self._seen.execute("INSERT INTO others VALUES (?, ?, ?)", (other.article.id, rank, path))
            return None
        return self._taken(other)

    def rest(self) -> Iterator[OtherArticle]:
        """Yields the articles in files that the archive has not named, once all others have been read.

        If several files have one id, the article is the one that a sync takes.
        """
        rows = self._seen.execute("SELECT path FROM others ORDER BY id, rank DESC, length(path), path")
        for (path,) in rows:
            other = self._read(path)
            if other is not None and (taken := self._taken(other)) is not None:
                yield taken

    def read_again(self, path: str) -> OtherArticle:
        """Reads an article that was read before; raises ``DocarchiveError`` if it cannot be now."""
        return OtherArticle(path, *read_with_content(self.store, path, self._catalog))

    def _read(self, path: str) -> OtherArticle | None:
        try:
            path.encode()
            return self.read_again(path)
        except UnicodeEncodeError:
            self.refused.append((path, "the file's name is not UTF-8; rename it"))
        except (InputError, ArchiveDamaged, NotFoundError) as error:
            self.refused.append((path, str(error).removeprefix(f"{path} ")))
        return None

    def _taken(self, other: OtherArticle) -> OtherArticle | None:
        """Returns an article, unless another file has its id: then it is refused."""
        id_ = other.article.id
        row = self._seen.execute("SELECT path FROM ids WHERE id = ?", (id_,)).fetchone()
        if row is not None:
            self.refused.append((other.path, f"id: {row[0]} has the same id; change or remove the id of this file"))
            return None
        self.note(id_, other.path)
        return other
