"""The table of contents of an index: a JSON file with its segments and their deleted documents.

The file is replaced as a whole, so that a reader sees one generation of the index or the next. It holds no
schema: that follows from the version of the index, which ``engines.state`` keeps.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from time import time
from typing import Any, Final, NamedTuple
from zlib import crc32

from docarchive.engines.whoosh.packing import DamagedIndex

#: The name that Whoosh gives to an index that is the only one in its folder.
INDEX_NAME: Final = "MAIN"
_FILE: Final = "segments.json"
_SEGMENT_FILE: Final = re.compile(rf"{INDEX_NAME}_([a-z0-9]{{1,32}})\.idx")


class Entry(NamedTuple):
    """A segment, as the table of contents names it."""

    id: str  # names its file
    documents: int  # how many documents it holds, deleted ones included
    deleted: frozenset[int]  # the numbers of its deleted documents

    def path(self, folder: Path) -> Path:
        """Returns the segment's file."""
        return segment_path(folder, self.id)


def segment_path(folder: Path, id_: str) -> Path:
    """Returns the file of a segment."""
    return folder / f"{INDEX_NAME}_{id_}.idx"


def toc_path(folder: Path) -> Path:
    """Returns the file of the table of contents."""
    return folder / _FILE


def first_generation() -> int:
    """Returns the generation of a new index: higher than any of an index that it replaces."""
    return int(time() * 1_000)


def read_toc(folder: Path) -> tuple[int, list[Entry]]:
    """Returns the generation of the index in a folder, and its segments; raises ``DamagedIndex`` if there is none."""
    try:
        toc = json.loads(toc_path(folder).read_bytes())
    except FileNotFoundError:
        raise DamagedIndex("there is no table of contents") from None
    generation, segments = int(toc["generation"]), toc["segments"]
    if toc["crc"] != _crc(generation, segments):
        raise DamagedIndex("a table of contents that was changed")
    return generation, [_entry(item) for item in segments]


def write_toc(folder: Path, generation: int, entries: Iterable[Entry]) -> None:
    """Makes some segments the index in a folder, and deletes the files of all others."""
    segments = [{"id": entry.id, "count": entry.documents, "deleted": sorted(entry.deleted)} for entry in entries]
    toc = {"generation": generation, "segments": segments, "crc": _crc(generation, segments)}
    temporary = folder / (_FILE + ".new")
    temporary.write_text(json.dumps(toc), "utf-8")
    os.replace(temporary, toc_path(folder))
    ids = {segment["id"] for segment in segments}
    for name in os.listdir(folder):
        if (match := _SEGMENT_FILE.fullmatch(name)) and match[1] not in ids:
            with suppress(OSError):  # elsewhere than on POSIX, open files stay
                os.remove(folder / name)


def _crc(generation: int, segments: Any) -> int:
    return crc32(json.dumps([generation, segments]).encode())


def _entry(item: Any) -> Entry:
    """Returns a segment that is given as ``{"id": …, "count": …, "deleted": […]}``."""
    entry = Entry(str(item["id"]), int(item["count"]), frozenset(map(int, item["deleted"])))
    if not _SEGMENT_FILE.fullmatch(entry.path(Path()).name):
        raise DamagedIndex("a segment without a proper id")
    return entry
