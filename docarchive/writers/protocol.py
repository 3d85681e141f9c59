"""The base class of writers, and their arguments: documents, options, and files to write to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO, ClassVar, NamedTuple, Protocol

from docarchive import frontmatter
from docarchive.article import Article
from docarchive.errors import ArchiveDamaged, InputError, UsageError


class Document:
    """An article on its way out: the text of its file, parsed only if a writer asks for it.

    Args:
        id: The article's id.
        path: Of its file, relative to the archive, with forward slashes.
        text: The whole text of the file.
        original: Finds the file with the bytes that the article was imported from, if it is there.
        metadata: What the front matter says, where that is known without reading it.
    """

    def __init__(
        self,
        id: str,
        path: str,
        text: str,
        original: Callable[[Article], Path | None] | None = None,
        metadata: Mapping[str, Any] | None = None,
    ) -> None:
        self.id = id
        self.path = path
        self.text = text
        self._original = original
        self._metadata = metadata

    @cached_property
    def article(self) -> Article:
        """The article; its id is set even where the file names none. Of other keys it tells the value, as JSON does.

        Raises:
            ArchiveDamaged: The file was edited so that it can no longer be read.
        """
        if self._metadata is None:
            return self.parsed
        article = Article.restored(self._metadata, frontmatter.body_of(self.text))
        article.id = self.id
        return article

    @cached_property
    def parsed(self) -> Article:
        """The article as its file says it: of other keys also the way in which it is written there.

        Raises:
            ArchiveDamaged: The file was edited so that it can no longer be read.
        """
        try:
            article = frontmatter.read_article(self.text)
        except InputError as error:
            raise ArchiveDamaged(f"{self.path}: {error}; mend the file and run 'docarchive sync'") from None
        article.id = self.id
        return article

    @property
    def original(self) -> Path | None:
        """The file with the bytes that the article was imported from, or None if there is none."""
        return self._original(self.article) if self._original is not None else None


class WriteOptions(NamedTuple):
    """The options of an export; a writer accepts those that it names in ``accepts``.

    Attributes:
        fields: For tables and JSON: the keys to write, in order; ``a.b`` looks inside objects. Empty: all.
        flatten: For tables and JSON: objects become keys such as ``geo.lat``.
        layout: For Markdown: whose conventions the files follow.
        originals: Write the files as well that articles were imported from.
        images: For pages: load the pictures of a text from where they are.
        style: For citations: the name of a CSL style, or the path of one.
        title: Of the whole, for formats that have one.
        url: Of the whole, for formats that have one: where it is going to stand on the web.
        template: For templates: the text of it.
        name: For templates: the pattern of the names of files, such as ``{date}-{slug}.txt``.
    """

    fields: tuple[str, ...] = ()
    flatten: bool = False
    layout: str = ""
    originals: bool = False
    images: bool = False
    style: str = ""
    title: str = "Articles"
    url: str = ""
    template: str = ""
    name: str = ""


class Files(Protocol):
    """Takes the files of an export: a folder or a ZIP file. Paths are relative, with forward slashes, and safe."""

    def add(self, path: str, data: bytes) -> None:
        """Writes a file whole."""

    def copy(self, path: str, source: Path) -> None:
        """Copies a file, however large."""

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Opens a file to be written piece by piece; close it before the next one is begun."""


class Writer:
    """Writes articles in one format: subclass it, and override ``write`` or ``write_files`` or both.

    The same documents and options must give the same bytes: no clock, no random, no order of a set.
    Documents come as they are read; a writer must not hold all of them.

    Attributes:
        name: As in ``--format``.
        summary: What the format is, in a few words.
        suffixes: Endings of files of this format; the first is that of a file for each article.
        stream: Whether it can write one file.
        folder: Whether it can write a folder of files.
        order: The order in which documents come if the user asks for none: one of ``SORTS``.
        accepts: The names of the ``WriteOptions`` that it accepts; the title and the url need not be named.
        round_trips: Whether importing what it writes gives equal articles.
        extra: The extra of docarchive that it needs, or nothing.
        requires: Modules that must be there.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()
    stream: ClassVar[bool] = True
    folder: ClassVar[bool] = False
    order: ClassVar[str] = "date"
    accepts: ClassVar[frozenset[str]] = frozenset()
    round_trips: ClassVar[bool] = False
    extra: ClassVar[str] = ""
    requires: ClassVar[tuple[str, ...]] = ()

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        """Writes all documents to one stream, as they come; the stream may be a pipe, and stays open.

        Raises:
            UsageError: An option is not one that this writer can follow.
        """
        raise NotImplementedError

    def write_files(self, documents: Iterable[Document], files: Files, options: WriteOptions) -> None:
        """Writes all documents as files.

        Raises:
            UsageError: An option is not one that this writer can follow.
        """
        raise NotImplementedError

    def missing(self) -> UsageError:
        """Returns the error for a module that is not installed."""
        return UsageError(f"writing {self.name} needs an extra: pip install 'docarchive[{self.extra}]'")
