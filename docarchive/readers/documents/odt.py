"""The reader of ODT, the documents of LibreOffice, and of FODT, the same in one XML file (decision 0021)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.documents import metadata
from docarchive.readers.documents.cells import with_flat_cells
from docarchive.readers.documents.footnotes import with_footnotes
from docarchive.readers.documents.odthtml import to_html
from docarchive.readers.documents.package import Package, PackagePictures
from docarchive.readers.html.to_markdown import has_words, to_markdown
from docarchive.readers.html.xml import every, first, parse, text_of
from docarchive.readers.protocol import Record, Source, kept_picture
from docarchive.readers.text.headings import first_heading

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def records(source: Source) -> Iterator[Record]:
    """Yields the article of a document."""
    yield Record("", None, partial(load, source), PackagePictures(source))


def load(source: Source) -> Article:
    """Makes an article of a document; raises ``ReaderError`` if that cannot be read."""
    with source.open() as file:
        flat = not file.read(2).startswith(b"PK")
    styles: Element | None = None
    if flat:
        content = parse(source)
        meta: Element | None = content
    else:
        package = Package(source)
        _refuse_encrypted(package)
        content, meta, styles = package.xml("content.xml"), package.optional("meta.xml"), package.optional("styles.xml")
    written = to_html(content, styles)
    stated = _stated(meta)
    body = with_footnotes(to_markdown(with_flat_cells(written.html), alone=True, picture=kept_picture), written.html)
    if not has_words(body):
        raise ReaderError("there is no text in the document")
    stated["title"] = metadata.title(stated["title"], source.name) or written.title or first_heading(body)
    return metadata.article({**stated, "url": source.url}, body)


def _refuse_encrypted(package: Package) -> None:
    manifest = package.optional("META-INF/manifest.xml")
    if manifest is not None and first(manifest, "encryption-data") is not None:
        raise ReaderError("it is encrypted with a password; save it without one, and import it again")


def _stated(root: Element | None) -> dict[str, Any]:
    """Returns a document's metadata; ``dc:creator`` is the person who changed it last."""
    meta = first(root, "meta")

    def value(*names: str) -> str:
        return text_of(first(meta, *names))

    words = [word for element in every(meta, "keyword") for word in metadata.keywords(text_of(element))]
    return {
        "title": value("title"),
        "date": value("creation-date"),
        "updated": value("date"),
        "authors": metadata.names(value("initial-creator", "creator")),
        "summary": metadata.description(value("description")),
        "language": metadata.language(value("language")),
        "tags": [*words, *metadata.keywords(value("subject"))],
    }
