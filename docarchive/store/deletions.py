"""Deletions: the list of deleted articles, in the archive's file ``deleted.jsonl``. See docs/decisions/0061.

Lines are only added. A line counts as long as the archive has no article with its id.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from docarchive.store.layout import DELETED

_MAX_LINE: Final = 1 << 20


class Deletions:
    """The list of deleted articles of one archive.

    Args:
        root: The archive's folder.
    """

    def __init__(self, root: Path) -> None:
        self._path = root / DELETED

    def append(self, deletions: Iterable[dict[str, Any]]) -> None:
        """Adds deleted articles, and flushes them to disk.

        Args:
            deletions: An object for each: ``id``, ``title``, ``path``, ``deleted`` (when) and ``keys``; see
                ``catalog.Deletion``.

        Raises:
            OSError: The list cannot be written, or is a link.
        """
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)
        with open(self._path, "ab", opener=lambda path, _: os.open(path, flags, 0o666)) as file:
            file.write(b"".join(json.dumps(item, ensure_ascii=False).encode() + b"\n" for item in deletions))
            file.flush()
            os.fsync(file.fileno())

    def read(self) -> Iterator[dict[str, Any]]:
        """Yields the deleted articles, in the order of their deletion; lines that are none are skipped."""
        if not self._path.is_file() or self._path.is_symlink():
            return
        with open(self._path, "rb") as file:
            while line := file.readline(_MAX_LINE):
                with suppress(ValueError, RecursionError):
                    item = json.loads(line)
                    if isinstance(item, dict) and isinstance(item.get("id"), str):
                        keys = item.get("keys")
                        item["keys"] = [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []
                        yield item
