"""Proofs that an archive held a file, made from a manifest. ``docs/check_proof.py`` checks them without docarchive."""

from __future__ import annotations

import os
from array import array
from bisect import bisect_left
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

from docarchive.archive.proving.manifest import Entry, Manifest, entry_of
from docarchive.archive.proving.tree import Tree, leaf_hash
from docarchive.keys import SCHEMA

_TYPE: Final = "proof"


class Proofs:
    """Makes proofs from one manifest. It keeps 72 bytes in memory for each file that the manifest lists.

    Args:
        file: The manifest, open for reading and seeking; keep it open.
        name: Its name, for messages.

    Raises:
        UsageError: It is no manifest.
        InputError: It is damaged.
    """

    def __init__(self, file: BinaryIO, name: str) -> None:
        manifest = Manifest(file, name)
        self._file = file
        self._head = manifest.head.to_dict()
        self._starts = array("Q", [file.tell()])
        self._tree = Tree(self._leaves(manifest))

    def _leaves(self, manifest: Manifest) -> Iterator[bytes]:
        for entry in manifest:
            self._starts.append(self._file.tell())
            yield leaf_hash(*entry)

    def of(self, path: str, digest: bytes) -> dict[str, Any] | None:
        """Returns the proof that the archive held a file, as a JSON object; None if the manifest lacks it.

        Args:
            path: The path of the file, relative to the archive.
            digest: The SHA-256 of its bytes.
        """
        key = os.fsencode(path)
        index = bisect_left(range(len(self._tree)), key, key=lambda index: os.fsencode(self._entry(index).path))
        if index == len(self._tree) or self._entry(index) != (path, digest):
            return None
        return {
            "schema": SCHEMA,
            "type": _TYPE,
            "path": path,
            "digest": digest.hex(),
            "index": index,
            "siblings": [sibling.hex() for sibling in self._tree.siblings(index)],
            **self._head,
        }

    def _entry(self, index: int) -> Entry:
        self._file.seek(self._starts[index])
        entry = entry_of(self._file.readline(self._starts[index + 1] - self._starts[index]))
        return entry or Entry("", b"")  # it has changed since it was read: a proof of nothing
