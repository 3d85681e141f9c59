"""Earlier digests: what other records say of files whose catalog is damaged or missing, so that damage is not recorded.

These are the whole rows of a damaged catalog, and the copy of the last manifest. A file that was not written since the
manifest must have the digest that it has there.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import closing, suppress
from datetime import datetime
from typing import Final

from docarchive.archive.proving.heads import Heads
from docarchive.archive.proving.manifest import Manifest
from docarchive.catalog import Catalog, schema
from docarchive.catalog.recorded import RecordedFile
from docarchive.errors import DocarchiveError
from docarchive.store import FileStat, Store
from docarchive.store.layout import ARTICLES, DERIVED, MANIFEST

_SECOND: Final = 1_000_000_000


class EarlierDigests:
    """The earlier digests of one archive's files. Close it.

    Args:
        store: The archive's files.

    Attributes:
        unknown: How many files were asked for of which nothing is known.
    """

    def __init__(self, store: Store) -> None:
        self.unknown = 0
        self._written = 0  # when the manifest was, in nanoseconds since 1970
        self._lines = self._read(store)
        self._line = next(self._lines, None)
        self._catalog: Catalog | None = None
        with suppress(DocarchiveError):
            if connection := schema.connect(store.folder / DERIVED, writable=False):
                self._catalog = Catalog(connection, store.folder / DERIVED)

    def close(self) -> None:
        """Closes the files."""
        self._lines.close()
        if self._catalog is not None:
            self._catalog.close()

    def of(self, file: FileStat, digest: bytes) -> RecordedFile | None:
        """Returns what is known of a file, or None. Ask for files in order of path.

        Args:
            file: The file as it is now.
            digest: Its digest now.
        """
        recorded = self._row(file.path, digest)
        if recorded is None:
            listed = self._listed(file.path)
            if listed is not None and (listed == digest or file.modified <= self._written):
                recorded = RecordedFile(*file, listed)
        self.unknown += recorded is None
        return recorded

    def _row(self, path: str, digest: bytes) -> RecordedFile | None:
        """Returns what a damaged catalog says of a file, in a row that is whole or has the digest that the file has."""
        with suppress(DocarchiveError):
            if self._catalog is None:
                return None
            if not path.startswith(f"{ARTICLES}/"):
                return self._catalog.recorded_at(path)
            entry = self._catalog.entry_at(path)
            if entry is not None and (entry.digest == digest or self._catalog.is_row_whole(path)):
                return RecordedFile(path, entry.size, entry.modified, entry.digest)
        return None

    def _listed(self, path: str) -> bytes | None:
        """Returns the digest that the manifest has of a file."""
        key = os.fsencode(path)
        while self._line is not None and os.fsencode(self._line[0]) < key:
            self._line = next(self._lines, None)
        return self._line[1] if self._line is not None and self._line[0] == path else None

    def _read(self, store: Store) -> Generator[tuple[str, bytes]]:
        """Yields the files of the last manifest, if all of it is as it was written."""
        with suppress(OSError, DocarchiveError), closing(store.folder.open(MANIFEST)) as file:
            manifest = Manifest(file, MANIFEST)
            if manifest.head not in Heads(store.folder).read():
                return
            for _ in manifest:
                pass
            self._written = int(datetime.fromisoformat(manifest.head.written).timestamp()) * _SECOND
            file.seek(0)
            yield from ((line.path, line.digest) for line in Manifest(file, MANIFEST))
