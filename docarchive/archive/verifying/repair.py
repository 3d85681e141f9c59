"""Repair: puts exact bytes back, and derives again what is derived.

A file is replaced only by bytes that have its recorded digest, so a repair can make nothing worse. Edits are never
reverted, and neither are deletions by hand: what looks like one is left to ``sync``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from typing import Final

from docarchive import frontmatter
from docarchive.archive.importing.last_import import LastImport
from docarchive.archive.importing.parsing import Parser
from docarchive.archive.indexing import vectors
from docarchive.archive.indexing.damaged_articles import is_damaged
from docarchive.archive.indexing.putting_back import put_back, write
from docarchive.archive.own_files import OwnFiles
from docarchive.archive.reports import Fault
from docarchive.archive.session import Session
from docarchive.archive.upkeep.rebuild import rebuild
from docarchive.archive.verifying.judging import recorded_at
from docarchive.article import Article
from docarchive.catalog.recorded import RecordedFile
from docarchive.errors import ArchiveDamaged, DocarchiveError, InputError
from docarchive.folder import File
from docarchive.formats.folders import original_digest, original_path
from docarchive.pictures import placed, unplaced
from docarchive.readers import ReadOptions
from docarchive.store.layout import ARTICLES, ORIGINALS, OWN_FILES, TEMPORARY

#: Bytes up to which each bit of a file is tried, and up to which a file is read to be repaired.
_COPY: Final = f"{TEMPORARY}/copy"
_MAX_TRIED: Final = 8_192
_MAX_SIZE: Final = 1_000_000_000
_VERSIONS: Final = 20


class Repairer:
    """Repairs faults of one archive. Hold the lock; close it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._store = session.store
        self._folder = session.store.folder
        self._catalog = session.catalog
        self._parser = Parser(1)
        self._last_import = LastImport(self._original, self._parser, ReadOptions())

    def close(self) -> None:
        """Ends the processes that were started."""
        self._parser.close()

    def repair(self, fault: Fault) -> bool:
        """Repairs a fault of a file, if that can be done; returns whether it was."""
        path, area = fault.path, fault.path.partition("/")[0]
        if fault.kind == "leftover":
            self._folder.remove_all(path)
            return not self._folder.exists(path)
        if path in OWN_FILES:
            return fault.kind == "damaged" and self._repair_own(path)
        if area == ORIGINALS and fault.kind in ("damaged", "missing"):
            return self._repair_original(path)
        if fault.kind not in ("damaged", "invalid"):
            return False
        recorded = recorded_at(self._catalog, path)
        if recorded is None or (fault.kind == "invalid" and self._may_be_edited(path)):
            return False
        if fault.kind == "damaged" and not self._has_stamp(recorded):
            return False
        for data in self._candidates(recorded):
            if sha256(data).digest() == recorded.digest:
                self._put_back(path, data, recorded.digest)
                return True
        return False

    def repair_derived(self) -> bool:
        """Builds the catalog and the index again; returns that it did."""
        with self._session.writing(puts_back=()):
            rebuild(self._session)
        self._catalog = self._session.catalog
        return True

    def repair_vectors(self) -> bool:
        """Computes the vectors that are damaged or missing; returns whether it could: it needs the model."""
        session = self._session
        try:
            vectors.update(session.catalog, session.store, session.model, session.progress)
        except DocarchiveError:  # a library is not installed, or another process is doing this
            return False
        return True

    def _may_be_edited(self, path: str) -> bool:
        """Returns whether a file that cannot be read as an article may be an edit with a mistake."""
        try:
            return is_damaged(self._store.read(path), self._store, path, self._catalog) is None
        except DocarchiveError:
            return True

    def _has_stamp(self, recorded: RecordedFile) -> bool:
        """Returns whether a file has the recorded size and time; else one that could not be read may be an edit."""
        try:
            return self._store.stat(recorded.path) == recorded[:3]
        except (OSError, DocarchiveError):
            return False

    def _repair_own(self, path: str) -> bool:
        own_files = OwnFiles(self._store, self._catalog)
        data = own_files.copy_of(path)
        if data is None:
            tried = _with_one_bit_changed(self._read(path))
            data = next((data for data in tried if own_files.is_recorded(path, data)), None)
        if data is not None:
            own_files.put_back(path, data)
        return data is not None

    def _repair_original(self, path: str) -> bool:
        digest = original_digest(path)
        if digest is None:
            return False
        expected = bytes.fromhex(digest)
        for copy in self._copies(expected):
            if copy != path and self._digest_of(copy) == expected:
                ending = copy[copy.rindex(".") :].lower() if "." in copy.rpartition("/")[2] else ""
                target = path if "." in path or self._folder.exists(path) else original_path(digest + ending)
                self._folder.make(target.rpartition("/")[0])
                self._folder.make(TEMPORARY)
                with self._folder.open(copy) as file:
                    self._folder.put(_COPY, file)
                write(self._store, target, _COPY)
                return True
        for data in _with_one_bit_changed(self._read(path)):
            if sha256(data).digest() == expected:
                write(self._store, path, data)
                return True
        return False

    def _candidates(self, recorded: RecordedFile) -> Iterator[bytes]:
        """Yields what a damaged file may have been."""
        entry = self._catalog.entry_at(recorded.path)
        if entry is not None and (content := self._catalog.copy_of(entry.id)) is not None:
            yield content
        for copy in self._copies(recorded.digest):
            if copy != recorded.path:
                yield self._read(copy)
        if recorded.path.startswith(f"{ARTICLES}/"):
            yield from self._written_again(recorded.path)
        yield from _with_one_bit_changed(self._read(recorded.path))

    def _copies(self, digest: bytes) -> Iterator[str]:
        """Yields the paths of files that have a digest, by their names or by what is recorded."""
        if path := self._store.originals.find(digest.hex()):
            yield path
        yield from self._catalog.paths_with(digest)

    def _written_again(self, path: str) -> Iterator[bytes]:
        """Yields an article's file as an import writes it: with the metadata in the catalog, and each known text."""
        entry = self._catalog.entry_at(path)
        row = self._catalog.rows_of([entry.id]).get(entry.id) if entry else None
        if entry is None or row is None:
            return
        versions: list[str] = []
        for version in self._store.versions_of(entry.id)[-_VERSIONS:]:
            with suppress(DocarchiveError):
                versions.append(self._store.read_version(version))
        for body in self._texts(entry.id, path):
            with suppress(InputError):
                article = Article.from_metadata(row.metadata, body)
                article.id = entry.id
                yield placed(frontmatter.render(article), path).encode()
                for version in versions:  # an import of a new version revises the file
                    yield placed(frontmatter.revise(version, article), path).encode()

    def _texts(self, id_: str, path: str) -> Iterator[str]:
        """Yields texts that an article may have: that in its file, that in its original, and those in its versions."""
        known = self._read(path).decode("utf-8", "replace")
        own = unplaced(frontmatter.body_of(known))
        yield own
        row = self._catalog.rows_of([id_])[id_]
        with suppress(DocarchiveError, OSError):
            article = Article.from_metadata(row.metadata, own)
            article.id = id_
            if (parsed := self._last_import.parsed(article)) is not None:
                yield parsed.body
        for version in reversed(self._store.versions_of(id_)):
            with suppress(DocarchiveError):
                yield unplaced(frontmatter.body_of(self._store.read_version(version)))

    def _put_back(self, path: str, data: bytes, digest: bytes) -> None:
        """Replaces a file by its own bytes."""
        entry = self._catalog.entry_at(path) if path.startswith(f"{ARTICLES}/") else None
        if entry is not None:
            put_back(self._store, self._catalog, entry, data)
        else:
            write(self._store, path, data)
            self._record(path, digest)

    def _record(self, path: str, digest: bytes) -> None:
        with self._catalog.transaction():
            self._catalog.record([RecordedFile(*self._store.stat(path), digest)])

    def _read(self, path: str) -> bytes:
        with suppress(OSError, ArchiveDamaged):
            return self._folder.read(path, _MAX_SIZE)
        return b""

    def _digest_of(self, path: str) -> bytes:
        with suppress(OSError, ArchiveDamaged):
            return self._folder.digest(path)[0]
        return b""

    def _original(self, digest: str) -> File | None:
        path = self._store.originals.find(digest)
        return None if path is None else File(self._folder, path)


def _with_one_bit_changed(data: bytes) -> Iterator[bytes]:
    """Yields small data with each bit changed in turn: what a disk or a memory damages is often a single bit."""
    if len(data) <= _MAX_TRIED:
        changed = bytearray(data)
        for at in range(len(data)):
            for bit in range(8):
                changed[at] ^= 1 << bit
                yield bytes(changed)
                changed[at] ^= 1 << bit
