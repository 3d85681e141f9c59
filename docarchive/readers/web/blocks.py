"""The blocks of a page: each run of text between two ends of block elements, with what it says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, TypeVar

from docarchive.readers.html.seen import UNSEEN, is_hidden
from docarchive.records import NamedTuple

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_Result = TypeVar("_Result")

_INLINE_NAMES: Final = (
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd label mark math nobr q ruby s samp "
    "small span strike strong sub sup time tt u var wbr"
)
#: Elements within a line of text.
INLINE: Final = frozenset(_INLINE_NAMES.split())
#: Found by attribute: to ask each element would take three times as long.
_MAYBE_HIDDEN: Final = "|".join(f"descendant-or-self::*/@{name}/.." for name in ("hidden", "aria-hidden", "style"))


class Piece(NamedTuple):
    """A text node.

    Attributes:
        element: The element that holds it.
        is_tail: Whether it is the text after the element, not in it.
        text: The text.
    """

    element: HtmlElement
    is_tail: bool
    text: str

    def set(self, text: str | None) -> None:
        """Replaces the text node in the tree."""
        if self.is_tail:
            self.element.tail = text
        else:
            self.element.text = text


class Block:
    """A run of text that no end of a block element interrupts: a paragraph, an item, a cell, or text between these.

    Attributes:
        element: The block element that holds it.
        pieces: Its text nodes, in order.
        text: Its text in one line.
        linked: The share of its text that is in links, from 0 to 1.
    """

    __slots__ = ("element", "linked", "pieces", "text")

    def __init__(self, element: HtmlElement, pieces: list[Piece], linked: float) -> None:
        self.element = element
        self.pieces = pieces
        self.linked = linked
        self.text = " ".join("".join(piece.text for piece in pieces).split())

    def ancestors(self) -> Iterator[HtmlElement]:
        """Yields the element, its parent, and so on, up to the root."""
        return upwards(self.element)


def upwards(element: HtmlElement) -> Iterator[HtmlElement]:
    """Yields an element, its parent, and so on, up to the root; each is only looked up when it is needed."""
    yield element
    yield from element.iterancestors()


def nearest(
    element: HtmlElement,
    known: dict[HtmlElement, _Result],
    answer: Callable[[HtmlElement], _Result | None],
    default: _Result,
) -> _Result:
    """Returns the first answer of an element, its parent, and so on; the default if there is none.

    Args:
        element: The element.
        known: The results so far, by element; those of this one and of what is around it are added.
        answer: Returns the answer of one element, or None.
        default: The result without an answer.
    """
    path = []
    result = default
    for ancestor in upwards(element):
        if ancestor in known:
            result = known[ancestor]
            break
        path.append(ancestor)
        if (own := answer(ancestor)) is not None:
            result = own
            break
    known.update(dict.fromkeys(path, result))
    return result


def blocks_of(tree: HtmlElement) -> list[Block]:
    """Returns the blocks of a page that have text which a reader sees, in order."""
    hidden = {element for element in tree.xpath(_MAYBE_HIDDEN) if is_hidden(element.get)}
    blocks: list[Block] = []
    pieces: list[Piece] = []
    linked = 0
    holder = tree
    links = 0  # how many open elements are links
    stack: list[tuple[HtmlElement, bool, HtmlElement]] = [(tree, False, tree)]
    while stack:
        element, is_end, block = stack.pop()
        tag = element.tag
        is_seen = is_end or (tag not in UNSEEN and isinstance(tag, str) and element not in hidden)
        if is_seen and tag not in INLINE and pieces:
            blocks.append(Block(holder, pieces, linked / sum(len(piece.text) for piece in pieces)))
            pieces = []
            linked = 0
        if is_end:
            links -= tag == "a"
            text = element.tail if element is not tree else None
        elif is_seen:
            links += tag == "a"
            stack.append((element, True, block))
            block = block if tag in INLINE else element
            stack.extend([(child, False, block) for child in reversed(element)])
            text = element.text
        else:
            text = element.tail
        if text and not text.isspace():
            if not pieces:
                holder = block
            pieces.append(Piece(element, is_end or not is_seen, text))
            linked += len(text) if links else 0
    return blocks
