"""Scanning: finds the files that are not as recorded, as fast as a disk is read.

What it finds are suspects: another process may just be writing. ``judging`` looks at each again, and says what is
wrong. Files and records are both read in order of path and compared in step, so that an archive of any size needs
little memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from docarchive.archive.verifying.units import Unit
from docarchive.catalog import Catalog
from docarchive.folder import Folder
from docarchive.folder.scan import FILE, Listings, Scan, ScannedEntry
from docarchive.formats.folders import original_digest
from docarchive.pictures import paths_in
from docarchive.records import NamedTuple
from docarchive.store.layout import ARTICLES, ORIGINALS

_MAX_PICTURES: Final = 10_000
#: Path, size, time and digest of a file.
_Record = tuple[str, int, int, bytes]


class Scanned(NamedTuple):
    """What was found in a unit."""

    files: int = 0
    bytes: int = 0
    suspects: tuple[str, ...] = ()  # paths


def scan(folder: Folder, catalog: Catalog, unit: Unit, listings: Listings) -> Scanned:
    """Reads the files of a unit, and compares them with what is recorded; ``listings`` are those of the unit before."""
    runs = folder.scanned(unit.area, unit.low, unit.high, listings)
    if unit.area == ORIGINALS:
        return _scan_originals(runs, full=unit.full)
    digests = catalog.digests if unit.area == ARTICLES else catalog.recorded_digests
    scanner = _Scanner(folder, digests(unit.low, unit.high), unit)
    for scan_, run in runs:
        scanner.take(scan_, run)
    return scanner.end()


class _Scanner:
    """Compares files with records, both in order of path."""

    def __init__(self, folder: Folder, records: Iterator[_Record], unit: Unit) -> None:
        self._folder = folder
        self._records = records
        self._record = next(records, None)
        self._full = unit.full
        self._articles = unit.area == ARTICLES
        self._files = self._bytes = 0
        self._suspects: list[str] = []
        self._pictures: set[str] = set()  # those that are there

    def take(self, scan: Scan, run: list[ScannedEntry]) -> None:
        """Compares some files of one folder."""
        record, records, suspects = self._record, self._records, self._suspects
        looks_equal = self._has_digest if self._full else _has_size_and_time
        for path, name, kind in run:
            if record is None or record[0] != path:
                while record is not None and record[0] < path:
                    suspects.append(record[0])
                    record = next(records, None)
                if record is None or record[0] != path:
                    if not self._articles or kind != FILE or name.endswith(".md"):
                        suspects.append(path)
                    continue
            self._files += 1
            if kind != FILE or not looks_equal(scan, name, record):
                suspects.append(path)
            record = next(records, None)
        self._record = record

    def _has_digest(self, scan: Scan, name: str, record: _Record) -> bool:
        try:
            digest, data, read = scan.digest(name, record[1])
        except OSError:
            return False
        self._bytes += read
        if self._articles and b"originals/" in data:
            self._check_pictures(data)
        return digest == record[3]

    def end(self) -> Scanned:
        """Returns what was found; records that are left have no files."""
        if self._record is not None:
            self._suspects.append(self._record[0])
            self._suspects += (path for path, *_ in self._records)
        return Scanned(self._files, self._bytes, tuple(dict.fromkeys(self._suspects)))

    def _check_pictures(self, data: bytes) -> None:
        """Adds the pictures that an article shows, and that are not there."""
        for path in paths_in(data.decode("utf-8", "replace")):
            if path in self._pictures:
                continue
            if self._folder.is_file(path):
                if len(self._pictures) < _MAX_PICTURES:
                    self._pictures.add(path)
            else:
                self._suspects.append(path)


def _has_size_and_time(scan: Scan, name: str, record: _Record) -> bool:
    try:
        status = scan.stat(name)
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == record[1:3]


def _scan_originals(runs: Iterator[tuple[Scan, list[ScannedEntry]]], *, full: bool) -> Scanned:
    files = bytes_ = 0
    suspects: list[str] = []
    for scan, run in runs:
        for path, name, kind in run:
            digest = original_digest(path)
            files += digest is not None
            if digest is None or kind != FILE:
                suspects.append(path)
            elif full:
                try:
                    actual, _, read = scan.digest(name)
                except OSError:
                    suspects.append(path)
                    continue
                bytes_ += read
                if actual.hex() != digest:
                    suspects.append(path)
    return Scanned(files, bytes_, tuple(suspects))
