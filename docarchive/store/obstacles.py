"""Obstacles: why a listing of ``articles/`` lacks a file that nobody deleted.

A sync takes a file that is gone as deleted. It must not do so for files behind a link, in a folder that cannot be read,
or of which a cloud client has left only a placeholder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from docarchive import failures
from docarchive.folder import LINKED, MOVE
from docarchive.store.layout import is_article_path

#: What cloud clients name the placeholder of a file that is not on this machine: iCloud, Nextcloud, ownCloud.
_PLACEHOLDERS: Final = (".{}.icloud", "{}.nextcloud", "{}.owncloud")


def obstacle(root: Path, path: str, unlisted: Mapping[str, str]) -> tuple[str, str] | None:
    """Returns why a listing lacks a file: the file or folder that is in the way, and the reason.

    Args:
        root: The archive's folder.
        path: The path of the file, relative to the archive.
        unlisted: What the listing could not read, with the reasons.

    Returns:
        None if the file was deleted: nothing is there.
    """
    if not is_article_path(path):
        return None
    parts = path.split("/")
    for end in range(2, len(parts)):
        folder = "/".join(parts[:end])
        if folder in unlisted:
            return folder, unlisted[folder]
        if os.path.islink(f"{root}/{folder}"):
            return folder, f"{LINKED}; {MOVE}"
    reason = unlisted.get(path) or _what_is_at(f"{root}/{path}")
    return (path, reason) if reason else None


def _what_is_at(path: str) -> str | None:
    """Returns what is at the path of a file that is not listed; None if nothing is."""
    try:
        mode = os.lstat(path).st_mode
    except (FileNotFoundError, NotADirectoryError):
        folder, name = os.path.split(path)
        if any(os.path.lexists(os.path.join(folder, form.format(name))) for form in _PLACEHOLDERS):
            return "is only in the cloud; let the cloud's program download it, then run 'docarchive sync'"
        return None
    except OSError as error:
        return f"cannot be read: {failures.reason(error)}"
    if stat.S_ISREG(mode):
        return "was written while the files were listed; run 'docarchive sync' again"
    kind = LINKED if stat.S_ISLNK(mode) else "is not a file"
    return f"{kind}; put the file itself there, or delete this to delete the article"
