"""The reader of ODT, the documents of LibreOffice, and of the same as one XML file (FODT)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.readers.documents import metadata
from docarchive.readers.documents.cells import as_data
from docarchive.readers.documents.odthtml import to_html
from docarchive.readers.documents.package import Package
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.html.xml import every, first, parse, text_of
from docarchive.readers.protocol import Record, Source

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def records(source: Source) -> Iterator[Record]:
    """Yields a document as one article."""
    yield Record("", None, partial(_load, source))


def _load(source: Source) -> Article:
    with source.open() as file:
        flat = not file.read(2).startswith(b"PK")
    meta: Element | None = None
    styles: Element | None = None
    if flat:
        content = meta = parse(source)
    else:
        package = Package(source)
        _refuse_encrypted(package)
        content, meta, styles = package.xml("content.xml"), package.optional("meta.xml"), package.optional("styles.xml")
    written = to_html(content, styles)
    stated = _stated(meta) if meta is not None else {}
    stated["title"] = metadata.title(stated.get("title", ""), source.name) or written.title
    body = to_markdown(as_data(written.html), alone=True)
    if not any(map(str.isalnum, body)):
        raise ReaderError("there is no text in the document")
    return metadata.article({**stated, "url": source.url}, body)


def _refuse_encrypted(package: Package) -> None:
    manifest = package.optional("META-INF/manifest.xml")
    if manifest is not None and first(manifest, "encryption-data") is not None:
        raise ReaderError("it is encrypted with a password; save it without one, and import it again")


def _stated(root: Element) -> dict[str, Any]:
    """Returns what a document says about itself; its ``dc:creator`` is who changed it last."""
    meta = first(root, "meta")
    if meta is None:
        return {}

    def told(*names: str) -> str:
        return text_of(first(meta, *names))

    words = [word for each in every(meta, "keyword") for word in metadata.words(text_of(each))]
    return {
        "title": told("title"),
        "date": told("creation-date"),
        "updated": told("date") if told("date") != told("creation-date") else "",
        "authors": metadata.names(told("initial-creator", "creator")),
        "summary": metadata.told(told("description")),
        "language": metadata.language(told("language")),
        "tags": [*words, *metadata.words(told("subject"))],
    }
