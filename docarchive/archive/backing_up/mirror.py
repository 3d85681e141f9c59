"""Mirror: the files of the last backup in a target, which become those of the new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from docarchive.archive.backing_up.copying import Hashed, chunks_of
from docarchive.archive.backing_up.plan import Step
from docarchive.archive.backing_up.target import (
    EARLIER,
    MIRROR,
    UNFINISHED,
    Staged,
    StoredFile,
    Target,
    TargetWriter,
    earlier_path,
)
from docarchive.store.layout import DERIVED

_BATCH_FILES: Final = 1_000
_BATCH_BYTES: Final = 1 << 26


class Mirror:
    """The files of the last backup. Without a writer, nothing is changed.

    Args:
        target: Where they are.
        writer: What writes them; None for a dry run.
        verify: Whether they are read before they are kept.
    """

    def __init__(self, target: Target, writer: TargetWriter | None, *, verify: bool) -> None:
        self._target = target
        self._writer = writer
        self._verify = verify
        self._is_unfinished = writer.is_unfinished if writer is not None else UNFINISHED in target.names("")
        self._waiting = [0, 0]  # files and bytes since the last flush
        self._retired: set[str] = set()  # digests

    def files(self) -> Iterator[StoredFile]:
        """Yields the files, in order of path; without what somebody has left who opened them as an archive."""
        return (file for file in self._target.files(MIRROR) if file.path.partition("/")[0] != DERIVED)

    def must_read(self, step: Step) -> bool:
        """Returns whether a file may be another one than the last backup says.

        An interrupted backup has moved the file of the last one to those of earlier ones before it wrote a new one.
        """
        digest = step.listed
        return self._verify or (
            self._is_unfinished and digest is not None and self._target.size(earlier_path(digest)) is not None
        )

    def is_good(self, step: Step) -> bool:
        """Returns whether a file is the one that the last backup says."""
        if step.listed is None or step.stored is None:
            return False
        return not self.must_read(step) or self._hash(f"{MIRROR}/{step.path}") == step.listed

    # Copies

    def stage(self, chunks: Iterable[bytes], modified: int) -> Staged:
        """Copies a file to a temporary place; see ``TargetWriter.stage``."""
        if self._writer is not None:
            return self._writer.stage(chunks, modified)
        hashed = Hashed(chunks)
        return Staged(-1, hashed.digest(), hashed.size, modified)

    def stage_earlier(self, digest: str) -> Staged | None:
        """Copies a file of earlier backups to a temporary place; None if it is damaged or missing."""
        path = earlier_path(digest)
        if self._target.size(path) is None or self._hash(path) != digest:
            return None
        with self._target.open(path) as file:
            return self.stage(chunks_of(file), self._target.modified(path) or 0)

    def drop(self, staged: Staged) -> None:
        """Deletes a copy that is not wanted."""
        if self._writer is not None:
            self._writer.drop(staged)

    # What becomes of a file

    def keep(self, path: str) -> None:
        """Keeps a file."""
        if self._writer is not None:
            self._writer.keep(path)

    def put(self, staged: Staged, path: str) -> None:
        """Makes a copy the file at a path."""
        if self._writer is not None:
            self._writer.put(staged, path)
        self._count(staged.size)

    def retire(self, step: Step) -> str | None:
        """Keeps a file for earlier backups, before it is replaced or removed; returns why that cannot be, or None."""
        digest = step.listed
        assert digest is not None
        if self._target.size(earlier_path(digest)) is not None and self._hash(earlier_path(digest)) == digest:
            return None
        if step.stored is None:
            return "is missing"
        if self._hash(f"{MIRROR}/{step.path}") != digest:
            return "is damaged"
        self._retired.add(digest)
        if self._writer is not None:
            self._writer.retire(step.path, digest)
        return None

    def remove(self, step: Step) -> None:
        """Removes a file that no backup needs, if there is one."""
        if step.stored is not None and self._writer is not None:
            self._writer.remove(step.path)
        self._count(0)

    def _count(self, size: int) -> None:
        """Carries out what was asked for when it is enough for one step to the disk."""
        self._waiting = [self._waiting[0] + 1, self._waiting[1] + size]
        if self._writer is not None and (self._waiting[0] >= _BATCH_FILES or self._waiting[1] >= _BATCH_BYTES):
            self._writer.flush()
            self._waiting = [0, 0]

    # Earlier backups

    def earlier(self) -> Iterator[tuple[str, bool]]:
        """Reads the files that only earlier backups have; yields their digests, and whether they are whole."""
        yield from ((digest, True) for digest in self._retired)
        for file in self._target.files(EARLIER):
            digest = file.path.rpartition("/")[2]
            if digest not in self._retired:
                yield digest, self._hash(f"{EARLIER}/{file.path}") == digest

    def _hash(self, path: str) -> str | None:
        """Returns the SHA-256 of a file in the target; None if it cannot be read."""
        try:
            with self._target.open(path) as file:
                return Hashed(chunks_of(file)).digest()
        except OSError:
            return None
