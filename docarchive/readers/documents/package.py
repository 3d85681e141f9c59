"""The files of a document that is a ZIP archive, with limits on their sizes."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from docarchive.errors import ReaderError
from docarchive.readers.containers import members
from docarchive.readers.containers.decompression import expansion_limit
from docarchive.readers.containers.zipdirectory import read_files
from docarchive.readers.containers.zipmember import ZipMemberStream, read_stored
from docarchive.readers.html.xml import parse_bytes
from docarchive.readers.protocol import Source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element
    from zipfile import ZipInfo

#: Bytes of all files of a document that are read.
MAX_SIZE: Final = 150_000_000
#: Bytes of one file.
MAX_PART: Final = 50_000_000
#: Files in a document.
MAX_FILES: Final = 20_000


class Package:
    """A document, by its bytes."""

    def __init__(self, source: Source) -> None:
        self._source = source
        files = read_files(source)
        if len(files) > MAX_FILES:
            raise ReaderError(f"there are more than {MAX_FILES:,} files in the document")
        self._files: dict[str, ZipInfo] = {}
        for info in files:
            if not members.escapes(info.filename):
                self._files.setdefault(info.filename, info)
        self._remaining = min(MAX_SIZE, expansion_limit(source.size))

    @property
    def names(self) -> list[str]:
        """The names of its files, in order; files whose names point outside of it are left out."""
        return list(self._files)

    def has(self, name: str) -> bool:
        """Returns whether it has a file."""
        return name in self._files

    def read(self, name: str) -> bytes:
        """Returns the bytes of a file.

        Raises:
            ReaderError: It is missing, damaged, encrypted or too large, or too much of the document was read already.
        """
        info = self._files.get(name)
        if info is None:
            raise ReaderError(f"the document is damaged: {members.printable_name(name)} is missing")
        if info.file_size > MAX_PART:
            raise ReaderError(f"{members.printable_name(name)} in it is larger than {MAX_PART // 1_000_000} MB")
        self._remaining -= info.file_size
        if self._remaining < 0:
            raise ReaderError("the document expands to far more than its size; it may be harmful")
        try:
            with self._source.open() as file:
                return ZipMemberStream(file, info).readall()
        except ReaderError as error:
            raise ReaderError(f"{members.printable_name(name)} in the document cannot be read: {error}") from None

    def read_stored(self, name: str) -> bytes:
        """Returns a file as it is in the document, for quarantine."""
        info = self._files.get(name)
        if info is None or info.compress_size > MAX_PART:
            return name.encode("utf-8", "replace")
        with self._source.open() as file:
            return read_stored(file, info)

    def xml(self, name: str) -> Element:
        """Returns a file as XML; see ``read``."""
        try:
            return parse_bytes(self.read(name))
        except ReaderError as error:
            raise ReaderError(
                str(error) if name in str(error) else f"{members.printable_name(name)} in it: {error}"
            ) from None

    def optional(self, name: str) -> Element | None:
        """Returns a file as XML; None if it is missing or cannot be read, for files that the text does not need."""
        try:
            return self.xml(name) if self.has(name) else None
        except ReaderError:
            return None


class PackagePictures:
    """Opens the pictures of a document by their names in it; the document is opened when the first is asked for."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._package: Package | None = None

    def __call__(self, name: str) -> Source | None:
        """Returns a picture; None if there is no such file."""
        try:
            self._package = self._package or Package(self._source)
            data = self._package.read(name) if self._package.has(name) else None
        except ReaderError:
            return None
        return Source.in_memory(data, name) if data is not None else None


def resolve(base: str, reference: str) -> str:
    """Returns the name of the file that a reference in another file points to.

    >>> resolve("OEBPS/content.opf", "text/ch%201.xhtml#a"), resolve("a/b.opf", "../c.xhtml")
    ('OEBPS/text/ch 1.xhtml', 'c.xhtml')
    """
    path = unquote(reference.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(base), path)).lstrip("/")


def attribute(element: Element, name: str) -> str:
    """Returns the value of an attribute, whatever its namespace; empty if there is none."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")
