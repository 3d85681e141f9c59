"""Target: the file or stream that a manifest is written to, as the user names it."""

from __future__ import annotations

import io
import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, TextIO, cast

from docarchive import failures
from docarchive.archive.proving.writing import copy
from docarchive.errors import UsageError
from docarchive.paths import expanded_target
from docarchive.store.layout import is_own
from docarchive.store.leftovers import delete_dead, temporary_path


class Target:
    """Where a manifest is written. Make one before the manifest, which takes long, so that mistakes are found first.

    Args:
        root: The archive's folder.
        to: A path, or a stream open for writing bytes or text.
        force: Whether to overwrite an existing file.

    Raises:
        UsageError: The path exists and ``force`` is not set, belongs to the archive, or is in no folder.
    """

    def __init__(self, root: Path, to: str | os.PathLike[str] | BinaryIO | TextIO, *, force: bool) -> None:
        self._to: Path | BinaryIO | TextIO
        if not isinstance(to, str | os.PathLike):
            self._to = to
            return
        self._to = path = expanded_target(to)
        if is_own(root, path):
            raise UsageError(f"{path} belongs to the archive; write the manifest to another path")
        if path.is_dir() or not path.parent.is_dir():
            raise UsageError(f"{path} cannot be the manifest; name a file in an existing folder")
        if path.is_file() and not force:
            raise UsageError(f"{path} exists; use --force to overwrite it")

    def write(self, manifest: BinaryIO) -> None:
        """Writes a manifest; a file appears whole or not at all, and is on disk then."""
        if isinstance(self._to, Path):
            try:
                _write(manifest, self._to)
            except OSError as error:
                raise failures.of_system(error, str(self._to), "written") from error
            return
        with failures.naming(failures.name_of(self._to), "the manifest", self._to):
            if isinstance(self._to, io.TextIOBase):
                self._to.writelines(line.decode("utf-8", "replace") for line in manifest)
            else:
                copy(manifest, cast(BinaryIO, self._to))


def _write(manifest: BinaryIO, path: Path) -> None:
    if path.exists() and not path.is_file():  # such as a named pipe
        with path.open("wb") as out:
            copy(manifest, out)
        return
    delete_dead(path)
    temporary = temporary_path(path)
    try:
        with temporary.open("wb") as out:
            copy(manifest, out)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    finally:
        with suppress(OSError):
            temporary.unlink()
