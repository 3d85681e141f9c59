"""Exporting: rows -> store -> writer -> file, folder, ZIP file or pipe."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, TextIO

from docarchive import failures
from docarchive.archive.export.text_streams import byte_stream
from docarchive.archive.import_and_export_options import ExportOptions, checked_options
from docarchive.archive.indexing.damaged_articles import is_damaged
from docarchive.archive.lookup import has_its_bytes
from docarchive.archive.progress import Progress
from docarchive.archive.reports import ExportReport
from docarchive.article import Article
from docarchive.article.plain import clean
from docarchive.catalog import Catalog, Row
from docarchive.errors import NotFoundError, UsageError
from docarchive.folder.flushing import flush_all, flush_tree
from docarchive.paths import expanded, expanded_target
from docarchive.store import Store
from docarchive.store.leftovers import delete_dead, temporary_path
from docarchive.writers import (
    Document,
    FolderFiles,
    WriteOptions,
    Writer,
    ZipFiles,
    writer,
    writer_for,
    writers,
)

if TYPE_CHECKING:
    from docarchive.archive.proving.proofs import Proofs

_FLUSH: Final = 256
#: The name, for their temporary folder, of files that are moved into a folder which has others.
_PARTS: Final = "export"
_ZIP: Final = ".zip"
_SEPARATORS: Final = tuple(separator for separator in (os.sep, os.altsep) if separator)
#: Options that every writer accepts; those without a title or a URL ignore them.
_FOR_ALL: Final = ("title", "url")


class Exporter:
    """One export from one archive; its ``report`` says what was written so far.

    Raises:
        UsageError: An option does not apply to the format.
    """

    def __init__(
        self,
        store: Store,
        catalog: Catalog,
        writer: Writer,
        options: WriteOptions,
        progress: Progress,
        proofs: Proofs | None = None,
    ) -> None:
        self.report = ExportReport()
        self._catalog = catalog
        self._store = store
        self._writer = writer
        self._options = options
        self._progress = progress
        self._proofs = proofs
        for name, default in WriteOptions()._asdict().items():
            if getattr(options, name) != default and name not in (*_FOR_ALL, *writer.accepts):
                raise UsageError(f"--{name} does not apply to {writer.name}")

    def to_stream(self, rows: Iterable[Row], to: BinaryIO | TextIO) -> None:
        """Writes to an open stream, article by article; a ZIP file if the format only has folders.

        Raises:
            OutputClosed: The stream is closed.
            UsageError: The stream takes only text, and the format is not text.
        """
        zipped = not self._writer.stream or self._wants_files()
        with failures.naming(failures.name_of(to), f"the archive at {self._store.root}", to):
            out = byte_stream(to, self._writer, zipped=zipped)
            if not zipped:
                self._writer.write(self._documents(rows), out, self._options)
            else:
                self._to_zip(rows, out)

    def to_path(self, rows: Iterable[Row], to: str | os.PathLike[str], *, force: bool) -> None:
        """Writes a file, or a folder if the format can be written as one and the path does not name a file.

        The file or folder appears whole or not at all. A path that is not a file, such as a named pipe, is written to
        directly.

        Raises:
            UsageError: The path exists and ``force`` is not set, or it belongs to the archive.
        """
        path = expanded_target(to)
        if self._store.owns(path):
            raise UsageError(f"{path} belongs to the archive; export to another path")
        if path.exists() and not path.is_file() and not path.is_dir():
            with failures.naming(str(path), f"the archive at {self._store.root}"), open(path, "wb") as out:
                self.to_stream(rows, out)
            return
        delete_dead(path)
        names_folder = os.fspath(to).endswith(_SEPARATORS) or path.is_dir()
        is_file = path.name.lower().endswith(self._writer.suffixes) and not self._wants_files()
        if self._writer.folder and path.suffix.lower() == _ZIP and not is_file:
            self._to_file(rows, path, force=force, zipped=True)
        elif self._writer.stream and (is_file or not self._writer.folder or self._is_one(names_folder)):
            if names_folder:
                raise UsageError(f"{to} is a folder, but {self._writer.name} is one file; name a file")
            self._to_file(rows, path, force=force, zipped=False)
        else:
            self._to_folder(rows, path, force=force)

    def _wants_files(self) -> bool:
        return bool(self._options.name)

    def _is_one(self, names_folder: bool) -> bool:
        """Returns whether a format with nameable files is written as one file: no name and no folder is given."""
        return "name" in self._writer.accepts and not self._wants_files() and not names_folder

    def _to_file(self, rows: Iterable[Row], path: Path, *, force: bool, zipped: bool) -> None:
        if path.exists() and not force:
            raise UsageError(f"{path} exists; use --force to overwrite it")
        if not path.parent.is_dir():
            raise UsageError(f"{path.parent} is not a folder; create it, then export again")
        temporary = temporary_path(path)
        try:
            with open(temporary, "wb") as out:
                if zipped:
                    self._to_zip(rows, out)
                else:
                    self._writer.write(self._documents(rows), out, self._options)
                out.flush()
                os.fsync(out.fileno())
            os.replace(temporary, path)
            flush_all([path.parent])
        except OSError as error:
            raise failures.of_system(error, str(path), "written") from error
        finally:
            with suppress(OSError):
                temporary.unlink()

    def _to_zip(self, rows: Iterable[Row], out: BinaryIO) -> None:
        with closing(ZipFiles(out)) as files:
            self._writer.write_files(self._documents(rows), files, self._options)

    def _to_folder(self, rows: Iterable[Row], folder: Path, *, force: bool) -> None:
        if folder.exists() and not folder.is_dir():
            raise UsageError(f"{folder} is not a folder; export to another path")
        filled = folder.is_dir() and any(folder.iterdir())
        if filled and not force:
            raise UsageError(
                f"{folder} is not empty; use --force to write into it and overwrite files of the same names"
            )
        # The parent of a folder that is there may be another file system, or read-only.
        target = temporary_path(folder / _PARTS if filled else folder)
        delete_dead(folder / _PARTS)
        try:
            target.mkdir(parents=True, exist_ok=True)
            self._writer.write_files(self._documents(rows), FolderFiles(target), self._options)
            flush_tree(target)
            if filled:
                _move_into(target, folder)
            else:
                with suppress(FileNotFoundError):
                    folder.rmdir()
                os.replace(target, folder)
                flush_all([folder.parent])
        except OSError as error:
            raise failures.of_system(error, str(folder), "written") from error
        finally:
            shutil.rmtree(target, ignore_errors=True)

    def _documents(self, rows: Iterable[Row]) -> Iterator[Document]:
        for row in rows:
            try:
                text, listed = self._store.read_known(row)
            except NotFoundError:
                self.report.missing.append(row.path)
                continue
            unchanged = (listed.size, listed.modified) == (row.size, row.modified)
            damaged = not unchanged and is_damaged(text, self._store, row.path, self._catalog)
            if damaged or not has_its_bytes(text, listed, row):
                self.report.missing.append(row.path)
                continue
            proof = self._proofs.of(row.path, text.encode()) if self._proofs is not None else {}
            if proof is None:
                self.report.unproved.append(row.path)
                continue
            metadata = row.metadata if unchanged else None
            document = Document(row.id, row.path, text, self._original, metadata, self._picture, proof)
            yield document
            self.report.articles += 1
            self.report.cut += document.cut
            if self.report.articles % _FLUSH == 0:
                self._progress("export", self.report.articles, None)

    def _original(self, article: Article) -> Path | None:
        path = self._store.originals.find((article.original or "").removeprefix("sha256:"))
        return None if path is None else self._checked(path)

    def _picture(self, path: str) -> Path | None:
        return self._checked(path) if self._store.originals.has_picture(path) else None

    def _checked(self, path: str) -> Path:
        """Returns the full path of an original; raises ``ArchiveDamaged`` if it is damaged, rather than copy it."""
        self._store.originals.check(path)
        return self._store.root / path


def _move_into(source: Path, folder: Path) -> None:
    """Moves files into a folder, in place of those of the same names; a subfolder is filled, too."""
    changed = [folder]
    for path, folders, files in os.walk(source):
        target = folder / os.path.relpath(path, source)
        for name in folders:
            (target / name).mkdir(exist_ok=True)
        for name in files:
            os.replace(os.path.join(path, name), target / name)
        changed += [target]
    flush_all(changed)


def writer_named(format: str | None, path: str | os.PathLike[str] | None) -> Writer:
    """Returns the writer of a format, else that of a path's extension, else the one of JSON Lines.

    Raises:
        UsageError: There is no such format, or none with this extension.
    """
    if format is not None:
        return writer(format)
    suffix = Path(path).suffix if path is not None else ""
    chosen = writer_for(os.fspath(path)) if path is not None and suffix else writer("jsonl")
    if chosen is None:
        raise UsageError(
            f"no format has the extension {suffix}; use --format with one of {', '.join(sorted(writers()))}"
        )
    return chosen


def write_options(options: ExportOptions, title: str) -> WriteOptions:
    """Returns the caller's options for a writer, with the text of the template, and the title if they have none.

    Raises:
        TypeError: There is no option of a name, or a value has another type.
        UsageError: The template cannot be read.
    """
    options = checked_options(ExportOptions, options)  # type: ignore[assignment]
    template, manifest = options.get("template"), options.get("manifest")
    try:
        text = expanded(template).read_text("utf-8") if template is not None else ""
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"the template {template} cannot be read: {reason}") from None
    named = None if manifest is None else str(expanded(manifest))
    values = {**options, "template": text, "manifest": named, "title": options.get("title") or title}
    defaults = WriteOptions()._asdict()
    values |= {name: clean(str(values[name])) for name in _FOR_ALL if values.get(name)}  # terminals pass on any bytes
    chosen = {name: value for name, value in values.items() if value is not None}
    return WriteOptions(**{**defaults, **chosen, "fields": tuple(options.get("fields") or ())})
