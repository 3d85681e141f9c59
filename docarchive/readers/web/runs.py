"""Text outside of paragraphs, as on pages with line breaks only, is put into paragraphs.

Outside of paragraphs, trafilatura separates text from the links in it, and loses the spaces between them. For which
elements this helps was measured by ``benchmarks/extraction.py``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BOXES: Final = ("div", "section", "article", "main", "body", "td", "center")
_INLINE_NAMES: Final = (
    "a abbr acronym b bdi bdo big br cite code data del dfn em font i img ins kbd mark q s samp small span strike "
    "strong sub sup time tt u var wbr"
)
_INLINE: Final = frozenset(_INLINE_NAMES.split())
_SPACES = re.compile(r"[ \t\r\n\f]+")
#: Boxes with fewer characters of their own are captions, buttons and the like.
_MIN_OWN_TEXT: Final = 100


def wrap_runs(tree: HtmlElement) -> None:
    """Puts the text in boxes, between other blocks, into paragraphs, separated by two line breaks.

    Args:
        tree: The page; it is changed.
    """
    for box in [*tree.iter(*_BOXES)]:
        if _is_mixed(box):
            _wrap(box)


def _is_mixed(box: HtmlElement) -> bool:
    """Returns whether a box has both text and inline elements of its own."""
    if not any(child.tag in _INLINE for child in box):
        return False
    own = " ".join([box.text or "", *(child.tail or "" for child in box)])
    return len(" ".join(own.split())) >= _MIN_OWN_TEXT


def _wrap(box: HtmlElement) -> None:
    children = [(child, child.tail or "") for child in box if isinstance(child.tag, str)]
    text, box.text = box.text or "", None
    for child in list(box):
        child.tail = None
        box.remove(child)
    run = _Run(box)
    run.add_text(text)
    for child, tail in children:
        if child.tag == "br" and run.ends_with_break():
            run.end()
        elif child.tag != "br" and not _is_inline(child):
            run.end()
            box.append(child)
        elif child.tag != "br" or run.paragraph is not None:
            run.add(child)
        run.add_text(tail)


def _is_inline(element: HtmlElement) -> bool:
    return all(descendant.tag in _INLINE for descendant in element.iter("*"))


class _Run:
    """The paragraph that text and inline elements of a box are put into.

    It keeps the paragraph's last child: lxml would count all of them each time.
    """

    def __init__(self, box: HtmlElement) -> None:
        self._box = box
        self.paragraph: HtmlElement | None = None
        self._last: HtmlElement | None = None

    def end(self) -> None:
        """Puts what follows into another paragraph."""
        self.paragraph = self._last = None

    def add(self, child: HtmlElement) -> None:
        self._begin().append(child)
        self._last = child

    def add_text(self, text: str) -> None:
        """Adds text; white space alone begins no paragraph."""
        text = _SPACES.sub(" ", text)
        if self.paragraph is None and not text.strip():
            return
        paragraph = self._begin()
        if self._last is not None:
            self._last.tail = (self._last.tail or "") + text
        else:
            paragraph.text = (paragraph.text or "") + text

    def ends_with_break(self) -> bool:
        last = self._last
        return last is not None and last.tag == "br" and not (last.tail or "").strip()

    def _begin(self) -> HtmlElement:
        if self.paragraph is None:
            self.paragraph = self._box.makeelement("p")
            self._box.append(self.paragraph)
        return self.paragraph
