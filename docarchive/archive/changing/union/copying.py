"""Copying: adds what another archive has besides its articles, as far as this one lacks it.

What is copied is compared by its bytes, so that nothing is there twice. What is damaged is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, Final

from docarchive import failures, frontmatter
from docarchive.archive.changing.change import Changer
from docarchive.archive.changing.union.history import History
from docarchive.archive.changing.union.kept_files import KeptFiles
from docarchive.archive.changing.union.notes import notes
from docarchive.archive.changing.union.other import Other
from docarchive.archive.session import Session
from docarchive.batches import batched
from docarchive.catalog.recorded import RecordedFile
from docarchive.errors import ArchiveDamaged, InputError
from docarchive.folder import File
from docarchive.formats.folders import original_digest
from docarchive.store import FileStat
from docarchive.store.layout import (
    ORIGINALS,
    QUARANTINE,
    TRASH,
    VERSIONS,
    path_before_trash,
    trash_path,
    version_number,
)

_BATCH: Final = 1_000
_MANY: Final = 50_000  # lines of a list, which is read as a whole for each batch
_ID: Final = re.compile(r"[A-Za-z0-9][\w.-]{0,63}", re.ASCII)
_ENTRY: Final = re.compile(r"[0-9a-f]{12}-.+", re.DOTALL)
_OTHER_BYTES: Final = "is damaged: its bytes are not those that its name says"


class Copying:
    """Copies from one archive to another; hold the lock of this one.

    Args:
        session: The archive that gets the files.
        other: The one that has them.
        kept: Writes them.
        changer: Reports what is damaged.
        dry_run: Whether nothing is written.
    """

    def __init__(self, session: Session, other: Other, kept: KeptFiles, changer: Changer, *, dry_run: bool) -> None:
        self._store, self._catalog = session.store, session.catalog
        self._other = other
        self._kept = kept
        self._changer = changer
        self._dry_run = dry_run

    def originals(self) -> int:
        """Copies originals whose bytes are those that their names say; returns how many."""
        count = 0
        for batch in self._batches(ORIGINALS):
            there = self._store.folder.statuses(file.path for file in batch)
            for file in batch:
                if original_digest(file.path) is None:
                    continue
                status = there.get(file.path)
                if status is None or status.st_size != file.size:
                    count += self._original(file.path)
        self._kept.commit()
        return count

    def _original(self, path: str) -> bool:
        if self._dry_run:
            return True
        try:
            with self._other.store.folder.open(path) as source:
                original = self._store.originals.read(source, path)
        except (OSError, ArchiveDamaged, InputError) as error:
            self._refuse(path, _why(error, path))
            return False
        if original.digest != original_digest(path):
            self._store.originals.drop(original)
            self._refuse(path, _OTHER_BYTES)
            return False
        self._kept.add_original(original._replace(path=path, stored=False))
        return True

    def versions(self) -> int:
        """Copies earlier versions with texts that this archive has not among those of the article."""
        count = 0
        files = (file for file in self._other.store.files(VERSIONS) if _is_version(file.path))
        for id_, group in groupby(files, lambda file: file.path.split("/")[1]):
            paths = sorted((file.path for file in group), key=version_number)
            owner = self._catalog.owner_of([id_])
            count += self._versions_of(owner[1].id if owner else id_, paths)
        self._kept.commit()
        self._say_unlisted()
        return count

    def _versions_of(self, id_: str, paths: list[str]) -> int:
        history = History.of(self._store, id_)
        if (entry := self._catalog.entry(id_)) is not None:
            history.note_current(entry)
        count = 0
        for path in paths:
            content = self._bytes_of(path)
            if content is not None and history.add(content):
                self._kept.add_version(id_, content)
                count += 1
        return count

    def trash(self, change: Callable[[], int]) -> int:
        """Copies removed articles that are not in the trash here; ``change`` returns the number of this change."""
        count = 0
        with _Trashed(self._store.trashed()) as trashed:
            for file in self._other.store.files(TRASH):
                before = path_before_trash(file.path)
                if before is None or (content := self._bytes_of(file.path)) is None:
                    continue
                if self._is_there(trashed.same(before, file.size), content):
                    continue
                path = trash_path(before, change())
                if path in self._kept or self._store.exists(path):
                    self._keep_version(content)
                else:
                    self._kept.add(path, content)
                count += 1
        self._kept.commit()
        self._say_unlisted()
        return count

    def _is_there(self, paths: list[str], content: bytes) -> bool:
        for path in paths:
            try:
                if self._store.folder.read(path) == content:
                    return True
            except (OSError, ArchiveDamaged):
                continue
        return False

    def _keep_version(self, content: bytes) -> None:
        """Adds a removed text of which the trash of this change has another one as a version."""
        try:
            id_ = frontmatter.read_article(content.decode()).id
        except (InputError, UnicodeDecodeError):
            return
        if _ID.fullmatch(id_) and History.of(self._store, id_).add(content):
            self._kept.add_version(id_, content)

    def quarantine(self) -> int:
        """Copies refused inputs."""
        other, own = self._other.store, self._store.quarantine
        count = 0
        for entry in other.quarantine.entries():
            path = f"{QUARANTINE}/{entry.name}"
            if not _ENTRY.fullmatch(entry.name):
                continue
            if self._dry_run:
                count += not self._store.folder.is_file(f"{path}.json")
                continue
            try:
                if entry.is_kept and other.quarantine.is_too_large(entry.name):
                    raise ArchiveDamaged("is larger than what is kept in quarantine")
                count += own.take(entry, File(other.folder, path) if entry.is_kept else None)
            except (OSError, ArchiveDamaged) as error:
                self._refuse(path, _why(error, path))
        recorded = own.sync()
        if recorded:
            with self._catalog.transaction():
                self._catalog.record(RecordedFile(*file) for file in recorded)
        return count

    def deletions(self) -> int:
        """Adds the articles that were deleted there, and that neither archive has; imports do not add them again."""
        count = 0
        lines = self._other.store.deletions.read()
        for batch in batched(lines, _MANY):
            present = self._other.has([item["id"] for item in batch])
            present |= self._catalog.find_entries([], [item["id"] for item in batch]).keys()
            known = self._catalog.deleted_keys([key for item in batch for key in item["keys"]])
            new = [_deletion(item) for item in batch if item["id"] not in present and not {*item["keys"]} <= known]
            count += len(new)
            if new and not self._dry_run:
                self._store.deletions.append(new)
                with self._catalog.transaction():
                    self._catalog.add_deleted((item["id"], item["keys"]) for item in new)
        return count

    def _refuse(self, path: str, reason: str) -> None:
        self._changer.refuse("", path, reason)

    def _bytes_of(self, path: str) -> bytes | None:
        """Returns the bytes of a text; None if it is damaged or cannot be read, which is refused."""
        try:
            content = self._other.store.folder.read(path)
            content.decode()
        except UnicodeDecodeError:
            self._refuse(path, "is not UTF-8 text")
        except (OSError, ArchiveDamaged) as error:
            self._refuse(path, _why(error, path))
        else:
            if content and b"\0" not in content:
                return content
            self._refuse(path, "has zero bytes in it" if content else "is empty")
        return None

    def _batches(self, top: str) -> Iterator[list[FileStat]]:
        yield from batched(self._other.store.files(top), _BATCH)
        self._say_unlisted()

    def _say_unlisted(self) -> None:
        for path, reason in self._other.store.unlisted.items():
            self._refuse(path, reason)
        self._other.store.unlisted.clear()


class _Trashed:
    """The files in the trash by the paths that they had; in a temporary database, since there may be many."""

    def __init__(self, files: Iterator[FileStat]) -> None:
        self._db = notes("files (before TEXT, size INTEGER, path TEXT)")
        self._db.executemany(
            "INSERT INTO files VALUES (?, ?, ?)", ((path_before_trash(path), size, path) for path, size, _ in files)
        )
        self._db.execute("CREATE INDEX befores ON files (before)")

    def __enter__(self) -> _Trashed:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def same(self, before: str, size: int) -> list[str]:
        """Returns the paths of the files that had a path, and have a size."""
        rows = self._db.execute("SELECT path FROM files WHERE before = ? AND size = ?", (before, size))
        return [path for (path,) in rows]


def _is_version(path: str) -> bool:
    _, id_, *rest = path.split("/")
    return len(rest) == 1 and _ID.fullmatch(id_) is not None and version_number(path) > 0


def _deletion(item: dict[str, Any]) -> dict[str, Any]:
    """Returns a line of the list with what ``append`` writes, whatever else a stranger's may have."""
    texts = {key: str(item.get(key) or "") for key in ("title", "path", "deleted")}
    return {
        "id": item["id"],
        "title": texts["title"],
        "path": texts["path"],
        "keys": item["keys"],
        "deleted": texts["deleted"],
    }


def _why(error: Exception, path: str) -> str:
    if isinstance(error, OSError):
        return f"cannot be read: {failures.reason(error)}"
    return str(error).removeprefix(f"{path} ")
