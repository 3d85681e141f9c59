"""Noted: the state of the catalog's file when docarchive last wrote it, so that other changes of it are noticed.

SQLite has no checksums. To check a whole catalog at every start would take longer than a search. So it is checked only
if its file has another stamp than the one noted; see docs/decisions/0079. The journal position is noted too: a log that
was cut off leaves an older catalog, which is whole, but lacks changes.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final
from zlib import crc32

from docarchive.catalog.catalog import Catalog
from docarchive.catalog.stored import FILE
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.folder.stamps import Stamp, stamp_of

#: The name of the file that the state is noted in, next to the catalog.
NOTED: Final = "catalog.json"
_MAX_SIZE: Final = 10_000  # bytes


def note(folder: Folder, catalog: Catalog) -> None:
    """Notes the state of a catalog that was just written or checked. Hold the lock."""
    with suppress(OSError, ArchiveDamaged):  # then it is checked the next time
        _write(folder, {"stamp": stamp_of(folder, FILE), "epoch": catalog.epoch, "position": catalog.last_position()})


def agrees(folder: Folder, catalog: Catalog, *, exactly: bool = True) -> bool:
    """Returns whether a catalog is as it was noted; for ``exactly`` see ``Stamp.agrees``."""
    noted = _read(folder)
    return _same_file(folder, noted, exactly=exactly) and not _lacks_changes(catalog, noted)


def lacks_changes(folder: Folder, catalog: Catalog) -> bool:
    """Returns whether a catalog lost changes that were made."""
    return _lacks_changes(catalog, _read(folder))


@contextmanager
def closing(folder: Folder) -> Iterator[None]:
    """Notes the file again if it was as noted before: whoever closes a catalog last writes its log to the file."""
    noted = _read(folder)
    before = _same_file(folder, noted)
    yield
    if before and not _same_file(folder, noted):
        with suppress(OSError, ArchiveDamaged):
            _write(folder, {**noted, "stamp": stamp_of(folder, FILE)})


def _same_file(folder: Folder, noted: dict[str, Any], *, exactly: bool = True) -> bool:
    try:
        return stamp_of(folder, FILE).agrees(noted.get("stamp"), exactly=exactly)
    except (OSError, ArchiveDamaged):
        return False


def _lacks_changes(catalog: Catalog, noted: dict[str, Any]) -> bool:
    return noted.get("epoch") == catalog.epoch and noted.get("position", 0) > catalog.last_position()


def _read(folder: Folder) -> dict[str, Any]:
    """Returns what is noted; nothing if that cannot be read."""
    try:
        values = json.loads(folder.read(NOTED, _MAX_SIZE))
        if values.pop("crc") != _sum(values) or type(values["position"]) is not int:
            return {}
        return {**values, "stamp": Stamp(*values["stamp"])}
    except (OSError, ArchiveDamaged, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _write(folder: Folder, values: dict[str, Any]) -> None:
    folder.put(NOTED, json.dumps({**values, "crc": _sum(values)}).encode())


def _sum(values: dict[str, Any]) -> int:
    return crc32(json.dumps(values, sort_keys=True).encode())
