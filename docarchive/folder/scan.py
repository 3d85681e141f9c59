"""Scan: reads very many files of an archive, folder by folder, in order of path; no link is followed.

A file is opened by its name in its open folder, which is the fastest way there is. A verification reads all files.
"""

from __future__ import annotations

import os
from bisect import bisect_left
from collections.abc import Iterator
from hashlib import sha256
from operator import itemgetter
from typing import Final

from docarchive.folder.open_folder import OpenFolder, check_regular
from docarchive.folder.walking import kind_of
from docarchive.records import NamedTuple

FILE: Final = "file"
FOLDER: Final = "folder"
#: Bytes of a file whose size is not known that are read at first: most originals are smaller.
_FIRST: Final = 1 << 16
#: Bytes of a file that are read at once.
_SMALL: Final = 1 << 20
_PATH: Final = itemgetter(0)


class ScannedEntry(NamedTuple):
    """What is in a folder."""

    path: str  # relative to the archive; that of a folder ends with a slash, so that it is in its place
    name: str
    kind: str  # FILE, or what it is instead: FOLDER, ``link`` or ``other``


class Scan:
    """One open folder, whose files are read; see ``scanned``."""

    def __init__(self, folder: OpenFolder) -> None:
        self._folder = folder
        self._open = folder.opener()

    def digest(self, name: str, size: int | None = None) -> tuple[bytes, bytes, int]:
        """Reads a regular file.

        Args:
            name: Its name in the folder.
            size: The size that it should have, in bytes; None if that is not known. No more than one byte more is read.

        Returns:
            Its SHA-256, its bytes if they are few, and how many were read. The digest is wrong if the system returns
            less than there is at once: a file that seems to be damaged must be looked at again in any case.

        Raises:
            OSError: It cannot be read.
        """
        limit = _FIRST if size is None else size
        descriptor = self._open(name)
        try:
            if 0 <= limit < _SMALL:
                data = os.read(descriptor, limit + 1)
                if size is not None or len(data) <= limit:
                    return sha256(data).digest(), data, len(data)
            return self._digest_of_many(descriptor, name, size)
        finally:
            os.close(descriptor)

    @staticmethod
    def _digest_of_many(descriptor: int, name: str, size: int | None) -> tuple[bytes, bytes, int]:
        status = os.fstat(descriptor)
        check_regular(status, name)
        size = status.st_size if size is None else size
        os.lseek(descriptor, 0, os.SEEK_SET)
        digest, done = sha256(), 0
        while done <= size and (chunk := os.read(descriptor, min(_SMALL, size + 1 - done))):
            digest.update(chunk)
            done += len(chunk)
        return digest.digest(), b"", done

    def stat(self, name: str) -> os.stat_result:
        """Returns the status of an entry; of a link, its own."""
        return self._folder.stat(name)


def listed(folder: OpenFolder, path: str) -> list[ScannedEntry]:
    """Returns what is in a folder, in order of path, without names that begin with a dot."""
    names: list[ScannedEntry] = []
    with folder.entries() as entries:
        for entry in entries:
            name = entry.name
            if name[0] == ".":
                continue
            kind = kind_of(entry)
            names.append(ScannedEntry(f"{path}/{name}/" if kind == FOLDER else f"{path}/{name}", name, kind))
    names.sort(key=_PATH)
    return names


class Listings:
    """Lists of folders that are read range by range: each is kept until the next range is in another folder."""

    def __init__(self) -> None:
        self._kept: dict[str, list[ScannedEntry]] = {}  # by path, which ends with a slash

    def runs(
        self, folder: OpenFolder, path: str, low: str, high: str
    ) -> Iterator[tuple[list[ScannedEntry], str | None]]:
        """Yields files and links of a folder that follow one another, each time with the folder after them, or None.

        Args:
            folder: The folder.
            path: Its path.
            low: The path from which on entries are wanted.
            high: The first path that is not wanted.
        """
        entries = self._listed(folder, f"{path}/")
        start = bisect_left(entries, (low,))
        if start and entries[start - 1].kind == FOLDER and low.startswith(entries[start - 1].path):
            start -= 1
        run: list[ScannedEntry] = []
        for entry in entries[start : bisect_left(entries, (high,))]:
            if entry.kind == FOLDER:
                yield run, entry.path[:-1]
                run = []
            else:
                run.append(entry)
        yield run, None

    def _listed(self, folder: OpenFolder, path: str) -> list[ScannedEntry]:
        if path not in self._kept:
            self._kept = {above: entries for above, entries in self._kept.items() if path.startswith(above)}
            self._kept[path] = listed(folder, path[:-1])
        return self._kept[path]
