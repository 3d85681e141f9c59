"""Copying: keeps a copy of every article's file in the catalog. See docs/decisions/0088."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from docarchive.catalog import Catalog
from docarchive.catalog.copies import packed
from docarchive.digests import sha256
from docarchive.errors import ArchiveDamaged, NotFoundError
from docarchive.records import NamedTuple
from docarchive.store import FileStat, Store


class ReadFile(NamedTuple):
    """An article's file that was read."""

    file: FileStat
    digest: bytes  # the SHA-256 to record: if the file is damaged, it is not that of its bytes
    copy: bytes | None = None  # its bytes, packed; None if it is damaged, or no copies are kept


def keep_copies(files: Mapping[str, ReadFile], catalog: Catalog, known: Catalog) -> None:
    """Stores the copies of files, by the ids of their articles; in the transaction that writes their rows.

    Of a damaged file, a new catalog takes the copy from the one that knew the file.
    """
    catalog.keep_copies((id_, read.copy) for id_, read in files.items() if read.copy is not None)
    if known is not catalog:
        catalog.take_copies(known, [id_ for id_, read in files.items() if read.copy is None])


def copy_files(store: Store, catalog: Catalog) -> None:
    """Stores copies of the files of which a catalog has none, as an older version has made it. Hold the lock."""
    if catalog.has_all_copies:
        return
    for articles in catalog.uncopied():
        copies: list[tuple[str, bytes]] = []
        for _, id_, path, digest in articles:
            with suppress(ArchiveDamaged, NotFoundError):
                content = store.read(path).encode()
                if sha256(content).digest() == digest:
                    copies.append((id_, packed(content)))
        with catalog.transaction():
            catalog.keep_copies(copies)
    with catalog.transaction():
        catalog.note_all_copies()
