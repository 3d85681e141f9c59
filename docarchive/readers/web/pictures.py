"""The pictures of a page: their addresses, and which of them are in the article.

A page's pictures are in its article's Markdown only if the import keeps them: their addresses are ``OPTIONAL``. So a
page has no others, and its text is the same with and without them. Only their captions need an import with pictures.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from docarchive.readers.html.addresses import is_tiny
from docarchive.readers.protocol import EMBEDDED, OPTIONAL, Source, bytes_in, embedded
from docarchive.readers.web.blocks import upwards

if TYPE_CHECKING:
    from lxml.html import HtmlElement

    from docarchive.readers.web.blocks import Block

#: The attribute that holds the address of a picture that may be kept.
ADDRESS: Final = "data-docarchive-picture"
#: Pictures of a page that are looked at.
_MAX_PICTURES: Final = 2_000
#: Attributes with the address of a picture: programs that load pictures late put it into one of their own.
_SOURCES: Final = ("data-src", "data-original", "data-lazy-src", "src")
_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_DATA: Final = re.compile(
    r"(<img\b[^<>]{0,2000}?\ssrc\s{0,9}=\s{0,9}[\"'])(data:image/[\w.+-]{1,20}[;,][^\"'<>]*)", re.IGNORECASE
)
_DATA_NAME: Final = "data-"
#: Names of classes of captions, as WordPress and others write them.
_CAPTION = re.compile(r"\b(?:wp-caption-text|image-?caption|caption-?text|figcaption)\b", re.IGNORECASE)
#: How many elements are looked at: around a text for its caption, around that for a picture, and in these for pictures.
_CAPTION_DEPTH: Final = 4
_FIGURE_DEPTH: Final = 2
_MOST_IN_FIGURE: Final = 10
#: Elements that hold more than a picture and its caption.
_HOLD_MORE: Final = frozenset(["article", "main", "section", "body", "td", "li"])
#: Elements in which a picture before or after all text is part of the article.
_WHOLE: Final = frozenset(["article", "main"])


def with_named_data(html: str) -> str:
    """Returns a page whose pictures in it (``data:``) have short addresses; ``DataPictures`` opens them."""
    count = 0

    def name(match: re.Match[str]) -> str:
        nonlocal count
        count += 1
        return f"{match[1]}{EMBEDDED}{_DATA_NAME}{count}"

    return _DATA.sub(name, html) if "data:image/" in html else html


class DataPictures:
    """Opens the pictures that are in a page as ``data:``.

    Args:
        read: Returns the page; called when the first picture is asked for.
    """

    def __init__(self, read: Callable[[], str]) -> None:
        self._read = read
        self._found: list[str] | None = None

    def __call__(self, name: str) -> Source | None:
        """Returns a picture; None if there is none of this name."""
        number = name.removeprefix(_DATA_NAME)
        if not name.startswith(_DATA_NAME) or not number.isdecimal() or len(number) > 6:
            return None
        if self._found is None:
            self._found = [match[2] for match in _DATA.finditer(self._read())]
        if not 0 < int(number) <= len(self._found):
            return None
        data = bytes_in(self._found[int(number) - 1])
        return Source.in_memory(data) if data else None


def address_of(source: str, base: str) -> str | None:
    """Returns the address that a picture has in Markdown; None if it cannot be kept.

    Args:
        source: Its address in the page.
        base: The address that it is relative to; empty for files next to the page.
    """
    source = source.strip()
    if source[:4].lower() == EMBEDDED:
        name = source[4:]
    elif base:
        try:
            name = urljoin(base, source)
        except ValueError:
            return None
    else:
        name = "" if _SCHEME.match(source) else source
    return OPTIONAL + embedded(name).removeprefix(EMBEDDED) if name else None


def note_addresses(tree: HtmlElement, base: str) -> None:
    """Notes the addresses of the pictures of a page that may be kept, as ``ADDRESS``; see ``address_of``."""
    before = None
    for image in islice(tree.iter("img"), _MAX_PICTURES):
        sources = (image.get(name) or "" for name in _SOURCES)
        source = next((source for source in sources if source and not source.startswith("data:")), "")
        if source and not is_tiny(image) and (address := address_of(source, base)):
            if address != before or next(image.iterancestors("noscript"), None) is None:
                image.set(ADDRESS, address)
            before = address


def captioned_picture(block: Block) -> HtmlElement | None:
    """Returns the picture of which a block is the caption; None if it is none, or if the picture is not to be kept."""
    for element in islice(block.ancestors(), _CAPTION_DEPTH):
        if element.tag != "figcaption" and not _CAPTION.search(element.get("class") or ""):
            continue
        for figure in islice(element.iterancestors(), _FIGURE_DEPTH):
            if figure.tag in _HOLD_MORE:
                return None
            for image in islice(figure.iter("img"), _MOST_IN_FIGURE):
                if image.get(ADDRESS) is not None:
                    return image
    return None


def keep_pictures(tree: HtmlElement, alive: set[HtmlElement], dropped: set[HtmlElement]) -> None:
    """Adds the pictures of an article to the elements of a page that are kept.

    A picture is one of the article's if it is between its texts, or in the same ``<article>`` or ``<main>``, and if no
    text that is left out is with it, as with the pictures of links to other articles.

    Args:
        tree: The page.
        alive: The elements with text that is kept, and those around them; pictures are added.
        dropped: The elements with text that is left out, and those around them.
    """
    kept: list[tuple[HtmlElement, list[HtmlElement], HtmlElement]] = []
    is_inside = False  # whether text of the article came before
    waiting: list[tuple[HtmlElement, list[HtmlElement], HtmlElement]] = []  # for more text of the article
    for element in tree.iter("*"):
        if element.get(ADDRESS) is not None and (around := _around(element, alive, dropped)) is not None:
            if is_inside:
                waiting.append((element, *around))
            elif _is_in_whole(around[1]):
                kept.append((element, *around))
        elif element in alive and (element.text or "").strip():
            is_inside = True
            kept += waiting
            waiting = []
        if waiting and (element.tag == "br" or element is waiting[-1][0]):
            ends = (element, *waiting[-1][1])
            if any((end.tail or "").strip() for end in ends):
                kept += waiting
                waiting = []
    kept += [picture for picture in waiting if _is_in_whole(picture[2])]
    for image, wrappers, _ in kept:
        alive.add(image)
        alive.update(wrappers)


def _around(
    image: HtmlElement, alive: set[HtmlElement], dropped: set[HtmlElement]
) -> tuple[list[HtmlElement], HtmlElement] | None:
    """Returns the elements around a picture that have no text, and the first one with text that is kept."""
    wrappers: list[HtmlElement] = []
    for parent in image.iterancestors():
        if parent in alive:
            return wrappers, parent
        if parent in dropped:
            return None
        wrappers.append(parent)
    return None


def _is_in_whole(element: HtmlElement) -> bool:
    return any(ancestor.tag in _WHOLE for ancestor in upwards(element))
