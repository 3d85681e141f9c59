"""Plan: what a backup must do for each file, from the archive, the last backup and what is in the target."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Final, Generic, TypeVar

from docarchive.archive.backing_up.lists import ListedFile, order
from docarchive.archive.backing_up.source import SourceFile
from docarchive.archive.backing_up.target import StoredFile
from docarchive.records import NamedTuple


class Step(NamedTuple):
    """What is known of one path."""

    path: str  # relative to the archive, with forward slashes
    file: SourceFile | None  # the file in the archive; None if there is none
    listed: str | None  # the digest of the file in the last backup, 64 hex digits; None if that has none
    stored: int | None  # the size of the file in the target, in bytes; None if there is none

    @property
    def is_kept(self) -> bool:
        """Whether the target has the file already, as far as sizes and recorded digests say."""
        file = self.file
        return (
            file is not None
            and file.digest is not None
            and not file.is_changed
            and (file.digest, file.size) == (self.listed, self.stored)
        )


_T = TypeVar("_T", SourceFile, ListedFile, StoredFile)
#: After every path.
_END: Final = (1, b"")


def steps(files: Iterable[SourceFile], listed: Iterable[ListedFile], stored: Iterable[StoredFile]) -> Iterator[Step]:
    """Yields what is known of each path, in order; all three are in order of path."""
    source, last, target = _Next(files), _Next(listed), _Next(stored)
    while (at := min(source.at, last.at, target.at)) != _END:
        file, in_last, in_target = source.take(at), last.take(at), target.take(at)
        path = os.fsdecode(at[1])
        yield Step(path, file, in_last and in_last.digest, None if in_target is None else in_target.size)


class _Next(Generic[_T]):
    """The next of some files in order of path."""

    def __init__(self, files: Iterable[_T]) -> None:
        self._files: Iterator[_T] = iter(files)
        self._advance()

    def _advance(self) -> None:
        self._file: _T | None = next(self._files, None)
        self.at = _END if self._file is None else (0, order(self._file.path))

    def take(self, at: tuple[int, bytes]) -> _T | None:
        """Returns the next file if it has a path, else None."""
        if self.at != at:
            return None
        file = self._file
        self._advance()
        return file


class Plan:
    """Steps that are written down in a temporary file, as there may be millions. Close it."""

    def __init__(self, planned: Iterable[Step]) -> None:
        self._file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - closed by ``close``
        self.count = 0
        try:
            for step in planned:
                self._file.write(json.dumps(step).encode() + b"\n")
                self.count += 1
        except BaseException:
            self.close()
            raise

    def __iter__(self) -> Iterator[Step]:
        self._file.seek(0)
        for line in self._file:
            path, file, listed, stored = json.loads(line)
            yield Step(path, file and SourceFile(*file), listed, stored)

    def close(self) -> None:
        """Deletes the temporary file."""
        self._file.close()
