"""The folder of an archive: everything inside of it is opened, listed, written and removed here. See ``folder``."""

from __future__ import annotations

from docarchive.folder.folder import File, Folder
from docarchive.folder.way import LINKED, MOVE

__all__ = ["LINKED", "MOVE", "File", "Folder"]
