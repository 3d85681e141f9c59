"""Checksums of an index's files: tantivy writes one at the end of each file, and does not compare it when it reads.

To read a whole index at every start would take longer than a search. So the stamp of each file is noted when it was
written or checked, and only a file with another stamp is read and checked. See docs/decisions/0079.
"""

from __future__ import annotations

import json
import os
import struct
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Final
from zlib import crc32

from docarchive import failures
from docarchive.engines.state import STATE
from docarchive.errors import ArchiveDamaged, IndexDamaged
from docarchive.folder import Folder
from docarchive.folder.stamps import Stamp, read_note, stamp_of, stamped, write_note
from docarchive.records import NamedTuple

#: The name of the file that the stamps and checksums are noted in.
CHECKSUMS: Final = "checksums.json"
_META: Final = "meta.json"
_MANAGED: Final = ".managed.json"
_LISTS: Final = (_META, _MANAGED)  # tantivy writes them whole, without a checksum
_OTHERS: Final = (CHECKSUMS, STATE)
_TAIL: Final = struct.Struct("<II")  # of a file: the length of the JSON before it, and a fixed number
_MAGIC: Final = 1337
_MAX_FOOTER: Final = 10_000  # bytes
_MAX_LIST: Final = 100_000_000  # bytes
_CHUNK: Final = 1 << 20
_ATTEMPTS: Final = 5


class _Noted(NamedTuple):
    """A file as it was when it was written or checked."""

    stamp: Stamp
    crc: int


def begin(folder: Folder) -> None:
    """Notes that the index is being written: from now on its files may be new. Hold the lock."""
    _write(folder, _read(folder)[1], writing=True)


def note(folder: Folder) -> None:
    """Notes the files of an index that was just written. Hold the lock."""
    before = _read(folder)[1]
    noted: dict[str, _Noted] = {}
    for name in _names(folder):
        known = before.get(name)
        if known is not None and name not in _LISTS:
            noted[name] = known  # a segment's file never changes; if it did, the next check finds that
        else:
            noted[name] = _Noted(stamp_of(folder, name), _written_crc(folder, name))
    _write(folder, noted, writing=False)


def check(folder: Folder) -> None:
    """Reads the files of an index that changed since they were noted, and compares their checksums.

    Raises:
        IndexDamaged: A file does not have its checksum.
    """
    for attempt in range(_ATTEMPTS):
        try:
            _check(folder)
            return
        except (IndexDamaged, FileNotFoundError):  # another process may just have replaced what was read
            if attempt == _ATTEMPTS - 1:
                raise


def damaged_files(folder: Folder) -> Iterator[str]:
    """Reads all files of an index; yields the names of those that do not have their checksums."""
    noted, names = _read(folder)[1], _names(folder)
    versions = {name: _version(folder, name) for name in names if name not in _LISTS}
    of_segments: dict[str, Counter[bytes]] = {}
    for name, version in versions.items():
        of_segments.setdefault(_segment(name), Counter())[version] += 1
    for name in names:
        known = noted.get(name)
        odd = name in versions and versions[name] != of_segments[_segment(name)].most_common(1)[0][0]
        if odd or not _is_whole(folder, name, known and known.crc):
            yield name


def _segment(name: str) -> str:
    return name.partition(".")[0]


def _version(folder: Folder, name: str) -> bytes:
    """Returns what the end of a file says of tantivy, which no checksum is of: the same in all files of a segment."""
    size, crc = _footer(folder, name)
    with folder.open(name) as file:
        file.seek(size)
        return file.read(_MAX_FOOTER)[: -_TAIL.size].replace(b"%d" % (crc or 0), b"")


