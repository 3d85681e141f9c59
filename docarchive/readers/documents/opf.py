"""The package document of an EPUB: the book's metadata, its texts in reading order, and their titles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from docarchive.errors import ReaderError
from docarchive.readers.documents import metadata
from docarchive.readers.documents.package import Package, attribute, resolve
from docarchive.readers.html.to_markdown import to_text
from docarchive.readers.html.xml import every, first, local, text_of
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Algorithms that obfuscate fonts; the text is not encrypted by them.
_FONT_OBFUSCATION: Final = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_MAX_SPINE: Final = 20_000
_ISBN: Final = re.compile(r"(?:urn:isbn:|isbn[:\s-]*)?((?:97[89][\s-]?)?(?:\d[\s-]?){9}[\dXx])", re.IGNORECASE)
_DOI: Final = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)(10\.\d{4,9}/\S+)", re.IGNORECASE)
_MAY_BE_UNIQUE: Final = re.compile(r"urn:\w+:.|https?://.|.{20}|(?:[\w.-]*\d){6}")
_AUTHOR_ROLES: Final = frozenset(["", "aut", "author", "cre", "edt", "com"])


class Item(NamedTuple):
    """A file of a book.

    Attributes:
        name: Its path in the book.
        media_type: Its media type.
        is_contents: Whether it is the table of contents.
    """

    name: str
    media_type: str
    is_contents: bool


class Book(NamedTuple):
    """A book.

    Attributes:
        stated: Its metadata.
        spine: Its texts in reading order.
        titles: The titles of texts in the table of contents, by path.
    """

    stated: dict[str, Any]
    spine: list[Item]
    titles: dict[str, str]


def read_book(package: Package) -> Book:
    """Reads the package document of a book.

    Raises:
        ReaderError: The book is damaged or encrypted.
    """
    path = _path(package)
    root = package.xml(path)
    items = _items(root, path)
    spine = [items[key] for reference in _spine(root) if (key := reference.get("idref", "")) in items]
    _refuse_encrypted(package, {item.name for item in spine})
    if not spine:
        raise ReaderError("the book is damaged: its texts have no order")
    return Book(_stated(root), list(dict.fromkeys(spine)), _titles(package, root, items))


def _path(package: Package) -> str:
    container = package.optional("META-INF/container.xml")
    paths = [rootfile.get("full-path", "") for rootfile in every(container, "rootfile")]
    names = [name for name in paths if package.has(name)] or [name for name in package.names if name.endswith(".opf")]
    if not names:
        raise ReaderError("the book is damaged: its package document is missing")
    return names[0]


def _items(root: Element, path: str) -> dict[str, Item]:
    items: dict[str, Item] = {}
    for element in every(first(root, "manifest"), "item"):
        contents = "nav" in element.get("properties", "").split()
        name = resolve(path, element.get("href", ""))
        items[element.get("id", "")] = Item(name, element.get("media-type", ""), contents)
    return items


def _spine(root: Element) -> list[Element]:
    """Returns the references to texts; those outside of the reading order, such as notes, come last."""
    references = list(every(first(root, "spine"), "itemref"))
    if len(references) > _MAX_SPINE:
        raise ReaderError(f"there are more than {_MAX_SPINE:,} texts in the book")
    return sorted(references, key=lambda reference: reference.get("linear") == "no")


def _refuse_encrypted(package: Package, texts: set[str]) -> None:
    if not package.has("META-INF/encryption.xml"):
        return
    for entry in every(package.xml("META-INF/encryption.xml"), "EncryptedData"):
        method, reference = first(entry, "EncryptionMethod"), first(entry, "CipherReference")
        name = resolve("", reference.get("URI", "")) if reference is not None else ""
        if name in texts and (method is None or method.get("Algorithm") not in _FONT_OBFUSCATION):
            raise ReaderError("the text of the book is encrypted (DRM): only its seller's programs can read it")


def _stated(root: Element) -> dict[str, Any]:
    meta = first(root, "metadata")
    if meta is None:
        return {}
    refined = {
        (element.get("refines", "").lstrip("#"), element.get("property", "")): text_of(element)
        for element in every(meta, "meta")
    }
    people: dict[str, list[str]] = {"authors": [], "contributors": []}
    for element in every(meta, "creator", "contributor"):
        role = attribute(element, "role") or refined.get((element.get("id", ""), "role"), "")
        writes = local(element) == "creator" and role in _AUTHOR_ROLES
        people["authors" if writes else "contributors"].append(text_of(element))
    if not people["authors"]:
        people["authors"] = [text_of(element) for element in every(meta, "creator")]
    named_values = {element.get("name", ""): element.get("content", "") for element in every(meta, "meta")}
    return {
        "title": _title(meta, refined),
        **_dates(meta, refined),
        **{key: [*dict.fromkeys(filter(None, names))] for key, names in people.items()},
        "publisher": text_of(first(meta, "publisher")),
        "language": metadata.language(text_of(first(meta, "language"))),
        "summary": _description(first(meta, "description")),
        "tags": [text for element in every(meta, "subject") if (text := text_of(element))],
        "rights": text_of(first(meta, "rights")),
        "series": named_values.get("calibre:series", ""),
        "series_index": named_values.get("calibre:series_index", ""),
        **_identifiers(root, meta),
    }


def _description(element: Element | None) -> str:
    """Returns a description, which is often HTML."""
    return to_text("".join(element.itertext())) if element is not None else ""


def _title(meta: Element, refined: dict[tuple[str, str], str]) -> str:
    """Returns the main title, with the subtitle if it is marked as one."""
    titles = list(every(meta, "title"))
    kinds = {id(title): refined.get((title.get("id", ""), "title-type"), "") for title in titles}
    main = next((title for title in titles if kinds[id(title)] == "main"), titles[0] if titles else None)
    subtitle = next((title for title in titles if kinds[id(title)] == "subtitle" and title is not main), None)
    return ": ".join(text for title in (main, subtitle) if (text := text_of(title)))


def _dates(meta: Element, refined: dict[tuple[str, str], str]) -> dict[str, str]:
    dates = {attribute(date, "event"): text_of(date) for date in reversed(list(every(meta, "date")))}
    # calibre's value for an unknown date.
    published = (
        dates.get("publication") or dates.get("original-publication") or dates.get("") or dates.get("creation", "")
    )
    return {
        "date": "" if published.startswith("0101-01-01") else published,
        "updated": dates.get("modification") or refined.get(("", "dcterms:modified"), ""),
    }


def _identifiers(root: Element, meta: Element) -> dict[str, str]:
    identifiers: dict[str, str] = {}
    for element in every(meta, "identifier"):
        text, scheme = text_of(element), attribute(element, "scheme").lower()
        isbn, doi = _ISBN.fullmatch(text), _DOI.fullmatch(text)
        if isbn and (scheme == "isbn" or "isbn" in text.lower() or len(re.sub(r"\D", "", text)) == 13):
            identifiers.setdefault("isbn", re.sub(r"[\s-]", "", isbn[1]).upper())
        elif doi:
            identifiers.setdefault("doi", doi[1])
        elif text.startswith(("http://", "https://")):
            identifiers.setdefault("url", text)
        if text and element.get("id") == root.get("unique-identifier"):
            identifiers["guid"] = text
    if "guid" not in identifiers and (text := text_of(first(meta, "identifier"))):
        identifiers["guid"] = text
    if "guid" in identifiers and not _MAY_BE_UNIQUE.match(identifiers["guid"]):
        identifiers["source_id"] = identifiers.pop("guid")  # many books have "bookid"
    return identifiers


def _titles(package: Package, root: Element, items: dict[str, Item]) -> dict[str, str]:
    """Returns titles by path, from the table of contents of EPUB 3 or 2."""
    titles: dict[str, str] = {}
    spine = first(root, "spine")
    older = items.get(spine.get("toc", "")) if spine is not None else None
    for item in (*(item for item in items.values() if item.is_contents), older):
        if item is None or (contents := package.optional(item.name)) is None:
            continue
        for entry in every(contents, "a", "navPoint"):
            target = first(entry, "content") if local(entry) == "navPoint" else entry
            label = first(entry, "navLabel") if local(entry) == "navPoint" else entry
            if target is not None and (text := text_of(label)):
                titles.setdefault(resolve(item.name, target.get("src") or target.get("href") or ""), text)
    return titles
