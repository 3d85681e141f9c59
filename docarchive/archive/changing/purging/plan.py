"""Plan: what a purge deletes. It is written down first, so that a purge that was interrupted is finished later."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.records import NamedTuple
from docarchive.store.layout import ARTICLES, ORIGINALS, PURGE, QUARANTINE, TRASH, VERSIONS, is_below
from docarchive.store.log import LoggedChange

_MAX_SIZE: Final = 1 << 30
#: The folders that a purge deletes files from.
_FOLDERS: Final = frozenset({ARTICLES, ORIGINALS, QUARANTINE, TRASH, VERSIONS})


class Plan(NamedTuple):
    """What a purge deletes."""

    change: LoggedChange
    purged: Mapping[str, Sequence[str]]  # the ids of the articles, with what later imports know them by
    files: Sequence[str]  # the paths of the files, relative to the archive

    def write(self, archive: Folder) -> None:
        """Writes it down, and flushes it: from then on it is done, now or when the archive is opened next."""
        values = {"change": self.change.values(), "purged": self.purged, "files": self.files}
        archive.put(PURGE, json.dumps(values).encode(), flush=True)

    @classmethod
    def read(cls, archive: Folder) -> Plan | None:
        """Returns what was written down; None if it is damaged: it may be a stranger's.

        Raises:
            OSError: It cannot be read.
        """
        try:
            values: Any = json.loads(archive.read(PURGE, _MAX_SIZE))
            purged = {str(id_): [*map(str, keys)] for id_, keys in values["purged"].items()}
            files = [*map(str, values["files"])]
            if not all(is_below(_FOLDERS, path) for path in files):
                return None
            return cls(LoggedChange.read(values["change"]), purged, files)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError, ArchiveDamaged):
            return None
