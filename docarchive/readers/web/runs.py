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
    run = _add_text(box, None, text)
    for child, tail in children:
        if child.tag == "br":
            run = None if _ends_with_break(run) else run
        elif not _is_inline(child):
            run = None
            box.append(child)
        elif run is None:
            run = box.makeelement("p")
            box.append(run)
        if run is not None:
            run.append(child)
        run = _add_text(box, run, tail)


def _is_inline(element: HtmlElement) -> bool:
    return all(descendant.tag in _INLINE for descendant in element.iter("*"))


def _ends_with_break(run: HtmlElement | None) -> bool:
    return run is not None and len(run) > 0 and run[-1].tag == "br" and not (run[-1].tail or "").strip()


def _add_text(box: HtmlElement, run: HtmlElement | None, text: str) -> HtmlElement | None:
    """Adds text to a paragraph, or to a new one; returns the paragraph for the next text."""
    text = _SPACES.sub(" ", text)
    if run is None:
        if not text.strip():
            return None
        run = box.makeelement("p")
        box.append(run)
    if len(run):
        run[-1].tail = (run[-1].tail or "") + text
    else:
        run.text = (run.text or "") + text
    return run
