"""Targets that read manifests and the chain of their heads."""

from __future__ import annotations

import io
import json
from typing import Final

from benchmarks.fuzz.samples import folder_of
from docarchive.archive.proving.head import NONE, Head
from docarchive.archive.proving.heads import Heads
from docarchive.archive.proving.manifest import Manifest
from docarchive.archive.proving.tree import Root, leaf_hash
from docarchive.errors import ArchiveDamaged, InputError, UsageError
from docarchive.folder import Folder
from docarchive.formats.digest_lines import DigestLine
from docarchive.store.layout import HEADS

_LINES: Final = ("0" * 64 + "  articles/2024/01/a.md\n", "1" * 64 + "  originals/11/" + "1" * 64 + ".md\n")


def manifest(data: bytes) -> bool:
    """A manifest is read as a whole, or refused."""
    try:
        read = Manifest(io.BytesIO(data), "manifest")
        count = sum(1 for _ in read)
    except (UsageError, InputError) as error:
        str(error).encode()
        return False
    assert count == read.head.files, "a manifest with other lines than it says is read"
    return True


def heads(data: bytes) -> bool:
    """A chain of heads is read if it is whole, or refused."""
    with folder_of({HEADS: data}) as folder:
        chain = Heads(Folder(folder))
        fault = chain.fault()
        try:
            read = [*chain.read()]
        except ArchiveDamaged:
            read = []
            assert fault is not None
    written = "".join(json.dumps(head.to_dict()) + "\n" for head in read).encode()
    assert fault is not None or written == data, "heads that docarchive did not write are read"
    return bool(read)


def manifests() -> list[bytes]:
    """Returns manifests."""
    return [b"", _head(NONE).lines() + "".join(_LINES).encode()]


def chains() -> list[bytes]:
    """Returns chains of heads."""
    first = _head(NONE)
    lines = [json.dumps(head.to_dict()).encode() + b"\n" for head in (first, _head(first.head))]
    return [b"", lines[0], b"".join(lines)]


def _head(previous: str) -> Head:
    root = Root()
    for line in _LINES:
        entry = DigestLine.read(line.encode())
        assert entry is not None
        root.add(leaf_hash(*entry))
    return Head("2024-03-16T10:00:00Z", len(_LINES), "7-0123abcd", previous, root.digest().hex())
