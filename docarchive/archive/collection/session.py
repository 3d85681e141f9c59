"""CollectionSession: what is open while a collection is read: a session whose catalog and files are in a cluster."""

from __future__ import annotations

from _thread import LockType
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeVar

from docarchive.analysis import primary
from docarchive.archive.collection.address import address_of, cluster_at
from docarchive.archive.collection.catalog import CollectionCatalog
from docarchive.archive.collection.store import CollectionStore
from docarchive.archive.collection.texts import Texts
from docarchive.archive.progress import Incomplete, Notify, Progress, no_notices, no_progress
from docarchive.archive.session import LOST, Session
from docarchive.archive.settings import Settings
from docarchive.engines import CLUSTERED, Engine
from docarchive.engines.cluster import Cluster
from docarchive.errors import IndexDamaged, NotInCollection, UsageError
from docarchive.folder import Folder
from docarchive.texts import shorten

#: The methods and properties of ``Archive`` that read articles.
_READS: Final = frozenset(
    (
        *("archives", "changes", "count", "export", "fields", "file", "get", "has_changed_files", "is_current", "list"),
        *("list_count", "original", "picture", "position", "provenance", "quote", "read_only", "resolve", "search"),
        *("settings", "similar", "statistics", "text", "__contains__", "__getitem__", "__iter__", "__len__"),
    )
)
#: What other methods of ``Archive`` read, in words.
_ELSEWHERE: Final = {
    "diff": "earlier versions",
    "duplicates": "list of near duplicates",
    "log": "log",
    "quarantine": "quarantine",
    "quarantined": "quarantine",
    "trash": "trash",
    "versions": "earlier versions",
}
_SHOWN: Final = 20
T = TypeVar("T")


class CollectionSession(Session):
    """An open collection; ``texts`` are shared by its sessions, as one may list what another reads."""

    def __init__(self, cluster: Cluster, progress: Progress, notify: Notify, texts: Texts | None = None) -> None:
        from docarchive.engines.opensearch.collection import CollectionEngine

        self.progress = progress
        self.notify = notify
        self.model = None
        self.read_only = True
        self._cluster = cluster
        self._collection = CollectionEngine(cluster)
        self.engine = self._collection
        try:
            members = self._collection.members
        except BaseException:
            self.close()
            raise
        languages = Counter(primary(member.language) or "en" for member in members)
        language = max(sorted(languages), key=lambda language: languages[language])
        self.settings = Settings(cluster.index_name, CLUSTERED, language, cluster=cluster)
        store = CollectionStore(Path(address_of(cluster)), cluster, self._collection, texts)
        self.store = store
        self.catalog = CollectionCatalog(self._collection, store.texts, language, notify)
        if left_out := [member.archive for member in members if not member.is_current]:
            notify(Incomplete(f"left out archives with an index of another version: {_listed(left_out)}"))

    @classmethod
    def at(cls, path: str, progress: Progress = no_progress, notify: Notify = no_notices) -> CollectionSession:
        """Opens the collection with an address.

        Raises:
            UsageError: It is no such address, or a library is not installed.
            NotAnArchive: There is no collection of this name.
            IndexUnavailable: The cluster does not answer.
        """
        cluster = cluster_at(path)
        try:
            return cls(cluster, progress, notify)
        except ImportError as error:
            raise UsageError("a collection needs an extra: pip install 'docarchive[opensearch]'") from error

    def again(self) -> Session:
        """Opens another session of the same collection."""
        assert isinstance(self.store, CollectionStore)
        return CollectionSession(self._cluster, self.progress, self.notify, self.store.texts)

    def share(self, turn: LockType, changes: list[int]) -> None:
        """Does nothing: nobody writes."""

    def check_call(self, method: str) -> None:
        """Raises ``NotInCollection`` if a method of ``Archive`` does more than to read articles."""
        if method in _READS:
            return
        what = _ELSEWHERE.get(method)
        raise NotInCollection(self._lacks(what) if what else self.refusal())

    def check_files(self, what: str) -> None:
        """Raises ``NotInCollection``: originals, manifests, journals and vectors are in the archives."""
        raise NotInCollection(self._lacks(what))

    def _lacks(self, what: str) -> str:
        return f"a collection has no {what}; ask an archive that feeds it, where that is: {self._listed()}"

    def refusal(self) -> str:
        """Returns the sentence for what a collection does not do."""
        return (
            "a collection can only be read, with search, list, show, export, similar, quote, stats, serve and mcp; "
            f"for the rest, open an archive that feeds it, where that is: {self._listed()}"
        )

    def _listed(self) -> str:
        return _listed(self.archives)

    @property
    def archives(self) -> Sequence[str]:
        """The names of the archives that feed the collection."""
        return [member.archive for member in self._collection.members]

    @property
    def address(self) -> str:
        """The address of the collection."""
        return address_of(self._cluster)

    def articles_by_archive(self) -> dict[str, int]:
        """Returns how many articles each archive has."""
        return self._collection.articles_by_archive()

    def sizes_elsewhere(self) -> dict[str, int]:
        """Returns the size of the indexes, with all copies, in bytes."""
        return {"index": self._collection.size()}

    def indexed(self) -> int:
        """Returns 0, the position of the last change: a collection has no journal."""
        return 0

    @property
    def current_engine(self) -> Engine:
        """The engine: it shows what the archives have committed."""
        return self.engine

    def is_current(self) -> bool:
        """Returns True: nobody but its archives knows of changes that the index has not."""
        return True

    def has_changed_files(self, ids: Sequence[str]) -> bool:
        """Returns False: there are no files."""
        return False

    def ask(self, question: Callable[[Engine], T]) -> T:
        """Asks the engine something; again if an archive has just put a new index in place."""
        try:
            return self._ask(question)
        except IndexDamaged:
            self._collection.refresh()
            return self._ask(question)

    def follow(self) -> None:
        """Follows which archives feed the collection, now and then."""
        self._collection.partial = False
        _ = self._collection.members

    def temporary_folder(self) -> Folder:
        """Raises ``UsageError``: what would need one is not for collections."""
        raise NotInCollection(self.refusal())

    @contextmanager
    def writing(self, puts_back: Collection[str] = LOST) -> Iterator[None]:
        """Raises ``UsageError``."""
        raise NotInCollection(self.refusal())
        yield

    def close(self) -> None:
        """Closes the connections."""
        self._collection.close()


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(shorten(name) for name in sorted(names)[:_SHOWN])
    return f"{shown} and {len(names) - _SHOWN:,} more" if len(names) > _SHOWN else shown
