"""The writer of plain text: header lines, then the text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, Final

from docarchive.article import Article
from docarchive.pictures import described
from docarchive.slugs import Names, slugify
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer

_HEADERS: Final = ("title", "date", "updated", "authors", "source", "section", "url", "language", "tags")
_NAMES: Final = {"authors": "Author", "url": "URL"}
_LINE: Final = "\n" + "=" * 72 + "\n\n"


class TextWriter(Writer):
    """Writes lines such as ``Title: …``, a blank line and the text; in one file, lines of ``=`` separate articles."""

    name = "txt"
    summary = "plain text with header lines"
    suffixes = (".txt", ".text")
    folder = True

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        separator = ""
        for document in documents:
            out.write((separator + text_of(document.article)).encode())
            separator = _LINE

    def write_files(self, documents: Iterable[Document], files: Files, options: WriteOptions) -> None:
        names = Names()
        for document in documents:
            files.add(
                names.unique(dated_slug(document.article), ".txt", id=document.id), text_of(document.article).encode()
            )


def text_of(article: Article) -> str:
    """Returns an article as text."""
    lines = []
    for key in _HEADERS:
        value = getattr(article, key)
        if value and not (key == "title" and article.title_derived):
            shown = ("; " if key == "authors" else ", ").join(value) if isinstance(value, list) else str(value)
            lines.append(f"{_NAMES.get(key, key.capitalize())}: {' '.join(shown.split())}\n")
    text = described(article.body)
    body = text if text.endswith("\n") else f"{text}\n"
    return "".join(lines) + ("\n" if lines else "") + body


def dated_slug(article: Article) -> str:
    """Returns ``2024-03-16-harbour-bridge``, as the stem of a file's name."""
    slug = slugify(str(article.extra.get("slug") or article.title))
    return f"{article.date.text[:10]}-{slug}" if article.date else slug
