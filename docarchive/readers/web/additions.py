"""Blocks that belong to an article though trafilatura leaves them out.

They are in the same lists and tables as the blocks that it chooses, between these, after them in the same elements, or
between them and the title.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from docarchive.readers.web.blocks import INLINE, Block, Piece, nearest, upwards
from docarchive.readers.web.frame import MOSTLY_LINKS, Frame, is_around_text, is_sentence
from docarchive.readers.web.lines import letters

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: If this share of a list or a quote was chosen, all of it is; of a table, if anything was.
_WHOLE_SHARE: Final = 0.3
#: The longest text of a cell of data, on average.
_LONGEST_CELL: Final = 200
_WHOLES: Final = ("table", "ul", "ol", "dl", "blockquote", "pre")
_MAX_WHOLES: Final = 20
_ITEMS: Final = frozenset(["li", "dd", "dt", "td", "th"])
#: How long a sentence between the title and the end of the text must be, in characters.
_SHORTEST_SENTENCE: Final = 60
#: How many blocks there may be between the title and the text.
_MAX_LEADS: Final = 30
_TITLES: Final = ("h1", "h2", "h3")
#: What refers to a note: ``1``, ``[12]``, ``(a)``, ``*``.
_NOTE_MARK = re.compile(r"\s*[\[(]?\s*(?:\d{1,4}|[a-z]|[ivx]{1,6}|[*†‡§]{1,4}|note \d{1,4})\s*[\])]?\s*", re.IGNORECASE)
#: Elements that hold more than a note.
_AROUND_NOTES: Final = frozenset(["body", "main", "article", "ol", "ul", "dl", "table", "section", "nav", "aside"])


def with_additions(blocks: Sequence[Block], chosen: set[Block]) -> set[Block]:
    """Returns the chosen blocks with those that belong to them: in the same lists, between them, and after them."""
    if not chosen:
        return chosen
    chosen = chosen | _rest_of_wholes(blocks, chosen)
    frame = Frame(chosen)
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


def sentences_between(blocks: Sequence[Block], chosen: set[Block], title: str, summary: str = "") -> set[Block]:
    """Returns the sentences between the title of an article and the end of its text that are not around the text.

    Args:
        blocks: All blocks of the page.
        chosen: Those of the article.
        title: Its title; may be empty.
        summary: Its summary; what it says is not needed in the text too.
    """
    indices = [index for index, block in enumerate(blocks) if block in chosen]
    if not indices:
        return set()
    first, last = indices[0], indices[-1]
    title_letters = letters(title)
    above = range(first - 1, max(-1, first - _MAX_LEADS), -1)
    start = next((index for index in above if _is_title(blocks[index], title_letters)), first)
    ends = (blocks[index] for index in {start, first, last})
    around = {element: False for block in ends for element in block.ancestors()}
    known = letters(summary)
    by_text = {
        text: block
        for block in blocks[start + 1 : last]
        if block not in chosen
        and block.linked <= MOSTLY_LINKS
        and len(block.text) >= _SHORTEST_SENTENCE
        and is_sentence(block.text)
        and (text := letters(block.text)) not in known
        and not nearest(block.element, around, lambda element: is_around_text(element) or None, default=False)
    }
    return set(by_text.values())


def _is_title(block: Block, title_letters: str) -> bool:
    tag = block.element.tag
    return tag == "h1" or (tag in _TITLES and letters(block.text) == title_letters)


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
    for ancestor in upwards(element):
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
