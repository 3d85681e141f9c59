"""Recorded files: those of ``versions/`` and ``quarantine/``, and the archive's own files, with the digests that they
had when docarchive wrote or last read them. The digests of articles are in their rows, an original's is its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import Final

from docarchive.catalog.database import Database
from docarchive.catalog.stored import row_sum
from docarchive.records import NamedTuple

#: How the names of facts begin that say what was added to a file; its path follows.
_ADDED: Final = "added to "
#: What is wrong with a file that has other bytes, and the size and time that are recorded: parts of a sentence.
OTHER_BYTES: Final = "its bytes have changed, but not its size and time"
DAMAGED: Final = f"is damaged: {OTHER_BYTES}"
#: What is wrong with a version that has other bytes than it was written with: nobody edits what was.
CHANGED: Final = "was changed since docarchive wrote it"


class RecordedFile(NamedTuple):
    """A file, as it was when it was written or last read."""

    path: str  # relative to the archive
    size: int  # in bytes
    modified: int  # the time of its last change, in nanoseconds since 1970
    digest: bytes  # its SHA-256

    def is_contradicted(self, file: tuple[str, int, int], digest: bytes) -> bool:
        """Returns whether a file has other bytes, but the same path, size and time: it is damaged, as no edit is so."""
        return self[:3] == file and self.digest != digest


class Recorded(Database):
    """The catalog's methods for files that are not articles."""

    def recorded(self) -> Iterator[list[tuple[str, int, int]]]:
        """Yields path, size and time of every recorded file in a folder, in order of path, in lists."""
        return self._row_batches(
            "tnn", "SELECT path, size, modified FROM recorded WHERE instr(path, '/') > 0 ORDER BY path"
        )

    def recorded_at(self, path: str) -> RecordedFile | None:
        """Returns what is recorded of the file at a path; None if nothing is, or that is damaged."""
        sql = "SELECT path, size, modified, digest, sum FROM recorded WHERE path = ?"
        rows = (row for row in self._select("tnndn", sql, (path,)) if row_sum(*row[:4]) == row[4])
        return next((RecordedFile(*row[:4]) for row in rows), None)

    def added_to(self, path: str) -> RecordedFile | None:
        """Returns what is recorded of a list since lines were added to it; None if nothing is, or that is damaged.

        The digest is that of what was added: of the bytes after the size that ``recorded_at`` has.
        """
        name = f"{_ADDED}{path}"
        rows = self._select("tn", "SELECT value, sum FROM facts WHERE name = ?", (name,))
        for value in (value for value, sum_ in rows if row_sum(name, value) == sum_):
            with suppress(ValueError):
                size, modified, digest = value.split()
                return RecordedFile(path, int(size), int(modified), bytes.fromhex(digest))
        return None

    def recorded_digests(self, low: str, high: str) -> Iterator[tuple[str, int, int, bytes]]:
        """Yields path, size, time and digest of the recorded files whose paths are in a range, in order of path."""
        sql = "SELECT path, size, modified, digest FROM recorded WHERE path >= ? AND path < ? ORDER BY path"
        return self._select("tnnd", sql, (low, high))

    def recorded_boundaries(self, step: int, low: str) -> list[str]:
        """Returns the path of every so many recorded files from a path on, in order."""
        return self._boundaries("recorded", low, step)

    def paths_with(self, digest: bytes) -> list[str]:
        """Returns the paths of articles' files and other recorded files that have a digest."""
        tables = ("articles", "recorded")
        sql = " UNION ALL ".join(f"SELECT path FROM {table} WHERE digest = ?" for table in tables)
        return [path for (path,) in self._select("t", sql, (digest, digest))]

    def record(self, files: Iterable[RecordedFile]) -> None:
        """Adds or replaces recorded files; in a transaction."""
        rows = ((*file, row_sum(*file)) for file in files)
        self._db.executemany("INSERT OR REPLACE INTO recorded VALUES (?, ?, ?, ?, ?)", rows)

    def record_added(self, path: str, added: RecordedFile | None) -> None:
        """Records what was added to a list (see ``added_to``), or forgets it; in a transaction."""
        name = f"{_ADDED}{path}"
        self._db.execute("DELETE FROM facts WHERE name = ?", (name,))
        if added is not None:
            fact = (name, f"{added.size} {added.modified} {added.digest.hex()}")
            self._db.execute("INSERT INTO facts VALUES (?, ?, ?)", (*fact, row_sum(*fact)))

    def forget_recorded(self, paths: Iterable[str]) -> None:
        """Removes recorded files that are gone; in a transaction."""
        self._db.executemany("DELETE FROM recorded WHERE path = ?", ((path,) for path in paths))

    def all_digests(self) -> Iterator[tuple[str, int, int, bytes]]:
        """Yields path, size, time and digest of every article's file and every recorded file, in order of path.

        The order is that of the bytes of the paths. Lists to which lines were added have no digest as a whole, and are
        left out.
        """
        columns = "SELECT path, size, modified, digest FROM"
        whole = f"'{_ADDED}' || path NOT IN (SELECT name FROM facts)"
        return self._select("tnnd", f"{columns} articles UNION ALL {columns} recorded WHERE {whole} ORDER BY path")

    def is_pending(self, path: str) -> bool:
        """Returns whether an interrupted or a running write was about to write a file."""
        return next(self._select("n", "SELECT 1 FROM pending WHERE path = ?", (path,)), None) is not None
