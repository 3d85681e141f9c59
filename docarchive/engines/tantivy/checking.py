"""Checking: compares all of an index with its checksums.

Tantivy ends each file with a footer: JSON with the CRC of what is before it, the length of that JSON, and a number by
which a footer is known. It has a function that compares these, but not in Python. The lists of segments and files have
none; the journal position of the index keeps their CRCs.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from typing import Final
from zlib import crc32

from docarchive.engines.state import sums_of
from docarchive.engines.tantivy.files import LISTS, LOCKS, checked_index, managed, segments
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder

_TAIL: Final = struct.Struct("<II")
_MAGIC: Final = 1337
_MAX_FOOTER: Final = 10_000  # bytes
_CHUNK: Final = 1 << 20
_STATE: Final = "state.json"


def damage(folder: Folder) -> Iterator[str]:
    """Yields what is wrong with the files of an index: parts of sentences."""
    try:
        checked_index(folder)
        names = folder.names()
        yield from _lists(folder, names)
    except (ArchiveDamaged, OSError) as error:
        yield str(error).partition("; run 'docarchive")[0]
        return
    for name in names:
        if name not in (*LISTS, *LOCKS, _STATE) and name[0] != "." and not _is_whole(folder, name):
            yield f"{name} has changed"


def _lists(folder: Folder, names: list[str]) -> Iterator[str]:
    for name, crc in sums_of(folder).items():
        if name not in names or crc32(folder.read(name)) != crc:
            yield f"{name} has changed"
    ids = {*segments(folder)}
    needed = {f"{id_}.store" for id_ in ids}
    needed |= {name for name in managed(folder) if name.partition(".")[0] in ids}
    yield from (f"{name} is missing" for name in sorted(needed - {*names}))


def _is_whole(folder: Folder, name: str) -> bool:
    """Returns whether the bytes of a file are those of its footer's checksum."""
    size = folder.status(name).st_size
    with folder.open(name) as file:
        file.seek(max(size - _TAIL.size, 0))
        length, magic = _TAIL.unpack(file.read(_TAIL.size).rjust(_TAIL.size, b"\0"))
        end = size - _TAIL.size - length
        if magic != _MAGIC or length > _MAX_FOOTER or end < 0:
            return False
        file.seek(end)
        try:
            expected = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return False
        file.seek(0)
        crc, left = 0, end
        while left and (chunk := file.read(min(left, _CHUNK))):
            crc = crc32(chunk, crc)
            left -= len(chunk)
    return not left and expected == crc
