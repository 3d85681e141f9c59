"""The writer of books: an anthology with a table of contents (EPUB 3, which readers of EPUB 2 read too)."""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from hashlib import sha256
from typing import Any, BinaryIO, Final
from uuid import UUID

from docarchive.article import Article
from docarchive.writers.addresses import valid_address
from docarchive.writers.files import ZipFiles
from docarchive.writers.pages.body import printable, text_tree
from docarchive.writers.pages.contents import Contents, Line
from docarchive.writers.pages.marks import marked
from docarchive.writers.pages.metadata import direction_of, language_of
from docarchive.writers.pages.templates import asset, template
from docarchive.writers.pages.xhtml import xhtml_text
from docarchive.writers.pictures import CopiedPictures
from docarchive.writers.protocol import Document, Files, WriteOptions, Writer

_MEDIA_TYPE: Final = b"application/epub+zip"
_CONTAINER: Final = b"""<?xml version="1.0" encoding="utf-8"?>
<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0">
<rootfiles><rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/></rootfiles>
</container>
"""
#: The kinds of pictures that every reader of books shows (https://www.w3.org/TR/epub-33/#sec-core-media-types).
_KINDS: Final = frozenset({"png", "jpg", "gif", "webp", "svg"})
_IN_MEMORY: Final = 20_000_000
_PIECES: Final = 200
#: The date of change of a book without any date: the earliest time in ZIP, as its files have.
_NO_DATE: Final = "1980-01-01T00:00:00"


class EpubWriter(Writer):
    """Writes a chapter per article, with its metadata, in the order of the articles.

    The book's identifier is made from its content, and its date of change is that of the newest article.
    """

    name = "epub"
    summary = "an EPUB 3 book with a table of contents"
    suffixes = (".epub",)
    binary = True

    def write(self, documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
        if out.seekable():
            _write(documents, out, options)
            return
        # To a pipe, ZIP writes the length of a file after its bytes; readers of books need it before them.
        with tempfile.SpooledTemporaryFile(_IN_MEMORY) as file:
            _write(documents, file, options)  # type: ignore[arg-type]
            file.seek(0)
            shutil.copyfileobj(file, out)


def _write(documents: Iterable[Document], out: BinaryIO, options: WriteOptions) -> None:
    with closing(ZipFiles(out)) as files, closing(Contents()) as contents:
        files.add("mimetype", _MEDIA_TYPE, compressed=False)
        files.add("META-INF/container.xml", _CONTAINER)
        files.add("EPUB/book.css", asset("book.css").encode())
        book, pictures = _Book(options), CopiedPictures(files, "EPUB/pictures", _KINDS)
        for document in documents:
            contents.add(document.article)
            data = _chapter(document, pictures)
            book.add(document.article, data)
            files.add(f"EPUB/articles/{_number(contents.count)}.xhtml", data)
        values = book.values()
        _render(files, "EPUB/contents.xhtml", "contents.jinja", {**values, "lines": _lines(contents, options)})
        lines = _lines(contents, options)
        _render(files, "EPUB/contents.ncx", "ncx.jinja", {**values, "lines": lines, "depth": contents.depth})
        numbers = map(_number, range(1, contents.count + 1)), map(_number, range(1, contents.count + 1))
        _render(
            files,
            "EPUB/book.opf",
            "package.jinja",
            {**values, "items": numbers[0], "references": numbers[1], "pictures": _listed(pictures)},
        )


class _Book:
    """The metadata of a book, collected article by article."""

    def __init__(self, options: WriteOptions) -> None:
        self._title = " ".join(options.title.split()) or "Articles"
        self._url = valid_address(options.url)
        self._digest = sha256(f"{self._title}\n{self._url}\n".encode("utf-8", "replace"))
        self._modified = ""
        self._languages: Counter[str] = Counter()
        self._authors: list[str] | None = None

    def add(self, article: Article, chapter: bytes) -> None:
        """Adds an article to the metadata."""
        self._digest.update(sha256(chapter).digest())
        dates = [date.start for date in (article.date, article.updated) if date]
        self._modified = max(self._modified, *dates) if dates else self._modified
        self._languages[language_of(article) or "und"] += 1
        same = self._authors in (None, article.authors)
        self._authors = article.authors if same else []

    def values(self) -> dict[str, Any]:
        """Returns the variables of the templates; there are authors only if all articles have the same."""
        language = self._languages.most_common(1)[0][0] if self._languages else "und"
        return {
            "title": self._title,
            "url": self._url,
            "identifier": f"urn:uuid:{UUID(bytes=self._digest.digest()[:16], version=5)}",
            "modified": f"{(self._modified or _NO_DATE)[:19]}Z",
            "language": language,
            "direction": direction_of(language),
            "authors": self._authors or [],
            "href": _href,
        }


def _listed(pictures: CopiedPictures) -> Iterator[tuple[str, str]]:
    """Yields the address and the media type of each picture."""
    for path, media_type in pictures.media_types():
        yield path.removeprefix("EPUB/"), media_type


def _chapter(document: Document, pictures: CopiedPictures) -> bytes:
    from markupsafe import Markup

    article = document.article
    copied = pictures.address_from(document, "")

    def address(path: str) -> str | None:
        name = copied(path)
        return f"../{name.removeprefix('EPUB/')}" if name else None

    tree = text_tree(article, picture=address)
    listed = marked(tree, article.highlights)
    body = Markup(xhtml_text(tree))  # noqa: S704 - sanitised
    values = {"article": article, "body": body, "listed": listed, "language": language_of(article)}
    return printable(template("chapter.jinja").render(values)).encode()


def _lines(contents: Contents, options: WriteOptions) -> Iterator[Line]:
    """Yields the lines of the contents; a book without articles lists itself, since contents must not be empty."""
    if contents.count:
        yield from contents.lines()
    else:
        yield Line(0, options.title, 0, False, 0)


def _render(files: Files, path: str, name: str, values: dict[str, Any]) -> None:
    """Writes a file of any length piece by piece."""
    stream = template(name).stream(values)
    stream.enable_buffering(_PIECES)
    with files.open(path) as out:
        for piece in stream:
            out.write(printable(piece).encode())


def _number(number: int) -> str:
    return f"{number:06}"


def _href(number: int) -> str:
    return f"articles/{_number(number)}.xhtml" if number else "contents.xhtml"