def _check(folder: Folder) -> None:
    writing, noted = _read(folder)
    if {name: file.stamp for name, file in noted.items()} == _stamps(folder):
        return  # as almost always
    exactly = failures.may(folder.path, os.W_OK)
    checked: dict[str, _Noted] = {}
    for name in _names(folder):
        known = noted.get(name)
        stamp = stamp_of(folder, name)
        if known is not None and stamp.agrees(known.stamp, exactly=exactly):
            continue
        if writing and (known is None or name in _LISTS):
            continue  # it is new, and its checksum is noted when the index is complete
        if not _is_whole(folder, name, known and known.crc):
            raise IndexDamaged(f"the search index cannot be read ({name} was changed); run 'docarchive rebuild'")
        checked[name] = _Noted(stamp, known.crc if known else _written_crc(folder, name))
    if checked and exactly and not writing:
        with suppress(OSError, ArchiveDamaged):  # then it is checked again the next time
            _write(folder, noted | checked, writing=False)


def _stamps(folder: Folder) -> dict[str, Stamp]:
    """Returns the stamps of the files that may belong to the index."""
    with folder.entries() as entries:
        return {
            entry.name: stamped(entry.stat(follow_symlinks=False))
            for entry in entries
            if entry.name not in _OTHERS and (entry.name == _MANAGED or not entry.name.startswith("."))
        }


def _names(folder: Folder) -> list[str]:
    """Returns the names of the files that the index consists of."""
    try:
        segments = json.loads(folder.read(_META, _MAX_LIST))["segments"]
        ids = {str(segment["segment_id"]).replace("-", "") for segment in segments}
    except (ValueError, KeyError, TypeError, RecursionError):
        raise IndexDamaged(f"the search index cannot be read ({_META} was changed); run 'docarchive rebuild'") from None
    return [_META, *(name for name in folder.names() if name == _MANAGED or name.partition(".")[0] in ids)]


def _is_whole(folder: Folder, name: str, crc: int | None) -> bool:
    """Returns whether a file has its checksum, and the one that is noted if it is known."""
    if name in _LISTS:
        return crc is None or crc32(folder.read(name, _MAX_LIST)) == crc
    size, written = _footer(folder, name)
    if written is None or (crc is not None and crc != written):
        return False
    actual, left = 0, size
    with folder.open(name) as file:
        while left > 0 and (chunk := file.read(min(left, _CHUNK))):
            actual, left = crc32(chunk, actual), left - len(chunk)
    return left == 0 and actual == written


def _written_crc(folder: Folder, name: str) -> int:
    """Returns the checksum that a file says it has; of a list, the one that it has."""
    if name in _LISTS:
        return crc32(folder.read(name, _MAX_LIST))
    crc = _footer(folder, name)[1]
    if crc is None:
        raise IndexDamaged(f"the search index cannot be read ({name} has no checksum); run 'docarchive rebuild'")
    return crc


def _footer(folder: Folder, name: str) -> tuple[int, int | None]:
    """Returns how many bytes of a file its checksum is of, and the checksum; None if there is none."""
    with folder.open(name) as file:
        size = file.seek(0, os.SEEK_END) - _TAIL.size
        if size < 0:
            return 0, None
        file.seek(size)
        length, magic = _TAIL.unpack(file.read(_TAIL.size))
        if magic != _MAGIC or not 0 < length <= min(size, _MAX_FOOTER):
            return 0, None
        file.seek(size - length)
        try:
            crc = json.loads(file.read(length))["crc"]
        except (ValueError, KeyError, TypeError, RecursionError):
            return 0, None
    return size - length, crc if isinstance(crc, int) else None


def _read(folder: Folder) -> tuple[bool, dict[str, _Noted]]:
    """Returns whether the index is being written, and what is noted; nothing if that cannot be read."""
    value = read_note(folder, CHECKSUMS, _MAX_LIST)
    try:
        return value["writing"] is True, {
            name: _Noted(Stamp(*stamp), crc) for name, (stamp, crc) in value["files"].items()
        }
    except (KeyError, TypeError, ValueError, AttributeError):
        return False, {}


def _write(folder: Folder, noted: dict[str, _Noted], *, writing: bool) -> None:
    write_note(folder, CHECKSUMS, {"writing": writing, "files": noted})
