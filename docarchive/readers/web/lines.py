"""The lines of a page as a reader sees them: blocks and breaks part them, links and emphasis do not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_SKIPPED: Final = frozenset(
    ["head", "script", "style", "noscript", "template", "nav", "footer", "form", "button", "select", "svg", "textarea"]
)
_INLINE_NAMES: Final = (
    "a abbr acronym amp-img b bdi big cite code data dfn em font i img ins mark q s samp small span strong sub sup "
    "time tt u var wbr"
)
_INLINE: Final = frozenset(_INLINE_NAMES.split())


def lines_of(tree: HtmlElement) -> Iterator[str]:
    """Yields the lines of a page as a reader sees them: blocks and breaks part them."""
    parts: list[str] = []
    waiting: list[HtmlElement | str | None] = [tree]
    while waiting:
        item = waiting.pop()
        if item is None or isinstance(item, str):
            if item is not None:
                parts.append(item)
                continue
            line = " ".join("".join(parts).split())
            parts.clear()
            if line:
                yield line
            continue
        block = item.tag not in _INLINE or _is_apart(item)
        waiting.append(item.tail or "")
        if block:
            waiting.append(None)
        if isinstance(item.tag, str) and item.tag not in _SKIPPED:
            waiting.extend(reversed(item))
            waiting.append(item.text or "")
        if block:
            waiting.append(None)


def _is_apart(element: HtmlElement) -> bool:
    """Tells whether nothing stands between an element and the next of the same kind: a style sheet parts them."""
    after = element.getnext()
    return element.tag == "span" and after is not None and after.tag == "span" and not element.tail


def letters(text: str) -> str:
    """Returns the letters and digits of a text without case, by which two lines are the same however they are set."""
    return re.sub(r"\W+", "", text).casefold()
