"""What of HTML a reader would see: no scripts, no styles, no comments, nothing that is hidden.

The one home of these rules, for fragments (parsed by Beautiful Soup) and for pages (parsed by lxml).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from bs4.element import CData, PageElement, PreformattedString, Tag

_BLOCK_NAMES: Final = (
    "address article aside blockquote body caption center col colgroup dd details dialog dir div dl dt fieldset "
    "figcaption figure footer form frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav noframes "
    "ol optgroup option p pre search section summary table tbody td tfoot th thead tr ul"
)
#: Elements that begin and end lines.
BLOCKS: Final = frozenset(_BLOCK_NAMES.split())
_UNSEEN_NAMES: Final = (
    "script style head title noscript template iframe object embed svg canvas audio video map select textarea datalist "
    "rt rp rtc button"
)
#: Elements whose text a reader does not see, or that are no text.
UNSEEN: Final = frozenset(_UNSEEN_NAMES.split())
_HIDDEN_STYLE: Final = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)


def is_hidden(attribute: Callable[[str], object]) -> bool:
    """Returns whether an element is not shown, as far as its attributes say.

    Args:
        attribute: Returns the value of an attribute by its name; None if the element has none.
    """
    style = attribute("style")
    return (
        attribute("hidden") is not None
        or attribute("aria-hidden") == "true"
        or bool(style and _HIDDEN_STYLE.search(str(style)))
    )


def is_seen(node: PageElement) -> bool:
    """Returns whether a node is text, or an element that is not hidden."""
    if not isinstance(node, Tag):
        return not isinstance(node, PreformattedString) or isinstance(node, CData)
    return node.name not in UNSEEN and not (node.attrs and is_hidden(node.attrs.get))


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
