"""Which elements of a page hold its article, and which are around its text: menus, bylines, other articles."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from docarchive.readers.web.blocks import Block, nearest, upwards

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: An element that directly holds this share of the chosen text is one of the article's.
_HOLDER_SHARE: Final = 0.1
#: How long a text must be, in characters, to be added: after the chosen ones in one of the article's elements, anywhere
#: in ``<article>``, or directly in it if it is one of these elements. Measured by ``benchmarks/extraction.py``.
LONG_TEXT: Final = 120
_LONGER: Final = 150
_SHORTER: Final = 80
#: Text of which a larger share is in links is a list of other pages.
MOSTLY_LINKS: Final = 0.5
_ENDS_OF_SENTENCES: Final = (".", "!", "?", "…", ":", ";", "。", "！", "？", "」")
_CLOSING: Final = "\"”’')]»"
_HEADINGS: Final = frozenset(["h2", "h3", "h4", "h5", "h6"])
_ITEMS: Final = frozenset(["li", "dt", "dd"])
_CELLS: Final = frozenset(["td", "th"])
_ROWS: Final = frozenset(["tr", "tbody", "thead", "tfoot", "table"])
_LISTS: Final = frozenset(["ul", "ol", "dl", *_ITEMS, "blockquote"])
#: Links that ask for something, and are no text of an article.
_CALLS = re.compile(
    r"(?:click here|sign ?up|subscribe|newsletter|download|buy now|don.t miss)\b.*|(?:share|tweet)(?: (?:this|on)\b.*)?"
    r"|comments?|.*\b(?:download(?: free)?|newsletter)\W*",
    re.IGNORECASE,
)
_AROUND_TEXT: Final = frozenset(
    "nav footer aside header form fieldset button dialog menu label caption figcaption figure picture".split()  # noqa: SIM905
)
_ROLES_AROUND_TEXT: Final = frozenset(["navigation", "complementary", "banner", "contentinfo", "search", "dialog"])
#: Names of classes of what is around or between the text of articles.
_NAMES_AROUND_TEXT = re.compile(
    r"related|recommend|promo|newsletter|subscri|sign-?up|shar(?:e|ing)|social|\bads?\b|\bad[-_]|adblock|advert|sponsor"
    r"|banner|messenger|outbrain|taboola|caption|credit|comment|complain|byline|author|\bbio\b|breadcrumb|tags?\b|menu|nav\b"
    r"|navig|footer|sidebar|widget|popup|modal|cookie|consent|read-?more|more-|most-|trending|popular|next|prev"
    r"|paywall-|hidden|hide|sr-only|screen-reader|disclaimer|copyright|meta\b|date|time\b|toolbar|rating|photo|teaser"
    r"|video|gallery|slide|carousel|embed(?!ded_?quote)|callout|product|cta\b|print|links?\b|legal|license",
    re.IGNORECASE,
)
#: A quote that repeats a sentence of the text.
_PULL_QUOTE = re.compile(r"pull-?quote", re.IGNORECASE)
_QUOTED_POST = re.compile(r"tweet|social-media-embed", re.IGNORECASE)


class Frame:
    """The elements that hold an article.

    Args:
        chosen: The blocks that trafilatura chose.
    """

    def __init__(self, chosen: set[Block]) -> None:
        text_in: Counter[HtmlElement] = Counter()
        for block in chosen:
            parent = block.element.getparent()
            if parent is not None:
                text_in[parent] += len(block.text)
            around = _outside_of_lists(block.element)
            if around is not None and around is not parent:
                text_in[around] += len(block.text)
        least = _HOLDER_SHARE * sum(len(block.text) for block in chosen)
        self._holders = {element for element, length in text_in.items() if length >= least}
        self._looks = {_look(element) for element in self._holders if element.get("class")}
        self._above = {ancestor for element in self._holders for ancestor in element.iterancestors()}
        nearest = (next(filter(_is_article, upwards(e)), None) for e in self._holders)
        self._articles = {element for element in nearest if element is not None}
        self._held: dict[HtmlElement, int] = {}

    def holds(self, block: Block) -> bool:
        """Returns whether a block is in one of the article's elements, and in nothing between that is not.

        If it is mostly links, it must be a paragraph, a heading, an item or a quote of these elements itself. A
        paragraph must be a sentence, nothing else than a link, or several links: links after a word are to other pages
        (``Related: …``), as are those in capitals. A heading that leads to itself may be anywhere in them.
        """
        if block.linked > MOSTLY_LINKS:
            return self._holds_links(block)
        return self._needed(block) > 0

    def _holds_links(self, block: Block) -> bool:
        element = block.element
        parent = element.getparent()
        is_link = block.linked == 1 and not block.text.isupper()
        if element.tag in _HEADINGS and _leads_to_itself(element):
            return self._needed(block) > 0
        if _CALLS.fullmatch(block.text):
            return False
        if element.tag == "p":
            is_text = is_link or is_sentence(block.text) or len(element.findall(".//a")) > 1
            return is_text and parent in self._holders
        if element.tag in _HEADINGS:
            return is_link and (parent in self._holders or parent in self._articles)
        if element.tag in _ITEMS:
            return _outside_of_lists(element) in self._holders
        return is_link and element.tag in ("div", "blockquote") and parent in self._holders

    def reads_as_text(self, block: Block) -> bool:
        """Returns whether a block reads as a part of the text, wherever it is in the article's elements."""
        parent = block.element.getparent()
        needed = _SHORTER if parent in self._articles and parent in self._holders else self._needed(block)
        return block.element.tag == "pre" or (len(block.text) >= needed and is_sentence(block.text))

    def _needed(self, block: Block) -> int:
        """Returns how long a block must be to be text of the article; 0 if no block there is."""

        def answer(element: HtmlElement) -> int | None:
            if element in self._holders:
                return LONG_TEXT
            if element in self._articles:
                return _LONGER
            if element is not block.element and _look(element) in self._looks and self._is_beside_text(element):
                return LONG_TEXT
            return 0 if is_around_text(element) else None

        return nearest(block.element, self._held, answer, 0)

    def _is_beside_text(self, element: HtmlElement) -> bool:
        """Returns whether nothing around an element, up to what holds the article too, is around the text."""
        for ancestor in upwards(element):
            if ancestor in self._above or ancestor in self._holders:
                return True
            if is_around_text(ancestor):
                return False
        return True


