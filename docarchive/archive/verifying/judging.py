"""Judging: says what is wrong with a suspect, a path of which a scan found that it is not as recorded."""

from __future__ import annotations

from typing import Final

from docarchive.archive.own_files import REPAIR, OwnFiles
from docarchive.archive.reports import Fault
from docarchive.catalog import Catalog
from docarchive.catalog.recorded import CHANGED, OTHER_BYTES, RecordedFile
from docarchive.errors import ArchiveDamaged, InputError, NotFoundError
from docarchive.failures import reason as reason_of
from docarchive.formats.folders import original_digest
from docarchive.pictures import is_picture
from docarchive.store import Store
from docarchive.store.layout import ARTICLES, ORIGINALS, OWN_FILES, VERSIONS
from docarchive.store.originals import NOT_OF_ITS_NAME

_SYNC: Final = "run 'docarchive sync'"
#: How a fault is fixed for which there is nothing to repair it from; and one of an original.
NO_COPY: Final = "put the file back from a backup: the archive has nothing to make it again from"
NO_ORIGINAL: Final = "import the same file again, or put the file back from a backup"
_AGAIN: Final = f"import the same file again, or {REPAIR}"
_LINK_FIX: Final = "put the file or folder itself there, or delete it"


def judge(store: Store, catalog: Catalog, path: str) -> Fault | None:
    """Returns what is wrong with a file or a link at a path, relative to the archive; None if nothing is."""
    try:
        kind = store.folder.kind(path)
    except OSError as error:
        return Fault("damaged", path, f"cannot be read: {reason_of(error)}", REPAIR)
    if kind in ("link", "other"):
        what = "is a link, which is not followed" if kind == "link" else "is neither a file nor a folder"
        return Fault("link", path, what, _LINK_FIX)
    if path in OWN_FILES:
        return OwnFiles(store, catalog).fault(path)
    area = path.partition("/")[0]
    if area == ORIGINALS:
        return _original(store, catalog, path, is_there=kind == "file")
    recorded = recorded_at(catalog, path)
    if recorded is None:
        return _unrecorded(store, catalog, path) if kind == "file" else None
    if kind != "file":
        return Fault("missing", path, "is gone", f"put it back, or {_SYNC} if you deleted it")
    return _recorded(store, catalog, recorded)


def recorded_at(catalog: Catalog, path: str) -> RecordedFile | None:
    """Returns what is recorded of the file at a path; None if nothing is, or the record is damaged itself."""
    if not path.startswith(f"{ARTICLES}/"):
        return catalog.recorded_at(path)
    entry = catalog.entry_at(path)
    return None if entry is None else RecordedFile(path, entry.size, entry.modified, entry.digest)


def _recorded(store: Store, catalog: Catalog, recorded: RecordedFile) -> Fault | None:
    path = recorded.path
    try:
        before = store.stat(path)
        is_same = before.size == recorded.size and store.folder.digest(path)[0] == recorded.digest
    except (FileNotFoundError, NotADirectoryError):
        return Fault("missing", path, "is gone", f"put it back, or {_SYNC} if you deleted it")
    except OSError as error:
        return Fault("damaged", path, f"cannot be read: {reason_of(error)}", REPAIR)
    if is_same:
        return None
    if not catalog.is_row_whole(path):
        return None  # the record is damaged, not the file; the check of the catalog says so
    if before == recorded[:3]:
        return Fault("damaged", path, OTHER_BYTES, REPAIR)
    if path.startswith(f"{VERSIONS}/"):
        return Fault("changed", path, CHANGED, "put the file back from a backup, or delete it")
    if path.startswith(f"{ARTICLES}/") and (reason := _unreadable(store, catalog, path)):
        return Fault("invalid", path, reason, f"put a whole file there, or {REPAIR}")
    return Fault("changed", path, "was changed since docarchive last read it", f"{_SYNC} if you changed it")


def _unrecorded(store: Store, catalog: Catalog, path: str) -> Fault | None:
    if path.startswith(f"{ARTICLES}/") and (reason := _unreadable(store, catalog, path)):
        return Fault("invalid", path, reason, f"put a whole file there, then {_SYNC}; or delete it")
    return Fault("unknown", path, "is not in the catalog", _SYNC)


def _unreadable(store: Store, catalog: Catalog, path: str) -> str | None:
    """Returns why the file of an article cannot be read as one; None if it can."""
    from docarchive.archive.indexing.damaged_articles import read_article

    try:
        path.encode()
        read_article(store, path, catalog)
    except UnicodeEncodeError:
        return "has a name that is not UTF-8"
    except NotFoundError:
        return None
    except (InputError, ArchiveDamaged) as error:
        return str(error).removeprefix(f"{path} ").partition("; put a whole file there")[0]
    return None


def _original(store: Store, catalog: Catalog, path: str, *, is_there: bool) -> Fault | None:
    expected = original_digest(path)
    if expected is None:
        return Fault("unknown", path, "is no original: its name is not a digest", "move it out of the archive")
    if not is_there:
        if store.originals.find(expected) is not None and not is_picture(path):
            return None
        return Fault("missing", path, f"is gone{_named_by(catalog, expected)}", _AGAIN)
    try:
        actual = store.folder.digest(path)[0].hex()
    except OSError as error:
        actual, reason = "", f"cannot be read: {reason_of(error)}"
    else:
        reason = NOT_OF_ITS_NAME
    if actual == expected:
        return None
    return Fault("damaged", path, f"{reason}{_named_by(catalog, expected)}", _AGAIN)


def _named_by(catalog: Catalog, digest: str) -> str:
    ids = catalog.articles_of(f"sha256:{digest}", 2)
    return f"; it is the original of {ids[0]}{' and others' if len(ids) > 1 else ''}" if ids else ""
