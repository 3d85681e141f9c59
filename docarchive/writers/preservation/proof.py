"""The writer of proofs: short files that show that the archive held an article, without the archive."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO

from docarchive.slugs import Names
from docarchive.writers.json import json_line
from docarchive.writers.layouts import safe_stem
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer


class ProofWriter(Writer):
    """Writes one proof per article, a file or a line, as JSON (schema 1; docs/export.md)."""

    name = "proof"
    summary = "proofs that the archive held each article, one per file or per line"
    suffixes = (".proof.json", ".proof.jsonl")
    folder = True
    accepts = frozenset({"manifest"})
    proves = True

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        for document in documents:
            out.write(json_line(document.proof) + b"\n")

    def write_files(self, documents: Iterable[Document], files: Files, options: WriteOptions) -> None:
        names = Names()
        for document in documents:
            path = names.unique(safe_stem(document), self.suffixes[0], id=document.id)
            files.add(path, json_line(document.proof) + b"\n")
