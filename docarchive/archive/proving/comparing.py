"""Comparing the files of an archive, or of a copy of one, with a manifest. Needs nothing that is derived."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final, NamedTuple

from docarchive import failures
from docarchive.archive.progress import Progress
from docarchive.archive.proving.files import Found, files_of
from docarchive.archive.proving.heads import Heads
from docarchive.archive.proving.manifest import Manifest
from docarchive.errors import ArchiveDamaged
from docarchive.folder import LINKED, Folder
from docarchive.formats.digest_lines import DigestLine
from docarchive.store.layout import HEADS

_STEP: Final = 256


class Difference(NamedTuple):
    """A difference between a manifest and the files that are there."""

    kind: str  # ``missing``, ``damaged``, ``unknown`` or ``link``
    path: str  # relative to the archive, with forward slashes
    reason: str  # a part of a sentence, after the path


def differences(archive: Folder, manifest: Manifest, progress: Progress) -> Iterator[Difference]:
    """Yields how the files of an archive differ from a manifest, in order of path.

    Args:
        archive: The archive's folder.
        manifest: The manifest; it is read to its end.
        progress: Called with the phase ``verify``.

    Raises:
        InputError: The manifest is damaged.
    """
    entries = iter(manifest)
    entry = next(entries, None)
    count = 0
    for found in files_of(archive):
        key = _key(found)
        while entry is not None and os.fsencode(entry.path) < key:
            yield _missing(entry)
            entry = next(entries, None)
        if found.reason:
            yield Difference("damaged", found.path, f"cannot be listed: {found.reason}")
            while entry is not None and entry.path.startswith(f"{found.path}/"):
                entry = next(entries, None)
            continue
        expected = None
        if entry is not None and entry.path == found.path:
            expected, entry = entry.digest, next(entries, None)
        difference = _difference(archive, found, expected)
        if difference is not None:
            yield difference
        count += 1
        if count % _STEP == 0:
            progress("verify", count, manifest.head.files)
    while entry is not None:
        yield _missing(entry)
        entry = next(entries, None)


def chain_difference(archive: Folder, manifest: Manifest) -> tuple[bool, Difference | None]:
    """Returns whether the chain of an archive has a manifest's head, and what is wrong with the chain."""
    try:
        return manifest.head in [*Heads(archive).read()], None
    except ArchiveDamaged as error:
        return False, Difference("damaged", HEADS, str(error).removeprefix(f"{HEADS} "))


def _key(found: Found) -> bytes:
    return os.fsencode(f"{found.path}/" if found.reason else found.path)


def _missing(entry: DigestLine) -> Difference:
    return Difference("missing", entry.path, "is in the manifest, and is gone")


def _difference(archive: Folder, found: Found, expected: bytes | None) -> Difference | None:
    path, kind, _ = found
    if kind == "link":
        return Difference("link", path, LINKED)
    if kind != "file":
        return Difference("link", path, "is not a file")
    if expected is None:
        return Difference("unknown", path, "is not in the manifest")
    try:
        if archive.digest(path) == expected:
            return None
    except FileNotFoundError:
        return Difference("missing", path, "is in the manifest, and is gone")
    except ArchiveDamaged:  # a link that has just taken its place
        return Difference("link", path, LINKED)
    except OSError as error:
        return Difference("damaged", path, f"cannot be read: {failures.reason(error)}")
    return Difference("damaged", path, "is not as the manifest has it")
