"""The lines of a page as a reader sees them: separated by blocks and breaks, not by links and emphasis."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final

from docarchive.texts import one_line

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


def lines_of(tree: HtmlElement, is_skipped: Callable[[HtmlElement], bool] | None = None) -> Iterator[str]:
    """Yields the lines of a page as a reader sees them.

    Args:
        tree: The page.
        is_skipped: Returns whether what is in an element is left out.
    """
    pieces: list[str] = []
    stack: list[HtmlElement | str | None] = [tree]
    while stack:
        item = stack.pop()
        if item is None or isinstance(item, str):
            if item is not None:
                pieces.append(item)
                continue
            line = one_line("".join(pieces))
            pieces.clear()
            if line:
                yield line
            continue
        is_block = item.tag not in _INLINE or _is_set_apart(item)
        stack.append(item.tail if item.tail and item is not tree else "")
        if is_block:
            stack.append(None)
        if isinstance(item.tag, str) and item.tag not in _SKIPPED and not (is_skipped and is_skipped(item)):
            stack.extend(reversed(item))
            stack.append(item.text or "")
        if is_block:
            stack.append(None)
    if line := one_line("".join(pieces)):
        yield line


def _is_set_apart(element: HtmlElement) -> bool:
    """Returns whether a span follows directly after a span: only a style sheet can separate them."""
    after = element.getnext()
    return element.tag == "span" and after is not None and after.tag == "span" and not element.tail


def line_of(element: HtmlElement) -> str:
    """Returns the text of a heading or the like on one line; a break in Chinese or Japanese is no space."""
    return one_line("\n".join(lines_of(element)))


def letters(text: str) -> str:
    """Returns the letters and digits of a text without case, to compare lines."""
    return re.sub(r"\W+", "", text).casefold()
