"""Proofs that an archive held a file, made from a manifest. ``docs/check_proof.py`` checks them without docarchive."""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

from docarchive.archive.proving.heads import Heads
from docarchive.archive.proving.manifest import Manifest, entry_of
from docarchive.archive.proving.tree import Tree, leaf_hash
from docarchive.errors import UsageError
from docarchive.folder import Folder
from docarchive.formats.digest_lines import path_in
from docarchive.keys import SCHEMA
from docarchive.store.layout import HEADS, MANIFEST

_TYPE: Final = "proof"


class Proofs:
    """Makes proofs from one manifest. It keeps 72 bytes in memory for each file that the manifest lists.

    Args:
        file: The manifest, open for reading and seeking; keep it open.
        name: Its name, for messages.

    Attributes:
        head: The manifest's head.

    Raises:
        UsageError: It is no manifest, or cannot be read at any place.
        InputError: It is damaged.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        if not file.seekable():
            raise UsageError(f"{name} is not a regular file; copy the manifest to one")
        manifest = Manifest(file, name)
        self._file = file
        self.head = manifest.head
        self._starts = array("Q", [file.tell()])
        self._tree = Tree(self._leaves(manifest))

    def _leaves(self, manifest: Manifest) -> Iterator[bytes]:
        for entry in manifest:
            self._starts.append(self._file.tell())
            yield leaf_hash(*entry)

    def of(self, path: str, data: bytes) -> dict[str, Any] | None:
        """Returns the proof that the archive held a file, as a JSON object; None if the manifest has it not, or not so.

        Args:
            path: The path of the file, relative to the archive.
            data: Its bytes.
        """
        key, digest = os.fsencode(path), sha256(data).digest()
        index = bisect_left(range(len(self._tree)), key, key=lambda index: path_in(self._line(index)))
        if index == len(self._tree) or entry_of(self._line(index)) != (path, digest):
            return None
        return {
            "schema": SCHEMA,
            "type": _TYPE,
            "path": path,
            "digest": digest.hex(),
            "index": index,
            "siblings": [sibling.hex() for sibling in self._tree.siblings(index)],
            **self.head.to_dict(),
        }

    def _line(self, index: int) -> bytes:
        self._file.seek(self._starts[index])
        return self._file.readline(self._starts[index + 1] - self._starts[index])


@contextmanager
def opened_proofs(archive: Folder, manifest: str) -> Iterator[Proofs]:
    """Opens a manifest of an archive for making proofs.

    Args:
        archive: The archive's folder.
        manifest: The path of the manifest; empty for the copy of the last one, in the archive.

    Raises:
        UsageError: There is no manifest, or it is that of another archive.
        InputError: It is damaged.
        ArchiveDamaged: The chain of heads is broken.
        OSError: It cannot be read.
    """
    with _opened(archive, manifest) as file:
        proofs = Proofs(file, manifest or MANIFEST)
        if proofs.head not in Heads(archive).read():
            raise UsageError(f"{manifest or MANIFEST} is not a manifest of this archive: {HEADS} lacks its head")
        yield proofs


def _opened(archive: Folder, manifest: str) -> BinaryIO:
    try:
        return Path(manifest).open("rb") if manifest else archive.open(MANIFEST)
    except FileNotFoundError:
        if manifest:
            raise UsageError(f"there is no file {manifest}; name a manifest of the archive") from None
        raise UsageError(
            "the archive has no manifest to prove anything with; write one with 'docarchive verify --manifest FILE', "
            "or name an earlier one with --manifest FILE"
        ) from None
