"""Writing a manifest after a verification, and only if nothing is wrong."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import BinaryIO, TextIO

from docarchive.archive.proving.target import Target
from docarchive.archive.proving.writing import write_manifest
from docarchive.archive.reports import Verification
from docarchive.archive.session import Session
from docarchive.catalog.reading import UNKNOWN
from docarchive.store.layout import MANIFEST


def verified_manifest(
    session: Session,
    to: str | os.PathLike[str] | BinaryIO | TextIO,
    *,
    force: bool,
    verify: Callable[[], Verification],
) -> Verification:
    """Verifies an archive, and writes a manifest of it if nothing is wrong; see ``Archive.write_manifest``."""
    target = Target(session.root, to, force=force)
    with session.writing(puts_back=()):  # no other process changes what was verified before it is listed
        report = verify()
        if report.ok:
            records = session.catalog.all_digests()
            verified = ((path, digest) for path, _, _, digest in records if digest != UNKNOWN)
            head = write_manifest(session.store.folder, session.catalog.written_position(), session.progress, verified)
            with session.store.folder.open(MANIFEST) as manifest:
                target.write(manifest)
            report.head, report.in_chain = head.head, True
    return report
