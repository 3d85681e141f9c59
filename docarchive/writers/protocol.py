"""The base class of writers, and their arguments: documents, options, and files to write to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, ClassVar, Protocol

from docarchive import frontmatter
from docarchive.article import Article
from docarchive.errors import ArchiveDamaged, InputError, UsageError
from docarchive.records import NamedTuple


class Document:
    """An article to export: the text of its file, parsed when a writer first reads its article.

    Args:
        id: The article's id.
        path: The path of its file, relative to the archive, with forward slashes.
        text: The whole text of the file.
        original: Returns the file with the bytes that the article was imported from, or None if it is missing.
        metadata: The article's metadata, if they are known without parsing the front matter.
        picture: Returns the file of a picture by its path in the archive, or None if it is missing.
        proof: The proof that the archive held the article, as a JSON object.

    Attributes:
        proof: The same; empty unless the writer ``proves``.
        cut: How many of its values a writer has cut, because the format holds no longer ones.
    """

    def __init__(
        self,
        id: str,
        path: str,
        text: str,
        original: Callable[[Article], Path | None] | None = None,
        metadata: Mapping[str, Any] | None = None,
        picture: Callable[[str], Path | None] | None = None,
        proof: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.id = id
        self.path = path
        self.text = text
        self.proof = proof
        self.cut = 0
        self._original = original
        self._metadata = metadata
        self._picture = picture

    @cached_property
    def article(self) -> Article:
        """The article; its id is set even if the file has none. Values of other keys are as in JSON.

        Raises:
            ArchiveDamaged: The file was edited so that it can no longer be read.
        """
        if self._metadata is None:
            return self.parsed
        try:
            article = Article.from_stored(self._metadata, frontmatter.body_of(self.text))
        except ValueError:  # a date that is none: the catalog may be a stranger's
            return self.parsed
        article.id = self.id
        return article

    @cached_property
    def parsed(self) -> Article:
        """The article parsed from its file: values of other keys keep the form in which they are written there.

        Raises:
            ArchiveDamaged: The file was edited so that it can no longer be read.
        """
        try:
            article = frontmatter.read_article(self.text)
        except InputError as error:
            raise ArchiveDamaged(f"{self.path}: {error}; fix the file and run 'docarchive sync'") from None
        article.id = self.id
        return article

    @property
    def original(self) -> Path | None:
        """The file with the bytes that the article was imported from, or None if there is none."""
        return self._original(self.article) if self._original is not None else None

    def picture(self, path: str) -> Path | None:
        """Returns the file of a picture that the article shows, by its path in the archive; None if it is missing."""
        return self._picture(path) if self._picture is not None else None


class WriteOptions(NamedTuple):
    """The options of an export; a writer accepts those that it names in ``accepts``.

    Attributes:
        fields: Of tables and JSON: the keys to write, in order; ``a.b`` is ``b`` in the object ``a``. Empty: all.
        flatten: Of tables and JSON: whether objects become keys such as ``geo.lat``.
        excel: Of CSV: whether the file is made for Excel: with a byte order mark, and no longer cells than Excel holds.
        layout: Of Markdown: the program whose conventions the files follow; empty for the archive's own.
        originals: Of Markdown: whether to export the original imported files too.
        images: Of pages: whether to load pictures from their addresses.
        style: Of citations: the name of a CSL style, or the path of one; empty for the default.
        title: The title of the whole export, for formats that have one.
        url: The address at which the whole export will be published, for formats that have one.
        template: Of templates: the text of the template.
        name: Of templates: the pattern of file names, such as ``{date}-{slug}.txt``; empty for the default.
        manifest: Of proofs: the path of the manifest; empty for the archive's last one.
    """

    fields: tuple[str, ...] = ()
    flatten: bool = False
    excel: bool = False
    layout: str = ""
    originals: bool = False
    images: bool = False
    style: str = ""
    title: str = "Articles"
    url: str = ""
    template: str = ""
    name: str = ""
    manifest: str = ""


class Files(Protocol):
    """The files of an export: a folder or a ZIP file. Paths are relative, with forward slashes, and safe."""

    def add(self, path: str, data: bytes) -> None:
        """Writes a file whole."""

    def copy(self, path: str, source: Path) -> None:
        """Copies a file, however large."""

    def open(self, path: str) -> AbstractContextManager[BinaryIO]:
        """Opens a file to write it piece by piece; close it before opening the next one."""


class Writer:
    """Writes articles in one format: subclass it, and override ``write`` or ``write_files`` or both.

    The same documents and options must give the same bytes: no clock, no random, no order of a set.
    Documents are read one by one; a writer must not keep all of them in memory.

    Attributes:
        name: As in ``--format``.
        summary: What the format is, in a few words.
        suffixes: Endings of the names of such files, with the dot, in lower case.
        stream: Whether it can write one file.
        folder: Whether it can write a folder of files.
        binary: Whether what it writes is not text.
        order: The order of the documents if the user asks for none: one of ``SORTS``.
        accepts: The names of the ``WriteOptions`` that it accepts; the title and the url need not be named.
        proves: Whether it writes the documents' proofs; then articles without one are left out.
        originals: Whether it writes the files that articles were imported from.
        round_trips: Whether importing what it writes gives equal articles.
        extra: The extra of docarchive that it needs; empty if none.
        requires: The modules that come with that extra.
    """

    name: ClassVar[str]
    summary: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]] = ()
    stream: ClassVar[bool] = True
    folder: ClassVar[bool] = False
    binary: ClassVar[bool] = False
    order: ClassVar[str] = "date"
    accepts: ClassVar[frozenset[str]] = frozenset()
    proves: ClassVar[bool] = False
    originals: ClassVar[bool] = False
    round_trips: ClassVar[bool] = False
    extra: ClassVar[str] = ""
    requires: ClassVar[tuple[str, ...]] = ()

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        """Writes all documents to one stream, one by one; the stream may be a pipe, and stays open.

        Raises:
            UsageError: The writer cannot follow an option.
        """
        raise NotImplementedError

    def write_files(self, documents: Iterable[Document], files: Files, options: WriteOptions) -> None:
        """Writes all documents as files.

        Raises:
            UsageError: The writer cannot follow an option.
        """
        raise NotImplementedError

    def missing(self) -> UsageError:
        """Returns the error for a writer whose extra is not installed."""
        return UsageError(f"writing {self.name} needs an extra: pip install 'docarchive[{self.extra}]'")
