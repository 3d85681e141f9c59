"""The HTML of some blocks of a page: the page's own elements, with the addresses of its links made absolute."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from docarchive.readers.html.note_marks import ROLE, is_note_mark
from docarchive.readers.web.blocks import INLINE, Block
from docarchive.readers.web.pictures import ADDRESS, captioned_picture, keep_pictures
from docarchive.readers.web.tidying import drop_at_edge, drop_line_numbers, put_into_item, put_into_line, simplify_code

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Attributes that say something about the text.
_KEPT_ATTRIBUTES: Final = frozenset(["alt", "href", "colspan", "rowspan", "start", "reversed", "type", "value"])
_UNWRAPPED_NAMES: Final = "picture span font label nobr wbr bdi bdo big small data time abbr ruby u"
#: Inline elements that say nothing about the text.
_UNWRAPPED: Final = tuple(_UNWRAPPED_NAMES.split())
_BLOCK_NAMES: Final = (
    "article aside blockquote body caption center dd details div dl dt fieldset figure footer form h1 h2 h3 h4 h5 h6 "
    "header hgroup hr html li main ol p pre section table tbody td tfoot th thead tr ul col colgroup"
)
_KNOWN: Final = INLINE | frozenset(_BLOCK_NAMES.split())
#: Elements that Markdown does not know, and that are lines of their own.
_OWN_LINES: Final = frozenset(["summary", "figcaption", "legend", "address"])
_CELLS: Final = frozenset(["td", "th"])


def base_address(tree: HtmlElement, url: str | None) -> str:
    """Returns the address that the links of a page are relative to: ``<base>``, else the page's; may be empty."""
    base = next((element.get("href") for element in tree.iter("base") if element.get("href")), "")
    return absolute(base, url or "") if base else url or ""


def absolute(address: str, base: str) -> str:
    """Returns an address that a page links to, from the address that it is relative to."""
    address = address.strip()
    try:
        address = urljoin(base, address) if base else address
    except ValueError:
        return address
    return f"https:{address}" if address.startswith("//") else address


def html_of(tree: HtmlElement, blocks: Iterable[Block], kept: set[Block], base: str) -> str:
    """Returns the HTML of some blocks of a page.

    Args:
        tree: The page; it is changed.
        blocks: All blocks of the page.
        kept: The blocks that are returned.
        base: The address that its links are relative to; may be empty.
    """
    from lxml.etree import strip_tags
    from lxml.html import tostring

    alive: set[HtmlElement] = set()
    dropped: set[HtmlElement] = set()
    captions: list[tuple[Block, HtmlElement]] = []
    for block in blocks:
        if block in kept:
            _add_holders(alive, block)
        elif (image := captioned_picture(block)) is not None:
            captions.append((block, image))
        else:
            _add_holders(dropped, block)
            _clear(block)
    keep_pictures(tree, alive, dropped)
    for block, image in captions:
        if image in alive:
            _add_holders(alive, block)
        else:
            _clear(block)
    _drop_all_but(tree, alive)
    _tidy(tree, base)
    strip_tags(tree, *_UNWRAPPED)
    return str(tostring(tree, encoding="unicode", with_tail=False))


def _add_holders(holders: set[HtmlElement], block: Block) -> None:
    """Adds the elements that hold a block."""
    for piece in block.pieces:
        if not piece.is_tail:
            holders.add(piece.element)
        for ancestor in piece.element.iterancestors():
            if ancestor in holders:
                break
            holders.add(ancestor)


def _clear(block: Block) -> None:
    for piece in block.pieces:
        piece.set(None)


def _drop_all_but(tree: HtmlElement, alive: set[HtmlElement]) -> None:
    """Removes the elements without text that is kept, except what means something without text."""
    for element in [*tree.iterdescendants()]:
        parent = element.getparent()
        if element in alive or (parent is not tree and parent not in alive):
            continue  # of the others, the ancestor is removed
        if element.tag == "br" or (element.tag == "hr" and _is_between(element, alive)):
            continue
        is_in_line = not isinstance(element.tag, str) or element.tag in INLINE
        if element.tag in _CELLS:
            _empty(element)
        elif is_in_line or not (element.tail or "").strip():
            element.drop_tree()
        else:  # it separates the texts before and after it
            _empty(element)
            element.tag = "div"


def _is_between(element: HtmlElement, alive: set[HtmlElement]) -> bool:
    return element.getprevious() in alive and element.getnext() in alive


def _empty(element: HtmlElement) -> None:
    element[:] = []
    element.text = None


def _tidy(tree: HtmlElement, base: str) -> None:
    """Brings the elements of a page into the forms that Markdown has."""
    for element in reversed([*tree.iter("br")]):
        drop_at_edge(element)
    drop_line_numbers(tree)
    for element in [code for code in tree.iter("pre") if next(code.iterancestors("pre"), None) is None]:
        simplify_code(element)
    for element in [*tree.iter("ul", "ol")]:
        put_into_item(element)
    for element in [*tree.iter("a")]:
        if address := element.get("href"):
            element.set("href", absolute(address, base))
        put_into_line(element)
    for element in tree.iter("*"):
        _reduce(element)


def _reduce(element: HtmlElement) -> None:
    """Removes the attributes that Markdown does not know, and names that it does not."""
    kept = {name: element.get(name) for name in element.attrib if name in _KEPT_ATTRIBUTES}
    if element.tag == "a" and is_note_mark(element.get, element.text_content()):
        kept["role"] = ROLE
    if element.tag == "code" and element.get("class"):
        kept["class"] = element.get("class")
    if (address := element.get(ADDRESS)) is not None:
        kept["src"] = address
    element.attrib.clear()  # names in damaged pages may be invalid, and cannot be removed one by one
    element.attrib.update(kept)
    if element.tag in _OWN_LINES:
        element.tag = "p"
    elif element.tag not in _KNOWN:
        element.tag = "div"
