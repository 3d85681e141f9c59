"""Writing to open files, and copies in temporary files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, Final

from docarchive.archive.backing_up.target import Staged

_CHUNK: Final = 1 << 20
_IN_MEMORY: Final = 1 << 16  # bytes: there may be a thousand files at the same time


def write(descriptor: int, data: bytes) -> None:
    """Writes all bytes to an open file."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def set_modified(descriptor: int, modified: int | None) -> None:
    """Sets the time of the last change of an open file, in nanoseconds since 1970, where the system can."""
    if modified is not None and os.utime in os.supports_fd:
        os.utime(descriptor, ns=(modified, modified))


class StagedFiles:
    """Copies in temporary files of this machine, for targets that are no folder. Close it."""

    def __init__(self) -> None:
        self._files: dict[int, IO[bytes]] = {}
        self._count = 0

    def add(self, chunks: Iterable[bytes], modified: int) -> Staged:
        """Copies a file; see ``TargetWriter.stage``."""
        number, self._count = self._count, self._count + 1
        digest, size = sha256(), 0
        file = self._files[number] = SpooledTemporaryFile[bytes](_IN_MEMORY)
        for chunk in chunks:
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
        return Staged(number, digest.hexdigest(), size, modified)

    @contextmanager
    def taken(self, number: int) -> Iterator[Iterator[bytes]]:
        """Yields the bytes of a copy, which is deleted then."""
        with self._files.pop(number) as file:
            file.seek(0)
            yield iter(lambda: file.read(_CHUNK), b"")

    def close(self) -> None:
        """Deletes all copies."""
        for file in self._files.values():
            file.close()
        self._files.clear()
