"""The table of contents of an index, as a search reads it: without Whoosh, whose import takes longer.

Whoosh writes it (``codec.commit``): some sizes, a schema, which is not looked at, and the segments, as
JSON. The newest generation counts.
"""

from __future__ import annotations

import json
import os
import re
import struct
from pathlib import Path
from typing import Any, Final, NamedTuple

from docarchive.engines.whoosh.packing import DamagedIndex

#: The name that Whoosh gives an index of which there is one in its folder.
INDEX_NAME: Final = "MAIN"
_TOC: Final = re.compile(rf"_{INDEX_NAME}_([0-9]+)\.toc")
_SEGMENT_ID: Final = re.compile(r"[a-z0-9]{1,32}")
_MARK: Final = -12345
_MAX_SEGMENTS: Final = 1 << 28  # bytes


class Entry(NamedTuple):
    """A segment, as the table of contents names it.

    Attributes:
        id: Its name.
        documents: How many documents it holds, deleted ones among them.
        deleted: The numbers of those that are deleted.
    """

    id: str
    documents: int
    deleted: frozenset[int]

    def path(self, folder: Path) -> Path:
        """Returns its file."""
        return segment_path(folder, self.id)


def segment_path(folder: Path, id_: str) -> Path:
    """Returns the file of a segment."""
    return folder / f"{INDEX_NAME}_{id_}.idx"


def read_toc(folder: Path) -> tuple[int, list[Entry]]:
    """Returns the generation of the index in a folder, and its segments.

    Raises:
        DamagedIndex: There is no index, or it is damaged.
    """
    generations = [int(found[1]) for found in map(_TOC.fullmatch, os.listdir(folder)) if found]
    if not generations:
        raise DamagedIndex("there is no table of contents")
    generation = max(generations)
    data = (folder / f"_{INDEX_NAME}_{generation}.toc").read_bytes()
    place = 3  # sizes of numbers, one byte each
    mark, _ = struct.unpack_from("!ii", data, place)
    if mark != _MARK:
        raise DamagedIndex("a table of contents that does not begin as it should")
    place += 8
    for _ in range(3):  # Whoosh's version
        _, place = _varint(data, place)
    length, place = _varint(data, place)
    place += length + 8  # the schema, the generation, and a number that is not used
    (length,) = struct.unpack_from("!I", data, place)
    if length > _MAX_SEGMENTS or place + 4 + length != len(data):
        raise DamagedIndex("a table of contents that does not end as it should")
    return generation, [entry_of(item) for item in json.loads(data[place + 4 :])]


def entry_of(item: Any) -> Entry:
    """Returns a segment of its form in JSON: ``{"id": …, "count": …, "deleted": […]}``."""
    if not isinstance(item, dict) or not _SEGMENT_ID.fullmatch(str(item.get("id"))):
        raise DamagedIndex("a segment without a proper id")
    return Entry(str(item["id"]), int(item["count"]), frozenset(map(int, item["deleted"])))


def _varint(data: bytes, place: int) -> tuple[int, int]:
    """Returns a number in Whoosh's code of variable length, and the place behind it."""
    number = shift = 0
    while True:
        byte = data[place]
        place += 1
        number |= (byte & 0x7F) << shift
        if byte < 0x80:
            return number, place
        shift += 7
