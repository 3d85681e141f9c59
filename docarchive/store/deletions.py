"""Deletions: the list of deleted articles, in the archive's file ``deleted.jsonl``. See docs/decisions/0061.

Lines are only added, except that a purge leaves no more of an article than its id. A line counts as long as the archive
has no article with its id.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, Final

from docarchive.article import clean
from docarchive.folder import Folder
from docarchive.store.layout import DELETED
from docarchive.store.rewriting import rewrite

_BEGIN: Final = b'{"id": "'  # of a line
_MAX_LINE: Final = 1 << 20


class Deletions:
    """The list of deleted articles of one archive.

    Args:
        folder: The archive's folder.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder

    def append(self, deletions: Iterable[dict[str, Any]]) -> None:
        """Adds deleted articles, and flushes them to disk; what an interrupted sync has added already is skipped.

        Args:
            deletions: An object for each: ``id``, ``title``, ``path``, ``deleted`` (when) and ``keys``; see
                ``catalog.Deletion``.

        Raises:
            OSError: The list cannot be written.
            ArchiveDamaged: It is a link, or no file.
        """
        new = [*deletions]
        ids = {item["id"] for item in new}
        listed = {item["id"]: _what(item) for item in self.read() if item["id"] in ids}  # by id, the last
        lines = [_line(item) for item in new if listed.get(item["id"]) != _what(item)]
        if lines:
            self._folder.append_lines(DELETED, b"".join(lines))

    def redact(self, purged: Mapping[str, Sequence[str]], deleted: str) -> None:
        """Removes what the list says of articles, and adds them with empty title and path.

        Args:
            purged: The ids of the articles, with their keys.
            deleted: When they were deleted.
        """
        kept = (item for item in self.read() if item["id"] not in purged)
        new = (
            {"id": id_, "title": "", "path": "", "keys": [*keys], "deleted": deleted} for id_, keys in purged.items()
        )
        rewrite(self._folder, DELETED, map(_line, chain(kept, new)))

    def read(self) -> Iterator[dict[str, Any]]:
        """Yields the deleted articles, in the order of their deletion; lines that are none are skipped.

        It ends at a line that is far too long: that is no list, but may be a hole of terabytes.
        """
        if not self._folder.exists(DELETED):
            return
        with self._folder.open(DELETED) as file:
            while (line := file.readline(_MAX_LINE)) and len(line) < _MAX_LINE:
                if (item := _item(line)) is not None:
                    keys = item.get("keys")
                    texts = [key for key in keys if isinstance(key, str)] if isinstance(keys, list) else []
                    yield {**item, "id": clean(item["id"]), "keys": [*map(clean, texts)]}

    def first_invalid(self, path: str = DELETED) -> int | None:
        """Returns the number of the first line that is not as ``append`` writes it, or None."""
        with self._folder.open(path) as file:
            lines = enumerate(iter(lambda: file.readline(_MAX_LINE), b""), start=1)
            return next((number for number, line in lines if not (_is_written(line) or _is_half(line))), None)

    @staticmethod
    def may_follow(data: bytes) -> bool:
        """Returns whether ``append`` may have added bytes: lines, and half of one if it was interrupted."""
        *lines, half = data.removeprefix(b"\n").split(b"\n")
        size = min(len(half), len(_BEGIN))
        are_whole = all(_is_written(line + b"\n") or _is_half(line) for line in lines)
        return are_whole and half[:size] == _BEGIN[:size]


def _item(line: bytes) -> dict[str, Any] | None:
    """Returns the deletion that a line has; None if it has none."""
    with suppress(ValueError, RecursionError):
        item = json.loads(line)
        if isinstance(item, dict) and isinstance(item.get("id"), str):
            return item
    return None


def _is_half(line: bytes) -> bool:
    """Returns whether a line is half of one that ``append`` was writing when it was interrupted; others follow it."""
    line = line.rstrip(b"\n")
    size = min(len(line), len(_BEGIN))
    return bool(line) and line[:size] == _BEGIN[:size] and not line.endswith(b"}")


def _is_written(line: bytes) -> bool:
    item = _item(line) if line.endswith(b"\n") else None
    texts = ("title", "path", "deleted")
    return (
        item is not None and isinstance(item.get("keys"), list) and all(isinstance(item.get(key), str) for key in texts)
    )


def _what(deletion: dict[str, Any]) -> str:
    """Returns what was deleted, without the time."""
    return json.dumps({key: value for key, value in deletion.items() if key != "deleted"}, sort_keys=True)


def _line(deletion: dict[str, Any]) -> bytes:
    return json.dumps(deletion, ensure_ascii=False).encode() + b"\n"
