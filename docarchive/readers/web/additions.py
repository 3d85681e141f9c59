"""Blocks that belong to an article though trafilatura leaves them out.

They are in the same lists and tables as the blocks that it chooses, between these, or after them in the same elements.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from docarchive.readers.web.blocks import INLINE, Block, Piece, nearest

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: An element that directly holds this share of the chosen text is one of the article's.
_HOLDER_SHARE: Final = 0.1
#: How long a text must be, in characters, to be added: after the chosen ones in one of the article's elements, or
#: anywhere in ``<article>``. Measured by ``benchmarks/extraction.py``.
LONG_TEXT: Final = 120
_LONGER: Final = 150
#: Text of which a larger share is in links is a list of other pages.
MOSTLY_LINKS: Final = 0.5
#: If this share of a list or a quote was chosen, all of it is; of a table, if anything was.
_WHOLE_SHARE: Final = 0.3
_ENDS_OF_SENTENCES: Final = (".", "!", "?", "…", ":", ";", "。", "！", "？", "」")
_CLOSING: Final = "\"”’')]»"
#: The longest text of a cell of data, on average.
_LONGEST_CELL: Final = 200
_WHOLES: Final = ("table", "ul", "ol", "dl", "blockquote", "pre")
_MAX_WHOLES: Final = 20
_ITEMS: Final = frozenset(["li", "dd", "dt", "td", "th"])
_AROUND_TEXT: Final = frozenset(
    "nav footer aside header form fieldset button dialog menu label caption figcaption figure picture".split()  # noqa: SIM905
)
_ROLES_AROUND_TEXT: Final = frozenset(["navigation", "complementary", "banner", "contentinfo", "search", "dialog"])
#: Names of classes of what is around or between the text of articles.
_NAMES_AROUND_TEXT = re.compile(
    r"related|recommend|promo|newsletter|subscri|sign-?up|shar(?:e|ing)|social|\bads?\b|\bad[-_]|adblock|advert|sponsor"
    r"|banner|outbrain|taboola|caption|credit|comment|complain|byline|author|\bbio\b|breadcrumb|tags?\b|menu|nav\b"
    r"|navig|footer|sidebar|widget|popup|modal|cookie|consent|read-?more|more-|most-|trending|popular|next|prev"
    r"|paywall-|hidden|hide|sr-only|screen-reader|disclaimer|copyright|meta\b|date|time\b|toolbar|rating|photo|teaser"
    r"|video|gallery|slide|carousel|embed(?!ded_?quote)|callout|product|cta\b|print|links?\b|legal|license",
    re.IGNORECASE,
)
#: What refers to a note: ``1``, ``[12]``, ``(a)``, ``*``.
_NOTE_MARK = re.compile(r"\s*[\[(]?\s*(?:\d{1,4}|[a-z]|[ivx]{1,6}|[*†‡§]{1,4}|note \d{1,4})\s*[\])]?\s*", re.IGNORECASE)
#: Elements that hold more than a note.
_AROUND_NOTES: Final = frozenset(["body", "main", "article", "ol", "ul", "dl", "table", "section", "nav", "aside"])
#: A quote that repeats a sentence of the text.
_PULL_QUOTE = re.compile(r"pull-?quote", re.IGNORECASE)
_QUOTED_POST = re.compile(r"tweet|social-media-embed", re.IGNORECASE)


def with_additions(blocks: Sequence[Block], chosen: set[Block]) -> set[Block]:
    """Returns the chosen blocks with those that belong to them: in the same lists, between them, and after them."""
    if not chosen:
        return chosen
    chosen = chosen | _rest_of_wholes(blocks, chosen)
    frame = _Frame(chosen)
    near = [block not in chosen and frame.holds(block) for block in blocks]
    anchors = [
        index for index, block in enumerate(blocks) if block in chosen or (near[index] and frame.reads_as_text(block))
    ]
    first, last = anchors[0], anchors[-1]
    first_chosen = next(index for index, block in enumerate(blocks) if block in chosen)
    headings = [index for index in range(first_chosen) if blocks[index].element.tag == "h1"]
    first = max([first, *headings])  # nothing from above the title
    added = set(chosen)
    for index, block in enumerate(blocks):
        if not near[index]:
            continue
        follows = index > last and block.element.tag in _ITEMS and blocks[index - 1] in added
        if first <= index <= last or follows:
            added.add(block)
    added |= _rest_of_wholes(blocks, added)
    return added | _notes(blocks, added)


def _notes(blocks: Sequence[Block], chosen: set[Block]) -> set[Block]:
    """Returns the blocks of the notes that chosen blocks refer to by links such as ``[1]`` or ``*``."""
    names = {
        link.get("href", "")[1:]
        for block in chosen
        for piece in block.pieces
        if _NOTE_MARK.fullmatch(piece.text)
        for link in _inline(piece)
        if link.tag == "a" and link.get("href", "").startswith("#")
    }
    names.discard("")
    if not names:
        return set()
    known: dict[HtmlElement, bool] = {}

    def answer(element: HtmlElement) -> bool | None:
        return True if element.get("id") in names else False if element.tag in _AROUND_NOTES else None

    return {
        block
        for block in blocks
        if block not in chosen
        and (
            nearest(block.element, known, answer, default=False)
            or any(element.get("id", element.get("name")) in names for element in _inline(block.pieces[0]))
        )
    }


def _inline(piece: Piece) -> Iterator[HtmlElement]:
    """Yields the elements within the line that hold a text, and the one that it follows."""
    element = piece.element
    if piece.is_tail:
        yield element
        element = element.getparent()
    while element is not None and element.tag in INLINE:
        yield element
        element = element.getparent()


def _rest_of_wholes(blocks: Sequence[Block], chosen: set[Block]) -> set[Block]:
    """Returns the blocks of lists, quotes and tables of which enough is chosen."""
    wholes: dict[Block, tuple[HtmlElement, ...]] = {}
    wholes_of: dict[HtmlElement, tuple[HtmlElement, ...]] = {}
    total: Counter[HtmlElement] = Counter()
    share: Counter[HtmlElement] = Counter()
    layout: set[HtmlElement] = set()
    for block in blocks:
        around = _wholes_around(block.element, wholes_of)
        if not around:
            continue
        wholes[block] = around
        for element in around:
            total[element] += len(block.text)
            share[element] += len(block.text) if block in chosen else 0
        layout.update([element for element in around if element.tag == "table"][1:])
    kept = {
        element
        for element, length in total.items()
        if share[element] > (0.0 if element.tag == "table" else _WHOLE_SHARE * length)
        and not (element in layout or _is_layout(element, length))
    }
    return {block for block, around in wholes.items() if block not in chosen and not kept.isdisjoint(around)}


def _wholes_around(element: HtmlElement, known: dict[HtmlElement, tuple[HtmlElement, ...]]) -> tuple[HtmlElement, ...]:
    """Returns the lists, quotes and tables around an element, the inner ones first."""
    path = []
    wholes: tuple[HtmlElement, ...] = ()
    for ancestor in (element, *element.iterancestors()):
        if ancestor in known:
            wholes = known[ancestor]
            break
        path.append(ancestor)
    for ancestor in reversed(path):
        wholes = (ancestor, *wholes[:_MAX_WHOLES]) if ancestor.tag in _WHOLES else wholes
        known[ancestor] = wholes
    return wholes


def _is_layout(element: HtmlElement, length: int) -> bool:
    """Returns whether a table only lays out a page, as its cells are long."""
    return element.tag == "table" and length > _LONGEST_CELL * sum(1 for _ in element.iter("td", "th"))


class _Frame:
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
        least = _HOLDER_SHARE * sum(len(block.text) for block in chosen)
        self._holders = {element for element, length in text_in.items() if length >= least}
        self._looks = {_look(element) for element in self._holders if element.get("class")}
        self._above = {ancestor for element in self._holders for ancestor in element.iterancestors()}
        nearest = (next(filter(_is_article, (e, *e.iterancestors())), None) for e in self._holders)
        self._articles = {element for element in nearest if element is not None}
        self._held: dict[HtmlElement, int] = {}

    def holds(self, block: Block) -> bool:
        """Returns whether a block is in one of the article's elements, and in nothing between that is not.

        If it is mostly links, it must be a paragraph of these elements itself: a sentence, nothing else than a link, or
        several links. Links after a word are to other pages (``Related: …``), as are those in capitals.
        """
        element = block.element
        if block.linked > MOSTLY_LINKS:
            is_paragraph = element.tag == "p" and element.getparent() in self._holders
            is_link = block.linked == 1 and not block.text.isupper()
            return is_paragraph and (is_link or _is_sentence(block.text) or len(element.findall(".//a")) > 1)
        return self._needed(block) > 0

    def reads_as_text(self, block: Block) -> bool:
        """Returns whether a block reads as a part of the text, wherever it is in the article's elements."""
        return block.element.tag == "pre" or (len(block.text) >= self._needed(block) and _is_sentence(block.text))

    def _needed(self, block: Block) -> int:
        """Returns how long a block must be to be text of the article; 0 if no block there is."""

        def answer(element: HtmlElement) -> int | None:
            if element in self._holders:
                return LONG_TEXT
            if element in self._articles:
                return _LONGER
            if element is not block.element and _look(element) in self._looks and self._is_beside_text(element):
                return LONG_TEXT
            return 0 if _is_around_text(element) else None

        return nearest(block.element, self._held, answer, 0)

    def _is_beside_text(self, element: HtmlElement) -> bool:
        """Returns whether nothing around an element, up to what holds the article too, is around the text."""
        for ancestor in (element, *element.iterancestors()):
            if ancestor in self._above or ancestor in self._holders:
                return True
            if _is_around_text(ancestor):
                return False
        return True


def _look(element: HtmlElement) -> tuple[str, ...]:
    return (str(element.tag), *(element.get("class") or "").split())


def _is_article(element: HtmlElement) -> bool:
    return (
        element.tag in ("article", "main") or element.get("role") == "main" or element.get("itemprop") == "articleBody"
    )


def _is_around_text(element: HtmlElement) -> bool:
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


def _is_sentence(text: str) -> bool:
    """Returns whether a text ends as a sentence does."""
    return text.rstrip(_CLOSING).endswith(_ENDS_OF_SENTENCES)


def readable_length(blocks: Sequence[Block]) -> int:
    """Returns how many characters of a page read as text: sentences that are not in what is around the text."""
    around: dict[HtmlElement, bool] = {}
    length = 0
    for block in blocks:
        if block.linked > MOSTLY_LINKS or len(block.text) < LONG_TEXT or not _is_sentence(block.text):
            continue
        if not nearest(block.element, around, lambda element: _is_around_text(element) or None, default=False):
            length += len(block.text)
    return length
