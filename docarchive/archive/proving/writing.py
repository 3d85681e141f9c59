"""Writing a manifest of an archive, and adding its head to the chain."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import BinaryIO, Final

from docarchive.archive.progress import Progress
from docarchive.archive.proving.files import files_of
from docarchive.archive.proving.head import NONE, Head
from docarchive.archive.proving.heads import Heads
from docarchive.archive.proving.tree import Root, leaf_hash
from docarchive.dates import utc_now
from docarchive.errors import ArchiveDamaged
from docarchive.folder import Folder
from docarchive.formats.digest_lines import DigestLine
from docarchive.formats.folders import original_digest
from docarchive.store.layout import MANIFEST, TEMPORARY

_ENTRIES: Final = f"{TEMPORARY}/manifest-entries"
_NEW: Final = f"{TEMPORARY}/manifest"
_CHUNK: Final = 1 << 20
_STEP: Final = 256


def write_manifest(
    archive: Folder, position: str, progress: Progress, verified: Iterable[tuple[str, bytes]] = ()
) -> Head:
    """Writes the manifest of an archive as it is now to ``MANIFEST`` in it; hold the lock.

    Its head is added to the chain first, on disk, so that there is no manifest whose head the chain lacks. If nothing
    has changed since the last one, that has the same root, and its head is used again.

    Args:
        archive: The archive's folder.
        position: The journal position, as exports print it.
        progress: Called with the phase ``manifest``.
        verified: Paths and digests of files that were just read and have these digests, in order of the bytes of the
            paths. These files are not read again, and neither are originals if there are any.

    Raises:
        ArchiveDamaged: There is a link or a special file in a folder, or the chain of heads is broken.
        OSError: A file cannot be read or written.
    """
    heads = Heads(archive)
    last = heads.last()
    archive.make(TEMPORARY)
    root = _write_entries(archive, progress, verified)
    now = utc_now()
    head = Head(now, root.leaves, position, last.head if last else NONE, root.digest().hex())
    if last is not None and (last.root, last.files) == (head.root, head.files):
        head = last
    else:
        heads.append(head)
    with archive.create(_NEW) as out, archive.open(_ENTRIES) as entries:
        out.write(head.lines())
        copy(entries, out)
    archive.rename(_NEW, MANIFEST)
    archive.remove(_ENTRIES)
    return head


def _write_entries(archive: Folder, progress: Progress, verified: Iterable[tuple[str, bytes]]) -> Root:
    root, known = Root(), iter(verified)
    next_ = next(known, None)
    are_verified = next_ is not None
    with archive.create(_ENTRIES) as out:
        for path, kind, reason in files_of(archive):
            if kind != "file":
                raise ArchiveDamaged(
                    f"{path} {f'cannot be listed: {reason}' if reason else 'is no file'}; "
                    "a manifest lists files only, so fix that and try again"
                )
            while next_ is not None and os.fsencode(next_[0]) < os.fsencode(path):
                next_ = next(known, None)
            digest = next_[1] if next_ is not None and next_[0] == path else None
            if are_verified and digest is None and (named := original_digest(path)):
                digest = bytes.fromhex(named)
            entry = DigestLine(path, digest or archive.digest(path)[0])
            root.add(leaf_hash(*entry))
            out.write(entry.line())
            if root.leaves % _STEP == 0:
                progress("manifest", root.leaves, None)
    return root


def copy(source: BinaryIO, to: BinaryIO) -> None:
    """Copies an open file to another, from where they are, piece by piece."""
    while chunk := source.read(_CHUNK):
        to.write(chunk)
