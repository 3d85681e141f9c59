"""Source: the files of an archive as they are at one journal position, while others may write to it.

The list of files comes from the catalog as it is at one moment, and from the folders. Files that were edited, added or
deleted by hand since the last sync are as they are. Files that docarchive itself writes later are left out; of an
article that it updates later, the text from before is in ``versions/``.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from io import BufferedReader
from itertools import chain
from time import time_ns
from typing import Final

from docarchive import failures
from docarchive.archive.backing_up.copying import Hashed
from docarchive.archive.backing_up.lists import order
from docarchive.archive.backing_up.walk import WalkedFile, walk
from docarchive.archive.indexing.damaged_articles import is_damaged
from docarchive.archive.own_files import OwnFiles
from docarchive.archive.session import Session
from docarchive.catalog import Catalog
from docarchive.catalog.reading import UNKNOWN
from docarchive.errors import ArchiveDamaged, DocarchiveError, NotFoundError
from docarchive.formats.folders import original_digest
from docarchive.records import NamedTuple
from docarchive.store.layout import BACKED_UP, FOLDERS, LOG, OWN_FILES, is_article_path
from docarchive.store.leftovers import is_leftover
from docarchive.store.obstacles import obstacle

_CHUNK: Final = 1 << 20
#: A larger article is not read as a text to see whether it is whole.
_MAX_CHECKED: Final = 1 << 26  # bytes
#: How much later than the times of files the clock may be, in nanoseconds.
_CLOCK: Final = 50_000_000


class SourceFile(NamedTuple):
    """A file of the archive."""

    path: str  # relative to the archive, with forward slashes
    size: int  # in bytes
    modified: int  # the time of its last change, in nanoseconds since 1970
    digest: str | None  # the SHA-256 that it must have, 64 hex digits; None if that is not known
    is_changed: bool  # whether size or time are not as recorded with the digest


class Unfit(Exception):
    """A file that cannot be read, or is damaged; the text is the reason.

    Attributes:
        is_readable: Whether its bytes can be read all the same.
    """

    def __init__(self, reason: str, *, is_readable: bool) -> None:
        super().__init__(reason)
        self.is_readable = is_readable


class Gone(Exception):
    """A file that does not belong to the backup, or no longer exists."""


class Source:
    """The files of one archive.

    Args:
        session: The open archive.

    Attributes:
        left_out: Paths of what is in the archive's folder and is not backed up: other names, links, pipes.
        unlisted: Folders that cannot be listed, with the reasons.
    """

    def __init__(self, session: Session) -> None:
        self._folder = session.store.folder
        self._store = session.store
        self._catalog = session.catalog
        self._began = time_ns() - _CLOCK
        self.left_out: list[str] = []
        self.unlisted: dict[str, str] = {}

    # Listing

    def files(self, snapshot: Catalog) -> Iterator[SourceFile]:
        """Yields the files of the archive, in order of path.

        Args:
            snapshot: The catalog at the journal position of the backup; opened before this is called.
        """
        known = snapshot.all_digests()
        recorded = next(known, None)
        for file in self._listed():
            while recorded is not None and order(recorded[0]) < order(file.path):
                recorded = next(known, None)
            if recorded is not None and recorded[0] == file.path:
                _, size, modified, digest = recorded
                is_changed = digest == UNKNOWN or (size, modified) != (file.size, file.modified)
                yield SourceFile(file.path, file.size, file.modified, digest.hex(), is_changed)
            else:
                yield SourceFile(file.path, file.size, file.modified, original_digest(file.path), False)

    def _listed(self) -> Iterator[WalkedFile]:
        """Yields the files that are backed up, by their folders; notes what is left out."""
        with self._folder.entries() as entries:
            names = [entry.name for entry in entries]
        self.left_out += sorted(name for name in names if name not in BACKED_UP and name[0] != ".")
        for name in sorted(BACKED_UP, key=lambda name: order(name + "/" * (name in FOLDERS))):
            kind = self._folder.kind(name)
            if kind == "folder" and name in FOLDERS:
                for file in walk(self._folder, name, self._cannot_list):
                    if file.kind != "file":
                        self.left_out.append(file.path)
                    elif not is_leftover(file.path.rpartition("/")[2]):
                        yield file
            elif kind == "file" and name not in FOLDERS:
                status = self._folder.status(name)
                yield WalkedFile(name, kind, status.st_size, status.st_mtime_ns)
            elif kind is not None:
                self.left_out.append(name)

    def _cannot_list(self, path: str, error: OSError) -> None:
        self.unlisted[path] = f"cannot be read: {failures.reason(error)}"

    def obstacle(self, path: str) -> tuple[str, str] | None:
        """Returns why a file of an earlier backup is not listed though nobody deleted it: what is in the way, and how.

        None if it is gone.
        """
        parts = path.split("/")
        folders = ("/".join(parts[:end]) for end in range(1, len(parts)))
        unlisted = next((folder for folder in folders if folder in self.unlisted), None)
        if unlisted is not None:
            return unlisted, self.unlisted[unlisted]
        return obstacle(self._store.root, path, self.unlisted) if self._catalog.entry_at(path) else None

    def file_at(self, path: str, digest: str) -> SourceFile | None:
        """Returns the file at a path as it is now, which had a digest before; None if there is none."""
        try:
            status = self._folder.status(path)
        except (OSError, ArchiveDamaged):
            return None
        return SourceFile(path, status.st_size, status.st_mtime_ns, digest, is_changed=True)

    # Reading

    def opened(self, file: SourceFile, *, checked: bool = True) -> Reading:
        """Opens a file for reading, or the version with its text if docarchive has updated it in the meantime.

        Args:
            file: A file of the list.
            checked: Whether a damaged article is refused.

        Raises:
            Gone: It is not there any more, or docarchive has written it after the moment of the list.
            Unfit: It cannot be read, or is an article with damage that shows.
        """
        if file.path == LOG:  # only lines at its end may be later
            if checked:
                self._check_edit(LOG, file.size)
            reading = self._open(LOG, file.size)
            reading.is_changed = file.is_changed
            return reading
        if file.digest is None and file.path not in OWN_FILES and self._is_later(file.path):
            raise Gone
        reading = self._open(file.path)
        is_as_listed = reading.stamp == (file.size, file.modified) and not file.is_changed
        if file.digest is None or is_as_listed or original_digest(file.path):
            return reading
        path = self._as_listed(file)
        if path != file.path:
            reading.close()
            reading = self._open(path)
        reading.is_changed = True
        if checked and path == file.path and (is_article_path(path) or path in OWN_FILES):
            try:
                self._check_edit(path, reading.stamp[0])
            except Unfit:
                reading.close()
                raise
        return reading

    def _open(self, path: str, size: int | None = None) -> Reading:
        try:
            return Reading(self._folder.open(path), size)
        except (FileNotFoundError, NotADirectoryError):
            raise Gone from None
        except OSError as error:
            raise Unfit(f"cannot be read: {failures.reason(error)}", is_readable=False) from None
        except ArchiveDamaged as error:
            raise Unfit(str(error).removeprefix(f"{path} "), is_readable=False) from None

    def _is_later(self, path: str) -> bool:
        """Returns whether docarchive has written a file that it did not know at the moment of the list."""
        return self._recorded(path) is not None or self._is_pending(path)

    def _recorded(self, path: str) -> str | None:
        """Returns the digest that the catalog has now for a file, or None."""
        if is_article_path(path):
            entry = self._catalog.entry_at(path)
            return entry.digest.hex() if entry else None
        recorded = self._catalog.recorded_at(path)
        return recorded.digest.hex() if recorded else None

    def _is_pending(self, path: str) -> bool:
        return is_article_path(path) and self._catalog.is_pending(path)

    def _as_listed(self, file: SourceFile) -> str:
        """Returns the path of what an article's file was at the moment of the list; its own if it was edited by hand.

        Before an import updates an article, it keeps the file that is there, edited or not, as a version.
        """
        path = file.path
        if not is_article_path(path) or (self._recorded(path) == file.digest and not self._is_pending(path)):
            return path
        entry = self._catalog.entry_at(path)
        versions = self._store.versions_of(entry.id) if entry else []
        same = (version for version in reversed(versions) if self._digest_of(version) == file.digest)
        later = (version for version in versions if self._folder.modified(version) >= self._began)
        return next(chain(same, later), path)

    def _digest_of(self, path: str) -> str | None:
        try:
            with closing(self._open(path)) as reading:
                return reading.digest()
        except (Gone, Unfit):
            return None

    def _check_edit(self, path: str, size: int) -> None:
        """Raises ``Unfit`` for a file that a crash or a disk has damaged, which is no edit."""
        if path in OWN_FILES:
            fault = OwnFiles(self._store, self._catalog).fault(path)
            if fault is not None and fault.kind == "damaged":
                raise Unfit(fault.reason, is_readable=True)
            return
        if size > _MAX_CHECKED:
            return
        damage: DocarchiveError | None = None
        try:
            damage = is_damaged(self._store.read(path), self._store, path, self._catalog)
        except NotFoundError:
            pass
        except ArchiveDamaged as error:
            damage = error
        if damage is not None:
            raise Unfit(str(damage).removeprefix(f"{path} "), is_readable=True)


class Reading:
    """A file that is being read. Close it.

    Args:
        file: The open file.
        size: How many of its bytes are read; None for all.

    Attributes:
        stamp: Its size in bytes and the time of its last change in nanoseconds since 1970, when it was opened.
        is_changed: Whether these, or its bytes, are known not to be as recorded.
    """

    def __init__(self, file: BufferedReader, size: int | None = None) -> None:
        self._file = file
        self._size = size
        self.stamp = self._stamp()
        self.is_changed = False

    def _stamp(self) -> tuple[int, int]:
        status = os.fstat(self._file.fileno())
        return status.st_size, status.st_mtime_ns

    def chunks(self) -> Iterator[bytes]:
        """Yields its bytes; raises ``Unfit`` if they cannot be read."""
        try:
            remaining = self._size
            while chunk := self._file.read(_CHUNK if remaining is None else min(_CHUNK, remaining)):
                remaining = None if remaining is None else remaining - len(chunk)
                yield chunk
        except OSError as error:
            raise Unfit(f"cannot be read: {failures.reason(error)}", is_readable=False) from None

    def digest(self) -> str:
        """Reads it, and returns its SHA-256, 64 hex digits."""
        return Hashed(self.chunks()).digest()

    def is_steady(self) -> bool:
        """Returns whether it was not changed since it was opened."""
        return self._size is not None or self._stamp() == self.stamp

    def close(self) -> None:
        """Closes it."""
        self._file.close()
