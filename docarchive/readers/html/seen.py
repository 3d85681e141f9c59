"""What of an HTML fragment a reader would see: no scripts, no styles, no comments, nothing that is hidden."""

from __future__ import annotations

import re
from typing import Final

from bs4.element import CData, PageElement, PreformattedString, Tag

_BLOCK_NAMES: Final = (
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noframes "
    "ol optgroup option p pre search section summary table tbody td tfoot th thead tr ul"
)
#: Elements that begin and end lines.
BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_UNSEEN: Final = frozenset(("script", "style", "head", "title", "template", "noscript", "iframe", "object", "svg"))
_HIDDEN: Final = re.compile(r"display\s*:\s*none", re.IGNORECASE)


def is_seen(node: PageElement) -> bool:
    """Returns whether a node is text, or an element that is not hidden."""
    if not isinstance(node, Tag):
        return not isinstance(node, PreformattedString) or isinstance(node, CData)
    style = node.attrs.get("style") if node.attrs else None
    return node.name not in _UNSEEN and not (style and _HIDDEN.search(str(style)))


def text_of(tag: Tag, *, lines: bool = False) -> str:
    """Returns the text of an element that a reader would see, with its white space.

    Args:
        tag: The element.
        lines: Whether blocks begin and end lines.
    """
    pieces: list[str] = []
    waiting: list[PageElement | None] = [*reversed(tag.contents)]
    while waiting:
        node = waiting.pop()
        ends_line = node is None or (lines and isinstance(node, Tag) and node.name in BLOCKS)
        if ends_line and pieces and not pieces[-1].endswith("\n"):
            pieces.append("\n")
        if node is None or not is_seen(node):
            continue
        if not isinstance(node, Tag):
            pieces += [str(node)] if node else []
        elif node.name == "br":
            pieces.append("\n")
        else:
            waiting += [None] if ends_line else []
            waiting += reversed(node.contents)
    return "".join(pieces)
