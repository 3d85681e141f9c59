"""The files of an archive that a manifest covers: everything in it that is the user's.

These are the settings, the list of deleted articles, the log, and all files in the folders of articles, originals,
versions, trash and quarantine, except those with a name, or in a folder with a name, that begins with a dot: other
programs make and remove such files. ``heads.jsonl`` is not covered, because each manifest adds to it; its own chain of
hashes protects it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from typing import Final

from docarchive import failures
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.folder.walking import kind_of, walk
from docarchive.records import NamedTuple
from docarchive.store.layout import ARTICLES, DELETED, LOG, ORIGINALS, QUARANTINE, SETTINGS, TRASH, VERSIONS

_FOLDERS: Final = (ARTICLES, ORIGINALS, QUARANTINE, TRASH, VERSIONS)
_FILES: Final = (DELETED, LOG, SETTINGS)


class FileOrFault(NamedTuple):
    """A file of an archive, or what is in the place of one."""

    path: str  # relative to the archive, with forward slashes
    kind: str  # ``file``, ``link`` or ``other``; ``folder`` in the place of a file, or if it cannot be listed
    reason: str = ""  # why a folder cannot be listed


def is_covered(path: str) -> bool:
    """Returns whether a manifest may name a path; the path may be a stranger's."""
    first, *rest = path.split("/")
    if not rest:
        return first in _FILES
    return first in _FOLDERS and all(name and name[0] != "." and "\0" not in name for name in rest)


def files_of(archive: Folder) -> Iterator[FileOrFault]:
    """Yields all files of an archive that a manifest covers, and what is in their place, in order of path.

    The order is that of the bytes of the paths. A folder is held in memory as a whole.
    """
    for name in sorted((*_FOLDERS, *_FILES)):
        kind = archive.kind(name)
        if kind == "folder" and name in _FOLDERS:
            yield from walk(name, partial(_listed, archive))
        elif kind is not None:
            yield FileOrFault(name, "other" if name in _FOLDERS and kind == "file" else kind)


def _listed(archive: Folder, path: str) -> list[FileOrFault | str]:
    try:
        with archive.entries(path) as entries:
            kinds = {entry.name: kind_of(entry) for entry in entries if entry.name[0] != "."}
    except OSError as error:
        return [FileOrFault(path, "folder", failures.reason(error))]
    except ArchiveDamaged:  # a link that has just taken its place
        return [FileOrFault(path, "link")]
    names = sorted(kinds, key=lambda name: os.fsencode(f"{name}/" if kinds[name] == "folder" else name))
    paths = ((f"{path}/{name}", kinds[name]) for name in names)
    return [inner if kind == "folder" else FileOrFault(inner, kind) for inner, kind in paths]
