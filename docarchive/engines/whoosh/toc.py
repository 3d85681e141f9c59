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
from time import time
from typing import Any, Final
from zlib import crc32

from docarchive.engines.whoosh.packing import DamagedIndex
from docarchive.folder import Folder
from docarchive.records import NamedTuple

#: The name that Whoosh gives to an index that is the only one in its folder.
INDEX_NAME: Final = "MAIN"
#: The name of its file.
TOC_FILE: Final = "segments.json"
_MAX_TOC: Final = 100_000_000  # bytes
_SEGMENT_FILE: Final = re.compile(rf"{INDEX_NAME}_([a-z0-9]{{1,32}})\.idx")


class Entry(NamedTuple):
    """A segment, as the table of contents names it."""

    id: str  # names its file
    documents: int  # how many documents it holds, deleted ones included
    deleted: frozenset[int]  # the numbers of its deleted documents

    @property
    def name(self) -> str:
        """The name of the segment's file."""
        return segment_name(self.id)


def new_id() -> str:
    """Returns an id for a new segment."""
    return os.urandom(8).hex()  # ``secrets`` would load OpenSSL


def segment_name(id_: str) -> str:
    """Returns the name of the file of a segment."""
    return f"{INDEX_NAME}_{id_}.idx"


def first_generation() -> int:
    """Returns the generation of a new index: higher than any of an index that it replaces."""
    return int(time() * 1_000)


def read_toc(folder: Folder) -> tuple[int, list[Entry]]:
    """Returns the generation of the index in a folder, and its segments; raises ``DamagedIndex`` if there is none."""
    try:
        toc = json.loads(folder.read(TOC_FILE, _MAX_TOC))
    except FileNotFoundError:
        raise DamagedIndex("there is no table of contents") from None
    generation, segments = int(toc["generation"]), toc["segments"]
    if toc["crc"] != _crc(generation, segments):
        raise DamagedIndex("a table of contents that was changed")
    return generation, [_entry(item) for item in segments]


def write_toc(folder: Folder, generation: int, entries: Iterable[Entry]) -> None:
    """Makes some segments, which were flushed, the index in a folder, and deletes the files of all others."""
    segments = [{"id": entry.id, "count": entry.documents, "deleted": sorted(entry.deleted)} for entry in entries]
    toc = {"generation": generation, "segments": segments, "crc": _crc(generation, segments)}
    folder.put(TOC_FILE, json.dumps(toc).encode(), flush=True)
    ids = {segment["id"] for segment in segments}
    for name in folder.names():
        if (match := _SEGMENT_FILE.fullmatch(name)) and match[1] not in ids:
            with suppress(OSError):  # elsewhere than on POSIX, open files stay
                folder.remove(name)


def _crc(generation: int, segments: Any) -> int:
    return crc32(json.dumps([generation, segments]).encode())


def _entry(item: Any) -> Entry:
    """Returns a segment that is given as ``{"id": …, "count": …, "deleted": […]}``."""
    entry = Entry(str(item["id"]), int(item["count"]), frozenset(map(int, item["deleted"])))
    if not _SEGMENT_FILE.fullmatch(entry.name):
        raise DamagedIndex("a segment without a proper id")
    return entry
