"""Kept files: writes the files of another archive that are not articles: originals, versions, and what is in its trash.

They are written in batches, each file flushed before it gets its name. No article needs them to be there.
"""

from __future__ import annotations

from typing import Final

from docarchive.archive.indexing.filing import unwritable
from docarchive.catalog import Catalog
from docarchive.catalog.recorded import RecordedFile
from docarchive.digests import sha256
from docarchive.store import Original, Store
from docarchive.store.layout import next_version, version_path

_BATCH: Final = 1_000  # files
_BATCH_BYTES: Final = 64_000_000


class KeptFiles:
    """Files to write. Hold the archive's lock.

    Args:
        store: The archive's files.
        catalog: Its catalog, in which they are recorded.
        dry_run: Whether nothing is written.
    """

    def __init__(self, store: Store, catalog: Catalog, *, dry_run: bool) -> None:
        self._store = store
        self._catalog = catalog
        self._dry_run = dry_run
        self._batch = store.batch()
        self._digests: dict[str, bytes] = {}  # of the files that are recorded, by path
        self._numbers: dict[str, int] = {}  # of the last version in the batch, by the id of its article
        self._count = self._size = 0

    def __contains__(self, path: str) -> bool:
        return path in self._batch

    def add(self, path: str, content: bytes) -> None:
        """Adds a file that is recorded: a version, or one in the trash."""
        self._batch.add(path, content)
        self._digests[path] = sha256(content).digest()
        self._note(len(content))

    def add_version(self, id_: str, content: bytes) -> None:
        """Adds an earlier text of an article, after its versions."""
        number = self._numbers[id_] + 1 if id_ in self._numbers else next_version(self._store.versions_of(id_))
        self._numbers[id_] = number
        self.add(version_path(id_, number), content)

    def add_original(self, original: Original) -> None:
        """Adds an original."""
        self._store.originals.keep(original, self._batch)
        self._note(len(original.data or b""))

    def _note(self, size: int) -> None:
        self._count += 1
        self._size += size
        if self._count >= _BATCH or self._size >= _BATCH_BYTES:
            self.commit()

    def commit(self) -> None:
        """Writes the files, and records them.

        Raises:
            ArchiveError: The archive cannot be written.
        """
        if not self._dry_run:
            try:
                self._batch.commit()
            except OSError as error:
                raise unwritable(error) from error
            stats = self._store.folder.statuses(self._digests)
            recorded = [
                RecordedFile(path, stats[path].st_size, stats[path].st_mtime_ns, digest)
                for path, digest in self._digests.items()
            ]
            with self._catalog.transaction():
                self._catalog.record(recorded)
        self._batch = self._store.batch()
        self._digests.clear()
        self._numbers.clear()
        self._count = self._size = 0
