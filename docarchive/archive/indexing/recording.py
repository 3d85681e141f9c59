"""Recording: keeps the digests of the files that are not articles: those of ``versions/`` and ``quarantine/``.

What an import writes there is recorded with it. This finds the rest: what an interrupted import has written, and what
was added, changed or deleted by hand. As for articles, a file of the same size and time is not opened, unless the
catalog is new; if its bytes then differ from the earlier catalog's digest, it is damaged, and that digest is kept. A
version with other bytes is damaged whatever its time: a program may still have written into the file that was replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import chain
from typing import Final

from docarchive.archive.reports import Refusal
from docarchive.batches import batched
from docarchive.catalog import Catalog
from docarchive.catalog.recorded import CHANGED, DAMAGED, RecordedFile
from docarchive.errors import ArchiveDamaged
from docarchive.folder import MAX_READ
from docarchive.store import FileStat, Store
from docarchive.store.layout import VERSIONS

_BATCH: Final = 1_000
#: Returns what is known of a file, given how it is now and its digest; None if nothing is.
Earlier = Callable[[FileStat, bytes], RecordedFile | None]
#: A file that is new or differs, and its path; no file if it is gone.
_Difference = tuple[FileStat | None, str]


def record(store: Store, catalog: Catalog, known: Catalog, earlier: Earlier | None = None) -> list[Refusal]:
    """Records the files that are not articles; returns those that are damaged. Hold the lock.

    Args:
        store: The archive's files.
        catalog: The catalog to update.
        known: The catalog that says which digests files had, if that is not the one to update.
        earlier: Says which digests files had, if no catalog does.
    """
    damaged: list[Refusal] = []
    with catalog.snapshot() as recorded:
        known_files = chain.from_iterable(recorded.recorded())
        texts = (item for item in differences(store.other_files(), known_files) if _is_text(item[1]))
        for batch in batched(texts, _BATCH):
            new: list[RecordedFile] = []
            for file, path in batch:
                if file is None:
                    continue
                if file.size > MAX_READ:  # nothing that is kept there is so large
                    continue
                with suppress(OSError, ArchiveDamaged):
                    digest, _ = store.folder.digest(path)
                    before = earlier(file, digest) if earlier else known.recorded_at(path)
                    if before is not None and (reason := damage(before, file, digest)):
                        damaged.append(Refusal(path, reason))
                        new.append(before)
                    else:
                        new.append(RecordedFile(*file, digest))
            with catalog.transaction():
                catalog.record(new)
                catalog.forget_recorded(path for file, path in batch if file is None)
    return damaged


def damage(before: RecordedFile, file: FileStat, digest: bytes) -> str | None:
    """Returns what is wrong with a file that has this digest now; None if nothing is, or it was edited."""
    if before.is_contradicted(file, digest):
        return DAMAGED
    return CHANGED if before.digest != digest and file.path.startswith(f"{VERSIONS}/") else None


def differences(files: Iterable[FileStat], known: Iterator[tuple[str, int, int]]) -> Iterator[_Difference]:
    """Yields files that are not as they are known, and None with the path of those that are gone.

    Args:
        files: The files, in order of path.
        known: Path, size and time of those that are known, likewise.
    """
    before = next(known, None)
    for file in files:
        while before is not None and before[0] < file.path:
            yield None, before[0]
            before = next(known, None)
        if before is None or before[0] != file.path:
            yield file, file.path
            continue
        if before != file:
            yield file, file.path
        before = next(known, None)
    while before is not None:
        yield None, before[0]
        before = next(known, None)


def _is_text(path: str) -> bool:
    """Returns whether a path is UTF-8, as a catalog needs it."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True
