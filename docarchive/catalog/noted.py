"""Noted: the state of the catalog's file when docarchive last wrote it, so that other changes of it are noticed.

SQLite has no checksums. To check a whole catalog at every start would take longer than a search. So it is checked only
if its file has another stamp than the one noted; see docs/decisions/0079. How often it was written is noted too: a log
of SQLite that was cut off leaves an older catalog, which is whole, but lacks changes.

To check a whole catalog takes several times as long as to compute its digest. So the digest of a file that was checked,
or written as a whole, is noted, too. While the file has that stamp and that digest, it is not checked again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from docarchive.catalog.catalog import Catalog
from docarchive.catalog.stored import FILE
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.folder.stamps import Stamp, read_note, stamp_of, write_note

#: The name of the file that the state is noted in, next to the catalog.
NOTED: Final = "catalog.json"
_LOG: Final = f"{FILE}-wal"
_MAX_SIZE: Final = 10_000  # bytes
_BLOCK: Final = 512  # bytes, see stat(2)


def note(folder: Folder, catalog: Catalog) -> None:
    """Notes the state of a catalog that was just written or checked. Hold the lock."""
    with suppress(OSError, ArchiveDamaged):  # then it is checked the next time
        values = {"stamp": stamp_of(folder, FILE), "epoch": catalog.epoch, "writes": catalog.writes()}
        before = _read(folder)
        if any(before.get(name) != value for name, value in values.items()):
            write_note(folder, NOTED, values)


def agrees(folder: Folder, catalog: Catalog, *, exactly: bool = True) -> bool:
    """Returns whether a catalog is as it was noted; for ``exactly`` see ``Stamp.agrees``."""
    noted, stamp = _read(folder), _stamp(folder)
    same = stamp is not None and stamp.agrees(noted.get("stamp"), exactly=exactly)
    return same and not _lacks_changes(catalog, noted)


def digest_of(folder: Folder) -> tuple[Stamp, str] | None:
    """Returns the stamp and the digest of a catalog's file; None if not all of the catalog is in it.

    Nor has a file that takes much less room than its size: a stranger may have made terabytes that are all a hole.
    """
    try:
        if folder.exists(_LOG) and folder.status(_LOG).st_size:
            return None
        status = folder.status(FILE)
        if getattr(status, "st_blocks", status.st_size) * _BLOCK < status.st_size // 2:
            return None
        return stamp_of(folder, FILE), folder.digest(FILE)[0].hex()
    except (OSError, ArchiveDamaged):
        return None


def note_digest(folder: Folder, digest: tuple[Stamp, str] | None) -> None:
    """Notes what ``digest_of`` returned before the catalog was checked, if nothing was written since. Hold the lock."""
    noted = _read(folder)
    if digest is not None and noted.get("stamp") == digest[0] == _stamp(folder):
        with suppress(OSError, ArchiveDamaged):
            write_note(folder, NOTED, {**noted, "digest": digest[1]})


def has_digest(folder: Folder, digest: tuple[Stamp, str] | None) -> bool:
    """Returns whether this is the digest that was noted: the catalog needs no other check."""
    noted = _read(folder)
    return digest is not None and (noted.get("stamp"), noted.get("digest")) == digest


def lacks_changes(folder: Folder, catalog: Catalog) -> bool:
    """Returns whether a catalog lost changes that were made."""
    return _lacks_changes(catalog, _read(folder))


@contextmanager
def closing(folder: Folder) -> Iterator[None]:
    """Notes the file again if it was as noted before: whoever closes a catalog last writes its log to the file."""
    before = _stamp(folder)
    yield
    after = _stamp(folder)
    if before != after and after is not None and (noted := _read(folder)).get("stamp") == before:
        with suppress(OSError, ArchiveDamaged):
            noted.pop("digest", None)
            write_note(folder, NOTED, {**noted, "stamp": after})


def _stamp(folder: Folder) -> Stamp | None:
    try:
        return stamp_of(folder, FILE)
    except (OSError, ArchiveDamaged):
        return None


def _lacks_changes(catalog: Catalog, noted: dict[str, Any]) -> bool:
    return noted.get("epoch") == catalog.epoch and noted.get("writes", 0) > catalog.writes()


def _read(folder: Folder) -> dict[str, Any]:
    """Returns what is noted; nothing if that cannot be read."""
    values = read_note(folder, NOTED, _MAX_SIZE)
    try:
        return {**values, "stamp": Stamp(*values["stamp"]), "writes": int(values["writes"])}
    except (KeyError, TypeError, ValueError, OverflowError):
        return {}
