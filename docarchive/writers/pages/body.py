"""The text of an article as HTML for a page: headings, links and pictures are adapted to it.

The result has only elements that ``markup`` allows, and its text is escaped.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

from docarchive.article import Article
from docarchive.pictures import path_of
from docarchive.writers.footnotes import link_footnotes
from docarchive.writers.markup import ELEMENTS, html_of
from docarchive.writers.pictures import Address

#: Elements that have no end tag.
VOID: Final = frozenset({"br", "hr", "img", "wbr"})
_HEADINGS: Final = ("h1", "h2", "h3", "h4", "h5", "h6")
_MAX_DEPTH: Final = 60
_ABSOLUTE: Final = re.compile(r"(?:https?://|ftp://|mailto:|tel:|doi:)[^\s<>]+\Z", re.IGNORECASE)
#: Characters that neither XML nor HTML allows.
_CONTROLS: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")


def _not_shown(_path: str) -> None:
    return None


def printable(text: str) -> str:
    """Returns text without the characters that a page must not contain."""
    return _CONTROLS.sub("", text)


def text_tree(article: Article, *, images: bool = False, level: int = 2, picture: Address = _not_shown) -> ET.Element:
    """Returns the text of an article as a ``div``.

    Relative links are resolved by the article's own address; without one they are removed. A heading that only
    repeats the title is left out.

    Args:
        article: The article.
        images: Whether to keep pictures of other addresses; otherwise links replace them.
        level: The level of the highest heading.
        picture: Returns the address of a picture that the archive keeps.
    """
    builder = _Builder()
    builder.feed(printable(html_of(article.body, numbered=True)))
    builder.close()
    root = builder.root
    _drop_title(root, article.title)
    _shift_headings(root, level)
    _settle(root, article.url, images, False, picture)
    link_footnotes(root, article.id)
    return root


def html_text(root: ET.Element) -> str:
    """Returns the content of a tree as HTML."""
    return _inner(ET.tostring(root, "unicode", method="html"))


def plain_text(root: ET.Element) -> str:
    """Returns the text of a tree, with spaces between elements."""
    return " ".join(part for text in root.itertext() if (part := text.strip()))


def excerpt(root: ET.Element, limit: int = 200) -> str:
    """Returns the beginning of a text, at most ``limit`` characters, cut at a word."""
    from docarchive.texts import cut_at_word

    words: list[str] = []
    length = 0
    for text in root.itertext():
        following = text.split()
        words += following
        length += sum(map(len, following)) + len(following)
        if length > limit + 1:
            break
    return cut_at_word(" ".join(words), limit)


def _inner(html: str) -> str:
    """Returns HTML without its outermost element."""
    start, end = html.index(">") + 1, html.rindex("<")
    return html[start:end].strip() if start <= end else ""


class _Builder(HTMLParser):
    """Parses sanitized HTML to a tree; elements that are nested too deeply are replaced by their text."""

    def __init__(self) -> None:
        super().__init__()
        self.root = ET.Element("div")
        self._open = [self.root]
        self._skipped = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            return
        if tag not in VOID and (self._skipped or len(self._open) > _MAX_DEPTH):
            self._skipped += 1
            return
        element = ET.SubElement(self._open[-1], tag, {name: value or "" for name, value in attributes})
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        if tag not in ELEMENTS or tag in VOID:
            return
        if self._skipped:
            self._skipped -= 1
        elif len(self._open) > 1 and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        parent = self._open[-1]
        if len(parent):
            parent[-1].tail = (parent[-1].tail or "") + data
        else:
            parent.text = (parent.text or "") + data


def _drop_title(root: ET.Element, title: str) -> None:
    first = root[0] if len(root) and not (root.text or "").strip() else None
    if first is None or first.tag not in _HEADINGS:
        return
    if " ".join("".join(first.itertext()).split()).casefold() == title.casefold():
        root.text = first.tail
        root.remove(first)


def _shift_headings(root: ET.Element, level: int) -> None:
    headings = [heading for heading in root.iter() if heading.tag in _HEADINGS]
    if headings:
        shift = level - min(int(heading.tag[1]) for heading in headings)
        for heading in headings:
            heading.tag = f"h{min(int(heading.tag[1]) + shift, 6)}"


def _settle(parent: ET.Element, base: str | None, images: bool, linked: bool, picture: Address) -> None:
    """Resolves the addresses of links and pictures, and replaces pictures that a page must not load."""
    for element in parent:
        if element.tag == "a":
            _resolve(element, "href", base)
        elif element.tag == "img":
            if path := path_of(element.get("src", "")):
                _show(element, picture(path), linked)
                continue
            _resolve(element, "src", base)
            if not images or "src" not in element.attrib:
                _describe(element, linked)
        _settle(element, base, images, linked or element.tag == "a", picture)


def _resolve(element: ET.Element, name: str, base: str | None) -> None:
    """Makes an address absolute; removes it if that is impossible."""
    address = " ".join(element.get(name, "").split()).replace(" ", "%20")
    if not _ABSOLUTE.match(address):
        try:
            joined = urljoin(base, address) if base and address and not urlsplit(address).scheme else ""
        except ValueError:
            joined = ""
        address = joined if joined.lower().startswith(("http://", "https://")) and _ABSOLUTE.match(joined) else ""
    if address:
        element.set(name, address)
        return
    element.attrib.pop(name, None)
    element.attrib.pop("rel", None)


def _show(element: ET.Element, address: str | None, linked: bool) -> None:
    """Shows a picture that the archive keeps; without an address it is described."""
    if address is None:
        del element.attrib["src"]
        _describe(element, linked)
        return
    element.set("src", address)
    element.set("alt", element.get("alt", ""))


def _describe(element: ET.Element, linked: bool) -> None:
    """Replaces a picture by its description, which links to it unless it is inside a link."""
    source, text = element.get("src"), element.get("alt") or element.get("title") or "Picture"
    element.tag = "a" if source and not linked else "span"
    element.attrib.clear()
    if source and not linked:
        element.set("href", source)
        element.set("rel", "noopener noreferrer nofollow")
    element.set("class", "picture")
    element.text = text
