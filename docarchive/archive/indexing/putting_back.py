"""Putting back: gives an article's damaged file its own bytes again."""

from __future__ import annotations

from contextlib import suppress

from docarchive.archive.indexing.damaged_articles import is_blank
from docarchive.archive.indexing.syncer import Syncer
from docarchive.archive.progress import no_progress
from docarchive.catalog import Catalog, Entry, Row
from docarchive.catalog.recorded import RecordedFile
from docarchive.digests import sha256
from docarchive.errors import ArchiveDamaged
from docarchive.store import Store


def put_back(store: Store, catalog: Catalog, known: Entry | Row, content: bytes) -> None:
    """Replaces the file of an article by the bytes that it had; what is there now becomes a version if it has any text.

    Hold the archive's lock.
    """
    now = b""
    with suppress(OSError, ArchiveDamaged):
        now = store.folder.read(known.path)
    if not is_blank(now.decode("utf-8", "replace")):
        version = store.version_path(known.id, now)
        write(store, version, now)
        with catalog.transaction():
            catalog.record([RecordedFile(*store.stat(version), sha256(now).digest())])
    write(store, known.path, content)
    Syncer(store, catalog, no_progress).look_at([known.path])


def write(store: Store, path: str, data: bytes | str) -> None:
    """Writes a file as an import does, so that nothing is left next to it if this is killed; see ``Batch.add``."""
    batch = store.batch()
    batch.add(path, data)
    batch.commit()
