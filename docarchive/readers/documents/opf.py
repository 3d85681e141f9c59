"""The package document of a book: what it is, its texts in their order, and their titles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from docarchive.errors import ReaderError
from docarchive.readers.documents import metadata
from docarchive.readers.documents.package import Package, attribute, resolved
from docarchive.readers.html.to_markdown import to_markdown
from docarchive.readers.html.xml import every, first, local, text_of

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

#: Ways to make fonts useless outside of the book; its text is not touched.
_OF_FONTS: Final = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
_MAX_SPINE: Final = 20_000
_ISBN: Final = re.compile(r"(?:urn:isbn:|isbn[:\s-]*)?((?:97[89][\s-]?)?(?:\d[\s-]?){9}[\dXx])", re.IGNORECASE)
_DOI: Final = re.compile(r"(?:doi:|https?://(?:dx\.)?doi\.org/)(10\.\d{4,9}/\S+)", re.IGNORECASE)
_UNIQUE: Final = re.compile(r"urn:\w+:.|https?://.|.{20}|(?:[\w.-]*\d){6}")
_WRITES: Final = frozenset(["", "aut", "author", "cre", "edt", "com"])


class Item(NamedTuple):
    """A file of a book.

    Attributes:
        name: Its path.
        media_type: What it is.
        is_contents: Whether it is the table of contents.
    """

    name: str
    media_type: str
    is_contents: bool


class Book(NamedTuple):
    """A book: what it says about itself, its files in the order of reading, and the titles of those that have one."""

    stated: dict[str, Any]
    spine: list[Item]
    titles: dict[str, str]


def read_book(package: Package) -> Book:
    """Reads what a book is.

    Raises:
        ReaderError: It is damaged, encrypted, or no book.
    """
    path = _path(package)
    root = package.xml(path)
    items = _items(root, path)
    spine = [items[key] for each in _spine(root) if (key := each.get("idref", "")) in items]
    _refuse_encrypted(package, {item.name for item in spine})
    if not spine:
        raise ReaderError("the book is damaged: it does not say in which order its texts are")
    return Book(_stated(root), list(dict.fromkeys(spine)), _titles(package, root, items))


def _path(package: Package) -> str:
    container = package.optional("META-INF/container.xml")
    named = [each.get("full-path", "") for each in every(container, "rootfile")] if container is not None else []
    names = [name for name in named if package.has(name)] or [name for name in package.names if name.endswith(".opf")]
    if not names:
        raise ReaderError("the book is damaged: what it consists of is said nowhere in it")
    return names[0]


def _items(root: Element, path: str) -> dict[str, Item]:
    manifest = first(root, "manifest")
    found: dict[str, Item] = {}
    for each in every(manifest, "item") if manifest is not None else ():
        contents = "nav" in each.get("properties", "").split()
        name = resolved(path, each.get("href", ""))
        found[each.get("id", "")] = Item(name, each.get("media-type", ""), contents)
    return found


def _spine(root: Element) -> list[Element]:
    """Returns the references to texts; what is not in the line of reading, such as notes, comes last."""
    spine = first(root, "spine")
    references = list(every(spine, "itemref")) if spine is not None else []
    if len(references) > _MAX_SPINE:
        raise ReaderError(f"there are more than {_MAX_SPINE:,} texts in the book")
    return sorted(references, key=lambda each: each.get("linear") == "no")


def _refuse_encrypted(package: Package, texts: set[str]) -> None:
    if not package.has("META-INF/encryption.xml"):
        return
    for each in every(package.xml("META-INF/encryption.xml"), "EncryptedData"):
        method, reference = first(each, "EncryptionMethod"), first(each, "CipherReference")
        name = resolved("", reference.get("URI", "")) if reference is not None else ""
        if name in texts and (method is None or method.get("Algorithm") not in _OF_FONTS):
            raise ReaderError("the text of the book is encrypted (DRM), so that only its seller's programs can read it")


def _stated(root: Element) -> dict[str, Any]:
    meta = first(root, "metadata")
    if meta is None:
        return {}
    refined = {
        (each.get("refines", "").lstrip("#"), each.get("property", "")): text_of(each) for each in every(meta, "meta")
    }
    people: dict[str, list[str]] = {"authors": [], "contributors": []}
    for each in every(meta, "creator", "contributor"):
        role = attribute(each, "role") or refined.get((each.get("id", ""), "role"), "")
        writes = local(each) == "creator" and role in _WRITES
        people["authors" if writes else "contributors"].append(text_of(each))
    if not people["authors"]:
        people["authors"] = [text_of(each) for each in every(meta, "creator")]
    named = {each.get("name", ""): each.get("content", "") for each in every(meta, "meta")}
    return {
        "title": _title(meta, refined),
        **_dates(meta, refined),
        **{key: [*dict.fromkeys(filter(None, names))] for key, names in people.items()},
        "publisher": text_of(first(meta, "publisher")),
        "language": metadata.language(text_of(first(meta, "language"))),
        "summary": _description(first(meta, "description")),
        "tags": [text for each in every(meta, "subject") if (text := text_of(each))],
        "rights": text_of(first(meta, "rights")),
        "series": named.get("calibre:series", ""),
        "series_index": named.get("calibre:series_index", ""),
        **_identifiers(root, meta),
    }


def _description(element: Element | None) -> str:
    """Returns a description, which is often HTML."""
    return to_markdown("".join(element.itertext())) if element is not None else ""


def _title(meta: Element, refined: dict[tuple[str, str], str]) -> str:
    """Returns the main title, with the subtitle if that is told apart."""
    titles = list(every(meta, "title"))
    kinds = {id(each): refined.get((each.get("id", ""), "title-type"), "") for each in titles}
    main = next((each for each in titles if kinds[id(each)] == "main"), titles[0] if titles else None)
    under = next((each for each in titles if kinds[id(each)] == "subtitle" and each is not main), None)
    return ": ".join(text for each in (main, under) if (text := text_of(each)))


def _dates(meta: Element, refined: dict[tuple[str, str], str]) -> dict[str, str]:
    dates = {attribute(each, "event"): text_of(each) for each in reversed(list(every(meta, "date")))}
    # Books of which no one knows the date have this one.
    published = (
        dates.get("publication") or dates.get("original-publication") or dates.get("") or dates.get("creation", "")
    )
    return {
        "date": "" if published.startswith("0101-01-01") else published,
        "updated": dates.get("modification") or refined.get(("", "dcterms:modified"), ""),
    }


def _identifiers(root: Element, meta: Element) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in every(meta, "identifier"):
        text, scheme = text_of(each), attribute(each, "scheme").lower()
        isbn, doi = _ISBN.fullmatch(text), _DOI.fullmatch(text)
        if isbn and (scheme == "isbn" or "isbn" in text.lower() or len(re.sub(r"\D", "", text)) == 13):
            found.setdefault("isbn", re.sub(r"[\s-]", "", isbn[1]).upper())
        elif doi:
            found.setdefault("doi", doi[1])
        elif text.startswith(("http://", "https://")):
            found.setdefault("url", text)
        if text and each.get("id") == root.get("unique-identifier"):
            found["guid"] = text
    if "guid" not in found and (text := text_of(first(meta, "identifier"))):
        found["guid"] = text
    if "guid" in found and not _UNIQUE.match(found["guid"]):
        found["source_id"] = found.pop("guid")  # "bookid" is what many books have
    return found


def _titles(package: Package, root: Element, items: dict[str, Item]) -> dict[str, str]:
    """Returns the title of each file by the table of contents, the newer or the older one."""
    found: dict[str, str] = {}
    spine = first(root, "spine")
    older = items.get(spine.get("toc", "")) if spine is not None else None
    for item in (*(item for item in items.values() if item.is_contents), older):
        if item is None or (contents := package.optional(item.name)) is None:
            continue
        for entry in every(contents, "a", "navPoint"):
            target = first(entry, "content") if local(entry) == "navPoint" else entry
            label = first(entry, "navLabel") if local(entry) == "navPoint" else entry
            if target is not None and (text := text_of(label)):
                found.setdefault(resolved(item.name, target.get("src") or target.get("href") or ""), text)
    return found
