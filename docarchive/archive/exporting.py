"""Exporting: query -> ids -> store -> writer -> file, folder or pipe."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from docarchive.archive.reports import Progress
from docarchive.catalog import Row
from docarchive.errors import ArchiveError, NotFoundError, UsageError
from docarchive.store import Store
from docarchive.store.layout import ARTICLES
from docarchive.writers import Document, Writer

_FLUSH = 256


class Exporter:
    """One export from one archive.

    Args:
        store: Its files.
        writer: The format.
        progress: Is told how many articles were written.

    Attributes:
        count: How many articles were written.
        missing: Paths of articles that were passed over: their files are gone since the last sync.
    """

    def __init__(self, store: Store, writer: Writer, progress: Progress) -> None:
        self.count = 0
        self.missing: list[str] = []
        self._store = store
        self._writer = writer
        self._progress = progress

    def to_stream(self, rows: Iterable[Row], out: BinaryIO) -> None:
        """Writes to an open stream, article by article."""
        self._writer.write(self._documents(rows), out)

    def to_path(self, rows: Iterable[Row], path: Path, *, force: bool) -> None:
        """Writes a file, or a folder where the format has one and the path is not that of a file.

        The file appears whole or not at all.

        Raises:
            UsageError: There is something already, and force is not set.
        """
        if self._writer.folder and path.suffix != self._writer.suffix:
            self._to_folder(rows, path, force=force)
            return
        if path.is_dir():
            raise UsageError(f"{path} is a folder; name a file to write to")
        if path.exists() and not force:
            raise UsageError(f"{path} is there already; say --force to write over it")
        temporary = path.with_name(f".{path.name}.{os.getpid()}.new")
        try:
            with open(temporary, "wb") as out:
                self.to_stream(rows, out)
            os.replace(temporary, path)
        except OSError as error:
            raise ArchiveError(f"{path} cannot be written: {error.strerror}") from None
        finally:
            with suppress(OSError):
                temporary.unlink()

    def _to_folder(self, rows: Iterable[Row], folder: Path, *, force: bool) -> None:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is no folder; name one for the files to go to")
        if not force and folder.is_dir() and any(folder.iterdir()):
            raise UsageError(f"{folder} is not empty; say --force to write into it, over files of the same names")
        try:
            for document in self._documents(rows):
                path = folder / document.path.removeprefix(f"{ARTICLES}/")
                path.parent.mkdir(parents=True, exist_ok=True)
                temporary = path.with_name(f".{path.name}.new")
                temporary.write_bytes(document.text.encode())
                os.replace(temporary, path)
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ArchiveError(f"{folder} cannot be written: {error.strerror}") from None

    def _documents(self, rows: Iterable[Row]) -> Iterator[Document]:
        for row in rows:
            try:
                text = self._store.read(row.path)
            except NotFoundError:
                self.missing.append(row.path)
                continue
            yield Document(row.id, row.path, text)
            self.count += 1
            if self.count % _FLUSH == 0:
                self._progress("export", self.count, None)
