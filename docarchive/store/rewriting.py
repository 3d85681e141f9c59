"""Rewriting a list that otherwise only grows, such as the log: only a purge does that."""

from __future__ import annotations

from collections.abc import Iterable

from docarchive.folder import Folder
from docarchive.store.layout import TEMPORARY


def rewrite(folder: Folder, path: str, lines: Iterable[bytes]) -> None:
    """Replaces a file by one with other lines, all at once, and flushes it; they are written while they are made."""
    folder.make(TEMPORARY)
    temporary = f"{TEMPORARY}/rewritten-{path}"
    with folder.create(temporary) as out:
        out.writelines(lines)
    folder.sync_files([temporary])
    folder.rename(temporary, path)
    folder.sync_folders([path.rpartition("/")[0]])
