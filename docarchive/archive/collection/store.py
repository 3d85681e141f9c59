"""CollectionStore: the texts of a collection's articles. There are no other files: originals are in the archives."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from docarchive.archive.collection.texts import Texts
from docarchive.catalog import Entry, Row
from docarchive.engines.cluster import Cluster
from docarchive.errors import NotFoundError, UsageError
from docarchive.folder import Folder
from docarchive.store import FileStat, Store
from docarchive.store.originals import Originals

if TYPE_CHECKING:
    from docarchive.engines.opensearch.collection import CollectionEngine
    from docarchive.store.store import Known


class CollectionStore(Store):
    """The files of a collection, which can be read alone; any thread may do so.

    Args:
        root: The address of the collection as a path.
        cluster: The cluster.
        engine: The engine of the collection; a new one if left out.
        texts: The texts that were read last; none if left out.
    """

    def __init__(
        self, root: Path, cluster: Cluster, engine: CollectionEngine | None = None, texts: Texts | None = None
    ) -> None:
        self.root = root
        self.texts = texts or Texts()
        self._cluster = cluster
        self._engine = engine

    def __reduce__(self) -> tuple[type[Store], tuple[Path, Cluster]]:  # type: ignore[override]
        return type(self), (self.root, self._cluster)

    @property
    def folder(self) -> Folder:
        """What all methods use that are not here."""
        raise UsageError("a collection has no files but its articles; ask one of the archives that feed it")

    @folder.setter
    def folder(self, value: Folder) -> None:
        raise AssertionError

    @property
    def originals(self) -> Originals:
        """No originals."""
        return _NoOriginals(Folder(self.root), "")

    def read_known(self, known: Known) -> tuple[str, FileStat]:
        """Reads the text of an article that the catalog has; see ``Store``."""
        assert isinstance(known, Row | Entry)
        text = self.texts.get(known.id, known.digest)
        if text is None:
            article = next(iter(self._opened().stored_of([known.id])), None)
            if article is None:
                raise NotFoundError(f"{known.id} is gone from the collection")
            text = article.text
        return text, FileStat(known.path, known.size, known.modified)

    def owns(self, path: Path) -> bool:
        """Returns False."""
        return False

    def versions_of(self, id_: str) -> list[str]:
        """Returns no versions: these are in the archives."""
        return []

    def _opened(self) -> CollectionEngine:
        if self._engine is None:
            from docarchive.engines.opensearch.collection import CollectionEngine

            self._engine = CollectionEngine(self._cluster)
        return self._engine


class _NoOriginals(Originals):
    """The originals of a collection: none."""

    def find(self, digest: str) -> None:
        """Returns None."""

    def has_picture(self, path: str) -> bool:
        """Returns False."""
        return False
