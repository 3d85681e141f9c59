"""Files: checks the files of an index before tantivy opens them by name.

The list of managed files may name any file, which tantivy deletes when it next writes. Links are followed and named
pipes waited for. See docs/decisions/0071.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final

from docarchive.errors import ArchiveError, IndexDamaged
from docarchive.folder import Folder
from docarchive.texts import shorten

_MANAGED: Final = ".managed.json"
_META: Final = "meta.json"
_LOCKS: Final = (".tantivy-meta.lock", ".tantivy-writer.lock")
_SEGMENT_FILE: Final = re.compile(r"[0-9a-f]{32}(?:\.\d{1,20})?\.[a-z]{1,20}", re.ASCII)
_SEGMENT: Final = re.compile(r"[0-9a-f]{8}(?:-?[0-9a-f]{4}){3}-?[0-9a-f]{12}", re.ASCII)
_MAX_LIST: Final = 100_000_000  # bytes


def checked_index(folder: Folder) -> str:
    """Returns the full path of the folder of an index, for tantivy to open.

    Raises:
        ArchiveError: The path is not UTF-8.
        IndexDamaged: There is a link or anything else but a file in it, or its lists name other files.
    """
    path = str(folder)
    try:
        path.encode()
    except UnicodeEncodeError:
        reason = f"tantivy cannot write to {shorten(path, 200)!a}, which is not UTF-8"
        raise ArchiveError(f"{reason}; rename that folder, or run 'docarchive engine use whoosh'") from None
    with folder.entries() as entries:
        odd = [entry.name for entry in entries if not entry.is_file(follow_symlinks=False)]
    if odd:
        raise _damaged(f"{odd[0]!a} is not a file")
    for name in _LOCKS:
        if folder.exists(name) and folder.status(name).st_nlink > 1:  # tantivy empties it, whatever else it is
            folder.remove(name)
    managed(folder)
    segments(folder)
    return path


def managed(folder: Folder) -> list[str]:
    """Returns the names of the files of an index; for what it raises see ``checked_index``."""
    names: list[str] = []
    for name in _list(folder, _MANAGED, []):
        if not (isinstance(name, str) and (name == _META or _SEGMENT_FILE.fullmatch(name))):
            raise _damaged(f"it names {ascii(name)[:100]}")
        names.append(name)
    return names


def segments(folder: Folder) -> list[str]:
    """Returns the ids of the segments of an index, as files are named; for what it raises see ``checked_index``."""
    meta = _list(folder, _META, {})
    listed = meta.get("segments", []) if isinstance(meta, dict) else None
    ids: list[str] = []
    for segment in listed if isinstance(listed, list) else [None]:
        id_ = segment.get("segment_id") if isinstance(segment, dict) else None
        if not (isinstance(id_, str) and _SEGMENT.fullmatch(id_)):
            raise _damaged(f"it names the segment {ascii(id_)[:100]}")
        ids.append(id_.replace("-", ""))
    return ids


def delete_unlisted(folder: Folder) -> None:
    """Deletes the files of segments that tantivy does not know, since its list of them was lost in a power cut."""
    known = {*_list(folder, _MANAGED, [])}
    for name in folder.names():
        if _SEGMENT_FILE.fullmatch(name) and name not in known:
            folder.remove(name)


def _list(folder: Folder, name: str, missing: Any) -> Any:
    try:
        return json.loads(folder.read(name, _MAX_LIST))
    except FileNotFoundError:
        return missing
    except (ValueError, RecursionError):
        raise _damaged(f"{name} is not JSON") from None


def _damaged(reason: str) -> IndexDamaged:
    return IndexDamaged(f"the search index cannot be read ({reason}); run 'docarchive rebuild'")