def _outside_of_lists(element: HtmlElement) -> HtmlElement | None:
    """Returns the element around a block, and around the lists, the quotes and the table of data that it is in."""
    in_cell = element.tag in _CELLS
    around = element.getparent()
    while around is not None and (around.tag in _LISTS or (in_cell and around.tag in _ROWS)):
        around = around.getparent()
    return around


def _leads_to_itself(heading: HtmlElement) -> bool:
    """Returns whether the links of a heading lead to a part of the page, as to the heading itself."""
    links = [*heading.iter("a")]
    return bool(links) and all((link.get("href") or "#").startswith("#") for link in links)


def _look(element: HtmlElement) -> tuple[str, ...]:
    return (str(element.tag), *(element.get("class") or "").split())


def _is_article(element: HtmlElement) -> bool:
    return (
        element.tag in ("article", "main") or element.get("role") == "main" or element.get("itemprop") == "articleBody"
    )


def is_around_text(element: HtmlElement) -> bool:
    """Returns whether an element is, by its name, role or class, around or between the text of articles."""
    if element.tag == "figcaption" and (figure := element.getparent()) is not None and figure.tag == "figure":
        return not _holds_text(figure)
    if element.tag == "figure":
        return not _holds_text(element)
    if element.tag in _AROUND_TEXT:
        return element.tag != "header" or element.find(".//pre") is None
    if element.get("role") in _ROLES_AROUND_TEXT:
        return True
    return _is_name_around_text(element.get("class") or "") or _is_name_around_text(element.get("id") or "")


def _holds_text(figure: HtmlElement) -> bool:
    """Returns whether a figure shows text, such as a listing, a table or a quote, and no picture; not a pull quote."""
    is_text = any(figure.find(f".//{tag}") is not None for tag in ("pre", "table", "blockquote", "ol", "ul"))
    return is_text and figure.find(".//img") is None and _PULL_QUOTE.search(figure.get("class") or "") is None


@lru_cache(maxsize=4096)
def _is_name_around_text(names: str) -> bool:
    return bool(_NAMES_AROUND_TEXT.search(names)) and not _QUOTED_POST.search(names)


def is_sentence(text: str) -> bool:
    """Returns whether a text ends as a sentence does."""
    return text.rstrip(_CLOSING).endswith(_ENDS_OF_SENTENCES)


def readable_length(blocks: Sequence[Block]) -> int:
    """Returns how many characters of a page read as text: sentences that are not in what is around the text."""
    around: dict[HtmlElement, bool] = {}
    length = 0
    for block in blocks:
        if block.linked > MOSTLY_LINKS or len(block.text) < LONG_TEXT or not is_sentence(block.text):
            continue
        if not nearest(block.element, around, lambda element: is_around_text(element) or None, default=False):
            length += len(block.text)
    return length
