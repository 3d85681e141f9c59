"""Comparing the files of an archive, or of a copy of one, with a manifest. Needs nothing that is derived."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, TextIO, cast

from docarchive import failures
from docarchive.archive.progress import Progress
from docarchive.archive.proving.files import FileOrFault, files_of
from docarchive.archive.proving.heads import Heads
from docarchive.archive.proving.manifest import Manifest
from docarchive.archive.reports import Fault, Observe, Verification
from docarchive.errors import ArchiveDamaged, UsageError
from docarchive.folder import LINKED, Folder
from docarchive.paths import expanded
from docarchive.store.layout import ARTICLES, ORIGINALS, QUARANTINE, TRASH, VERSIONS

_STEP: Final = 256
#: The folders whose files are counted, each by its name.
_AREAS: Final = (ARTICLES, ORIGINALS, QUARANTINE, TRASH, VERSIONS)
_COPY: Final = "put back a copy of it"


class Comparison:
    """One comparison of an archive with a manifest; ``report`` says what was checked and found so far.

    Args:
        archive: The archive's folder.
        manifest: The manifest; it is read to its end.
        progress: Called with the phase ``verify``.
    """

    def __init__(self, archive: Folder, manifest: Manifest, progress: Progress) -> None:
        self.report = Verification(head=manifest.head.head)
        self._archive = archive
        self._manifest = manifest
        self._progress = progress

    def faults(self) -> Iterator[Fault]:
        """Yields how the archive differs from the manifest, in order of path; last, that its chain of heads is broken.

        Raises:
            InputError: The manifest is damaged.
        """
        lines = iter(self._manifest)
        line = next(lines, None)
        for number, file in enumerate(files_of(self._archive), start=1):
            key = os.fsencode(f"{file.path}/" if file.reason else file.path)
            while line is not None and os.fsencode(line.path) < key:
                yield _missing(line.path)
                line = next(lines, None)
            expected = None
            if line is not None and line.path == file.path:
                expected, line = line.digest, next(lines, None)
            yield from self._faults_of(file, expected)
            while file.reason and line is not None and line.path.startswith(f"{file.path}/"):
                line = next(lines, None)  # of a folder that cannot be listed: one fault is enough
            if number % _STEP == 0:
                self._progress("verify", number, self._manifest.head.files)
        while line is not None:
            yield _missing(line.path)
            line = next(lines, None)
        yield from self._chain()

    def _faults_of(self, file: FileOrFault, expected: bytes | None) -> Iterator[Fault]:
        path, kind, reason = file
        if reason:
            yield Fault("damaged", path, f"cannot be listed: {reason}", "fix that, and try again")
        elif kind == "link":
            yield Fault("link", path, LINKED, "put the file itself there")
        elif kind != "file":
            yield Fault("link", path, "is not a file", "move it away")
        elif expected is None:
            yield Fault("unknown", path, "is not in the manifest", "if it belongs there, write a new manifest")
        else:
            yield from self._file_faults(path, expected)

    def _file_faults(self, path: str, expected: bytes) -> Iterator[Fault]:
        try:
            digest, size = self._archive.digest(path)
        except FileNotFoundError:
            yield _missing(path)
        except ArchiveDamaged:  # a link that has just taken its place
            yield Fault("link", path, LINKED, "put the file itself there")
        except OSError as error:
            yield Fault("damaged", path, f"cannot be read: {failures.reason(error)}", _COPY)
        else:
            self._count(path, size)
            if digest != expected:
                fix = f"{_COPY}, or write a new manifest if it was changed on purpose"
                yield Fault("damaged", path, "is not as the manifest has it", fix)

    def _count(self, path: str, size: int) -> None:
        self.report.bytes += size
        area = path.partition("/")[0]
        if area in _AREAS and (area != ARTICLES or path.endswith(".md")):  # what else is there is no article
            setattr(self.report, area, getattr(self.report, area) + 1)

    def _chain(self) -> Iterator[Fault]:
        """Checks the chain of heads, which a copy of an archive need not have."""
        heads = Heads(self._archive)
        if fault := heads.fault():
            yield fault
        else:
            self.report.in_chain = self._manifest.head in heads.read()


def compare(
    root: Path,
    manifest: str | os.PathLike[str] | BinaryIO | TextIO,
    progress: Progress,
    observe: Observe,
) -> Verification:
    """Compares an archive with a manifest; see ``Archive.verify_against``."""
    if not isinstance(manifest, str | os.PathLike):
        return _compare(root, _bytes_of(manifest), "-", progress, observe)
    path = expanded(manifest)
    try:
        file = path.open("rb")
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {failures.reason(error)}") from None
    with file:
        return _compare(root, file, str(path), progress, observe)


def _bytes_of(stream: BinaryIO | TextIO) -> BinaryIO:
    buffer = getattr(stream, "buffer", None)
    if buffer is not None:  # a file open for text
        return cast(BinaryIO, buffer)
    if isinstance(stream, io.TextIOBase):  # a text in memory
        return io.BytesIO(stream.read().encode("utf-8", "surrogateescape"))
    return cast(BinaryIO, stream)


def _compare(root: Path, file: BinaryIO, name: str, progress: Progress, observe: Observe) -> Verification:
    comparison = Comparison(Folder(root), Manifest(file, name), progress)
    for fault in comparison.faults():
        fault = fault._replace(path=fault.path.encode("utf-8", "replace").decode())
        comparison.report.add(fault)
        observe(fault)
    return comparison.report


def _missing(path: str) -> Fault:
    return Fault("missing", path, "is in the manifest, and is gone", _COPY)
