"""Text that stands in no paragraph, as pages with line breaks have it, put into paragraphs.

trafilatura takes such text and the links in it apart, and loses the spaces between them; what stands in
paragraphs it keeps together. Which boxes are worth it was measured by ``benchmarks/extraction.py``.
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
#: Boxes with less text of their own hold captions, buttons and the like.
_ENOUGH: Final = 100


def wrap_runs(tree: HtmlElement) -> None:
    """Puts the text that boxes hold between other blocks into paragraphs; two line breaks part them.

    Args:
        tree: The page; it is changed.
    """
    for box in [*tree.iter(*_BOXES)]:
        if _is_mixed(box):
            _wrap(box)


def _is_mixed(box: HtmlElement) -> bool:
    """Tells whether a box holds both text and inline elements of its own."""
    if not any(child.tag in _INLINE for child in box):
        return False
    own = " ".join([box.text or "", *(child.tail or "" for child in box)])
    return len(" ".join(own.split())) >= _ENOUGH


def _wrap(box: HtmlElement) -> None:
    parts = [(child, child.tail or "") for child in box if isinstance(child.tag, str)]
    text, box.text = box.text or "", None
    for child in list(box):
        child.tail = None
        box.remove(child)
    run = _add_text(box, None, text)
    for child, tail in parts:
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
    return all(part.tag in _INLINE for part in element.iter("*"))


def _ends_with_break(run: HtmlElement | None) -> bool:
    return run is not None and len(run) > 0 and run[-1].tag == "br" and not (run[-1].tail or "").strip()


def _add_text(box: HtmlElement, run: HtmlElement | None, text: str) -> HtmlElement | None:
    """Adds text to a paragraph, or to a new one; returns the one that the next text belongs to."""
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
