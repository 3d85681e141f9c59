"""Trash: a catalog and an index of the removed articles, so that queries mean the same there as everywhere.

Both are in a folder of their own under ``.docarchive/``, and follow the files: before a query, what is new is read and
what is gone is removed. If the archive cannot be written now, they are in a temporary folder.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Final, TypeVar

from docarchive import failures, frontmatter
from docarchive.archive import lookup
from docarchive.archive.indexing import catch_up, damaged_articles
from docarchive.archive.indexing.recording import differences
from docarchive.archive.progress import Incomplete
from docarchive.archive.session import Session
from docarchive.article import Article
from docarchive.catalog import Catalog, schema
from docarchive.catalog.entries import EntryData
from docarchive.catalog.recorded import DAMAGED
from docarchive.digests import sha256
from docarchive.engines import Change, Engine, Position
from docarchive.errors import AmbiguousId, ArchiveDamaged, ArchiveLocked, IndexDamaged, InputError, NotFoundError
from docarchive.folder import Folder
from docarchive.store import FileStat, Store
from docarchive.store.layout import OF_TRASH, change_of_trash, path_before_trash
from docarchive.store.store import TrashStore
from docarchive.texts import shorten

if TYPE_CHECKING:
    from docarchive.catalog.rows import FiledEntry

_BATCH: Final = 1_000
T = TypeVar("T")


class Trash:
    """The trash of an archive; close it. It can be searched as the archive can (``Searchable``).

    If an article is there several times, as it was removed and imported again, the catalog has the one removed last.

    Args:
        session: The archive.
        names_damaged: Whether the caller says which files are damaged; else a notice says it, as answers lack them.

    Attributes:
        damaged: The files that cannot be read as articles: why, by path.
        copies: The ids of articles that are there again, by the paths of their files.
    """

    def __init__(self, session: Session, *, names_damaged: bool = False) -> None:
        self.store: Store = TrashStore(session.root)
        self.settings = session.settings
        self.damaged: dict[str, str] = {}
        self.copies: dict[str, str] = {}
        self._session = session
        self._names_damaged = names_damaged
        self._is_temporary = False
        try:
            if session.read_only:
                raise ArchiveLocked("")
            with session.store.lock.at_once():
                self._open(session.store.folder / OF_TRASH)
        except Exception as error:
            if not self._is_not_now(error):
                raise
            self._open_temporary()

    def _is_not_now(self, error: Exception) -> bool:
        """Returns whether an error says that the trash's own catalog and index cannot be written now."""
        return isinstance(error, ArchiveLocked) or failures.no_room(error, "", self._session.root) is not None

    def _open_temporary(self) -> None:
        self.close()
        self._is_temporary = True
        self._open(self._session.temporary_folder() / "trash")

    def _open(self, folder: Folder) -> None:
        self._folder = folder
        try:
            self.catalog = self._opened()
            self._follow_files()
        except ArchiveDamaged:
            self.close()
            folder.remove_all("")
            self.catalog = self._opened()
            self._follow_files()
        self._say_damaged()

    def _say_damaged(self) -> None:
        if not self.damaged or self._names_damaged:
            return
        (path, reason), count = next(iter(self.damaged.items())), len(self.damaged)
        all_ = f"{count:,} damaged files; 'docarchive list --trash' shows all, such as"
        self._session.notify(Incomplete(f"left out {all_ if count > 1 else 'a damaged file:'} {path}: {reason}"))

    def _opened(self) -> Catalog:
        language = self.settings.language
        catalog = Catalog.open(self._folder, language)
        if catalog is None:
            self._folder.make()
            schema.create(self._folder, uuid.uuid4().hex, language)
            catalog = Catalog.open(self._folder, language)
            assert catalog is not None
        return catalog

    def close(self) -> None:
        """Closes all files."""
        if "_engine" in self.__dict__:
            self._engine.close()
            del self._engine
        if hasattr(self, "catalog"):
            self.catalog.close()

    def resolve(self, prefix: str) -> str:
        """Returns the id of the article in the trash that starts with a prefix.

        Raises:
            NotFoundError: No id does.
            AmbiguousId: More than one does.
        """
        try:
            return lookup.resolve(self.catalog, prefix)
        except AmbiguousId:
            raise
        except NotFoundError:
            raise NotFoundError(
                f"no article in the trash has an id that starts with {shorten(repr(prefix))}; "
                "'docarchive list --trash' shows ids"
            ) from None

    # Files

    def read(self, path: str) -> tuple[Article, FileStat, bytes]:
        """Reads the file of a removed article; returns the article, the file's size and time, and its SHA-256.

        Raises:
            NotFoundError: There is no such file.
            InputError: It has front matter that cannot be read.
            ArchiveDamaged: It is damaged.
        """
        known = self._session.catalog
        text, file = self.store.read_with_stat(path)
        digest = sha256(text.encode()).digest()
        recorded = known.recorded_at(path)
        if recorded is not None and recorded.is_contradicted(file, digest):
            raise ArchiveDamaged(f"{path} {DAMAGED}")
        if not text.strip("\0 \t\r\n"):
            raise ArchiveDamaged(f"{path} is empty")
        article = frontmatter.read_article(text) if "\0" not in text else None
        before = path_before_trash(path)
        assert before is not None
        id_ = damaged_articles.check(text, article, self.store, before, known)
        if article is None:
            raise ArchiveDamaged(f"{path} has zero bytes in it")
        article.id = id_
        return article, file, digest

    def _follow_files(self) -> None:
        """Makes the catalog have what is in the trash."""
        with self.catalog.snapshot() as before:
            gone: list[str] = []
            new: list[FileStat] = []
            for file, path in differences(self.store.trashed(), chain.from_iterable(before.files())):
                if file is not None:
                    new.append(file)
                else:
                    gone.append(path)
                if len(gone) + len(new) >= _BATCH:
                    self._put(gone, new)
            self._put(gone, new)

    def _put(self, gone: list[str], new: list[FileStat]) -> None:
        """Removes the articles of some paths, adds those of some files, and empties both lists."""
        if not gone and not new:
            return
        entries: dict[str, FiledEntry] = {}
        for file in new:
            try:
                article, read, digest = self.read(file.path)
            except NotFoundError:
                continue
            except (InputError, ArchiveDamaged) as error:
                self._note_damaged(file.path, error)
                gone.append(file.path)
                continue
            other = entries[article.id][1] if article.id in entries else self._path_of(article.id)
            if other is not None and change_of_trash(other) > change_of_trash(file.path):
                self.copies[file.path] = article.id
                continue
            if other is not None and other != file.path:
                self.copies[other] = article.id
            entries[article.id] = (EntryData.of(article, self.catalog.language), *read, digest)
        with self.catalog.transaction():
            for path in gone:
                if entry := self.catalog.entry_at(path):
                    self.catalog.remove(entry.id)
            self.catalog.put_all([*entries.values()])
        gone.clear()
        new.clear()

    def _note_damaged(self, path: str, error: Exception) -> None:
        self.damaged[path] = str(error).removeprefix(f"{path} ")

    def _path_of(self, id_: str) -> str | None:
        """Returns the path that the catalog has of an article, if the file is there."""
        entry = self.catalog.entry(id_)
        return entry.path if entry is not None and self.store.exists(entry.path) else None

    # Index

    @cached_property
    def _engine(self) -> Engine:
        return self._session.open_local_engine(self._folder / "index")

    def ask(self, question: Callable[[Engine], T]) -> T:
        """Asks the engine something, with its index up to date; a damaged one is built again."""
        try:
            self._catch_up()
            return question(self._engine)
        except IndexDamaged:
            self._engine.clear()
            self._catch_up()
            return question(self._engine)

    def _catch_up(self) -> None:
        if self._engine.position() == self._target:
            return
        if self._is_temporary:
            self._index()
            return
        try:
            with self._session.store.lock.at_once():
                self._index()
        except Exception as error:
            if not self._is_not_now(error):
                raise
            self._open_temporary()
            self._index()

    @property
    def _target(self) -> Position:
        return Position(self.catalog.epoch, self.catalog.last_position())

    def _index(self) -> None:
        position = catch_up.position_in(self.catalog, self._engine.position())
        if position == 0:
            self._engine.clear()
        lost: list[str] = []
        self._engine.index(self._changes(position, lost), self._target)
        if lost:  # a query on metadata must not find what one for words does not
            with self.catalog.transaction():
                for id_ in lost:
                    self.catalog.remove(id_)
            self._say_damaged()
            self._index()

    def _changes(self, position: int, lost: list[str]) -> Iterator[Change]:
        """Yields the changes since a position, and adds the ids of articles that cannot be read to a list."""
        for changed in self.catalog.changes_since(position):
            article = None
            if changed.path is not None:
                try:
                    article = self.read(changed.path)[0]
                except NotFoundError:
                    lost.append(changed.id)
                except (InputError, ArchiveDamaged) as error:
                    if isinstance(error.__cause__, OSError):
                        raise  # the disk may be able to read it the next time, so the index must not go without it
                    self._note_damaged(changed.path, error)
                    lost.append(changed.id)
            yield Change(changed.id, article, changed.row, changed.language)
