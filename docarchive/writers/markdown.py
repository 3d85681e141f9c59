"""The writer of Markdown: the files as they are in the archive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from docarchive.writers.protocol import Document


class MarkdownWriter:
    """Writes a folder with the files of the articles, or all of them one after the other."""

    name = "md"
    suffix = ".md"
    folder = True

    def write(self, documents: Iterable[Document], out: BinaryIO) -> None:
        """See ``Writer``."""
        separator = b""
        for document in documents:
            out.write(separator + document.text.encode())
            separator = b"\n" if document.text.endswith("\n") else b"\n\n"
