"""The Writer protocol, and what writers take."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import BinaryIO, Protocol

from docarchive import frontmatter
from docarchive.article import Article
from docarchive.errors import ArchiveDamaged, InputError


class Document:
    """An article on its way out: the text of its file, parsed only if a writer asks for it.

    Args:
        id: The article's id.
        path: Of its file, relative to the archive.
        text: The whole text of the file.
    """

    def __init__(self, id: str, path: str, text: str) -> None:
        self.id = id
        self.path = path
        self.text = text

    @cached_property
    def article(self) -> Article:
        """The article; its id is set even where the file names none.

        Raises:
            ArchiveDamaged: The file was edited so that it can no longer be read.
        """
        try:
            article = frontmatter.read_article(self.text)
        except InputError as error:
            raise ArchiveDamaged(f"{self.path}: {error}; mend the file and run 'docarchive sync'") from None
        article.id = self.id
        return article


class Writer(Protocol):
    """Writes articles in one format.

    Attributes:
        name: As in ``--format``.
        suffix: Of a file of this format.
        folder: Whether it can write a folder of files, one an article.
    """

    name: str
    suffix: str
    folder: bool

    def write(self, documents: Iterable[Document], out: BinaryIO) -> None:
        """Writes all documents to one stream, as they come."""
