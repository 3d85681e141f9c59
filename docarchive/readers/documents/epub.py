"""The reader of EPUB: a book, or each of its chapters, is an article (decision 0021)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from html import unescape
from typing import Any, Final

from docarchive import keys
from docarchive.article import Article
from docarchive.errors import ReaderError
from docarchive.formats.pages import DUBLIN_CORE
from docarchive.readers.documents import metadata
from docarchive.readers.documents.opf import Book, read_book
from docarchive.readers.documents.package import Package, PackagePictures, resolve
from docarchive.readers.encoding.detect import decode
from docarchive.readers.html.own_pages import own_markdown, own_text
from docarchive.readers.html.to_markdown import has_words, to_line, to_markdown
from docarchive.readers.protocol import Record, Refusal, Source, embedded

_BODY: Final = re.compile(r"<body(?:\s[^<>]*)?>", re.IGNORECASE)
_HEADING: Final = re.compile(r"<h([1-3])(?:\s[^<>]*)?>(.{1,1000}?)</h\1>", re.IGNORECASE | re.DOTALL)
_TAG: Final = re.compile(r"<[^<>]*>")
_ENCODING: Final = re.compile(
    rb"""(?:encoding|charset)\s{0,3}=\s{0,3}["']?((?:iso|windows|cp|latin|koi8|gb|big5|euc|shift|mac)[a-z0-9_-]{1,20})""",
    re.IGNORECASE,
)
_DUBLIN_CORE: Final = re.compile(
    r'<meta\s{1,3}name="dcterms\.(\w{1,30})"\s{1,3}content="([^"<>]{1,5000})"', re.IGNORECASE
)
_KEYS_OF_TERMS: Final = {term: key for key, term in DUBLIN_CORE.items()}
_HEAD: Final = 50_000
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_TEXT_TYPES: Final = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "")


def records(source: Source) -> Iterator[Record | Refusal]:
    """Yields the texts of a book in their order, as one article; with ``split``, each as its own."""
    if source.options.split:
        yield from _chapters(source)
    else:
        yield Record("", None, partial(_load, source), PackagePictures(source))


def _load(source: Source) -> Article:
    package = Package(source)
    book = read_book(package)
    texts = [text for name in _text_names(book) if (text := _markdown(package.read(name), name))]
    if not any(map(has_words, texts)):
        raise ReaderError("there is no text in the book")
    stated = book.stated
    title = metadata.title(stated.get("title", ""), source.name)
    return metadata.article({**stated, "title": title, "url": stated.get("url") or source.url}, "\n\n".join(texts))


def _text_names(book: Book) -> list[str]:
    return [item.name for item in book.spine if item.media_type in _TEXT_TYPES and not item.is_contents]


def _chapters(source: Source) -> Iterator[Record | Refusal]:
    package = Package(source)
    book = read_book(package)
    number, pictures = 0, PackagePictures(source)
    for name in _text_names(book):
        raw = b""
        try:
            raw = package.read(name)
            text = _TAG.sub("", _body(_decoded(raw, name)))
        except ReaderError as error:
            yield Refusal(name, raw or package.read_stored(name), str(error))
            continue
        if any(map(str.isalnum, text)):
            number += 1
            load = partial(_chapter, raw, name, _chapter_metadata(book, name, number))
            yield Record(name, raw, load, pictures)
    if not number:
        raise ReaderError("there is no text in the book")


def _chapter_metadata(book: Book, name: str, number: int) -> dict[str, Any]:
    """Returns the metadata of a chapter that come from its book.

    Not the book's address and identifiers: with these, all chapters would be the same article.
    """
    stated = dict(book.stated)
    title, identifier = stated.pop("title", ""), stated.pop("guid", "") or stated.pop("source_id", "")
    for key in ("url", "doi", "source", "summary"):
        stated.pop(key, None)
    if identifier:
        stated |= {"source_id": f"{identifier}#{name}", "book_id": identifier}
    return {**stated, "title": book.titles.get(name, ""), "source": title or identifier, "order": number}


def _chapter(raw: bytes, name: str, stated: dict[str, Any]) -> Article:
    html = _decoded(raw, name)
    own_html = own_text(html)
    convert = partial(_to_markdown, name=name)
    body = convert(_body(html)) if own_html is None else own_markdown(own_html, convert)
    stated_in_chapter = _dublin_core(html)
    if stated_in_chapter.get("title"):  # an article of its own: the book's metadata are not its
        stated = {key: stated[key] for key in ("source_id", "book_id", "order") if key in stated} | stated_in_chapter
    elif not stated["title"] and (heading := _HEADING.search(_body(html))):
        stated = {**stated, "title": to_line(heading[2])}
    return metadata.article(stated, body)


def _dublin_core(html: str) -> dict[str, Any]:
    """Returns a chapter's own metadata in Dublin Core."""
    stated: dict[str, Any] = {}
    for name, content in _DUBLIN_CORE.findall(html[:_HEAD]):
        key = _KEYS_OF_TERMS.get(name.lower()) or keys.canonical(f"dcterms.{name}")
        value = unescape(content).strip()
        if key in keys.KNOWN and keys.KNOWN[key] == keys.LIST:
            stated.setdefault(key, []).append(value)
        elif key and not (key == "url" and not value.startswith("http")):
            stated.setdefault(key, value)
    return stated


def _markdown(raw: bytes, name: str) -> str:
    try:
        return _to_markdown(_body(_decoded(raw, name)), name)
    except ReaderError as error:
        raise ReaderError(f"{name} in the book: {error}") from None


def _to_markdown(html: str, name: str) -> str:
    def picture(address: str) -> str | None:
        return embedded(resolve(name, address)) if address and not _SCHEME.match(address) else None

    return to_markdown(html, alone=True, picture=picture)


def _decoded(raw: bytes, name: str) -> str:
    """Returns a text by its declared encoding, or else by the detected one."""
    stated = _ENCODING.search(raw[:1000])
    try:
        if stated:
            with suppress(LookupError, UnicodeError):
                return raw.decode(stated[1].decode())
        return decode(raw).text if raw.strip() else ""
    except ReaderError as error:
        raise ReaderError(f"{name} in the book: {error}") from None


def _body(html: str) -> str:
    """Returns the content of a page's body."""
    start = _BODY.search(html)
    end = html.lower().rfind("</body")
    return html[start.end() if start else 0 : end if end > 0 else len(html)]
