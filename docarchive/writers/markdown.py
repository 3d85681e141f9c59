"""The writer of Markdown: the files as they are in the archive, or in the layout of another program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from docarchive.errors import UsageError
from docarchive.formats.folders import original_path
from docarchive.texts import did_you_mean
from docarchive.writers.layouts import LAYOUTS
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer


class MarkdownWriter(Writer):
    """Writes a folder with the files of the articles, or all of them one after the other.

    Layouts: ``plain`` (as in the archive), ``hugo``, ``jekyll``, ``obsidian``. Pictures that the archive keeps are
    written too.
    """

    name = "md"
    summary = "Markdown with front matter, one article per file"
    suffixes = (".md", ".markdown")
    folder = True
    accepts = frozenset({"layout", "originals"})
    round_trips = True

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        if options.layout not in ("", "plain") or options.originals:
            raise UsageError("--layout and --originals need --output with a folder or a ZIP file")
        separator = b""
        for document in documents:
            out.write(separator + document.text.encode())
            separator = b"\n" if document.text.endswith("\n") else b"\n\n"

    def write_files(self, documents: Iterable[Document], files: Files, options: WriteOptions) -> None:
        wanted = options.layout or "plain"
        if wanted not in LAYOUTS:
            raise UsageError(f"there is no layout {wanted!r}; {did_you_mean(wanted, LAYOUTS)}")
        layout = LAYOUTS[wanted]()
        written: set[str] = set()
        for document in documents:
            laid_out = layout(document)
            files.add(laid_out.path, laid_out.text.encode())
            copies = [(document.picture(shown), path) for shown, path in laid_out.pictures.items()]
            original = document.original if options.originals else None
            if original is not None:
                copies.append((original, original_path(original.name)))
            for source, path in copies:
                if source is not None and path not in written:
                    written.add(path)
                    files.copy(path, source)
