"""The folder of an archive: everything inside of it is opened, listed, written and removed here. See ``folder``."""

from __future__ import annotations

from docarchive.folder.folder import MAX_READ, File, Folder
from docarchive.folder.open_folder import is_regular
from docarchive.folder.way import LINKED, MOVE

__all__ = ["LINKED", "MAX_READ", "MOVE", "File", "Folder", "is_regular"]
