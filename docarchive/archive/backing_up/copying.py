"""Copying: bytes that are hashed as they pass, files that are written with them, and copies in temporary files."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO, BinaryIO, Final

from docarchive.archive.backing_up.target import Staged
from docarchive.folder import Folder

_CHUNK: Final = 1 << 20
_IN_MEMORY: Final = 1 << 16  # bytes: there may be a thousand files at the same time


class Hashed:
    """Chunks of bytes, which are hashed and counted as they are taken. Iterate over it once.

    Attributes:
        size: How many bytes were taken so far.
    """

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.size = 0
        self._chunks = iter(chunks)
        self._digest = sha256()

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self._digest.update(chunk)
            self.size += len(chunk)
            yield chunk

    def digest(self) -> str:
        """Takes what is left, and returns the SHA-256 of all bytes, 64 hex digits."""
        for _ in self:
            pass
        return self._digest.hexdigest()


def chunks_of(file: IO[bytes] | BinaryIO) -> Iterator[bytes]:
    """Yields the bytes of an open file, from where it is."""
    return iter(lambda: file.read(_CHUNK), b"")


def write_file(folder: Folder, path: str, chunks: Iterable[bytes], modified: int | None) -> None:
    """Writes a new file.

    Args:
        folder: The folder that the path is relative to.
        path: The file's path.
        chunks: Its bytes.
        modified: The time of its last change, in nanoseconds since 1970; set where the system can. None for now.
    """
    descriptor = folder.create_descriptor(path)
    try:
        for chunk in chunks:
            rest = memoryview(chunk)
            while rest:
                rest = rest[os.write(descriptor, rest) :]
        if modified is not None and os.utime in os.supports_fd:
            os.utime(descriptor, ns=(modified, modified))
    finally:
        os.close(descriptor)


class StagedFiles:
    """Copies in temporary files of this machine, for targets that are no folder. Close it."""

    def __init__(self) -> None:
        self._files: dict[int, IO[bytes]] = {}
        self._count = 0

    def add(self, chunks: Iterable[bytes], modified: int) -> Staged:
        """Copies a file; see ``TargetWriter.stage``."""
        number, self._count = self._count, self._count + 1
        hashed = Hashed(chunks)
        file = self._files[number] = SpooledTemporaryFile[bytes](_IN_MEMORY)
        for chunk in hashed:
            file.write(chunk)
        return Staged(number, hashed.digest(), hashed.size, modified)

    @contextmanager
    def taken(self, number: int) -> Iterator[Iterator[bytes]]:
        """Yields the bytes of a copy, which is deleted then."""
        with self._files.pop(number) as file:
            file.seek(0)
            yield chunks_of(file)

    def close(self) -> None:
        """Deletes all copies."""
        for file in self._files.values():
            file.close()
        self._files.clear()


class StagingWriter:
    """What writers to targets that are no folder have in common; see ``TargetWriter``. Close it."""

    def __init__(self) -> None:
        self._staged = StagedFiles()

    def stage(self, chunks: Iterable[bytes], modified: int) -> Staged:
        """See ``TargetWriter``."""
        return self._staged.add(chunks, modified)

    def drop(self, staged: Staged) -> None:
        """See ``TargetWriter``."""
        with self._staged.taken(staged.number):
            pass

    def close(self) -> None:
        """Deletes all copies."""
        self._staged.close()
